"""A scenario that opens with what was known the day before: no later row of any table has a say in it."""

import numpy as np
import pytest
from worlds import altered

import sim
from sim import observed
from sim.calibration.refit import backlogs
from sim.engine.ensemble import play
from sim.model.mistakes import Mistake
from sim.scenario.check import load
from sim.scenario.initial import opening
from sim.scenario.knowledge import MODES, reopened
from sim.scenario.schema import Figure
from sim.study.factors import objections

ORIGINS = ("2010-01", "2014-01", "2018-01", "2020-01", "2020-09", "2022-01")
READ_AT_THE_OPENING = (
    "military_expenditure", "economy", "oil_price", "arms_deliveries", "arms_exports_total", "arms_transfers_1992_1994",
)  # fmt: skip
GIVEN_IN = {"oil_price": {"inputs", "timeline"}, "economy": {"inputs", "timeline"}, "military_expenditure": set(),
            "arms_exports_total": {"timeline"}, "arms_deliveries": {"timeline"}}  # fmt: skip
DATED_BY = {"arms_deliveries": "delivery_year", "events": "date", "known_facts": "period"}  # others by "year"
KEPT = {"year", "delivery_year", "order_year", "number"}  # what is no measured number
READ = observed._rows
CACHED = [f for f in vars(observed).values() if hasattr(f, "cache_clear") and f is not READ]


def case(start, mode="nothing", end=None):
    """Return the shipped scenario of a date, reopened; five years and more are played unless an end is given."""
    name, last = ("status_quo", "2026-12") if start >= "2022" else ("south_caucasus_2010", "2024-12")
    return reopened(load(name), start, end or last, mode)


@pytest.fixture
def rewrite(monkeypatch):
    """Return a function that has every row of the tables pass through another, for the time of a test."""

    def forget():
        for function in CACHED:
            function.cache_clear()

    def put_between(rows_for):
        monkeypatch.setattr(
            observed, "_rows", lambda table: tuple(r for row in READ(table) for r in rows_for(table, row))
        )
        forget()

    yield put_between
    monkeypatch.undo()
    forget()


def year_of(table, row):
    return int(row[DATED_BY.get(table, "year")][:4])


def moved(row, rng):
    """Return a row with every measured number made smaller by chance."""
    cells = dict(row)
    for column in cells.keys() - KEPT:
        try:
            cells[column] = repr(float(cells[column]) * float(rng.uniform(0.2, 0.8)))
        except ValueError:
            continue
    return cells


def anything(years, seed=0):
    """Change whatever is recorded of some years: numbers and order years by chance, rows lost, rows added."""
    rng = np.random.default_rng(seed)

    def rows_for(table, row):
        if year_of(table, row) not in years:
            return (row,)
        if table == "arms_deliveries":
            row = row | {"order_year": str(int(row["order_year"]) - int(rng.integers(0, 4)))}
        return [moved(row, rng)] * int(rng.integers(0, 3))

    return rows_for


def numbers(years, tables, seed=0):
    """Change the numbers that some tables record of some years."""
    rng = np.random.default_rng(seed)
    return lambda table, row: (moved(row, rng) if table in tables and year_of(table, row) in years else row,)


def before_it_is_played(scenario):
    """Return the opening and the changes to come, as bytes."""
    position = opening(scenario)
    told = {name: array.tobytes() for name, array in position.arrays.items()}
    return told | {(step, n): a.tobytes() for step, fresh in position.changes.items() for n, a in fresh.items()}


def played(scenario):
    """Return where a block of runs is after three years, as bytes, the way included for what is spent and held."""
    scenario, way = altered(scenario, end=f"{int(scenario.start[:4]) + 2}-12"), []
    game = play(opening(scenario), [0], lambda g: way.extend(g.world[name].tobytes() for name in ("milex", "stock")))
    return way, {name: array.tobytes() for name, array in game.world.arrays.items()}


@pytest.mark.parametrize("start", ORIGINS)
def test_no_later_row_of_any_table_changes_a_byte(start, rewrite):
    scenario = case(start)
    before, ended = before_it_is_played(scenario), played(scenario)
    rewrite(anything(range(int(start[:4]), 3000)))
    assert before_it_is_played(scenario) == before
    assert played(scenario) == ended


