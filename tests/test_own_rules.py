"""Rules of one's own: in a script, a session or a file, known to every worker, and part of what a result is."""

import subprocess
import sys
from pathlib import Path

import pytest
from sweeping import ROOT, assert_same, said
from worlds import altered

import sim
from sim.explain.narrative import narrate
from sim.model.mistakes import Mistake
from sim.model.rule import CATALOGUE
from sim.results.manifest import provenance
from sim.scenario.own_rules import own_rules, read_rules

RULE = """import sim


@sim.rule(actor="state", writes="milex_target_log", says="tension stands at {tension:.1f}", evidence=["voa_arms_race"])
def arm_under_tension(
    tension, *, weight: sim.Parameter = sim.Parameter(0.05, "log per index", between=(0.0, 0.2), because="a test")
):
    \"\"\"A state aims to spend more while tension is high.\"\"\"
    return weight * tension
"""
FILED = RULE[RULE.index("@") :].partition("\n")[0]


@pytest.fixture(autouse=True)
def rulebook_alone():
    """Give the rulebook back as it was."""
    before = dict(CATALOGUE)
    yield
    CATALOGUE.clear()
    CATALOGUE.update(before)


@pytest.fixture
def rules(tmp_path):
    path = tmp_path / "my_rules.py"
    path.write_text(RULE)
    return path


@pytest.fixture
def asks_for_it(hindcast, rules, tmp_path):
    """A file of a scenario in which one state follows the rule."""
    read_rules(rules)
    states = dict(hindcast.states)
    first = next(iter(states))
    states[first] = states[first].model_copy(update={"rules": [*states[first].rules, "arm_under_tension"]})
    path = tmp_path / "asks.yaml"
    path.write_text(altered(hindcast, end="2010-03", states=states).lock())
    return path


def test_a_rule_of_ones_own_is_consulted_where_its_quantity_is_decided(asks_for_it, rules):
    assert read_rules(rules) == ("arm_under_tension",)
    assert CATALOGUE["arm_under_tension"].phase == CATALOGUE["spend_oil_money"].phase
    history = sim.run(asks_for_it)
    assert any(r.rule.name == "arm_under_tension" for r in history.moments[0].reasons["milex_target_log"])
    assert narrate(history)
    assert "tension is high" in str(sim.show("arm_under_tension"))
    assert [source.key for source in sim.cite("arm_under_tension").sources] == ["voa_arms_race"]


def test_workers_know_it_and_play_the_same_bytes(asks_for_it, tmp_path, capsys, monkeypatch, rules):
    CATALOGUE.pop("arm_under_tension")
    for name, more in (("one", ()), ("two", ("--workers", 2))):
        out = tmp_path / name
        said(capsys, monkeypatch, "sweep", asks_for_it, "--runs", 520, "--rules", rules, "--out", out, *more)
    assert_same(tmp_path / "one", tmp_path / "two")
    assert sim.verify(tmp_path / "two").good


def test_a_result_goes_on_only_with_the_rule_it_was_begun_with(asks_for_it, tmp_path, rules):
    sim.sweep(asks_for_it, 5, out=tmp_path / "r")
    assert list(provenance(tmp_path / "r")["own_rules"]) == ["arm_under_tension"]
    assert sim.resume(tmp_path / "r", 8).sizes["run"] == 8
    rules.write_text(RULE.replace("weight * tension", "weight + tension"))
    read_rules(rules)
    with pytest.raises(Mistake, match="the rule 'arm_under_tension' is not the one it was begun with"):
        sim.resume(tmp_path / "r", 10)
    CATALOGUE.pop("arm_under_tension")
    with pytest.raises(ValueError, match=r"the rule 'arm_under_tension' of your own.*--rules FILE"):
        sim.resume(tmp_path / "r", 10)


def test_a_file_that_changed_after_it_was_read_is_not_what_workers_play(asks_for_it, tmp_path, rules):
    rules.write_text(RULE + "\n")
    with pytest.raises(Mistake, match="have changed since they were read"):
        sim.sweep(asks_for_it, 5, out=tmp_path / "r", workers=2)


