"""The compiled engine: the same luck, the same events and the same record as numpy, which is the reference."""

import shutil

import numpy as np
import pytest
from worlds import altered

import sim
from sim.engine.chunk import play_chunk
from sim.engine.record import KEPT
from sim.live import processes
from sim.live.setting import Setting
from sim.measures.target_statistics import measured
from sim.model.mistakes import Mistake
from sim.model.streams import Luck
from sim.results.manifest import provenance
from sim.scenario.files import shipped_scenarios
from sim.scenario.initial import opening
from sim.scenario.schema import Decision

jax = pytest.importorskip("jax", reason="the compiled engine needs jax: pip install 'armsrace[jax]'")

from sim.engine.prepared import prepared  # noqa: E402
from sim.engine.program import PROGRAMS  # noqa: E402

RUNS = 64
YEARS = 5  # played of each shipped scenario, with a month less than eight, as a program plays whole years
CLOSE = 1e-9  # of what is continuous; events are the same
EVENTS = ("operations", "campaigns", "first_operation", "first_campaign", "failed")


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    """Programs compiled by these tests, kept for them alone."""
    before = jax.config.jax_compilation_cache_dir
    jax.config.update("jax_compilation_cache_dir", str(tmp_path_factory.mktemp("programs")))
    yield
    jax.config.update("jax_compilation_cache_dir", before)


def both(scenario, without=(), engine="jax", kept=8, seed=3):
    """The records of some runs by numpy and by a compiled program."""
    position = opening(sim.load(scenario) if isinstance(scenario, str) else scenario, seed, without)
    measure = measured(position)
    return [play_chunk(position, 0, RUNS, kept, np.float64, measure, name)[0].record for name in ("numpy", engine)]


def same(one, other, name=""):
    np.testing.assert_allclose(other, one, rtol=CLOSE, atol=CLOSE, err_msg=name)


def same_record(one, other):
    for name in EVENTS:
        np.testing.assert_array_equal(other.outcomes[name], one.outcomes[name], err_msg=name)
    for name in one.outcomes:
        same(one.outcomes[name], other.outcomes[name], name)
    for name in KEPT:
        same(one.trajectories[name], other.trajectories[name], name)
    same(one.statistics, other.statistics, "statistics")
    for name, counts in one.histograms.items():  # a number on the edge of two bins may change its place
        assert np.abs(other.histograms[name] - counts).sum() <= 2, name


# -- luck


def test_a_program_draws_the_uniforms_of_the_streams_bit_for_bit():
    from sim.engine.philox import Request, keys, uniforms

    asked = (
        Request("onset", ("a", "b"), 2, ()),
        Request("flights", ("a", "b", "c"), 1, ("x", "y")),
        Request("alone", ("a",), 3, ()),
        Request("nobody", (), 1, ()),
    )
    blocks = (0, 5)
    luck = Luck(11, blocks)
    with jax.enable_x64(True):
        drawn = jax.jit(lambda keyed, step: uniforms(asked, keyed, step))
        for step in (0, 1, 179):
            numbers, first = np.asarray(drawn(keys(asked, 11, blocks), np.int64(step))), 0
            for one in asked:
                expected = luck.draw(one.stream, one.actors, one.draws, step, one.per)
                mine = numbers[first : first + one.size].reshape((*one.shape, luck.runs))
                np.testing.assert_array_equal(mine, expected, err_msg=one.stream)
                first += one.size
            assert first == len(numbers)


# -- the same histories


@pytest.mark.parametrize("scenario", shipped_scenarios())
def test_a_program_plays_what_numpy_plays(scenario):
    whole = sim.load(scenario)
    same_record(*both(altered(whole, end=f"{int(whole.start[:4]) + YEARS}-11")))


def test_scenarios_of_the_same_actors_share_a_program():
    plans = {prepared(opening(sim.load(name)), (0,), "float64").plan for name in shipped_scenarios()}
    assert len(plans) == 3  # the region, South Asia, the textbook race


def test_more_than_two_states_with_draws_for_each_run_and_a_decision_are_played_alike():
    race = sim.load("richardson")
    third = race.states["south"].model_copy(update={"name": "East"})
    priors = {
        "set_money_aside.largest_share": {"normal": [0.4, 0.05]},
        "keep_public_record.error": {"uniform": [0.03, 0.1]},
    }
    taken = {"actor": "east", "from": "2001-03", "until": "2002-02", "decides": "milex_target", "value": 900.0}
    three = altered(race, end="2004-12", states={**race.states, "east": third}, parameters=priors,
                    decisions=[Decision.model_validate(taken)])  # fmt: skip
    numpy, compiled = both(three)
    assert numpy.trajectories["milex"].shape[1] == 3
    same_record(numpy, compiled)


