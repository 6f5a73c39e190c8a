"""Luck belongs to the replicate: it can be looked up anywhere, and nothing else moves it."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.model.streams import BLOCK, Luck, Stream, key, normal, uniform

SOME = {"seed": 3, "stream": "onset", "actor": "somebody", "block": 2}
SIGNIFICANT = 1e-4  # of a test whose luck is fixed: it passes always or never


def words(steps=1, draws=2, **changes):
    """Raw words of some stream, step by step."""
    where = SOME | changes
    stream = Stream(where["seed"], where["stream"], where["actor"], where["block"], draws=draws)
    return np.stack([stream.at(step) for step in range(steps)])


# -- random access


@settings(max_examples=25, derandomize=True, deadline=None, database=None)
@given(draws=st.integers(1, 5), steps=st.lists(st.integers(0, 2000), min_size=1, max_size=6))
def test_any_step_can_be_looked_up_in_any_order(draws, steps):
    in_order = words(max(steps) % 50 + 1, draws)
    stream = Stream(*SOME.values(), draws=draws)
    for step in steps:
        near = step % len(in_order)
        np.testing.assert_array_equal(stream.at(near), in_order[near])
        fresh = Stream(*SOME.values(), draws=draws)
        np.testing.assert_array_equal(stream.at(step), fresh.at(step))


def test_no_number_is_drawn_twice():
    assert len(np.unique(words(400, 2))) == 400 * 2 * BLOCK


def test_blocks_are_the_same_alone_and_in_a_chunk():
    chunk = Luck(3, (4, 5, 6))
    assert chunk.runs == 3 * BLOCK
    for step in (0, 1, 17, 3):
        together = chunk.draw("onset", ("a", "b"), 2, step, ("x", "y", "z"))
        assert together.shape == (2, 3, 2, 3 * BLOCK)
        for place, block in enumerate((4, 5, 6)):
            alone = Luck(3, (block,)).draw("onset", ("a", "b"), 2, step, ("x", "y", "z"))
            np.testing.assert_array_equal(together[..., place * BLOCK : (place + 1) * BLOCK], alone)


def test_one_run_alone_has_the_luck_it_has_in_its_block():
    block, one = Luck(3, (4,)), Luck(3, (4,), column=77)
    assert one.runs == 2, "the run axis is never shorter than 2"
    for step in (0, 1, 9):
        expected = block.draw("onset", ("a", "b"), 3, step)[..., 77]
        for column in one.draw("onset", ("a", "b"), 3, step).transpose(2, 0, 1):
            np.testing.assert_array_equal(column, expected)


def test_an_actor_keeps_its_luck_whoever_else_plays():
    few, many = (Luck(3, (0,)).draw("onset", actors, 1, 5) for actors in (("b",), ("a", "b", "c")))
    np.testing.assert_array_equal(few[:, 0], many[:, 1])


def test_an_entry_of_an_axis_keeps_its_luck_whatever_else_is_on_the_axis():
    few, many = (Luck(3, (0,)).draw("entry", ("s",), 1, 5, per) for per in (("b",), ("a", "b", "c")))
    np.testing.assert_array_equal(few[:, 0], many[:, 1])


# -- one thing is not another

ELSEWHERE = {
    "as it is": {},
    "seed": {"seed": 4},
    "stream": {"stream": "onsets"},
    "actor": {"actor": "nobody"},
    "block": {"block": 3},
    "names run together": {"stream": "onsetsome", "actor": "body"},
}


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(ELSEWHERE, 2)))
def test_different_seeds_streams_actors_and_blocks_have_different_luck(one, other):
    left, right = (words(4, **ELSEWHERE[name]) for name in (one, other))
    assert not np.intersect1d(left, right).size
    assert abs(stats.pearsonr(uniform(left).ravel(), uniform(right).ravel()).statistic) < 0.1


def test_seeds_may_be_large_and_are_told_apart():
    keys = {tuple(key(seed, "onset", "a", 0)) for seed in (0, 1, 2**32, 2**64, 2**64 + 1, -1)}
    assert len(keys) == 6


# -- the numbers are good ones


@pytest.fixture(scope="module")
def numbers():
    """Two draws of 400 steps of two blocks, as uniforms ``(2, step * run)``."""
    luck = Luck(11, (0, 1))
    return np.concatenate([luck.draw("some stream", ("a",), 2, step)[:, 0] for step in range(400)], axis=-1)


def test_uniforms_lie_strictly_between_zero_and_one():
    ends = uniform(np.array([0, 2**12 - 1, 2**63, 2**64 - 1], np.uint64))
    assert 0.0 < ends[0] == ends[1] < 1e-15
    assert ends[2] == pytest.approx(0.5)
    assert 1.0 - 1e-15 < ends[3] < 1.0


def test_uniforms_are_uniform(numbers):
    for draw in numbers:
        assert draw.mean() == pytest.approx(0.5, abs=4 * np.sqrt(1 / 12 / draw.size))
        assert draw.var() == pytest.approx(1 / 12, rel=0.01)
        assert stats.kstest(draw, "uniform").pvalue > SIGNIFICANT
        counts = np.bincount((draw * 100).astype(int), minlength=100)
        assert stats.chisquare(counts).pvalue > SIGNIFICANT


def test_neighbouring_runs_steps_and_draws_are_independent(numbers):
    steps = numbers.reshape(2, 400, 2 * BLOCK)
    pairs = {
        "draws": (steps[0], steps[1]),
        "steps": (steps[:, :-1], steps[:, 1:]),
        "runs": (steps[..., :-1], steps[..., 1:]),
        "blocks": (steps[..., :BLOCK], steps[..., BLOCK:]),
    }
    for what, (left, right) in pairs.items():
        found = stats.pearsonr(left.ravel(), right.ravel()).statistic
        assert abs(found) < 4.0 / np.sqrt(left.size), what


def test_normal_numbers_are_normal(numbers):
    drawn = normal(numbers[0], numbers[1])
    n = drawn.size
    assert drawn.mean() == pytest.approx(0.0, abs=4 / np.sqrt(n))
    assert drawn.std() == pytest.approx(1.0, abs=4 / np.sqrt(2 * n))
    assert stats.skew(drawn) == pytest.approx(0.0, abs=4 * np.sqrt(6 / n))
    assert stats.kurtosis(drawn) == pytest.approx(0.0, abs=4 * np.sqrt(24 / n))
    assert stats.kstest(drawn, "norm").pvalue > SIGNIFICANT


def test_the_most_extreme_uniforms_make_finite_normal_numbers():
    ends = uniform(np.array([0, 2**64 - 1], np.uint64))
    drawn = normal(ends[:, None], ends[None])
    assert np.isfinite(drawn).all()
    assert np.abs(drawn).max() < 9.0


# -- what must never change: results on disk rest on it


def test_the_first_words_of_a_stream_are_frozen():
    assert key(0, "onset", "azerbaijan", 0).tolist() == FROZEN_KEY
    stream = Stream(0, "onset", "azerbaijan", 0, draws=2)
    assert stream.at(0)[:, :2].tolist() == FROZEN_WORDS
    assert int(stream.at(7)[1, -1]) == FROZEN_LATER
    assert Stream(2**40, "a stream", "somebody", 3906, draws=1).at(179)[0, :2].tolist() == FROZEN_FAR
    assert BLOCK == 256


FROZEN_KEY = [6368287114410616394, 12485805407842854377]
FROZEN_WORDS = [[17468929014749133383, 11445364805491792827], [12243126293303002674, 9214508784587684466]]
FROZEN_LATER = 7471129567100906173
FROZEN_FAR = [9838381948062963839, 12198282355292602326]
