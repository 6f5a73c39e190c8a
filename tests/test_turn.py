"""The order of play: twelve phases, nothing read before it is written, and how contributions fold."""

import ast
import inspect
import textwrap
from dataclasses import replace

import numpy as np
import pytest

from sim.engine.ensemble import ask_everybody
from sim.engine.record import KEPT
from sim.model import turn
from sim.model.accounting import ENTRIES
from sim.model.rule import CATALOGUE
from sim.model.turn import FOLDS, OPENING, TURN, decided_in, fold, play_turn
from sim.model.variables import VARIABLES, Variable
from sim.model.world import COUNTERPART
from sim.scenario.initial import opening

PHASES = [
    "exogenous", "perceive", "budget", "offer", "procure", "deliver", "align", "negotiate", "escalate", "fight",
    "aftermath", "observe",
]  # fmt: skip
FLOWS = sorted(name for name, variable in VARIABLES.items() if variable.kind == "flow")

# -- phases


def test_the_turn_has_the_twelve_phases_in_their_order():
    assert [phase.name for phase in TURN] == PHASES


def test_every_phase_says_what_it_is_for():
    assert all(phase.meaning for phase in TURN)


@pytest.mark.parametrize("rule", sorted(CATALOGUE))
def test_a_rule_belongs_to_a_phase_of_the_turn(rule):
    assert CATALOGUE[rule].phase in PHASES


def test_every_entry_of_the_books_is_made_and_none_twice():
    made = [entry.name for phase in (OPENING, *TURN) for entry in (*phase.before, *phase.after)]
    assert sorted(made) == sorted(ENTRIES)


def test_a_quantity_is_decided_in_one_phase_only():
    for name in {rule.writes for rule in CATALOGUE.values()}:
        phases = [phase for phase in PHASES if name in decided_in(phase)]
        assert len(phases) == 1, f"{name} is decided in {', '.join(phases)}"


# -- nothing is read before it is written


def read_by(mechanism):
    """Quantities a mechanism reads, its own and its counterparts'."""
    return {word.removeprefix(COUNTERPART) for word in mechanism.reads if word != "draws"}


