"""The opening hears the settings: what is assumed of the time before the first step is set like any other number."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from worlds import altered, assumed

from sim.model.accounting import ENTRIES
from sim.model.rule import CATALOGUE
from sim.model.turn import OPENING
from sim.model.world import evaluate
from sim.scenario.check import load
from sim.scenario.initial import opening
from sim.study.factors import present, put
from sim.study.slots import find_slot

BOOKS = (*OPENING.before, *OPENING.after)
HEARD = {f"{entry.name}.{name}" for entry in BOOKS for name in entry.parameters} | {
    key for entry in BOOKS for key in entry.borrows.values()
}
PARAMETERS = {
    f"{m.name}.{name}": p for m in (*ENTRIES.values(), *CATALOGUE.values()) for name, p in m.parameters.items()
}

# The intercept of spending is solved from the reasons there are at the opening, so it hears theirs, too.
BUDGET = {
    f"{rule.name}.{name}"
    for rule in CATALOGUE.values()
    for name in rule.parameters
    if rule.writes in ("milex_target_log", "milex_limit")
}

# Reasons to buy abroad, prices among them, are measured against those at the opening.
IMPORTS = {
    f"{r.name}.{name}"
    for r in CATALOGUE.values()
    for name in r.parameters
    if r.writes in ("import_push", "price_factor")
}


@pytest.fixture(scope="module")
def base(hindcast):
    """A position in which every part of the opening is in play: special projects too, and no settings of one's own."""
    states = {
        key: state.model_copy(update={"parameters": {}})
        for key, state in altered(hindcast, actors={"azerbaijan": {"special_programme": 200.0}}).states.items()
    }
    return opening(hindcast.model_copy(update={"states": states, "parameters": {}}))


def opened(base, parameters):
    """Return what opens at some parameters, in one run."""
    scenario = base.scenario.model_copy(update={"parameters": {k: assumed(x) for k, x in parameters.items()}})
    return replace(base, scenario=scenario).game_of_one(0).world.arrays


def moved(base, key):
    """Return the quantities that move at either end of a parameter's range."""
    usual = opened(base, {})
    ends = [opened(base, {key: end}) for end in PARAMETERS[key].between if end != PARAMETERS[key]]
    return {name for end in ends for name in end if not np.array_equal(end[name], usual[name])}


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("sign_contracts.memory", {"order_rate", "order_rate_opening", "import_push_opening", "recent_order", "trust"}),
        ("trust_prompt_deliverers.much", {"trust"}),
        ("trust_by_record.stranger", {"trust"}),
        ("open_contracts.other_quality", {"worth", "generation", "contract_quality", "contract_capability"}),
        ("value_holdings.aged_quality", {"worth", "generation"}),
        ("value_holdings.legacy_quality", {"worth", "generation"}),
    ],
)
def test_a_parameter_of_the_opening_moves_what_it_is_about_and_nothing_else(base, key, what):
    assert moved(base, key) == what


def test_no_other_parameter_moves_the_opening_but_those_of_money_what_it_is_measured_against(base):
    assert len(HEARD) == 12
    for key in sorted(set(PARAMETERS) - HEARD):
        heard = (
            {"milex_intercept"}
            if key in BUDGET
            else {"import_push_opening", "price_factor"}
            if key in IMPORTS
            else set()
        )
        assert moved(base, key) <= heard, key


def test_what_the_economy_can_bear_moves_the_intercept(base):
    assert moved(base, "feel_the_burden.limit") == {"milex_intercept"}


def test_an_uncertain_number_opens_every_run_with_its_own_draw_and_the_position_with_the_middle(hindcast):
    scenario = altered(hindcast, parameters={"trust_by_record.stranger": {"uniform": [0.2, 0.5]}})
    position = opening(scenario)
    world = position.game([0]).world
    strangers = position.settings(position.game([0]).luck)["trust_by_record"]["stranger"]
    pakistan = world.labels["supplier"].index("pakistan")
    azerbaijan = world.labels["state"].index("azerbaijan")  # the other state's trust is not from the record
    usual = {name: float(p) for name, p in ENTRIES["trust_by_record"].parameters.items()}
    closeness = usual["friend"] * position.arrays["affinity"][azerbaijan, pakistan, 0]
    np.testing.assert_allclose(world["trust"][pakistan, azerbaijan], strangers[azerbaijan] + closeness)
    assert len(np.unique(strangers[azerbaijan])) == 256
    assert position.arrays["trust"][pakistan, azerbaijan, 0] == pytest.approx(0.35 + closeness)
    alone = position.game_of_one(17).world["trust"]
    np.testing.assert_array_equal(alone[..., 0], world["trust"][..., 17])


