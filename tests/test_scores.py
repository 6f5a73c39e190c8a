"""Scores of forecasts: closed forms, calibrated forecasts found calibrated, and nothing said of nothing."""

import numpy as np
import pytest
from scipy import stats

from sim.measures.intervals import exact
from sim.model.mistakes import Mistake
from sim.validation import scores


@pytest.fixture
def luck():
    return np.random.default_rng(7)


def test_crps_of_a_large_normal_sample_is_the_closed_form(luck):
    z = 1.3
    formula = z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi)
    assert scores.crps(luck.normal(size=100_000), z) == pytest.approx(formula, abs=0.01)


def test_fair_crps_is_the_mean_distance_less_half_that_of_different_members(luck):
    sample, seen = luck.normal(size=9), 0.4
    pairs = [abs(a - b) for i, a in enumerate(sample) for j, b in enumerate(sample) if i != j]
    assert scores.crps(sample, seen) == pytest.approx(np.abs(sample - seen).mean() - np.mean(pairs) / 2)


def test_a_small_fair_ensemble_scores_on_average_as_a_large_one(luck):
    seen = luck.normal(size=4000)
    few, many = (scores.crps(luck.normal(size=(members, 4000)), seen).mean() for members in (3, 300))
    assert few == pytest.approx(many, abs=0.03)


def test_energy_score_of_one_part_is_crps(luck):
    sample, seen = luck.normal(size=(50, 7)), luck.normal(size=7)
    assert scores.energy_score(sample[..., None], seen[..., None]) == pytest.approx(scores.crps(sample, seen))


def test_chances_are_scored_by_log_and_square():
    assert scores.log_score(0.2, 1.0) == pytest.approx(-np.log(0.2))
    assert scores.log_score(0.2, 0.0) == pytest.approx(-np.log(0.8))
    assert scores.brier_score(np.array([0.2, 0.2]), np.array([1.0, 0.0])) == pytest.approx([0.64, 0.04])
    assert 0.0 < scores.chance_of(0, 256) < scores.chance_of(1, 256) < scores.chance_of(256, 256) < 1.0


def test_a_calibrated_forecast_has_a_uniform_pit_and_covers_what_it_says(luck):
    sample, seen = luck.poisson(2.0, (200, 3000)), luck.poisson(2.0, 3000)
    places = scores.pit(sample, seen, luck.random(3000))
    assert stats.kstest(places, "uniform").pvalue > 0.01
    assert stats.kstest(scores.pit(sample + 1, seen, luck.random(3000)), "uniform").pvalue < 1e-6
    normal = luck.normal(size=(500, 3000))
    held = scores.coverage(scores.inside(normal, luck.normal(size=3000)))
    assert held.low < 0.8 < held.high
    assert held.value == held.hits / 3000


def test_the_rank_of_the_record_counts_half_of_what_equals_it():
    assert scores.rank(np.array([1.0, 2.0, 2.0, 3.0]), 2.0) == 0.5
    assert scores.rank(np.array([1.0, 2.0]), 5.0) == 1.0


def test_exact_intervals_hold_at_least_what_they_say():
    chances = stats.binom.pmf(np.arange(17), 16, 0.8)
    held = sum(p for hits, p in enumerate(chances) if exact(hits, 16)[0] <= 0.8 <= exact(hits, 16)[1])
    assert held >= 0.95


def test_skill_is_paired_and_counts_clusters_not_cases(luck):
    shared = luck.gamma(2.0, size=40)
    cluster = np.repeat(np.arange(5), 8)
    better = scores.skill(0.9 * shared, shared, cluster)
    assert better.value == pytest.approx(0.1)
    assert better.verdict == "win"
    assert (better.cases, better.clusters) == (40, 5)
    noisy = shared * (1.0 + 0.5 * luck.normal(size=5)[cluster])
    by_cluster, by_case = (scores.skill(noisy, shared, c) for c in (cluster, np.arange(40)))
    assert by_cluster.high - by_cluster.low > 1.5 * (by_case.high - by_case.low)
    assert scores.skill(shared, 0.5 * shared, cluster).verdict == "lose"


def test_one_cluster_has_no_interval_and_no_verdict_but_a_tie():
    alone = scores.skill(np.ones(3), 2.0 * np.ones(3), np.zeros(3))
    assert np.isnan(alone.low)
    assert alone.verdict == "tie"


@pytest.mark.parametrize("empty", [lambda: scores.coverage(np.zeros(0)), lambda: scores.skill(*[np.zeros(0)] * 3)])
def test_nothing_to_score_is_an_error(empty):
    with pytest.raises(Mistake, match="nothing to score"):
        empty()
