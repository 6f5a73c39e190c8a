"""What users see: public names, quick commands, no country in the code, and numbers that do not move unnoticed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim import measures

PACKAGE = Path(sim.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))

# -- names


@pytest.mark.parametrize("name", sim.__all__)
def test_a_public_name_resolves(name):
    assert getattr(sim, name) is not None


def test_the_public_names_are_these():
    assert sorted(sim.__all__) == [
        "Experiment", "__version__", "compare", "load", "merge", "open_result", "replay", "resume", "run", "sweep",
        "verify",
    ]  # fmt: skip


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'simulate'"):
        sim.simulate  # noqa: B018


def test_public_functions_say_what_they_take_and_return():
    for name in set(sim.__all__) - {"__version__", "Experiment"}:
        text = getattr(sim, name).__doc__
        assert text, name
        assert "Parameters" in text or "Raises" in text, name


# -- quick commands

HEAVY = ("mesa", "pandas", "xarray", "matplotlib")
LOOKING = {
    "import sim": "import sim",
    "load": "import sim; sim.load('south_caucasus_2010')",
    "--help": "import sys; sys.argv = ['armsrace', '--help']; from sim.cli.main import main; main()",
    "check": "import sys; sys.argv = ['armsrace', 'check', 'richardson']; from sim.cli.main import main; main()",
    "check an experiment": (
        "import sys; sys.argv = ['armsrace', 'check', 'embargo_contrast']; from sim.cli.main import main; main()"
    ),
    "list": "import sys; sys.argv = ['armsrace', 'list']; from sim.cli.main import main; main()",
    "list rules": "import sys; sys.argv = ['armsrace', 'list', 'rules']; from sim.cli.main import main; main()",
    "show": "import sys; sys.argv = ['armsrace', 'show', 'spend_oil_money']; from sim.cli.main import main; main()",
}
LOOKING["a table"] = "from sim.measures.table import Rows; repr(Rows([{'a': 1.0}]))"
THEN = """
import atexit, sys
@atexit.register
def report():
    print("HEAVY:", *sorted(set(sys.modules) & {heavy}))
"""


def python(code, *arguments):
    """Run code in a fresh interpreter and return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments, "-c", code] if code else [sys.executable, *arguments],
        capture_output=True, text=True, timeout=60, check=False, cwd=PACKAGE.parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("what", LOOKING)
def test_looking_does_not_import_what_is_heavy(what):
    printed = python(THEN.format(heavy=set(HEAVY)) + LOOKING[what])
    assert printed.splitlines()[-1].strip() == "HEAVY:"


def test_playing_does_import_them():
    printed = python(THEN.format(heavy=set(HEAVY)) + "import sim; sim.run")
    assert {"mesa", "xarray"} <= set(printed.splitlines()[-1].split())


def test_the_package_can_be_called_by_its_name():
    assert "Usage" in python("", "-m", "sim", "--help")


# -- no country in the code

COUNTRIES = (
    "armenia", "azerbaijan", "azeri", "belarus", "china", "france", "french", "georgia", "germany", "india",
    "iran", "israel", "karabakh", "artsakh", "minsk", "nakhchivan", "pakistan", "russia", "syunik", "turkey",
    "turkish", "ukrain", "baku", "yerevan", "moscow", "ankara",
)  # fmt: skip
CODES = {"ARM", "AZE", "BLR", "FRA", "GEO", "IND", "IRN", "ISR", "PAK", "RUS", "TUR", "UKR"}
SPEAKS_OF_SOURCES = {"because", "says", "source", "evidence"}  # arguments that say where a number comes from
COLOURED = PACKAGE / "plots" / "style.py"  # one fixed colour per actor everywhere


def spoken(tree):
    """Yield nodes whose text is prose or a reference: docstrings and arguments that speak of sources."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first.value
        if isinstance(node, ast.keyword) and node.arg in SPEAKS_OF_SOURCES:
            yield from ast.walk(node.value)


def said_in_code(tree):
    """Yield ``(line, text)`` of every identifier and every string that is not prose."""
    prose = {id(node) for node in spoken(tree)}
    for node in ast.walk(tree):
        if id(node) in prose:
            continue
        for field in ("id", "attr", "arg", "name", "value"):
            text = getattr(node, field, None)
            if isinstance(text, str):
                yield getattr(node, "lineno", 0), text


def countries_in(source):
    """Return located mentions of countries in the code of a module."""
    return [
        f"line {line}: {text!r}"
        for line, text in said_in_code(ast.parse(source))
        if text in CODES or any(country in text.lower() for country in COUNTRIES)
    ]


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=str(path.relative_to(PACKAGE))) for path in MODULES if path != COLOURED]
)
def test_no_module_knows_a_country(path):
    assert not countries_in(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "code",
    ["azerbaijan = 1", "f('armenia')", "x.israel", "def turkey(): ...", "{'RUS': 1}", "f(russia=1)", "f'{a} iran'"],
)
def test_a_country_in_the_code_would_be_found(code):
    assert countries_in(code)


def test_a_country_in_prose_is_allowed():
    assert not countries_in('"""About Armenia."""\nf(because="as in Israel", source="cnn_israel")  # Turkey')


def test_every_actor_of_the_shipped_scenarios_is_on_the_list_of_countries():
    for name in sim.scenario.schema.shipped():
        scenario = sim.load(name)
        for section in (scenario.states, scenario.suppliers):
            for key, actor in section.items():
                if actor.iso3:
                    assert any(country in key for country in COUNTRIES), key
                    assert actor.iso3 in CODES, key


# -- golden numbers


@pytest.mark.slow
def test_the_summary_of_the_hindcast_is_the_one_that_was_reviewed(golden):
    data = sim.sweep("south_caucasus_2010", 512, seed=0, kept_paths=512)
    rows = measures.summary(data)
    numbers = {" ".join(filter(None, (row["measure"], row["state"]))): float(row["value"]) for row in rows}
    numbers |= {f"mean {name}": float(data[name].mean()) for name in ("campaigns", "operations", "deaths", "displaced")}
    assert len(numbers) == len(rows) + 4, "two rows share a name"
    golden("south_caucasus_2010", numbers, rtol=0.01, atol=0.005)
