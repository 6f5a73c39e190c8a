"""What reaches a terminal: commands that can be pasted, text that does nothing, streams that may be gone."""

import ast
import errno
import io
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sweeping import ROOT, race, said
from sweeping import command as armsrace

import sim
from sim.answers import Rows, aligned
from sim.cli import main
from sim.cli.streams import guarded
from sim.explain.catalogue import Entry
from sim.model.mistakes import Mistake, command
from sim.terminal import ACTING, Stream, clean, progress_bar

CODE = sorted(Path(sim.__file__).parent.rglob("*.py"))
ACTS = "\x1b[31mred\x07 \x9b2J\x7f \r\u202eright\u2066 \u200bnothing\ufeff"  # what a stranger's title may hold

# -- commands that are proposed


@pytest.mark.parametrize(
    "name", ["plain", "my results", "it's", "a;b", "$HOME", "~", "*", "a&b", "-out", "--force", "ä b", "a\\b"]
)
def test_a_proposed_command_is_read_back_by_the_shell_as_it_was_meant(name: str) -> None:
    proposed = command("verify", Path(name), "--repair")
    assert proposed[0] == proposed[-1] == "`"
    program, verb, place, option = shlex.split(proposed[1:-1])
    assert (program, verb, option) == ("armsrace", "verify", "--repair")
    assert Path(place) == Path(name)
    assert not place.startswith("-")


@pytest.mark.skipif(os.name == "nt", reason="words of a shell")
@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31m'b", "\u202eä", "\udcff 1", "a\\\tb"])
def test_a_name_of_which_not_all_is_shown_can_be_pasted_too(name: str) -> None:
    proposed = command("resume", Path(name))
    assert proposed.isprintable()
    words = subprocess.run(["bash", "-c", f"printf '%s\\0' {proposed[1:-1]}"], capture_output=True, check=True).stdout
    assert words == b"armsrace\0resume\0" + os.fsencode(name) + b"\0"


def proposed_by_hand(tree: ast.AST) -> Iterator[str]:
    """Yield sentences that put something into a command between backquotes themselves."""
    for sentence in ast.walk(tree):
        if isinstance(sentence, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in sentence.values)
            yield from (quoted for quoted in text.split("`")[1::2] if "armsrace" in quoted and "\0" in quoted)


def test_a_sentence_leaves_the_words_of_a_command_to_the_one_who_quotes_them() -> None:
    by_hand = {str(file): list(proposed_by_hand(ast.parse(file.read_text(encoding="utf-8")))) for file in CODE}
    del by_hand[str(Path(sim.__file__).parent / "model" / "mistakes.py")]
    assert {name: found for name, found in by_hand.items() if found} == {}


def test_a_command_put_together_by_hand_would_be_found() -> None:
    assert list(proposed_by_hand(ast.parse("f'it stopped; `armsrace resume {out}` goes on'")))


# -- words that do nothing


def test_what_acts_is_spelled_out_and_what_is_written_stays() -> None:
    assert clean("a\x1b[0m\u202e") == r"a\x1b[0m\u202e"
    words = "tab\tand\nline, Türkiye, 日本, می\u200cخواهم, 👩\u200d🚀, ²"
    assert clean(words) == words
    assert clean(clean(ACTS)) == clean(ACTS)
    assert not ACTING.search(clean(ACTS))


def test_columns_stand_under_one_another_whatever_is_in_a_cell() -> None:
    first, second, third = aligned([("Tu\u0308rkland", "1"), ("日本", "2"), (f"two\nlines{ACTS}", "3")])
    assert first.index("1") - 1 == second.index("2") + 2  # a mark takes no column, a sign of two takes two
    assert "\n" not in third
    assert not ACTING.search(third)


def test_an_answer_and_a_mistake_do_nothing_to_a_terminal_of_python() -> None:
    rows = Rows([{"title": ACTS}])
    entry = Entry("rules", "x", ACTS)
    for text in (str(rows), repr(rows), rows._repr_html_(), str(entry), repr(entry), str(Mistake(f"no '{ACTS}'"))):
        assert not ACTING.search(text)


@pytest.fixture
def strange(tmp_path: Path) -> Path:
    """A scenario with words that act upon a terminal wherever words may stand."""
    file = tmp_path / "strange.yaml"
    acts = ACTS.encode("unicode_escape").decode().replace("\\r", "\\x0d")
    file.write_text(f'extends: richardson\nend: 2001-12\ntitle: "{acts}"\nquestion: "{acts}"\n', encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "words", [("show",), ("check",), ("cite",), ("run", "--narrate"), ("run", "--why", ACTS)], ids=" ".join
)
def test_nothing_of_a_strange_scenario_reaches_the_terminal(capsys, monkeypatch, strange, words) -> None:
    monkeypatch.setattr(sys, "argv", ["armsrace", words[0], str(strange), *words[1:]])
    with pytest.raises(SystemExit):
        main.main()
    printed = capsys.readouterr()
    assert printed.out + printed.err
    assert not ACTING.search(printed.out + printed.err)


