"""Decisions of persons in place of rules: exact, recorded, and played again to the same bytes."""

import numpy as np
import pytest
from worlds import all_alike, altered

import sim
from sim.engine.ensemble import ask_everybody
from sim.engine.model import ArmsRace
from sim.model import accounting
from sim.model.mistakes import Mistake
from sim.model.seats import DECIDABLE
from sim.model.turn import PHASES, decided_in, play_turn
from sim.model.variables import VARIABLES
from sim.scenario.check import check
from sim.scenario.document import Document
from sim.scenario.initial import opening
from sim.scenario.schema import Decision, Scenario

TAKEN = (
    {"actor": "armenia", "from": "2010-03", "until": "2011-02", "decides": "milex_target", "value": 900.0},
    {"actor": "russia", "from": "2010-02", "until": "2010-07", "decides": "licence", "value": {"azerbaijan": 0.0}},
    {"actor": "russia", "from": "2010-02", "until": "2010-07", "decides": "price_factor", "value": 0.5},
    {"actor": "israel", "from": "2010-05", "until": "2010-06", "decides": "access", "value": {"armenia": 0.9}},
    {"actor": "armenia", "from": "2010-02", "until": "2010-07", "decides": "class_share", "value": {"drones": 1}},
    {"actor": "armenia", "from": "2010-02", "until": "2010-07", "decides": "supplier_share", "value": {"russia": 1}},
    {"actor": "azerbaijan", "from": "2010-02", "until": "2010-07", "decides": "import_share", "value": 0.4},
    {"actor": "azerbaijan", "from": "2010-02", "until": "2010-04", "decides": "talks_pace", "value": 3.0},
    {"actor": "azerbaijan", "from": "2010-05", "until": "2010-08", "decides": "operation_plan", "value": 1},
    {"actor": "azerbaijan", "from": "2010-05", "until": "2010-08", "decides": "campaign_plan", "value": 0},
)


def with_decisions(scenario, *documents):
    return altered(scenario, decisions=[Decision.model_validate(document) for document in documents])


@pytest.fixture(scope="module")
def decided(hindcast):
    return with_decisions(altered(hindcast, end="2011-06"), *TAKEN)


def of(world, name, actor, label=None):
    kind = VARIABLES[name].actor
    array = world[name][..., world.labels[kind].index(actor), :]
    return array if label is None else array[world.labels["client"].index(label)]


def test_what_is_decided_holds_in_its_months_and_in_both_engines(decided):
    position = opening(decided, 3)
    table, agents = position.game([0]), ArmsRace(decided, 7, seed=3)
    for step in range(position.steps):
        play_turn(table, ask_everybody)
        agents.step()
        assert not all_alike(agents.game.world, table.world, slice(7, 8)), f"step {step}"
        month = f"{position.date(step):%Y-%m}"
        expected = {
            ("milex_target", "armenia", None, 900.0): "2010-03" <= month <= "2011-02",
            ("licence", "russia", "azerbaijan", 0.0): "2010-02" <= month <= "2010-07",
            ("price_factor", "russia", "armenia", 0.5): "2010-02" <= month <= "2010-07",
            ("access", "israel", "armenia", 0.9): "2010-05" <= month <= "2010-06",
        }
        for (name, actor, label, value), holds in expected.items():
            if holds:
                assert (of(table.world, name, actor, label) == value).all(), (name, month)
    assert (of(table.world, "milex_target", "armenia") == 900.0).all(), "kept until the next budget"
    agents.forget()


def test_what_is_not_decided_follows_its_rules(hindcast, decided):
    plain, other = (opening(one, 3).game([0]) for one in (altered(hindcast, end="2011-06"), decided))
    for game in (plain, other):
        play_turn(game, ask_everybody)
    assert not all_alike(plain.world, other.world, slice(None)), "nothing is decided in January"
    for _ in range(2):
        for game in (plain, other):
            play_turn(game, ask_everybody)
    for actor in ("france", "israel"):
        np.testing.assert_array_equal(of(plain.world, "licence", actor), of(other.world, "licence", actor))
    assert (of(plain.world, "milex_target", "armenia") != 900.0).all()


def test_a_decision_takes_the_place_of_what_writes_its_quantity():
    for one in DECIDABLE.values():
        assert one.point in accounting.ENTRIES or one.quantity in decided_in(PHASES[one.point].name)