@pytest.mark.parametrize("table", READ_AT_THE_OPENING)
def test_an_earlier_row_changes_something(table, rewrite):
    scenario = case("2014-01")
    before = before_it_is_played(scenario)
    rewrite(numbers(range(1900, 2014), {table}))
    assert before_it_is_played(scenario) != before


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("table", GIVEN_IN)
def test_of_later_months_is_given_what_the_mode_says_and_nothing_else(table, mode, rewrite):
    scenario = case("2014-01", mode, "2016-12")
    before = before_it_is_played(scenario)
    rewrite(numbers(range(2014, 3000), {table}))
    assert (before_it_is_played(scenario) != before) == (mode in GIVEN_IN[table])


def test_without_a_month_of_knowledge_later_rows_have_their_say(hindcast, rewrite):
    before = before_it_is_played(hindcast)
    rewrite(anything(range(2014, 2025)))
    assert before_it_is_played(hindcast) != before


# -- what is left


def test_of_the_timeline_is_known_what_was_dated_before():
    for mode in MODES:
        position = opening(case("2020-09", mode))
        place = (position.labels["client"].index("azerbaijan"), position.labels["supplier"].index("israel"), 0)
        assert position.arrays["detection"][place] == 0.35, "since January 2019"
        assert position.arrays["foreign_base"][0, 0] == 0.3, "since July 2020"
        later = [changes for changes in position.changes.values() if "foreign_base" in changes]
        assert bool(later) == (mode == "timeline"), "since December 2020"


def test_a_scenario_reopened_stands_every_check_and_can_be_written_down(tmp_path):
    for start in ORIGINS:
        for mode in MODES:
            scenario = case(start, mode)
            assert objections(scenario) == []
            file = tmp_path / "again.yaml"
            file.write_text(scenario.lock(), encoding="utf-8")
            assert load(file).canonical() == scenario.canonical()


def test_what_describes_another_opening_is_left_out_and_the_own_one_kept():
    gaps = [opening(case(start)).arrays["spending_gap"].max() for start in ("2010-01", "2014-01")]
    assert gaps == [0.5, 0.0]


@pytest.mark.parametrize(("mode", "later"), [("nothing", []), ("timeline", [0.9])])
def test_a_figure_by_year_has_happened_where_it_lies_before_the_opening(hindcast, mode, later):
    by_year = {"by_year": {2011: 0.5, 2013: 0.7, 2016: 0.9}, "basis": "assumed", "because": "for a test"}
    russia = hindcast.suppliers["russia"]
    quantities = {**russia.quantities, "capacity": Figure.model_validate(by_year)}
    suppliers = {**hindcast.suppliers, "russia": russia.model_copy(update={"quantities": quantities})}
    again = reopened(altered(hindcast, suppliers=suppliers), "2014-01", "2018-12", mode)
    assert objections(again) == []
    position = opening(again)
    place = position.labels["supplier"].index("russia")
    seen = [float(changes["capacity"][place, 0]) for changes in position.changes.values() if "capacity" in changes]
    assert position.arrays["capacity"][place, 0] == 0.7
    assert [number for number in dict.fromkeys(seen) if number != 0.7] == later


def test_orders_that_a_scenario_states_are_not_estimated_beside():
    position = opening(case("2022-01"))
    row, column = position.labels["origin"].index("israel"), position.labels["state"].index("azerbaijan")
    stated = opening(load("status_quo")).arrays["on_order"][row, column, 0]
    assert position.arrays["on_order"][row, column, 0] == stated > 0.0
    assert position.arrays["on_order"][position.labels["origin"].index("russia"), column, 0] > 0.0


def test_deliveries_of_the_last_years_stand_for_orders_that_the_register_does_not_show_yet():
    lines = [line for line in observed.deliveries("AZE") if 2014 <= line.delivery_year < 2018]
    blind, told = (opening(case("2018-01", mode)).arrays["ordered_lately"][3, 0, 0] for mode in ("nothing", "timeline"))
    assert blind == pytest.approx(sum(line.tiv_m for line in lines) / 4)
    ordered = [line for line in observed.deliveries("AZE") if 2014 <= line.order_year < 2018]
    assert told == pytest.approx(sum(line.tiv_m for line in ordered) / 4)


