"""Two engines, one game: run k is the same run in every sweep, and the agents play it too."""

import copy
from dataclasses import replace

import numpy as np
import pytest
from sweeping import rewritten
from worlds import all_alike, altered

import sim
from sim.engine.ensemble import ask_everybody, play
from sim.engine.model import ArmsRace
from sim.engine.record import Record
from sim.explain.replay import TOLERANCE, differences
from sim.model import turn
from sim.model.mistakes import Mistake
from sim.model.outcomes import OUTCOMES
from sim.model.rule import CATALOGUE
from sim.model.streams import BLOCK
from sim.model.turn import play_turn
from sim.model.variables import VARIABLES
from sim.results.open import open_result
from sim.scenario.initial import opening
from sim.scenario.schema import Scenario, SupplierActor

FEW, MANY = 300, 1300
SOME_RUNS = (255, 256, 700)  # the end of a block, the start of the next, the middle of a third
WAR_PRONE = {"weigh_attacks.operation_rate": 0.5, "weigh_attacks.campaign_rate": 0.13}


def recorded(position, blocks, observe=None):
    """Record whole blocks played by the numpy core, in full precision."""
    record = Record(position, len(blocks) * BLOCK, len(blocks) * BLOCK)

    def both(table):
        record(table)
        if observe:
            observe(table)

    play(position, blocks, both)
    return record


def by_agents(position, replicate):
    """Record one run played by the agents, in full precision."""
    model, record = ArmsRace(position, replicate), Record(position, 1, 1)
    while model.running and model.period < position.steps:
        model.step()
        record(model.game)
    model.forget()
    return record


def assert_same_run(agents, core, run):
    """The same events, and values to 1e-9."""
    for name, values in agents.outcomes.items():
        np.testing.assert_allclose(values[0], core.outcomes[name][run], rtol=TOLERANCE, atol=TOLERANCE, err_msg=name)
    for name, path in agents.trajectories.items():
        expected = core.trajectories[name][..., run]
        np.testing.assert_allclose(path[..., 0], expected, rtol=TOLERANCE, atol=TOLERANCE, err_msg=name)
    for name in ("talks", "fighting"):
        np.testing.assert_array_equal(agents.trajectories[name][..., 0], core.trajectories[name][..., run])