def test_an_actor_opens_with_a_number_of_its_own(hindcast):
    usual = opening(hindcast).arrays["worth"]
    armenia = list(hindcast.states).index("armenia")
    usual_quality = float(ENTRIES["value_holdings"].parameters["legacy_quality"])
    generations = float(ENTRIES["call_for_tender"].parameters["generations"])

    def inherited(quality):
        """Return what inherited arms are usually worth, from what changes where they are of another quality."""
        settings = {"armenia": {"value_holdings.legacy_quality": quality}}
        change = opening(altered(hindcast, actors=settings)).arrays["worth"] - usual
        assert not np.delete(change, armenia, axis=1).any()
        return change[:, armenia] / ((quality / usual_quality) ** generations - 1.0)

    assert (inherited(0.45) > 0.0).any()
    np.testing.assert_allclose(inherited(0.45), inherited(0.2))
    assert (inherited(0.45) <= usual[:, armenia]).all()


def test_what_a_rule_lends_the_opening_does_not_count_for_those_who_do_not_follow_it(hindcast):
    states = {
        key: state.model_copy(update={"rules": [name for name in state.rules if name != "trust_prompt_deliverers"]})
        for key, state in hindcast.states.items()
    }
    idle = altered(hindcast.model_copy(update={"states": states}), parameters={"trust_prompt_deliverers.much": 60.0})
    np.testing.assert_array_equal(opening(idle).arrays["trust"], opening(hindcast).arrays["trust"])


def test_a_rule_left_out_leaves_the_opening_as_it_is(hindcast):
    scenario = altered(hindcast, parameters={"trust_prompt_deliverers.much": 60.0})
    with_it = opening(scenario).game_of_one(0).world
    without = opening(scenario, without=["trust_prompt_deliverers"]).game_of_one(0).world
    np.testing.assert_array_equal(with_it["trust"], without["trust"])


def test_a_memory_of_two_and_a_half_years_lies_half_way_between_two_and_three(base):
    tables = base.arrays["ordered_lately"]
    world = opened(base, {"sign_contracts.memory": 2.5})
    np.testing.assert_allclose(world["order_rate"][:, 0], (tables[1] + tables[2])[:, 0] / 2.0)


def test_a_parameter_of_the_opening_is_a_factor(hindcast):
    slot = find_slot(hindcast, "armenia.value_holdings.aged_quality")
    assert present(hindcast, slot) == ENTRIES["value_holdings"].parameters["aged_quality"]
    at_point = opening(put(hindcast, [(slot, 1.0)])).arrays["worth"]
    assert (at_point > opening(hindcast).arrays["worth"]).any()


def test_what_an_entry_borrows_exists_and_is_of_the_same_kind_of_actor():
    for entry in ENTRIES.values():
        for key in entry.borrows.values():
            lender, _, parameter = key.partition(".")
            owner = {**ENTRIES, **CATALOGUE}[lender]
            assert parameter in owner.parameters
            assert owner.actor == entry.actor


def test_the_books_of_the_opening_read_nothing_that_they_write(base):
    game = base.game_of_one(0)
    for entry in BOOKS:
        see = partial(game.world.see, entry.actor)
        made = evaluate(entry.function, entry.reads, see, game.settings[entry.name], None)
        assert made.keys()
        assert not made.keys() & set(entry.reads), "else to make them once more would change them"


def test_an_opening_beyond_all_numbers_is_told_by_what_it_becomes_and_not_by_warnings(recwarn):
    opening(altered(load("richardson"), actors={"north": {"stock": 1e308}}))
    assert not [str(warning.message) for warning in recwarn]
