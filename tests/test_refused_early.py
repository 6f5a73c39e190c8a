"""What could not be played, kept, shown or told apart is refused before anything is played, with its place."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from worlds import altered

import sim
from sim.model.mistakes import Mistake
from sim.scenario.changes import date_of, step_of
from sim.scenario.document import DocumentError
from sim.scenario.schema import Scenario
from sim.study.sample_table import parse_sample_table


@pytest.fixture
def told(tmp_path, monkeypatch):
    """Check a scenario that extends the textbook race, or another, and return what it is told."""
    monkeypatch.chdir(tmp_path)

    def check(text: str, extends: str = "richardson") -> str:
        Path("s.yaml").write_text(f"extends: {extends}\n{text}\n", encoding="utf-8")
        with pytest.raises(DocumentError) as caught:
            sim.check("s.yaml")
        return str(caught.value)

    return check


# -- dates


@pytest.mark.parametrize(("start", "end"), [("1677-01", "1700-01"), ("1000-01", "1000-12"), ("2990-01", "2999-12")])
def test_months_that_no_date_can_hold_are_refused(told, start: str, end: str) -> None:
    assert told(f"start: {start}\nend: {end}").startswith(f"s.yaml:2: start: {start} cannot be kept as a date")


@pytest.mark.parametrize(("start", "end"), [("1678-01", "1678-03"), ("2261-10", "2261-12")])
def test_the_first_and_the_last_months_are_read_back(richardson: Scenario, tmp_path, start: str, end: str) -> None:
    sim.sweep(altered(richardson, start=start, end=end), 2, out=tmp_path / "result")
    assert sim.open_result(tmp_path / "result")["time"].dt.strftime("%Y-%m").values.tolist()[::2] == [start, end]


@pytest.mark.parametrize("steps_per_year", range(12, 337, 12))
def test_each_step_has_a_date_of_its_own_in_its_month(richardson: Scenario, steps_per_year: int) -> None:
    scenario = altered(richardson, start="2000-01", end="2003-12", steps_per_year=steps_per_year)
    dates = [date_of(scenario, step) for step in range(scenario.steps)]
    assert all(one < other for one, other in pairwise(dates))
    assert [12 * (date.year - 2000) + date.month - 1 for date in dates] == [
        step * 12 // steps_per_year for step in range(scenario.steps)
    ]
    if steps_per_year <= 84:  # where a month has steps enough, an event of that date falls into that step
        assert [step_of(scenario, date) for date in dates] == list(range(scenario.steps))


def test_a_result_of_many_steps_tells_them_apart(richardson: Scenario, tmp_path) -> None:
    sim.sweep(altered(richardson, end="2000-03", steps_per_year=336), 2, out=tmp_path / "result")
    time = sim.open_result(tmp_path / "result").indexes["time"]
    assert time.is_unique
    assert time.is_monotonic_increasing


def test_a_step_that_has_no_day_of_its_own_is_refused(told) -> None:
    assert "steps_per_year: write 12, 24, 36 or another multiple of 12, up to 336, not 360" in told(
        "steps_per_year: 360"
    )


# -- what contradicts itself

EVENT = "  - {{date: {}, what: {}, basis: assumed, because: y, set: {{leverage: {{osce_minsk_group: {}}}}}}}\n"


@pytest.mark.parametrize("days", [("2025-01", "2025-01"), ("2025-01", "2025-01-01")])
def test_two_events_of_one_day_do_not_contradict_each_other(told, days) -> None:
    both = "timeline:\n" + EVENT.format(days[0], "first", 0.7) + EVENT.format(days[1], "second", 0.1)
    said = told(both, "status_quo")
    assert said.startswith("s.yaml:4: timeline[")
    assert "'first' sets this to 0.7 on the same day, not to 0.1" in said


def test_events_that_agree_or_follow_each_other_are_fine(tmp_path) -> None:
    for days, numbers in ((("2025-01", "2025-01"), (0.7, 0.7)), (("2025-01", "2025-02"), (0.7, 0.1))):
        events = "".join(EVENT.format(*given) for given in zip(days, ("first", "second"), numbers, strict=True))
        file = tmp_path / "s.yaml"
        file.write_text(f"extends: status_quo\ntimeline:\n{events}", encoding="utf-8")
        assert sim.check(file).warnings == sim.check("status_quo").warnings


def test_a_number_for_all_contradicts_another_for_one_of_them(told) -> None:
    line = "  - {{date: 2025-01, what: {}, basis: assumed, because: y, set: {{affinity: {{israel: {}}}}}}}\n"
    said = told("timeline:\n" + line.format("all", 0.2) + line.format("one", "{armenia: 0.3}"), "status_quo")
    assert "'all' sets this to 0.2 on the same day, not to 0.3" in said


def test_a_rival_is_named_once(told) -> None:
    assert told("states: {north: {rivals: [south, south]}}").endswith(
        "states.north.rivals[1]: rival 'south' is listed twice; remove one"
    )


def test_scenarios_of_other_months_are_not_compared(richardson: Scenario, monkeypatch) -> None:
    monkeypatch.setattr("sim.analysis.compare.sweep", None)  # nothing may be played
    for change in ({"end": "2001-12"}, {"steps_per_year": 24}):
        with pytest.raises(Mistake, match="compare scenarios with the same start, end and step"):
            sim.compare(richardson, altered(richardson, **change))


# -- names

STATES = 'states: {{north: {{name: "{}"}}, south: {{name: "{}"}}}}'


@pytest.mark.parametrize(("one", "other"), [("Union", "Union"), ("Union", "UNION "), ("Ünion", "U\u0308nion")])
def test_names_that_look_alike_are_refused(told, one: str, other: str) -> None:
    assert "is already the name of 'north'; choose another" in told(STATES.format(one, other))


@pytest.mark.parametrize("name", ["", "  ", r"\u200d", "\u3000"])
def test_a_name_that_shows_nothing_is_refused(told, name: str) -> None:
    assert "states.south.name: this shows nothing; write at least one letter" in told(STATES.format("N", name))


@pytest.mark.parametrize("letter", [r"\e", r"\a", r"\0", r"\n", r"\u202e", r"\u2066", r"\u200b", r"\u2028", r"\x85"])
def test_a_name_that_cannot_be_shown_is_refused(told, letter: str) -> None:
    for text in (STATES.format("N", f"S{letter}S"), f'zones: {{z: {{name: "a{letter}b"}}}}'):
        assert "cannot be shown; remove it" in told(text)
    classes = f'weapons: {{classes: {{armour: "a{letter}b"}}, quantities: {{}}}}'
    assert "cannot be shown; remove it" in told(classes)


def test_weapon_classes_have_names_of_their_own(told) -> None:
    assert "'Arms' is already the name of 'armour'" in told("weapons: {classes: {armour: Arms, drones: Arms}}")


@pytest.mark.parametrize("name", ["caf\udce9.yaml", "a\x1bb.yaml", "a\u202eb.yaml", "a\nb.yaml"])
@pytest.mark.parametrize("text", ["extends: richardson", "question: '?'\nscenario: richardson\ndesign: fixed"])
def test_a_file_name_that_cannot_be_shown_is_refused(tmp_path, monkeypatch, name: str, text: str) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        Path(name).write_text(text)
    except OSError:
        pytest.skip("this disk knows no such name")
    with pytest.raises(DocumentError, match=r"in the name of this file: the character U.* cannot be shown"):
        sim.check(name)


def test_an_own_scenario_of_a_shipped_name_extends_the_shipped_one(tmp_path) -> None:
    file = tmp_path / "status_quo.yaml"
    file.write_text("extends: status_quo\ntitle: mine\n")
    assert sim.load(file).title == "mine"
    assert sim.load(file).states == sim.load("status_quo").states
    file.write_text("extends: another\n")
    (tmp_path / "another.yaml").write_text(
        "extends: status_quo\ntitle: mine\n"
    )  # once round, and on to the shipped one
    assert sim.load(file).title == "mine"


def test_a_name_no_file_can_have_is_not_there(told) -> None:
    for name in ("a" * 5000, '"a\\0b"'):
        assert "to extend" in told("end: 2001-12", name)


# -- numbers

WIDE = ["[5.0e-324, 1.0]", "[1.0e-320, 1.0e-310]", "[1.0e-300, 1.0e+300]"]


@pytest.mark.parametrize("ends", WIDE)
def test_a_range_wider_than_numbers_reach_is_refused(tmp_path, ends: str) -> None:
    file = tmp_path / "e.yaml"
    factor = f"{{between: {ends}, scale: log}}"
    file.write_text(
        f"question: '?'\nscenario: richardson\nuncertainties: {{north.milex: {factor}}}\n"
        "design: {latin_hypercube: {points: 4}}\n"
    )
    with pytest.raises(
        DocumentError, match=r"uncertainties\.north\.milex: this range is wider than a computer can count"
    ):
        sim.check(file)


def test_weights_that_cannot_be_shared_out_are_refused() -> None:
    with pytest.raises(DocumentError, match=":1: weight: the weights add up to inf"):
        parse_sample_table("a,weight\n1,1e308\n2,1e308\n")
    with pytest.raises(DocumentError, match=r"the weights add up to 4\.94066e-324"):
        parse_sample_table("a,weight\n1,5e-324\n2,0\n")
    assert parse_sample_table("a,weight\n1,1e300\n2,1e300\n").weights.tolist() == [1e300, 1e300]


@pytest.mark.parametrize("number", [np.inf, -np.inf, np.nan])
def test_a_number_made_in_python_is_finite(number: float) -> None:
    with pytest.raises(Mistake, match="write a finite number"):
        sim.Experiment(question="?", scenario="status_quo", design="grid",
                       levers={"repay_oil.weight": {"values": [0.0, number]}})  # fmt: skip


def test_a_list_of_systems_is_no_register(refused, tmp_path) -> None:
    (tmp_path / "systems.yaml").write_text("- a\n")
    said = refused("run", "richardson", "--systems", tmp_path / "systems.yaml")
    assert said.endswith("systems.yaml:1: a register of systems is a mapping; write 'key: value' lines")


def test_the_sentence_on_a_sample_proposes_what_is_taken() -> None:
    for points, wanted in ((1, "2 or 4"), (0, "2 or 4"), (-5, "2 or 4"), (3, "2 or 4"), (100, "64 or 128")):
        with pytest.raises(Mistake, match=f"{points} is no power of two.*; write {wanted}$"):
            sim.Experiment(question="?", scenario="richardson", design={"sobol": {"points": points}})


def test_a_rule_that_nobody_follows_is_refused_by_the_check_of_an_experiment(tmp_path) -> None:
    file = tmp_path / "e.yaml"
    file.write_text("question: '?'\nscenario: richardson\ndesign: fixed\nwithout: [repay_oil]\n")
    with pytest.raises(DocumentError, match=r"e\.yaml:4: without\[0\]: nobody in 'richardson' follows a rule"):
        sim.check(file)
    with pytest.raises(Mistake, match="nobody in 'richardson' follows a rule 'repay_oil'"):
        sim.sweep("richardson", 2, without="repay_oil", out=tmp_path / "result")
    assert not (tmp_path / "result").exists()