def test_a_rule_switched_off_is_off_without_compiling_anything():
    quo = altered(sim.load("status_quo"), end="2027-12")
    base, _ = both(quo)
    before = len(compilations())
    numpy, compiled = both(quo, without=("grow_economy", "answer_the_rival"))
    same_record(numpy, compiled)
    assert not np.array_equal(numpy.outcomes["final_balance"], base.outcomes["final_balance"])
    assert len(compilations()) == before


def test_whoever_moves_a_lever_compiles_nothing():
    quo = altered(sim.load("status_quo"), end="2027-12")
    both(quo)
    before = len(compilations())
    moved = altered(quo, parameters={"set_money_aside.largest_share": 0.35, "count_on_ally.weight": 0.5})
    numpy, compiled = both(moved)
    same_record(numpy, compiled)
    assert len(compilations()) == before


def compilations():
    """What jax has compiled of our programs so far."""
    return [found for found in PROGRAMS for _ in range(found._cache_size())]


def test_runs_that_break_are_the_same_datum():
    race = altered(sim.load("richardson"), actors={"north": {"match_rival_linearly.reaction": 400.0}}, end="2007-11")
    position = opening(race, 3)
    found = [play_chunk(position, 0, RUNS, 8, np.float64, measured(position), engine)[0] for engine in ("numpy", "jax")]
    assert found[0].failures
    assert found[1].failures == found[0].failures


# -- results say who played them


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """A sweep by a compiled program."""
    out = tmp_path_factory.mktemp("compiled") / "r"
    sim.sweep(altered(sim.load("richardson"), end="2001-12"), 20, out=out, engine="jax", progress=False)
    return out


def test_a_result_says_who_played_it_and_is_verified_by_the_same(result):
    about = provenance(result)
    assert (about["engine"], about["precision"], about["jax"]) == ("jax", "float64", jax.__version__)
    assert sim.verify(result, 1).good


def test_a_mixture_of_engines_is_refused_unless_allowed(result, tmp_path):
    out = tmp_path / "r"
    shutil.copytree(result, out)
    with pytest.raises(Mistake, match=r"was begun with the engine jax; .* --mixed to go on with numpy"):
        sim.resume(out, 30, engine="numpy", progress=False)
    sim.resume(out, 30, engine="numpy", mixed=True, progress=False)
    assert provenance(out)["engine"] == "numpy"
    assert provenance(out)["begun_by"] == "jax"
    found = sim.verify(out, 1)
    assert found.good
    assert "the engine jax began it, numpy went on" in found.notes


def test_shards_of_two_engines_are_not_merged(tmp_path):
    short = altered(sim.load("richardson"), end="2000-12")
    for number, engine in ((1, "numpy"), (2, "jax")):
        sim.sweep(short, 600, out=tmp_path / engine, engine=engine, shard=f"{number}/2", progress=False)
    with pytest.raises(Mistake, match="played with different engines"):
        sim.merge(tmp_path / "both", [tmp_path / "numpy", tmp_path / "jax"])


def test_who_lacks_jax_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr("sim.model.engines.find_spec", lambda name: None)
    with pytest.raises(Mistake, match=r"needs jax: `pip install 'armsrace\[jax\]'`"):
        sim.sweep("richardson", 4, engine="jax", progress=False)


def test_an_engine_that_is_none_is_answered_with_those_there_are():
    with pytest.raises(Mistake, match="engine"):
        sim.sweep("richardson", 4, engine="cuda", progress=False)


def test_runs_can_be_watched_as_a_program_of_half_the_precision_plays_them():
    short = altered(sim.load("richardson"), end="2006-06")
    seen = {}
    for engine in ("numpy", "jax-float32"):
        watched = sim.watch(short, 8, engine=engine)
        seen[engine] = np.array([step["milex"] for step in watched])
        assert watched.result().sizes["run"] == 8
    np.testing.assert_allclose(seen["jax-float32"], seen["numpy"], rtol=1e-4)


def test_the_page_is_answered_by_numpy_until_a_process_has_the_program(monkeypatch, tmp_path):
    asked, engine = Setting("richardson", runs=8), "jax-float32"
    first, *_, early, _ = processes.play(asked, tmp_path, engine)
    monkeypatch.setattr(processes, "_begun", {engine})
    again, *_, late, _ = processes.play(asked, tmp_path, engine)
    assert (first["engine"], again["engine"]) == ("numpy", engine)
    np.testing.assert_allclose(late["milex"], early["milex"], rtol=1e-3)
    assert len(list(tmp_path.iterdir())) == 2, "baselines of two engines are not to be mixed"
