"""What users see: public names, quick commands, no country in the code, and numbers that do not move unnoticed."""

import ast
import builtins
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
import xarray as xr
from sweeping import said

import sim
from sim import measures
from sim.cli.main import verbs
from sim.explain.catalogue import KINDS
from sim.study.request import study_for

PACKAGE = Path(sim.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))

SIPRI = Path(__file__).parent / "data" / "sipri"

# -- names


PUBLIC = {
    "ArmsRace", "Experiment", "Parameter", "__version__", "advice", "case", "debrief", "load", "open_result",
    "read_rules", "rule", "watch",
    *sim.VERBS,
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_name_resolves(name):
    assert getattr(sim, name) is not None
    assert name in dir(sim)


def test_a_completion_offers_the_verbs_and_what_they_are_given_and_nothing_else():
    importlib.import_module("sim.results")
    assert set(dir(sim)) == PUBLIC


def test_the_other_name_is_the_same_package_with_no_module_twice():
    same = "import armsrace, sim, armsrace.results.open as a, sim.results.open as b; print(armsrace is sim, a is b)"
    assert python(f"{same}; from armsrace.measures import fan; print(fan is sim.measures.fan)").split() == ["True"] * 3


def test_the_public_names_are_the_verbs_and_what_they_are_given():
    assert {*sim.__all__, "list"} == PUBLIC


def test_importing_everything_leaves_the_names_of_python_alone():
    assert not set(sim.__all__) & set(vars(builtins))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'simulate'"):
        sim.simulate  # noqa: B018


def test_public_functions_say_what_they_take_and_return():
    for name in PUBLIC - {"__version__", "Experiment"}:
        text = getattr(sim, name).__doc__
        assert text, name
        assert "Parameters" in text or "Raises" in text, name


# -- every verb of the command line is a function

COMMANDS = {words.replace(" ", "_"): verb for words, verb in verbs().items()}
ANSWERING = [verb for verb in COMMANDS if verb not in ("app", "explore")]  # one serves, the other names a file
FOR_A_TERMINAL = {
    "brief": {"rules": "sim.read_rules", "workers": "one unless given"},  # left to Python, and how it is done there
    "check": {"schema": "the documents' own `schema()`"},
    "cite": {"bibtex": "`.bibtex` of the answer"},
    "run": {"narrate": "sim.explain.narrative.narrate", "why": "sim.explain.why.why"},
    "replay": {"narrate": "sim.explain.narrative.narrate", "why": "sim.explain.why.why"},
    "sweep": {"until": "stop=", "dry_run": "sim.sweeps.cost", "engine": "as a study says, if one is given"},
    "resume": {"dry_run": "sim.sweeps.cost"},
    "ablate": {"rule": "rules=", "out": "Rows.write"},
    "targets": {"out": "Rows.write"},
    "compare": {"precision": "None tells no runs", "out": "Rows.write"},
    "variance": {"out": "Rows.write"},
    "sensitivity": {"measure": "measures=", "out": "Rows.write"},
    "hindcast": {"origin": "origins="},
    "new_rivalry": {"from": "start=", "to": "end="},
    "plot": {"format": "formats="},
    "export": {"csv": "form=", "parquet": "form=", "netcdf": "form="},
}
READ_RULES = ("list", "show", "check", "cite", "run", "replay", "sweep", "resume", "merge", "verify", "ablate",
              "targets", "compare", "calibrate", "hindcast")  # fmt: skip
for reading in READ_RULES:
    FOR_A_TERMINAL.setdefault(reading, {})["rules"] = "sim.read_rules"


def options(verb):
    """Return the options of a verb that are shown, by the name that a parameter of Python would have."""
    return {
        option.opts[0].removeprefix("--").replace("-", "_"): option
        for option in COMMANDS[verb].params
        if option.param_type_name == "option" and not option.hidden and option.name != "help"
    }


def test_the_verbs_of_the_command_are_those_of_the_package_in_the_same_order():
    assert list(COMMANDS) == list(sim.VERBS)


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_verb_has_a_function_of_its_name_with_a_docstring(verb):
    function = getattr(sim, verb)
    assert function.__name__ == verb
    assert len(inspect.getdoc(function).splitlines()) > 5


@pytest.mark.parametrize("verb", COMMANDS)
def test_an_option_is_a_parameter_with_the_same_default(verb):
    parameters = inspect.signature(getattr(sim, verb)).parameters
    elsewhere = FOR_A_TERMINAL.get(verb, {})
    assert set(options(verb)) - set(parameters) == set(elsewhere) - set(parameters)
    for name, option in options(verb).items():
        if name in parameters and name not in elsewhere and parameters[name].default is not inspect.Parameter.empty:
            assert (option.default or None) == (parameters[name].default or None), f"{verb} --{name}"


@pytest.mark.parametrize("verb", COMMANDS)
def test_the_help_of_a_verb_fits_a_line_of_the_list(verb):
    assert len(COMMANDS[verb].get_short_help_str(61)) <= 61
    assert not COMMANDS[verb].get_short_help_str(61).endswith("...")


def test_help_says_common_random_numbers_where_luck_is_shared():
    for verb in ("sweep", "compare", "ablate"):
        told = [COMMANDS[verb].help, *(option.help or "" for option in options(verb).values())]
        assert "ommon random numbers" in " ".join(told), verb


def test_the_help_of_list_names_every_kind():
    (what,) = COMMANDS["list"].params[:1]
    assert set(re.findall(r"\w+", what.help)) == {*KINDS, "or"}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What each verb answers, in a small world."""
    home = tmp_path_factory.mktemp("face")
    place, race, question = home / "result", home / "race.yaml", home / "question.yaml"
    year, tense = home / "year.yaml", home / "tense.yaml"
    year.write_text("extends: status_quo\nend: 2024-04\n", encoding="utf-8")
    tense.write_text(
        "extends: year.yaml\nquestion: 'What if attacks are weighed more often?'\nparameters:\n"
        "  weigh_attacks.campaign_rate: {value: 0.12, basis: assumed, because: 'the question'}\n",
        encoding="utf-8",
    )
    race.write_text("extends: richardson\nend: 2001-12\n", encoding="utf-8")
    question.write_text(
        "question: '?'\nscenario: race.yaml\nreplicates: 8\ndesign: {grid: {}}\n"
        "uncertainties:\n  north.match_rival_linearly.reaction: {values: [0.1, 0.15, 0.2]}\n"
        "  north.match_rival_linearly.fatigue: {values: [0.2, 0.25]}\n",
        encoding="utf-8",
    )
    found = {"sweep": sim.sweep(race, 4, out=place), "resume": sim.resume(place)}
    for shard in (1, 2):
        sim.sweep(race, 600, kept_paths=0, out=home / str(shard), shard=f"{shard}/2")
    sim.sweep(question, out=home / "designed")
    with pytest.MonkeyPatch.context() as few:  # numbers moved to see what it rests on
        few.setattr("sim.briefs.rests_on.ROWS", 4)
        few.setattr("sim.briefs.rests_on.TRIED", 1)
        few.setattr("sim.briefs.rests_on.RUNS", 16)
        brief = sim.brief(tense, runs=16)
    free = {"clash_along_the_line.base": {}}
    fit = sim.Experiment(question="?", scenario="south_caucasus_2010", uncertainties=free, point_per_run=True,
                         design={"latin_hypercube": {"points": 300}})  # fmt: skip
    return found | {
        "list": sim.list("rules"),
        "show": sim.show("south_caucasus_2010"),
        "check": sim.check(question),
        "cite": sim.cite(place, "south_caucasus_2010"),
        "run": sim.run(race),
        "replay": sim.replay(place, 1),
        "merge": sim.merge(home / "both", [home / "1", home / "2"]),
        "verify": sim.verify(place),
        "failures": sim.failures(place),
        "ablate": sim.ablate(race, 8),
        "targets": sim.targets("south_caucasus_2010", 2),
        "compare": sim.compare(place, place),
        "variance": sim.variance(home / "designed"),
        "sensitivity": sim.sensitivity(home / "designed"),
        "calibrate": sim.calibrate(fit, home / "fitted", until="2010-12", waves=1, confirm=20),
        "hindcast": sim.hindcast(origins=[2019], mode="nothing", runs=2),
        "brief": brief,
        "lesson": sim.lesson(),
        "plot": sim.plot(place),
        "export": sim.export(place, "csv"),
        "import_sipri": sim.import_sipri(SIPRI / "trade-register.csv", SIPRI / "milex.xlsx", home / "tables"),
        "new_rivalry": sim.new_rivalry("DZA", "MAR", 1990, 1994),
        "new_scenario": sim.new_scenario("A race"),
        "new_rule": sim.new_rule("spend_when_tense"),
        "new_experiment": sim.new_experiment("Which?"),
    }


@pytest.mark.parametrize("verb", ANSWERING)
def test_an_answer_shows_itself_shortly_as_text_and_as_html(answers, verb):
    answer = answers[verb]
    lines = repr(answer).splitlines()
    if not isinstance(answer, xr.Dataset):  # xarray shortens its own: a dozen lines for each part
        assert 1 <= len(lines) < 40
        assert lines[0][:1] not in "[<"
        assert not re.match(r"\w+\(\w+=", lines[0]), "fields one after another, not an answer"
    assert len(lines) < 60
    assert answer._repr_html_().startswith("<")


def parts(thing, depth=0):
    """Yield what is ours of an answer, and of what it holds."""
    if type(thing).__module__.startswith("sim."):
        yield thing
    if depth < 4:
        within = vars(thing).values() if hasattr(thing, "__dict__") and not isinstance(thing, xr.Dataset) else ()
        within = thing.values() if isinstance(thing, dict) else thing if isinstance(thing, (list, tuple)) else within
        for part in list(within)[:20]:
            yield from parts(part, depth + 1)


@pytest.mark.parametrize("verb", [*ANSWERING, "load", "study"])
def test_whatever_an_answer_holds_shows_itself_shortly(answers, verb):
    more = {"load": sim.load, "study": study_for}
    answer = more[verb]("south_caucasus_2010") if verb in more else answers[verb]
    long = {type(part).__name__: len(repr(part)) for part in parts(answer) if len(repr(part)) > 2000}
    assert not long


def test_what_is_played_shows_which_it_is(hindcast, answers):
    position = answers["run"].position
    assert repr(hindcast).startswith(f"{hindcast.title} (south_caucasus_2010)\n{hindcast.question}\n2010-01 to 2024-12")
    assert repr(position).startswith(
        "Richardson's two nations: opening at 2000-01 under seed 0, 24 steps ahead\nstates: 2"
    )
    assert "run 0 of seed 0, 24 of 24 steps played" in repr(answers["run"].model)
    for shown in (hindcast, position, answers["run"].model):
        assert shown._repr_html_().startswith("<pre>")
        assert len(repr(shown)) < 1000


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
    "cite": "import sys; sys.argv = ['armsrace', 'cite']; from sim.cli.main import main; main()",
    "show": "import sys; sys.argv = ['armsrace', 'show', 'spend_oil_money']; from sim.cli.main import main; main()",
}
LOOKING["a table"] = "from sim.answers import Rows; repr(Rows([{'a': 1.0}]))"
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


@pytest.mark.parametrize(("verb", "needs", "does_without"), [
    ("run", "mesa", "xarray"), ("verify", "zarr", "xarray"), ("sweep", "xarray", "mesa"),
])  # fmt: skip
def test_playing_imports_what_it_needs_and_no_more(verb, needs, does_without):
    printed = python(THEN.format(heavy={needs, does_without}) + f"import sim; sim.{verb}")
    assert printed.splitlines()[-1].split() == ["HEAVY:", needs]


def test_the_command_says_its_version(capsys, monkeypatch):
    assert said(capsys, monkeypatch, "--version") == f"armsrace {sim.__version__}\n"


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
    for name in sim.scenario.files.shipped_scenarios():
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
