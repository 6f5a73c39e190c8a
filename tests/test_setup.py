"""start.py knows when its environment is ready, and the project's lists agree with each other."""

import ast
import importlib.util
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
START = ROOT / "start.py"


@pytest.fixture
def start(tmp_path, monkeypatch):
    """start.py as a module, in a project of its own, with a set-up that only notes what it was asked."""
    spec = importlib.util.spec_from_file_location("armsrace_start", START)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path / "project")
    monkeypatch.delenv("ARMSRACE_CONSTRAINTS", raising=False)
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "pyproject.toml").write_text("[project]\n")
    module.steps = []
    monkeypatch.setattr(module, "create", lambda folder: module.steps.append("create") or ["pip"])
    monkeypatch.setattr(module, "install", lambda *_: module.steps.append("install"))
    return module


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "env"


def steps_of_next_set_up(start, folder, testing=False):
    start.steps.clear()
    start.prepare(folder, testing)
    return start.steps


def test_a_ready_environment_is_left_alone(start, folder):
    assert steps_of_next_set_up(start, folder) == ["create", "install"]
    assert steps_of_next_set_up(start, folder) == []


def test_a_changed_pyproject_is_installed_again(start, folder):
    start.prepare(folder, False)
    before = start.stamp(folder, False)
    (start.ROOT / "pyproject.toml").write_text("[project]\nname = 'armsrace'\n")
    assert start.stamp(folder, False) != before
    assert steps_of_next_set_up(start, folder) == ["install"]


def test_changed_constraints_are_installed_again(start, folder, tmp_path, monkeypatch):
    start.prepare(folder, False)
    (tmp_path / "pins.txt").write_text("mesa==3.3.1\n")
    monkeypatch.setenv("ARMSRACE_CONSTRAINTS", str(tmp_path / "pins.txt"))
    assert steps_of_next_set_up(start, folder) == ["install"]


def test_testing_needs_more_than_running_and_running_no_more_than_testing(start, folder):
    start.prepare(folder, False)
    assert steps_of_next_set_up(start, folder, testing=True) == ["install"]
    assert steps_of_next_set_up(start, folder, testing=False) == []


def test_another_interpreter_means_a_new_environment(start, folder, monkeypatch):
    start.prepare(folder, False)
    monkeypatch.setattr(start.sys, "version", "3.99.0 (some other build)")
    assert steps_of_next_set_up(start, folder) == ["create", "install"]


def test_an_interrupted_set_up_starts_from_nothing(start, folder, monkeypatch):
    def interrupted(*_):
        (folder / "half a package").touch()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(start, "install", interrupted)
        with pytest.raises(KeyboardInterrupt):
            start.prepare(folder, False)
    assert steps_of_next_set_up(start, folder) == ["create", "install"]
    assert not (folder / "half a package").exists()


def test_an_environment_we_did_not_make_is_never_deleted(start, folder):
    folder.mkdir()
    (folder / "pyvenv.cfg").touch()
    assert steps_of_next_set_up(start, folder) == ["install"]
    (folder / start.STAMP).write_text((folder / start.STAMP).read_text().replace("true", "false"))
    assert steps_of_next_set_up(start, folder) == ["install"]
    assert (folder / "pyvenv.cfg").exists()


def test_a_folder_of_something_else_is_refused_untouched(start, folder, capsys):
    folder.mkdir()
    (folder / "thesis.tex").touch()
    with pytest.raises(SystemExit) as stopped:
        start.prepare(folder, False)
    assert stopped.value.code == 2
    assert "ARMSRACE_VENV" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["thesis.tex"]


def test_the_environment_is_where_the_variable_says(start, tmp_path, monkeypatch):
    monkeypatch.setenv("ARMSRACE_VENV", str(tmp_path / "elsewhere"))
    assert start.environment_folder() == tmp_path / "elsewhere"
    monkeypatch.delenv("ARMSRACE_VENV")
    assert start.environment_folder() == start.ROOT / ".venv"


def test_running_again_goes_on_and_replaces_nothing_unless_asked(start, folder, monkeypatch, capsys):
    called = []
    monkeypatch.setattr(start, "call", lambda _, command, cwd: called.append(command[1:]) or 2 * (command[1] != "plot"))
    result = start.ROOT / start.RESULTS
    numbers = ["--uncertainty", "prior", "--runs", "10000", "--seed", "1"]
    sweep = ["sweep", start.STUDY, *numbers, "--out", str(start.RESULTS)]
    asked = [(None, [], sweep), ("no JSON", [], sweep), ('["a list"]', [], sweep)]
    about = {**start.ASKED, "layout": {}}
    asked += [
        (json.dumps(about), [], ["resume", str(start.RESULTS)]),
        (json.dumps(about), ["--force"], [*sweep, "--force"]),
    ]
    asked += [(json.dumps({**about, name: "another"}), [], sweep) for name in start.ASKED]
    for text, words, expected in asked:
        if text is not None:
            result.mkdir(parents=True, exist_ok=True)
            (result / "provenance.json").write_text(text)
        called.clear()
        assert start.run(folder, words) == 2
        assert called == [expected]
        assert capsys.readouterr().err.endswith("start.py run --force\n") == (not words)


def test_every_check_runs_and_the_failing_one_is_named(start, folder, monkeypatch, capsys):
    called = []
    failing = ("mypy", start.CHECKED_DOCS[0])
    monkeypatch.setattr(start, "call", lambda _, command, cwd: called.append(command) or command[0] in failing)
    assert start.test(folder, ["-x"]) == 1
    assert [one for one in called if one != start.CHECKED_DOCS] == [*start.CHECKS[:-1], [*start.CHECKS[-1], "-x"]]
    assert called.count(start.CHECKED_DOCS) == 1  # beside the others, whenever it is its turn
    assert capsys.readouterr().out.endswith(f"failed: mypy, {' '.join(start.CHECKED_DOCS)}\n")


def test_an_old_python_is_refused_in_one_line():
    program = "import start, sys; start.sys.version_info = (3, 10, 4, 'final', 0); start.main(['list'])"
    refused = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr == "armsrace needs Python 3.11 or newer, this is 3.10: try python3.11 start.py\n"


def test_an_old_python_can_read_the_refusal():
    ast.parse(START.read_text(), feature_version=(3, 6))


def test_pip_and_uv_are_told_the_same_development_tools():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    assert project["dependency-groups"] == {name: extras[name] for name in ("docs", "dev")}


def test_the_citation_names_the_version_of_the_project():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text()
