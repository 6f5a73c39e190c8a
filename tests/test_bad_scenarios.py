"""Every mistake in a scenario file is answered with its line and what to write instead."""

import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest

import sim
from sim.cli import main
from sim.scenario.document import DocumentError

FOLDER = Path(__file__).parent / "bad_scenarios"
SINS = sorted(path.stem for path in FOLDER.glob("*.yaml"))

# What cannot begin with a comment that says what is expected.
UNREADABLE = {
    "empty": [":1: the file is empty: write at least one 'key: value' line"],
    "not_utf8": [":1: byte 11 (0xef) is not UTF-8: save the file as UTF-8"],
}
FIXES = (
    "write", "did you mean", "remove", "correct", "choose", "keep", "convert", "exchange", "move", "save",
    "use", "quote", "close", "add", "indent", "names them",
)  # fmt: skip


def expected(sin: str) -> list[str]:
    """Return the lines of the complaint, as the comments at the top of the file foretell it."""
    if sin in UNREADABLE:
        return [f"{sin}.yaml{line}" for line in UNREADABLE[sin]]
    lines = (FOLDER / f"{sin}.yaml").read_text(encoding="utf-8").splitlines()
    told = [line.removeprefix("# expect: ") for line in takewhile(lambda line: line.startswith("# expect: "), lines)]
    return [f"{sin}.yaml{line}" if line.startswith(":") else line for line in told]


def bare(line: str) -> str:
    """Return a line without the folder of its file."""
    file, colon, rest = line.partition(".yaml:")
    return file.replace("\\", "/").rpartition("/")[2] + colon + rest


@pytest.mark.parametrize("sin", SINS)
def test_a_sin_gets_its_complaint_and_no_other(sin: str) -> None:
    with pytest.raises(DocumentError) as caught:
        sim.load(FOLDER / f"{sin}.yaml")
    assert [bare(str(problem)) for problem in caught.value.problems] == expected(sin)


@pytest.mark.parametrize("sin", SINS)
def test_every_complaint_says_what_to_do(sin: str) -> None:
    for line in expected(sin):
        assert any(fix in line for fix in FIXES), line


@pytest.mark.parametrize("sin", SINS)
def test_no_complaint_speaks_the_language_of_programmers(sin: str) -> None:
    for line in expected(sin):
        assert not any(word in line for word in ("^", "\\d", "[a-z]", "pydantic", "validation", "NoneType", "Error"))


def test_there_are_at_least_thirty_sins_each_told_once() -> None:
    told = [tuple(line.partition(".yaml")[2] for line in expected(sin)) for sin in SINS]
    assert len(SINS) >= 30
    assert all(told)
    contents = [(FOLDER / f"{sin}.yaml").read_bytes().split(b"\n", 1)[-1] for sin in SINS]
    assert len(set(contents)) >= len(SINS) - 2  # the empty file and the one that holds only a comment are alike


@pytest.mark.parametrize("sin", ["python_tag", "not_utf8"])
def test_the_command_exits_with_2_and_no_traceback(sin: str) -> None:
    command = [sys.executable, "-m", "sim", "check", str(FOLDER / f"{sin}.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=FOLDER.parents[1], timeout=60)
    assert done.returncode == 2
    assert done.stdout == ""
    assert [bare(line) for line in done.stderr.splitlines()] == expected(sin)


@pytest.mark.parametrize("sin", ["unknown_key", "empty", "cycle_in_extends", "alias_bomb"])
def test_the_command_as_called_here_exits_with_2(sin: str, capsys, monkeypatch) -> None:
    monkeypatch.setattr(sys, "argv", ["armsrace", "check", str(FOLDER / f"{sin}.yaml")])
    with pytest.raises(SystemExit) as end:
        main.main()
    said = capsys.readouterr()
    assert (end.value.code, said.out) == (2, "")
    assert [bare(line) for line in said.err.splitlines()] == expected(sin)


def test_a_python_tag_runs_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(DocumentError):
        sim.load(FOLDER / "python_tag.yaml")
    assert capfd.readouterr().out == ""


def test_all_mistakes_of_a_scenario_are_reported_at_once(tmp_path: Path) -> None:
    text = "extends: richardson\nsuppliers: [turky]\nmediators: [osce]\nstates: [nort]\n"
    (tmp_path / "three.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        sim.load(tmp_path / "three.yaml")
    assert [problem.mark.line for problem in caught.value.problems] == [4, 2, 3]