def written_by(entry):
    """Quantities an entry returns: the keys of the dictionaries in its return statements."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(entry.function)))
    keys = [
        key.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict)
        for key in node.value.keys
    ]
    assert keys, f"{entry.name} returns no dictionary that can be read"
    return set(keys)


def what_happens():
    """Yield in the order of play what is consulted and made: (who, reads, writes)."""
    for phase in (OPENING, *TURN):
        for entry in phase.before:
            yield entry.name, read_by(entry), written_by(entry)
        rules = [rule for rule in CATALOGUE.values() if rule.phase == phase.name]
        for rule in rules:
            yield rule.name, read_by(rule), set()
        yield f"decisions of {phase.name}", set(), {rule.writes for rule in rules}
        for entry in phase.after:
            yield entry.name, read_by(entry), written_by(entry)


def test_no_flow_is_read_before_it_is_written_in_the_turn():
    written, early = set(), {}
    for who, reads, writes in what_happens():
        if reads & set(FLOWS) - written:
            early[who] = reads & set(FLOWS) - written
        written |= writes
    assert not early


def test_every_flow_is_written_by_a_rule_or_by_the_books():
    written = set().union(*(writes for _, _, writes in what_happens()))
    assert sorted(set(FLOWS) - written) == []


def test_nothing_in_a_turn_writes_what_is_given():
    before = {entry.name for entry in (*OPENING.before, *OPENING.after)}
    for who, _, writes in what_happens():
        if who in before:
            continue
        given = {name for name in writes if VARIABLES[name].kind == "given"}
        assert not given, f"{who} writes {given}"


def test_no_quantity_is_both_folded_from_rules_and_booked_in_one_phase():
    for phase in TURN:
        before = (written_by(entry) for entry in phase.before)
        afresh = (set(written_by(entry)) - set(entry.reads) for entry in phase.after)  # what it reads it goes on with
        booked = set().union(*before, *afresh)
        assert not booked & set(decided_in(phase.name))


UNUSED = {"population"}  # declared from the start, its rules come later


def test_every_quantity_is_read_by_somebody_or_kept():
    read = set().union(*(reads for _, reads, _ in what_happens())) | set(KEPT.values())
    beside = {
        "milex_intercept",
        "order_book",
        "backlog_ratio",
        "spending_gap",
        "deaths",
        "order_value",
        "january",
        "new_year",
    }  # read elsewhere
    assert sorted(set(VARIABLES) - read - beside - UNUSED) == []


def test_a_turn_is_played_without_the_flows_of_the_turn_before(hindcast):
    table, whole = opening(hindcast).game([0]), opening(hindcast).game([0])
    rests = set().union(*(phase.yearly for phase in TURN))  # read by nobody in between: tests/test_work_saved.py
    for step in range(3):
        for name in set(FLOWS) - rests if step else FLOWS:
            table.world.arrays.pop(name)
        play_turn(table, ask_everybody)  # a flow read before it is written would be missing
        play_turn(whole, ask_everybody)
    assert set(table.world.arrays) == set(VARIABLES)
    for name, array in whole.world.arrays.items():
        np.testing.assert_array_equal(table.world[name], array, err_msg=name)


def test_a_turn_leaves_every_quantity_in_its_shape(hindcast):
    table = opening(hindcast).game([0])
    play_turn(table, ask_everybody)
    for name, variable in VARIABLES.items():
        shape = table.world[name].shape
        declared = table.world.shape(variable)
        assert shape == declared or (variable.kind == "given" and shape == (*declared[:-1], 1)), name


def test_givens_change_at_the_beginning_of_their_step_only(hindcast):
    table = opening(hindcast).game([0])
    lag = table.world["lag"]
    table.changes = {1: {"lag": lag + 1.0}}
    play_turn(table, ask_everybody)
    assert table.world["lag"] is lag
    play_turn(table, ask_everybody)
    np.testing.assert_array_equal(table.world["lag"], lag + 1.0)


# -- folding


@pytest.fixture
def table(hindcast):
    """A table of two states and nine suppliers whose doctrines a test may set."""
    laid = opening(hindcast).game([0])
    laid.doctrines = dict(laid.doctrines)
    return laid


@pytest.fixture
def terms(table):
    """Make terms of rules that follow masks: one number for each rule, the same for all."""

    def make(quantity, *numbers, masks=(), actor=""):
        made = []
        for i, number in enumerate(numbers):
            variable = VARIABLES[quantity]
            rule = replace(
                CATALOGUE["surprise_the_budget"], name=f"rule {i}", writes=quantity, actor=actor or variable.actor
            )
            mask = masks[i] if i < len(masks) else None
            table.doctrines[rule.name] = None if mask is None else np.array(mask)[:, None] > 0
            axes = [table.world.size(axis) for axis in variable.axes]
            made.append((rule, np.full((*axes, table.world.size(rule.actor), table.world.runs), float(number))))
        return made

    return make


@pytest.fixture
def largest(monkeypatch):
    """A quantity that folds by the largest contribution; none is declared yet."""
    monkeypatch.setitem(
        VARIABLES, "largest", Variable("largest", "state", (), "flow", "1", "-", fold="max", neutral=7.0)
    )
    return "largest"


def test_every_fold_that_is_declared_is_known():
    assert {variable.fold for variable in VARIABLES.values()} <= set(FOLDS)


def test_contributions_are_summed(table, terms):
    assert (fold(table, "milex_target_log", terms("milex_target_log", 1.0, 2.5, -0.25)) == 3.25).all()


def test_contributions_are_multiplied(table, terms):
    folded = fold(table, "effectiveness", terms("effectiveness", 2.0, 0.25, 3.0))
    assert (folded == 1.5).all()
    assert folded.shape == table.world.shape(VARIABLES["effectiveness"])


def test_the_largest_contribution_counts(table, terms, largest):
    assert (fold(table, largest, terms(largest, -5.0, -2.0, -3.0)) == -2.0).all()


def test_the_owner_of_a_quantity_replaces_it(table, terms):
    assert (fold(table, "gdp", terms("gdp", 123.0)) == 123.0).all()


def test_a_quantity_that_is_replaced_has_one_owner():
    for name, variable in VARIABLES.items():
        if variable.fold == "replace":
            assert len([rule for rule in CATALOGUE.values() if rule.writes == name]) <= 1, name


@pytest.mark.parametrize(
    ("quantity", "first", "second"),
    [("milex_target_log", 1.0, 1.25), ("effectiveness", 4.0, 1.0)],
    ids=["sum", "product"],
)
def test_only_those_who_follow_a_rule_get_its_contribution(table, terms, quantity, first, second):
    masks = ((1, 0), None)
    folded = fold(table, quantity, terms(quantity, first if first == 1.0 else 4.0, second / 1.0, masks=masks))
    combined = first + second if quantity == "milex_target_log" else first * second
    assert (folded[..., 0, :] == combined).all()
    assert (folded[..., 1, :] == second).all()


def test_the_largest_is_taken_among_those_who_follow_a_rule(table, terms, largest):
    folded = fold(table, largest, terms(largest, -1.0, -3.0, masks=((1, 0), None)))
    assert folded[:, 0].tolist() == [-1.0, -3.0]


@pytest.mark.parametrize(
    ("quantity", "number"), [("milex_target_log", 0.5), ("effectiveness", 0.5), ("milex_limit", 5.0)]
)
def test_a_flow_is_neutral_for_those_who_follow_none_of_its_rules(table, terms, quantity, number):
    folded = fold(table, quantity, terms(quantity, number, masks=((0, 1),)))
    assert (folded[..., 0, :] == VARIABLES[quantity].neutral).all()
    assert (folded[..., 1, :] == number).all()


def test_the_largest_is_neutral_where_nobody_contributes(table, terms, largest):
    assert fold(table, largest, terms(largest, 9.0, masks=((0, 1),)))[:, 0].tolist() == [7.0, 9.0]


@pytest.mark.parametrize("quantity", ["milex_target_log", "effectiveness", "win_chance", "attack_score"])
def test_a_flow_to_which_nobody_contributes_is_neutral(table, quantity):
    folded = fold(table, quantity, ())
    assert (folded == VARIABLES[quantity].neutral).all()
    assert folded.shape == table.world.shape(VARIABLES[quantity])


def test_a_stock_keeps_its_value_where_nobody_contributes(table, terms):
    kept = table.world["gdp"].copy()
    assert (fold(table, "gdp", ()) == kept).all()
    folded = fold(table, "gdp", terms("gdp", 1.0, masks=((1, 0),)))
    assert (folded[0] == 1.0).all()
    assert (folded[1] == kept[1]).all()


def test_contributions_to_the_region_are_summed_over_those_who_make_them(table, terms):
    both = fold(table, "tension_push", terms("tension_push", 2.0, actor="state"))
    one_of_two = fold(table, "tension_push", terms("tension_push", 2.0, masks=((0, 1),), actor="state"))
    with_region = fold(table, "tension_push", terms("tension_push", 2.0, actor="state") + terms("tension_push", 0.5))
    assert both.shape == one_of_two.shape == (1, table.world.runs)
    assert [float(x[0, 0]) for x in (both, one_of_two)] == [4.0, 2.0]
    assert float(with_region[0, 0]) == 4.5


def test_decisions_of_a_phase_are_made_on_what_everybody_saw_when_it_began(hindcast):
    seen = {}

    def consult(table, phase):
        if phase == "budget":
            seen["before"] = table.world["milex_target_log"]
            terms = ask_everybody(table, phase)
            seen["after"] = table.world["milex_target_log"]
            return terms
        return ask_everybody(table, phase)

    play_turn(opening(hindcast).game([0]), consult)
    assert seen["before"] is seen["after"], "consulting changes nothing"


def test_what_is_decided_in_a_phase_is_known_without_a_rule_in_force():
    assert turn.decided_in("observe") == ()
    assert "attack_score" in decided_in("escalate")
