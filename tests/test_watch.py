"""Runs watched as they are played are those of a sweep."""

import numpy as np
import pytest
from worlds import altered

import sim
from sim.model.mistakes import Mistake


@pytest.fixture(scope="module")
def decade(hindcast):
    """Ten years of the hindcast, in which there is war."""
    return altered(hindcast, end="2019-12")


@pytest.fixture(scope="module")
def swept(decade):
    return sim.sweep(decade, 20, seed=3, kept_paths=20)


@pytest.fixture(scope="module")
def race(richardson):
    return altered(richardson, end="2001-12")


@pytest.fixture(scope="module")
def watched(decade):
    """The decade watched to its end: spending and wars by step, and the watch."""
    watch = sim.watch(decade, runs=20, seed=3)
    seen = [(step.date, step["milex"].copy(), step.outcome("campaigns")) for step in watch]
    return watch, seen


def test_what_is_seen_is_what_a_sweep_keeps(watched, swept):
    (_, seen), data = watched, swept
    assert [date.isoformat() for date, _, _ in seen[1:]] == [str(t)[:10] for t in data["time"].values]
    spending = np.stack([milex for _, milex, _ in seen[1:]])
    kept = data["milex"].transpose("time", "state", "member").values
    assert np.array_equal(spending.astype(np.float32), kept)
    assert np.array_equal(seen[-1][2], data["campaigns"].values)
    wars = np.stack([war for _, _, war in seen])
    assert (np.diff(wars, axis=0) >= 0).all()
    assert wars[0].sum() == 0 < wars[-1].sum()


def test_its_result_is_that_of_a_sweep(watched, swept):
    watch, _ = watched
    result, kept = watch.result(), swept.drop_dims("statistic")
    assert result.identical(kept), "labels and attributes too, though one was never in a store"
    for name, array in kept.variables.items():
        assert (result.variables[name].dtype, result.variables[name].encoding) == (array.dtype, array.encoding), name


def test_runs_that_break_are_left_out_of_the_result(race):
    watch = sim.watch(race, runs=5)
    for _ in watch:
        pass
    watch._watchman.sound[2] = False
    assert watch.result().sizes["run"] == 5


def test_numpy_is_left_as_it_was_between_steps(race):
    before = np.getbufsize(), np.geterr()
    for _ in sim.watch(race, runs=2):
        assert (np.getbufsize(), np.geterr()) == before


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: sim.watch("richardson", runs=0), "runs"),
        (lambda: next(iter(sim.watch("richardson", runs=2)))["milx"], "did you mean 'milex'"),
        (lambda: next(iter(sim.watch("richardson", runs=2))).outcome("wars"), "unknown outcome 'wars'"),
        (lambda: sim.watch("richardson", runs=2).result(), "not at their end"),
    ],
)
def test_what_cannot_be_is_a_sentence(ask, sentence):
    with pytest.raises(Mistake, match=sentence):
        ask()


def test_a_step_cannot_be_written_to_and_a_watch_is_watched_once():
    watch = sim.watch("richardson", runs=2)
    step = next(iter(watch))
    with pytest.raises(ValueError, match="read-only"):
        step["milex"][:] = 1.0
    with pytest.raises(Mistake, match="watched already"):
        next(iter(watch))