SCRIPT = (
    RULE
    + """
from sim.explain.narrative import narrate
import sys
print(sim.run(sys.argv[1]).broke or "sound")
print(sim.sweep(sys.argv[1], 5, out=sys.argv[2]).sizes["run"], sim.verify(sys.argv[2]).good)
try:
    sim.sweep(sys.argv[1], 5, out=sys.argv[2] + "2", workers=2)
except ValueError as error:
    print(error)
"""
)


@pytest.mark.parametrize("how", ["a script", "standard input", "-c"])
def test_a_rule_in_a_script_or_session_works(how, asks_for_it, tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    words = {"a script": ["script.py"], "standard input": ["-"], "-c": ["-c", SCRIPT]}[how]
    done = subprocess.run([sys.executable, *words, str(asks_for_it), "out"], input=SCRIPT, cwd=tmp_path, text=True,
                          env={"PYTHONPATH": str(ROOT)}, capture_output=True, timeout=120, check=False)  # fmt: skip
    assert not done.stderr
    sound, played, told = done.stdout.splitlines()
    assert (sound, played) == ("sound", "5 True")
    assert told.startswith("other processes cannot know the rule 'arm_under_tension'")
    assert not (tmp_path / "out2").exists()


SLIPS = {
    "def f(:": ":1: invalid syntax",
    "1 / 0": ":1: ZeroDivisionError",
    "import sys; sys.exit(1)": ":1: SystemExit",
    "x = 1": "files no rule",
    RULE.replace("arm_under_tension", "spend_oil_money"): "'spend_oil_money' is the name of a rule in",
    RULE.replace("arm_under_tension", "sign_contracts"): "'sign_contracts' is the name of an entry of the books",
    RULE.replace("milex_target_log", "milx_target_log"): ":4: rules do not decide 'milx_target_log', did you mean",
    RULE.replace("(\n    tension", "(\n    tensoin"): ":4: unknown quantity 'tensoin', did you mean 'tension'",
    RULE.replace("{tension:.1f}", "{tensoin:.1f}"): ":4: arm_under_tension: reason sentence, unknown word",
    RULE.replace(FILED, "@sim.rule"): ":4: TypeError: rule()",
}


@pytest.mark.parametrize("text", SLIPS, ids=SLIPS.values())
def test_a_slip_in_a_file_is_one_sentence_and_nothing_of_it_is_filed(text, rules):
    before = dict(CATALOGUE)
    rules.write_text(text)
    with pytest.raises(Mistake) as told:
        read_rules(rules)
    assert SLIPS[text] in str(told.value)
    assert str(rules) in str(told.value)
    assert before == CATALOGUE


def test_a_file_that_is_not_there_is_said_before_anything_else(refused):
    assert refused("run", "nowhere", "--rules", "gone.py").startswith("gone.py cannot be read as rules")


ANSWERS = {
    "return wieght * tension": r"my_rules.py:9: rule 'arm_under_tension' fails: NameError: .*; correct it",
    "return 1.0": "returns one number, but 'milex_target_log' takes numbers along",
    "return tension[0]": "returns float64 of shape",
    "pass": "returns a NoneType",
    "tension += 1.0; return tension": "read-only",
}


@pytest.mark.parametrize("code", ANSWERS)
def test_a_rule_that_answers_wrongly_is_refused_before_it_is_played(code, asks_for_it, rules, tmp_path):
    rules.write_text(RULE.replace("return weight * tension", code))
    read_rules(rules)
    for verb in (sim.check, sim.run, lambda file: sim.sweep(file, 5, out=tmp_path / "r", workers=2)):
        with pytest.raises(Mistake, match=ANSWERS[code]):
            verb(asks_for_it)
    assert not (tmp_path / "r").exists()


def test_what_it_rests_on_has_to_be_known(asks_for_it, rules):
    rules.write_text(RULE.replace("voa_arms_race", "nobody_2020"))
    read_rules(rules)
    with pytest.raises(ValueError, match="rests on 'nobody_2020', which is no source or claim we have"):
        sim.load(asks_for_it)
    with pytest.raises(Mistake, match="no evidence file 'nobody_2020'"):
        sim.cite("arm_under_tension")


def test_the_rulebook_is_nobodys_own():
    assert not list(own_rules(CATALOGUE))
    assert Path(sim.__file__).is_relative_to(ROOT)