def test_words_typed_wrongly_reach_the_terminal_spelled_out(capsys, monkeypatch) -> None:
    monkeypatch.setattr(sys, "argv", ["armsrace", ACTS])
    with pytest.raises(SystemExit):
        main.main()
    assert not ACTING.search(capsys.readouterr().err)


# -- streams that may be closed, gone or of few letters

SHELL = ("2>&-", "2>&1 | true")


@pytest.mark.skipif(os.name == "nt", reason="words of a shell")
@pytest.mark.parametrize("streams", SHELL)
def test_a_sweep_is_finished_without_its_streams(tmp_path: Path, streams: str) -> None:
    done = in_shell(armsrace("sweep", race(tmp_path), "--runs", 10, "--out", tmp_path / "out"), streams)
    assert done == ""
    assert sim.open_result(tmp_path / "out").sizes["run"] == 10


@pytest.mark.skipif(os.name == "nt", reason="words of a shell")
def test_workers_do_without_streams_too(tmp_path: Path) -> None:
    words = ("sweep", race(tmp_path), "--runs", 600, "--workers", 2, "--out", tmp_path / "out")
    assert in_shell(armsrace(*words), "<&- >&- 2>&-") == ""
    assert sim.open_result(tmp_path / "out").sizes["run"] == 600


@pytest.mark.skipif(os.name == "nt", reason="words of a shell")
def test_a_sweep_from_python_does_without_streams_too(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "import sim, sys; sim.sweep(sys.argv[1], 10, out=sys.argv[2], progress=True)"]
    assert in_shell([*words, str(race(tmp_path)), str(tmp_path / "out")], "2>&1 | true") == ""
    assert sim.open_result(tmp_path / "out").sizes["run"] == 10


def in_shell(words: list[str], streams: str) -> str:
    """Run a command and return what it complains of; it must end well."""
    ending = f"{shlex.join(words)} {streams}"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", ending], cwd=ROOT, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return "".join(line for line in done.stderr.splitlines(True) if "run/s" not in line).strip()


class Pipe(io.TextIOWrapper):
    """A pipe whose reader has gone, or a file of a full disk."""

    def __init__(self, number: int) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")
        self.number = number

    def write(self, text: str) -> int:
        raise OSError(self.number, os.strerror(self.number))


@pytest.mark.parametrize("number", [errno.EPIPE, errno.EINVAL, errno.EBADF, errno.EIO])  # EINVAL: a pipe of Windows
def test_a_reader_that_has_gone_is_no_mistake(monkeypatch, number: int) -> None:
    monkeypatch.setattr(sys, "stdout", Pipe(number))
    monkeypatch.setattr(sys, "argv", ["armsrace", "list", "experiments"])
    with pytest.raises(SystemExit) as end:
        main.main()
    assert not end.value.code


def test_words_lost_for_want_of_room_are_told(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "stdout", Pipe(errno.ENOSPC))
    monkeypatch.setattr(sys, "argv", ["armsrace", "list", "experiments"])
    with pytest.raises(SystemExit) as end:
        main.main()
    assert end.value.code == 2
    assert "standard output has no space left" in capsys.readouterr().err


def test_no_streams_at_all_are_none_of_our_concern(monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    with guarded():
        print("nothing")
    assert sys.stdout is None
    with progress_bar(3, "run", shown=True) as bar:
        bar.update(3)


class Terminal(io.StringIO):
    """A stream on which somebody looks."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "seen"), [(Terminal(), True), (io.StringIO(), False)])
def test_a_bar_is_shown_to_a_terminal_and_not_into_a_pipe_unless_asked(monkeypatch, stream, seen) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    with progress_bar(3, "run", shown="auto") as bar:
        bar.update(3)
    assert ("3/3" in stream.getvalue()) is seen
    with progress_bar(4, "run", shown=True) as bar:
        bar.update(4)
    assert "4/4" in stream.getvalue()


def test_a_bar_is_shown_in_a_notebook(monkeypatch, capsys) -> None:
    shell = SimpleNamespace(config={"IPKernelApp": {}})
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    with progress_bar(3, "run", shown="auto") as bar:
        bar.update(3)
    assert "3/3" in capsys.readouterr().err


@pytest.mark.parametrize("letters", ["ascii", "cp1251", "cp1252", "cp437"])
def test_a_letter_that_a_stream_has_not_is_written_as_its_number(letters: str) -> None:
    under = io.TextIOWrapper(io.BytesIO(), encoding=letters)
    print("τ², \udcff 日", file=Stream(under))
    under.seek(0)
    assert under.read().endswith(r"\udcff \u65e5" + "\n")


def test_the_command_gives_back_the_streams_it_took(capsys, monkeypatch) -> None:
    before = sys.stdout, sys.stderr
    said(capsys, monkeypatch, "list", "experiments")
    assert (sys.stdout, sys.stderr) == before
