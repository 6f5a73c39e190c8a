"""What the core leaves out must not be missed: kept answers, resting decisions, empty places, luck not drawn ahead."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.ensemble import ask_everybody
from sim.model.accounting.deliveries import share_due, shipping
from sim.model.accounting.entry import ENTRIES
from sim.model.rule import CATALOGUE, Rule
from sim.model.streams import PAGE, Luck
from sim.model.turn import PHASES, Game, contribution, fold, play_turn
from sim.model.variables import VARIABLES
from sim.scenario.check import load
from sim.scenario.initial import opening


@pytest.fixture
def table() -> Game:
    """Return a table on which one turn has been played."""
    table = opening(load("south_caucasus_2010")).game((0,))
    play_turn(table, ask_everybody)
    return table


def settled(table: Game) -> Rule:
    """Return a rule in force that reads only what the scenario sets."""
    return next(rule for rules in table.rules.values() for rule in rules if rule.reads_givens)


def test_an_answer_is_kept_while_what_the_scenario_sets_stays(table):
    assert contribution(table, settled(table)) is contribution(table, settled(table))


@pytest.mark.parametrize("name", sorted(rule.name for rule in CATALOGUE.values() if rule.reads_givens))
def test_an_answer_is_given_anew_when_the_scenario_sets_something_else(table, name):
    rule = CATALOGUE[name]
    if name not in table.doctrines:
        pytest.skip("not in force here")
    before = contribution(table, rule)
    for source in rule.sources:
        table.world.update({source: table.world[source] * 0.5 + 0.25})
    fresh = opening(load("south_caucasus_2010")).game((0,))
    fresh.world.update(dict(table.world.arrays))
    fresh.step = table.step
    after = contribution(table, rule)
    assert after is not before
    np.testing.assert_array_equal(after, contribution(fresh, rule))


def test_a_rule_with_luck_or_a_changing_world_is_always_asked():
    for rule in CATALOGUE.values():
        if rule.reads_givens:
            assert not rule.draws
            assert {VARIABLES[name].kind for name in rule.sources} <= {"given"}


def test_what_rests_is_decided_in_the_first_step_and_in_january(table):
    yearly = PHASES["budget"].yearly
    table.step = 0
    assert not table.resting("budget")
    table.step = 5
    for january, resting in ((1.0, frozenset()), (0.0, yearly)):
        table.world.update({"january": np.full((1, 1), january)})
        assert table.resting("budget") == resting
        assert {rule.writes for rule in table.consulted("budget")}.isdisjoint(resting)
    assert not table.resting("escalate")


def test_nobody_reads_what_rests_but_entries_that_rest_too():
    """A resting quantity keeps an old value; a reader in between would act on it."""
    for phase in PHASES.values():
        for mechanism in (*CATALOGUE.values(), *ENTRIES.values()):
            if mechanism.name not in phase.yearly:
                assert phase.yearly.isdisjoint(mechanism.sources), mechanism.name


def test_a_year_with_resting_decisions_is_the_year_with_none(monkeypatch):
    played = {}
    for rests in (True, False):
        if not rests:
            monkeypatch.setattr(Game, "resting", lambda self, phase: frozenset())
        table = opening(load("south_caucasus_2010")).game((0,))
        for _ in range(14):
            play_turn(table, ask_everybody)
        played[rests] = table.world
    for name in ("milex", "milex_target", "stock", "tension", "deaths"):
        np.testing.assert_array_equal(played[True][name], played[False][name])


def test_folding_leaves_the_contributions_as_they_are(table):
    rules = [rule for rule in table.rules["procure"] if rule.writes == "supplier_appeal"][:3]
    terms = [(rule, np.random.default_rng(k).normal(size=(9, 2, 256))) for k, rule in enumerate(rules)]
    copies = [term.copy() for _, term in terms]
    total = fold(table, "supplier_appeal", terms)
    for (_, term), copy in zip(terms, copies, strict=True):
        np.testing.assert_array_equal(term, copy)
        assert not np.shares_memory(total, term)


def test_luck_asked_for_now_and_then_is_the_same_luck():
    steps = [0, 1, 2, 9, 10, 11, 12, 36, 37, 5]
    luck = Luck(1, (0, 3))
    for step in [*steps, *range(2 * PAGE + 3)]:
        asked = luck.draw("s", ("a", "b"), 2, step)
        np.testing.assert_array_equal(asked, Luck(1, (0, 3)).draw("s", ("a", "b"), 2, step))


def test_contracts_worked_on_where_something_is_due_are_those_of_the_whole_table():
    table = opening(load("south_caucasus_2010")).game((0,))
    for _ in range(30):
        play_turn(table, ask_everybody)
    world, entry = table.world, ENTRIES["deliver_orders"]
    world.update({"airlifted": np.random.default_rng(3).random(world["airlifted"].shape)})
    seen = {name: world.see("state", name) for name in entry.reads if name not in entry.parameters}
    made = entry.function(**seen, credit=1e9)

    book = seen["on_order"].shape
    speed = np.broadcast_to(shipping(seen["capacity"], seen["licence"], seen["sanctions"]), book)
    now = np.broadcast_to(seen["production"], book)
    early = np.zeros(book)
    early[: len(seen["airlifted"])] = seen["airlifted"]
    left, paid, came = seen["contract_volume"].copy(), np.zeros(book[1:]), np.zeros(book)
    for number, state, run in np.argwhere(seen["contract_money"] > 0.0):
        at = (number, state, run)
        place = (int(seen["contract_place"][at]) // seen["stock"].shape[1], state, run)
        window = [np.atleast_1d(seen[f"contract_{end}"][at]) for end in ("begins", "ends")]
        share = share_due(*(np.atleast_1d(now[place] + s * world["dt"].max()) for s in (0.0, speed[place])), *window)[0]
        share = 1.0 - (1.0 - share) * (1.0 - early[place])
        came[place] += share * left[at]
        paid[state, run] += share * seen["contract_money"][at]
        left[at] *= 1.0 - share
    assert 0.0 < came.sum() < seen["contract_volume"].sum(), "something is due, and not all"
    np.testing.assert_allclose(made["deliveries"], came, atol=1e-9)
    np.testing.assert_allclose(made["contract_volume"], left, atol=1e-9)
    np.testing.assert_allclose(seen["fund"] - made["fund"], paid, atol=1e-6)
