"""What test files share is written once, in modules of its own: a file of tests can be read, moved or deleted alone."""

import ast
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.py"))


def imported(code):
    """Return the modules that a file imports, at its head or anywhere else."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ([node.module] if node.module else [alias.name for alias in node.names])


def taken_from_tests(modules):
    """Return those of some modules that hold tests or fixtures, by their last name."""
    return {name for name in modules if name.rpartition(".")[2].startswith("test_") or name.endswith("conftest")}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_file_imports_from_a_file_of_tests(file):
    assert not taken_from_tests(imported(file.read_text(encoding="utf-8"))), "share through worlds.py"


@pytest.mark.parametrize("code", ["from test_plots import drawn", "from .conftest import golden", "import test_why"])
def test_such_an_import_would_be_found(code):
    assert taken_from_tests(imported(f"def inner():\n    {code}"))


def test_every_builder_is_used_by_more_than_one_file():
    uses = [set(imported(file.read_text(encoding="utf-8"))) for file in FILES]
    builders = [file.stem for file in FILES if not file.stem.startswith("test_") and file.stem != "conftest"]
    assert builders == ["briefing", "browsing", "sweeping", "synthetic", "worlds"]
    assert all(sum(name in modules for modules in uses) > 1 for name in builders)