def test_a_played_history_is_a_scenario_that_plays_to_the_same_path(hindcast):
    short = altered(hindcast, end="2011-03")
    model = ArmsRace(short, 5, seed=2)
    for step in range(15):
        if step == 1:
            model.decide("armenia", "milex_target", 900.0, because="the group wants to catch up")
        if step == 4:
            model.decide("russia", "licence", {"azerbaijan": 0.0}, months=60)
            model.decide("armenia", "class_share", {"drones": 0.5, "air_defence": 0.5})
            model.decide("armenia", "supplier_share", {"russia": 1.0})
            model.decide("armenia", "import_share", 0.3)
            model.decide("azerbaijan", "talks_pace", 0.0)
            model.decide("azerbaijan", "operation_plan", {"districts": 1.0})
        model.step()
    played = Scenario.model_validate({**model.as_scenario().canonical(), "name": "played"})
    assert [one.until for one in played.decisions[:2]] == ["2010-07", "2011-03"]
    assert played.decisions[0].because == "the group wants to catch up"
    again = ArmsRace(played, 5, seed=2)
    for _ in range(15):
        again.step()
    for name, array in model.game.world.arrays.items():
        np.testing.assert_array_equal(again.game.world[name], array, err_msg=name)
    rules_alone = ArmsRace(short, 5, seed=2)
    for _ in range(15):
        rules_alone.step()
    assert rules_alone.actor("armenia").milex != model.actor("armenia").milex
    swept = sim.sweep(played, 4, seed=2)
    assert swept.load().sizes["run"] == 4


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"actor": "armenai"}, "unknown actor 'armenai'"),
        ({"actor": "region"}, "'milex_target' is not for the region to decide; remove this"),
        ({"decides": "licence"}, "'licence' is not for a state to decide; write milex_target, "),
        ({"from": "2009-12"}, "2009-12 is not played"),
        ({"until": "2010-02"}, "2010-02 is before 2010-03; exchange 'from' and 'until'"),
        ({"value": -1.0}, "-1 is out of bounds for 'milex_target'"),
        ({"value": {"russia": 1.0}}, "'milex_target' has no labels"),
        ({"actor": "russia", "decides": "licence", "value": 0.5}, "0.5 is no flag"),
        ({"actor": "russia", "decides": "licence", "value": {"iran": 1.0}}, "unknown state 'iran'"),
        ({"actor": "russia", "decides": "licence", "value": {}}, "nothing is decided"),
        ({"actor": "russia", "decides": "class_share"}, "'class_share' is not for a supplier to decide"),
        ({"decides": "class_share", "value": 0.5}, "'class_share' is a split; write a share for each weapon class"),
        ({"decides": "class_share", "value": {"tanks": 1.0}}, "unknown weapon class 'tanks'"),
        ({"decides": "supplier_share", "value": {"russia": 0.5, "iran": 0.4}}, "add up to 0.9; let them add up to 1"),
        ({"decides": "import_share", "value": 0.6}, "0.6 is out of bounds for 'import_share'; write 0 to 0.5 share"),
        ({"decides": "talks_pace", "value": {"armenia": 1.0}}, "'talks_pace' has no labels"),
        ({"decides": "operation_plan", "value": 0.5}, "0.5 is no flag"),
        ({"decides": "campaign_plan", "value": {"somewhere": 1}}, "unknown zone 'somewhere'"),
    ],
)
def test_a_decision_that_cannot_be_taken_is_one_sentence(hindcast, change, told):
    wrong = with_decisions(altered(hindcast, end="2011-06"), TAKEN[0] | change)
    problems = [problem.message for problem in check(wrong, Document({}, {}, "x.yaml"))]
    assert len(problems) == 1
    assert told in problems[0]


def test_nothing_is_decided_about_what_there_is_not(richardson):
    model = ArmsRace(richardson)
    with pytest.raises(Mistake, match="this scenario has no zone that 'operation_plan' could be about; remove this"):
        model.decide("north", "operation_plan", 1.0)
    model.forget()


def test_nothing_is_decided_twice(hindcast):
    russia = TAKEN[1]
    model = ArmsRace(altered(hindcast, end="2011-06"))
    model.decide("russia", "licence", russia["value"])
    model.decide("russia", "licence", {"armenia": 0.0})
    before = model.as_scenario()
    for wrong, told in (
        ({"quantity": "licence", "value": 1.0}, "has already decided 'licence' from 2010-01 to 2010-06"),
        ({"quantity": "access", "value": "much"}, "value"),
        ({"quantity": "access", "value": 0.5, "months": 0}, "months: write 1 or more"),
    ):
        with pytest.raises(Mistake, match=told):
            model.decide("russia", **wrong)
    assert model.as_scenario() is before
    model.forget()


def test_a_budget_that_a_person_decided_is_told_as_such(hindcast):
    document = TAKEN[0] | {"from": "2011-01", "until": "2011-06", "value": 2000.0, "because": "to catch up"}
    told = str(sim.run(with_decisions(altered(hindcast, end="2011-02"), document)).narrate())
    assert "towards US$ 2,000 m a year" in told
    assert "a person decided so, in place of the rules (to catch up)" in " ".join(told.split())


# -- the door of somebody who knows Mesa


def test_a_model_is_built_from_a_name_a_scenario_or_a_position(hindcast):
    by_name, by_scenario = sim.ArmsRace("south_caucasus_2010", seed=1), sim.ArmsRace(hindcast, seed=1)
    by_position = sim.ArmsRace(opening(hindcast, 1))
    by_position.step()
    for model in (by_name, by_scenario):
        model.step()
        assert model.actor("armenia").milex == by_position.actor("armenia").milex
        assert "run 0 of seed 1, 1 of" in str(model)
    with pytest.raises(Mistake, match="this position has the seed 1, not 2"):
        ArmsRace(opening(hindcast, 1), seed=2)
    with pytest.raises(Mistake, match="run: write 0 or more"):
        ArmsRace(hindcast, -1)