def test_a_mode_or_month_that_does_not_exist_is_refused(hindcast):
    with pytest.raises(Mistake, match="there is no mode 'all'; write timeline, inputs or nothing"):
        reopened(hindcast, "2014-01", "2016-12", "all")
    with pytest.raises(Mistake, match=r"^end: the end 2013-12 is before the start 2014-01; exchange them$"):
        reopened(hindcast, "2014-01", "2013-12", "nothing")
    with pytest.raises(Mistake, match=r"^start: write a month as YYYY-MM"):
        reopened(hindcast, "2014", "2016-12", "nothing")
    (told, *_) = objections(reopened(hindcast, "1991-01", "2016-12", "nothing"))
    assert told[1].startswith("'spending' is on record for no year before 1991-01")


def test_check_says_what_a_scenario_knows(hindcast):
    assert "knows all that is on record, of later months too" in str(sim.check(hindcast))
    told = "knows what was on record before 2014-01; given of later months: oil_price, output ('inputs')"
    assert told in str(sim.check(case("2014-01", "inputs")))


# -- who sells to whom


@pytest.mark.parametrize(
    ("start", "buyers"),
    [
        ("2010-01", {"turkey": "a", "israel": "a", "russia": "ab", "belarus": "ab", "ukraine": "ab"}),
        ("2020-01", {"turkey": "a", "israel": "a", "russia": "ab", "belarus": "a", "ukraine": "ab", "pakistan": "a"}),
    ],
)
def test_who_has_delivered_in_the_ten_years_before_is_present(start, buyers):
    position = opening(case(start))
    present = position.arrays["presence"][..., 0]
    states = {"azerbaijan": "a", "armenia": "b"}
    found = {
        supplier: "".join(states[state] for c, state in enumerate(position.labels["client"]) if present[c, s])
        for s, supplier in enumerate(position.labels["supplier"])
    }
    assert {supplier: who for supplier, who in found.items() if who} == buyers


def test_a_backlog_ratio_puts_that_much_on_order_and_nothing_else():
    scenario = reopened(load("south_caucasus_2010"), "2014-01", "2014-12", "nothing")
    state = scenario.states["azerbaijan"]
    twice = Figure(value=2.0, basis="assumed", because="a register shows no order before it is delivered")
    doubled = state.model_copy(update={"quantities": {**state.quantities, "backlog_ratio": twice}})
    more = opening(scenario.model_copy(update={"states": {**scenario.states, "azerbaijan": doubled}}))
    usual = opening(scenario)
    np.testing.assert_array_equal(more.arrays["on_order"][:, 0], 2.0 * usual.arrays["on_order"][:, 0])
    np.testing.assert_array_equal(more.arrays["on_order"][:, 1], usual.arrays["on_order"][:, 1])
    np.testing.assert_array_equal(more.game_of_one(0).world["contract_volume"][:, 0, :1],
                                  2.0 * usual.arrays["contract_volume"][:, 0])  # fmt: skip
    np.testing.assert_array_equal(more.arrays["stock"], usual.arrays["stock"])


def test_what_is_on_order_may_be_in_doubt_by_supplier():
    scenario = reopened(load("south_caucasus_2010"), "2014-01", "2014-12", "nothing")
    state = scenario.states["azerbaijan"]
    thrice = Figure(values={"russia": 3.0}, basis="assumed", because="a register shows no order before it is delivered")
    doubted = state.model_copy(update={"quantities": {**state.quantities, "backlog_ratio": thrice}})
    more, usual = (
        opening(scenario.model_copy(update={"states": {**scenario.states, "azerbaijan": doubted}})),
        opening(scenario),
    )
    ratio = (
        more.arrays["on_order"][:, 0, 0]
        / np.where(usual.arrays["on_order"] > 0, usual.arrays["on_order"], 1.0)[:, 0, 0]
    )
    by_origin = dict(zip(more.labels["origin"], ratio, strict=True))
    assert by_origin["russia"] == pytest.approx(3.0)
    assert by_origin["israel"] in (0.0, 1.0)
    booked = [np.sum(side.arrays["contract_volume"][:, 0]) for side in (more, usual)]
    ordered = [np.sum(side.arrays["on_order"][:, 0]) for side in (more, usual)]
    assert booked == pytest.approx(ordered)
    assert (
        backlogs(reopened(load("south_caucasus_2010"), "2014-01", "2014-12", "timeline"), 2, np.random.default_rng(0))
        == {}
    )
