"""What the core leaves out must not be missed: kept answers, resting decisions, empty places, luck not drawn ahead."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.ensemble import ask_everybody
from sim.model.accounting.deliveries import at_busy, find_busy
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
    from sim.model.accounting import ENTRIES

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


@pytest.mark.parametrize("lengths", [(4, 3, 2, 5), (1, 3, 1, 5), (4, 1, 2, 1), (1, 1, 1, 1), (4, 1, 1, 5)])
def test_numbers_at_busy_places_are_those_of_the_whole_table(lengths):
    rng = np.random.default_rng(2)
    held = np.where(rng.random((4, 3, 2, 5)) < 0.3, rng.random((4, 3, 2, 5)), 0.0)
    held[2] = 0.0
    small = rng.random(lengths)
    expected = np.broadcast_to(small, held.shape)[held > 0.0]
    np.testing.assert_array_equal(at_busy(small, find_busy(held > 0.0)), expected)
