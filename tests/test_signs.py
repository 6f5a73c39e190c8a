"""Each outlook does what it says: the signs that it expects are those that its runs show, with the same luck."""

import pytest
from worlds import altered

import sim
from sim.analysis.signs import EXPECTED, MOVED, REVERSED, UNMOVED, played, signs, verdict
from sim.engine import chunk
from sim.scenario.files import read_scenario, shipped_scenarios

RUNS = 256  # tells every sign that is expected; a smaller one is none
OUTLOOKS = [name for name in shipped_scenarios() if read_scenario(name)[0].extends and name != "status_quo"]


@pytest.fixture(scope="module")
def base():
    return played("status_quo", RUNS, 0)


@pytest.mark.parametrize("outlook", OUTLOOKS)
def test_an_outlook_does_what_it_says_and_no_run_breaks_or_needs_a_second_look(base, outlook, monkeypatch):
    monkeypatch.delattr(chunk, "_second_look")
    rows = signs(outlook, RUNS, base=base)
    assert rows, f"{outlook} expects nothing; write 'expects:' with an outcome and its sign"
    wrong = [(row["outcome"], row["of"], row["sign"], row["difference"], row["verdict"]) for row in rows
             if row["verdict"] != EXPECTED]  # fmt: skip
    assert not wrong


def test_an_outlook_that_changes_nothing_fails_and_one_with_the_wrong_sign_too():
    quo, embargo = (altered(sim.load(name), end="2025-12") for name in ("status_quo", "israeli_embargo"))
    less = embargo.expects[0].model_copy(update={"window": "2025"})
    both = embargo.model_copy(update={"expects": [less, less.model_copy(update={"sign": "up"})]})
    base = played(quo, RUNS, 0)
    assert [row["verdict"] for row in signs(both, RUNS, base=base)] == [EXPECTED, REVERSED]
    idle = both.model_copy(update={"timeline": quo.timeline})
    assert {row["verdict"] for row in signs(idle, RUNS, base=base)} == {UNMOVED}


def test_none_is_expected_where_the_interval_holds_zero():
    assert [verdict("none", *ends) for ends in ((-1.0, 1.0), (0.5, 1.0))] == [EXPECTED, MOVED]


def test_expectations_are_of_the_scenario_itself_and_decide_no_number():
    embargo = sim.load("israeli_embargo")
    assert not sim.load("status_quo").expects
    assert embargo.digest() == embargo.model_copy(update={"expects": []}).digest()
    assert not signs("status_quo", 2)