def assert_in_step(scenario, replicates, without=(), steps=None):
    """Play both engines side by side: every quantity of the world agrees after every step."""
    position = opening(scenario, 3, without)
    blocks = sorted({k // BLOCK for k in replicates})
    table = position.game(blocks)
    models = {k: ArmsRace(position, k) for k in replicates}
    for step in range(steps or position.steps):
        play_turn(table, ask_everybody)
        for k, model in models.items():
            model.step()
            column = blocks.index(k // BLOCK) * BLOCK + k % BLOCK
            columns = slice(column, column + 1)
            different = all_alike(model.game.world, table.world, columns)
            assert not different, f"run {k}, step {step}: {', '.join(different)} differ"
    for model in models.values():
        model.forget()
    return table


UNLIKE = ("south_caucasus_2010", "richardson", "south_asia_2000", "status_quo")  # the others only extend these


# -- sweep against sweep


@pytest.mark.slow
@pytest.mark.parametrize("name", UNLIKE)
def test_a_run_is_the_same_in_a_long_and_in_a_short_sweep_whatever_the_chunks(name):
    scenario = sim.load(name)
    warlike = WAR_PRONE if name != "richardson" else {}
    two_years = altered(scenario, end=f"{int(scenario.start[:4]) + 1}-12", parameters=warlike)
    short = sim.sweep(two_years, FEW, kept_paths=FEW, chunk_blocks=1, seed=5).load()
    for chunk_blocks in (2, 5):
        long = sim.sweep(two_years, MANY, kept_paths=FEW, chunk_blocks=chunk_blocks, seed=5).load()
        for variable in (*OUTCOMES, *(n for n, array in short.data_vars.items() if "member" in array.dims)):
            expected, found = short[variable].values, long[variable].values[:FEW]
            np.testing.assert_array_equal(found, expected, err_msg=f"{variable}, {chunk_blocks} blocks")
    if name != "richardson":
        assert len(np.unique(short["final_balance"])) > FEW // 2, "runs hardly differ"
        assert (short["campaigns"] + short["operations"]).sum() > 0, "no war in any run"


def test_a_short_sweep_does_not_depend_on_its_chunks(hindcast):
    soon_over = altered(hindcast, end="2012-12")
    one, two = (sim.sweep(soon_over, FEW, kept_paths=FEW, chunk_blocks=n).load() for n in (1, 2))
    assert one.identical(two)


def test_another_seed_makes_another_sweep(hindcast):
    soon_over = altered(hindcast, end="2010-12")
    one, two = (sim.sweep(soon_over, 10, seed=seed).load() for seed in (0, 1))
    assert not one["milex"].equals(two["milex"])


# -- agents against the core


@pytest.mark.slow
def test_the_agents_play_the_runs_of_a_sweep(hindcast):
    position = opening(hindcast, 0)
    core = recorded(position, range(3))
    for run in SOME_RUNS:
        assert_same_run(by_agents(position, run), core, run)
    assert core.outcomes["campaigns"][list(SOME_RUNS)].sum() > 0, "no war among the runs compared"


def test_the_agents_and_the_core_agree_on_every_quantity_after_every_step(hindcast):
    warlike = altered(hindcast, end="2012-12", parameters=WAR_PRONE)
    table = assert_in_step(warlike, (1, 300))
    assert table.world["deaths"].sum() > 0.0


def test_a_textbook_race_is_the_same_to_agents_and_core(richardson):
    assert_in_step(altered(richardson, end="2004-12"), (0, 511))


@pytest.mark.parametrize("rule", ["answer_the_rival", "adjust_spending_gradually", "buy_capability"])
def test_the_engines_agree_when_a_rule_is_switched_off(hindcast, rule):
    assert_in_step(altered(hindcast, end="2011-06"), (7,), without=(rule,))


def test_the_engines_agree_when_each_run_draws_its_own_parameters(hindcast):
    uncertain = altered(
        hindcast,
        end="2011-12",
        parameters={
            "settle_tension.calming": {"uniform": [0.3, 1.5]},  # the region's books
            "open_contracts.other_lag": {"uniform": [1.0, 5.0]},  # books of single contracts
            "sell_to_friends.baseline": {"normal": [1.0, 0.5]},  # suppliers
            "broker_talks.effort": {"uniform": [0.0, 1.5]},  # mediators
            "clash_along_the_line.base": {"uniform": [0.3, 3.0]},  # the region's rules
            "guard_what_is_at_stake.weight": {"uniform": [0.2, 0.4]},  # states
            **WAR_PRONE,
        },
        actors={"azerbaijan": {"answer_the_rival.reaction": {"normal": [0.6, 0.2]}}},
    )
    table = assert_in_step(uncertain, (4, 600))
    own = table.settings["answer_the_rival"]["reaction"]
    azerbaijan, armenia = (table.world.labels["state"].index(key) for key in ("azerbaijan", "armenia"))
    assert np.ptp(own[azerbaijan]) > 0.1
    assert np.ptp(own[armenia]) == 0.0
    assert np.ptp(table.settings["settle_tension"]["calming"]) > 0.5


def test_an_uncertain_parameter_belongs_to_the_run_and_not_to_the_sweep(hindcast):
    uncertain = altered(hindcast, parameters={"settle_tension.calming": {"uniform": [0.3, 1.5]}})
    position = opening(uncertain, 0)
    alone, among_others = position.game([1]), position.game([0, 1, 2])
    np.testing.assert_array_equal(
        alone.settings["settle_tension"]["calming"],
        among_others.settings["settle_tension"]["calming"][:, BLOCK : 2 * BLOCK],
    )


@pytest.fixture(scope="module")
def triangle(hindcast):
    """Three states, each the others' rival: the third is a second Armenia that holds no land."""
    data = copy.deepcopy(hindcast.canonical())
    third = copy.deepcopy(data["states"]["armenia"])
    third["name"] = "Third"
    for name in ("control", "residents"):
        third["quantities"][name]["values"] = dict.fromkeys(third["quantities"][name]["values"], 0.0)
    data["states"]["third"] = third
    data["end"] = "2012-12"
    scenario = Scenario.model_validate({**data, "name": "triangle"})
    return altered(scenario, parameters=WAR_PRONE)


def test_three_states_play_and_the_engines_agree(triangle):
    table = assert_in_step(triangle, (2, 258))
    world = table.world
    assert world.size("rival") == 2
    assert (world["deaths"] > 0.0).any(axis=1).all(), "each of the three has been at war in some run"
    np.testing.assert_allclose(world["control"].sum(1), 1.0, rtol=1e-12)
    assert (world["attacking"].sum(0) <= 1.0).all()


def test_a_state_sees_its_rivals_in_the_order_of_the_states(triangle):
    world = opening(triangle).game([0]).world
    milex, theirs = world["milex"], world.see("state", "their_milex")
    for state in range(3):
        for place in range(2):
            np.testing.assert_array_equal(theirs[place, state], milex[(state + 1 + place) % 3])


def test_what_an_actor_states_for_itself_wins_over_the_scenario_and_that_over_the_default(hindcast):
    key = "answer_the_rival.reaction"
    default = float(CATALOGUE["answer_the_rival"].parameters["reaction"])
    for common, own, expected in ((0.7, 0.1, 0.1), (0.7, None, 0.7), (None, 0.1, 0.1), (None, None, default)):
        scenario = altered(hindcast, actors={state: {key: own} for state in hindcast.states})
        scenario = altered(scenario, parameters={} if common is None else {key: common})
        found = opening(scenario).game([0]).settings["answer_the_rival"]["reaction"]
        assert (np.asarray(found) == expected).all()


# -- replay


def test_a_run_of_a_result_directory_is_replayed_by_agents(hindcast, tmp_path):
    soon_over = altered(hindcast, end="2011-12", parameters=WAR_PRONE)
    sim.sweep(soon_over, 300, seed=9, out=tmp_path / "r", kept_paths=290, without=["buy_capability"])
    data = open_result(tmp_path / "r").load()
    for run in (0, 280):
        history = sim.replay(tmp_path / "r", run)
        assert history.run == run
        assert not differences(history, data)
        for name, path in history.dataset.data_vars.items():
            if "member" in path.dims:
                np.testing.assert_allclose(
                    path.isel(member=0), data[name].isel(member=run), rtol=1e-6, atol=1e-6, err_msg=str(name)
                )


def test_a_result_that_was_tampered_with_is_not_replayed(hindcast, tmp_path):
    sim.sweep(altered(hindcast, end="2010-06"), 4, out=tmp_path / "r")
    rewritten(tmp_path / "r", seed=1)
    with pytest.raises(Mistake, match="is not what these rules play now"):
        sim.replay(tmp_path / "r", 0)


# -- nobody's luck is disturbed


@pytest.fixture(scope="module")
def undisturbed(hindcast):
    scenario = altered(hindcast, end="2014-12", parameters=WAR_PRONE)
    return scenario, recorded(opening(scenario, 0), range(1))


def assert_undisturbed(found, expected, labels, expected_labels):
    """Outcomes are bit for bit the same, paths too along the origins both have."""
    for name, values in expected.outcomes.items():
        np.testing.assert_array_equal(found.outcomes[name], values, err_msg=name)
    places = {
        axis: [labels[axis].index(key) for key in expected_labels[axis]] for axis in ("origin", "supplier")
    }  # fmt: skip
    for name, path in expected.trajectories.items():
        axes = VARIABLES[name].axes if name in VARIABLES else ()
        now = found.trajectories[name]
        shared = next((axis for axis in axes if axis in places), None)
        now = now[:, places[shared]] if shared else now
        np.testing.assert_array_equal(now, path, err_msg=name)


@pytest.mark.parametrize("first", [False, True], ids=["last", "first"])
def test_a_supplier_nobody_buys_from_disturbs_nobodys_luck(undisturbed, first):
    scenario, expected = undisturbed
    idle = {"idle": SupplierActor(name="Idle", rules=["sell_to_friends", "enter_new_market"])}
    suppliers = {**idle, **scenario.suppliers} if first else {**scenario.suppliers, **idle}
    position = opening(altered(scenario, suppliers=suppliers), 0)
    found = recorded(position, range(1))
    assert_undisturbed(found, expected, position.labels, opening(scenario).labels)


@pytest.fixture
def new_rule(monkeypatch):
    """A rule of tomorrow, which takes luck of its own and changes nothing."""

    def toss_a_coin(draws):
        return 0.0 * draws[2]

    rule = replace(
        CATALOGUE["surprise_the_budget"],
        name="toss_a_coin", stream="toss_a_coin", function=toss_a_coin, reads=("draws",), parameters={}, draws=3,
    )  # fmt: skip
    monkeypatch.setitem(CATALOGUE, rule.name, rule)
    monkeypatch.setattr(turn, "DECIDED", {})
    return rule


def test_a_rule_followed_by_nobody_disturbs_nobodys_luck(undisturbed, new_rule):
    scenario, expected = undisturbed
    position = opening(scenario, 0)
    assert new_rule.name not in position.doctrines
    found = recorded(position, range(1))
    assert_undisturbed(found, expected, position.labels, position.labels)


def test_a_new_rule_with_luck_of_its_own_disturbs_nobodys_luck(undisturbed, new_rule):
    scenario, expected = undisturbed
    states = {k: s.model_copy(update={"rules": [*s.rules, new_rule.name]}) for k, s in scenario.states.items()}
    position = opening(altered(scenario, states=states), 0)
    assert new_rule.name in position.doctrines
    found = recorded(position, range(1))
    assert_undisturbed(found, expected, position.labels, position.labels)
