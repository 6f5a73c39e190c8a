"""How sure an estimate is: the level of confidence, the quantiles that go with it, intervals of shares and means."""

from __future__ import annotations

from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import scipy  # brings `special` with its first use; of `scipy.stats` there would be nothing else, and it is slower yet

from sim.model.world import Array

LEVEL = 0.95
TENTHS = 10  # parts of a jackknife


def normal_quantile(level: float = LEVEL) -> float:
    """Return by how many standard errors a two-sided normal interval reaches out.

    Examples
    --------
    >>> round(normal_quantile(), 6)
    1.959964
    """
    return NormalDist().inv_cdf((1.0 + level) / 2.0)


def student_quantile(numbers: int, level: float = LEVEL) -> float:
    """Return by how many standard errors the interval of a mean of so many numbers reaches out."""
    return float(scipy.special.stdtrit(numbers - 1, (1.0 + level) / 2.0))


def reach_of_mean(sample: Array, level: float = LEVEL) -> float:
    """Return half of Student's interval of the mean of independent numbers; NaN with fewer than two.

    Examples
    --------
    >>> round(reach_of_mean(np.array([1.0, 2.0, 3.0])), 3)
    2.484
    """
    if len(sample) < 2:
        return float("nan")
    return float(student_quantile(len(sample), level) * sample.std(ddof=1) / np.sqrt(len(sample)))


def level_of_each(family: int, level: float = LEVEL) -> float:
    """Return the level of single intervals at which a whole family of them holds together (Bonferroni).

    Examples
    --------
    >>> round(level_of_each(10), 3)
    0.995
    """
    return 1.0 - (1.0 - level) / family


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Return the interval of a share (Wilson 1927)."""
    _, low, high = shares(np.array(successes), np.array(trials)).tolist()
    return low, high


def shares(counts: Array, trials: Array) -> Array:
    """Return shares with their Wilson intervals, ``(..., 3)``, NaN where nothing was tried.

    All at once: a sweep's summary asks for hundreds.

    Examples
    --------
    >>> shares(np.array([[5, 0]]), np.array([[10, 0]])).round(3).tolist()
    [[[0.5, 0.237, 0.763], [nan, nan, nan]]]
    """
    n = np.where(trials > 0, trials, np.nan)
    share, weight = counts / n, normal_quantile() ** 2 / n
    half = np.sqrt(weight * (share * (1.0 - share) + weight / 4.0))
    low, high = ((share + weight / 2.0 + side * half) / (1.0 + weight) for side in (-1.0, 1.0))
    return np.stack([share, np.where(counts == 0, 0.0 * n, low), np.where(counts == n, 1.0, high)], axis=-1)


def exact(successes: int, trials: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the interval of a share that holds it at least as often as it says (Clopper and Pearson 1934).

    Examples
    --------
    >>> [round(end, 3) for end in exact(10, 16)]
    [0.354, 0.848]
    """
    beyond, failures = (1.0 - level) / 2.0, trials - successes
    low = scipy.special.betaincinv(successes, failures + 1, beyond) if successes else 0.0
    high = scipy.special.betaincinv(successes + 1, failures, 1.0 - beyond) if failures else 1.0
    return float(low), float(high)


def jackknife(estimate: Callable[[Array], Array | float], numbers: int) -> Array | float:
    """Return half the normal interval of an estimate from runs, by leaving out a tenth of them at a time; 0 for few.

    Parameters
    ----------
    estimate : callable
        Takes a mask ``(run,)`` of the runs that are kept and returns one number, or several.
    numbers : int
        How many runs there are.
    """
    if numbers < 4 * TENTHS:
        return 0.0
    group = np.arange(numbers) % TENTHS
    left = np.array([estimate(group != tenth) for tenth in range(TENTHS)])
    error = np.sqrt((TENTHS - 1) / TENTHS * np.square(left - left.mean(0)).sum(0))
    reach: Array = normal_quantile() * error
    return reach


def jackknife_clusters(estimate: Callable[[Array], float], cluster: Array, level: float = LEVEL) -> float:
    """Return half Student's interval of an estimate, by leaving out one cluster at a time; NaN for fewer than two.

    Parameters
    ----------
    estimate : callable
        Takes a mask ``(case,)`` of the cases that are kept and returns one number.
    cluster : ndarray ``(case,)``
        What each case belongs to. Cases of one cluster are no news to each other: clusters count, not cases.
    level : float
        Of the interval.

    Examples
    --------
    >>> numbers, cluster = np.array([1.0, 1.0, 2.0, 3.0, 3.0]), np.array(["a", "a", "b", "c", "c"])
    >>> round(jackknife_clusters(lambda kept: float(numbers[kept].mean()), cluster), 2)
    3.31
    """
    names = np.unique(cluster)
    if len(names) < 2:
        return float("nan")
    left = np.array([estimate(cluster != name) for name in names])
    error = np.sqrt((len(names) - 1) / len(names) * np.square(left - left.mean()).sum())
    return float(student_quantile(len(names), level) * error)
