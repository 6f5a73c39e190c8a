"""What common random numbers tell about a difference: estimate, interval, runs needed.

Two cases swept with one seed draw the same random numbers: run 17 here and run 17 there share their luck and differ by
the case alone. So differences are taken within pairs of runs, and what luck does to both drops out of them (common
random numbers, Law 2015, section 11.2).

Numbers use Student's t of the paired mean. Shares of runs use the score interval of Tango (1998),
which rests on the pairs that disagree. Neither shrinks to nothing where no pair differs: that
nothing was seen in *n* pairs bounds what can be there, and does not rule it out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy

from sim.measures.intervals import LEVEL, normal_quantile, reach_of_mean
from sim.model.world import Array

FEWEST = 30  # runs worth asking for; with less, means are far from normal and variances guesses
FEW = 10  # differing pairs below which the mean is far from normal
ROUNDING = 1e-9  # relative; two runs that differ by less are the same
SCORE, MEAN, BOUND, NONE = "score of discordant pairs", "t of the paired mean", "bound on differing pairs", "none"


class Estimate(NamedTuple):
    """What pairs say about one measure; differences are second minus first, and in `higher` pairs above zero."""

    pairs: int
    differing: int
    higher: int
    first: float
    second: float
    difference: float
    low: float
    high: float
    standardised: float
    standardised_low: float
    standardised_high: float
    correlation: float
    variance_reduction: float
    paired_variance: float
    separate_variance: float
    size: float
    method: str


NOTHING = Estimate(0, 0, 0, **dict.fromkeys(Estimate._fields[3:-1], np.nan), method=NONE)


def score_interval(up: Array, down: Array, pairs: int, level: float = LEVEL) -> tuple[Array, Array]:
    """Return the score interval of a difference of shares in paired runs.

    Parameters
    ----------
    up, down : ndarray
        Pairs in which only the second, only the first run has the property; any shape.
    pairs : int
        Pairs in all.
    level : float
        Confidence that the interval holds the truth.

    Returns
    -------
    low, high : ndarray
        Interval of ``(up - down) / pairs``; where no pair disagrees, plus and minus ``z²/(pairs + z²)``.

    References
    ----------
    Tango (1998), Statistics in Medicine 17, 891-908.

    Examples
    --------
    >>> low, high = score_interval(np.array([0, 40]), np.array([0, 20]), 160)
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([-0.0234, 0.0309], [0.0234, 0.2181])
    """
    up, down = np.asarray(up, float), np.asarray(down, float)
    middle, z = (up - down) / pairs, normal_quantile(level)
    low = _root(up, down, pairs, np.full(middle.shape, -1.0), middle, z)
    high = _root(up, down, pairs, middle, np.full(middle.shape, 1.0), -z)
    return low, high


def _root(up: Array, down: Array, pairs: int, left: Array, right: Array, z: float) -> Array:
    """Bisect for the difference whose score is z; the score falls with the difference."""
    for _ in range(60):
        middle = (left + right) / 2.0
        above = _score(up, down, pairs, middle) > z
        left, right = np.where(above, middle, left), np.where(above, right, middle)
    return (left + right) / 2.0


def _score(up: Array, down: Array, pairs: int, difference: Array) -> Array:
    """Return how many standard errors the counts lie above a difference, its nuisance share fitted to it."""
    linear = (2.0 * pairs - up + down) * difference - up - down
    constant = -down * difference * (1.0 - difference)
    only_first = (np.sqrt(np.maximum(linear * linear - 8.0 * pairs * constant, 0.0)) - linear) / (4.0 * pairs)
    variance = pairs * (2.0 * only_first + difference * (1.0 - difference))
    excess = up - down - pairs * difference
    score: Array = excess / np.sqrt(np.maximum(variance, 1e-300))
    return score


def unseen(differing: int, pairs: int, level: float = LEVEL) -> float:
    """Return the share of differing pairs that so few do not rule out (Clopper and Pearson 1934).

    Examples
    --------
    >>> round(unseen(0, 1000), 4)
    0.0037
    """
    return float(scipy.special.betaincinv(differing + 1, max(pairs - differing, 1e-9), (1.0 + level) / 2.0))


def differences(first: Array, second: Array) -> Array:
    """Return second minus first, nothing where the two are the same but for rounding."""
    apart = second - first
    return np.where(np.abs(apart) <= ROUNDING * np.maximum(np.abs(first), np.abs(second)), 0.0, apart)


def estimate(first: Array, second: Array, *, share: bool, level: float = LEVEL) -> Estimate:
    """Compare paired runs.

    Parameters
    ----------
    first, second : ndarray, (run,)
        One measure in the runs of either case, in the same order; a pair with a missing value is left out.
    share : bool
        Whether the values say yes (1) or no (0), so that their mean is a share of runs.
    level : float
        Confidence that the interval holds the truth.

    Returns
    -------
    Estimate
        All NaN with fewer than two pairs. ``variance_reduction`` is what independent seeds would
        need in runs for the same precision, over what common random numbers need; infinite where the difference does
        not vary though the measure does. ``size`` is the range of the measure over both cases.
    """
    there = np.isfinite(first) & np.isfinite(second)
    one, two = np.asarray(first, float)[there], np.asarray(second, float)[there]
    pairs = len(one)
    if pairs < 2:
        return NOTHING._replace(pairs=pairs)
    apart = differences(one, two)
    differing = int((apart != 0.0).sum())
    separate, together = float(one.var(ddof=1) + two.var(ddof=1)), float(apart.var(ddof=1))
    size = float(max(one.max(), two.max()) - min(one.min(), two.min()))
    difference = float(apart.mean())
    low, high, method = _interval(apart, differing, size, level, share=share)
    unit = np.sqrt(separate / 2.0) if separate > 0.0 else np.nan
    return Estimate(
        pairs, differing, int((apart > 0.0).sum()), float(one.mean()), float(two.mean()), difference, low, high,
        difference / unit, low / unit, high / unit, _correlation(one, two), _ratio(separate, together),
        together, separate, size, method,
    )  # fmt: skip


def _interval(apart: Array, differing: int, size: float, level: float, *, share: bool) -> tuple[float, float, str]:
    """Return the interval of a mean paired difference, and how it was made."""
    pairs = len(apart)
    if share:
        low, high = score_interval((apart > 0.0).sum(), (apart < 0.0).sum(), pairs, level)
        return float(low), float(high), SCORE
    if size == 0.0:
        return np.nan, np.nan, NONE  # the same number in every run of both: there is nothing to learn from
    mean, reach = float(apart.mean()), reach_of_mean(apart, level)
    more = (unseen(differing, pairs, level) - differing / pairs) * size
    if differing < FEW and more > reach:
        return mean - more, mean + more, BOUND
    return mean - reach, mean + reach, MEAN


def _correlation(one: Array, two: Array) -> float:
    """Return the correlation of paired runs, NaN where one case does not vary."""
    if one.std() == 0.0 or two.std() == 0.0:
        return np.nan
    return float(np.corrcoef(one, two)[0, 1])


def _ratio(separate: float, together: float) -> float:
    """Return the variance of independent runs over that of pairs, NaN where nothing varies."""
    if together > 0.0:
        return separate / together
    return np.inf if separate > 0.0 else np.nan


def standing(found: Estimate) -> float:
    """Return how large an effect is beside others; a difference where no run varies is larger than any."""
    if np.isfinite(found.standardised):
        return abs(found.standardised)
    return np.inf if found.difference else -1.0


def runs_needed(found: Estimate, half_width: float) -> tuple[float, float]:
    """Return how many runs a half-width of the interval takes: with common random numbers, with independent seeds.

    Parameters
    ----------
    found : Estimate
        From a first comparison, whose variances are taken as true.
    half_width : float
        What is wanted, in the unit of the measure.

    Returns
    -------
    together, apart : float
        Runs of each scenario, `FEWEST` at least; NaN where they cannot be told.

    Examples
    --------
    >>> luck = np.random.default_rng(1).normal(size=1000)
    >>> together, apart = runs_needed(estimate(luck, luck + 1 + 0.1 * luck[::-1], share=False), 0.1)
    >>> bool(together < apart)
    True
    """
    if not (half_width > 0.0 and np.isfinite(found.separate_variance)):
        return np.nan, np.nan
    each = normal_quantile() ** 2 / half_width**2
    apart = max(np.ceil(each * found.separate_variance), FEWEST) if found.size > 0.0 else np.nan
    return max(np.ceil(each * found.paired_variance), _fewest(found, half_width)), apart


def _fewest(found: Estimate, half_width: float) -> float:
    """Return the pairs without any difference that would bound it by a half-width."""
    if found.method == SCORE:
        return max(float(np.ceil(normal_quantile() ** 2 * (1.0 / half_width - 1.0))), FEWEST)
    if found.method == BOUND and half_width < found.size:
        return max(float(np.ceil(np.log((1.0 - LEVEL) / 2.0) / np.log1p(-half_width / found.size))), FEWEST)
    return np.nan if found.method == NONE else FEWEST
