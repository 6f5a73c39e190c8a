"""Fighting, disputes and wars foretold without a model: by how often, in which months, and how long ago.

Rates are a posterior's mean rather than a count over years, so that what has not happened yet is not impossible.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats
from scipy.optimize import minimize
from scipy.special import expit

from sim.calibration.disputes import HALF, beta_over_pairs
from sim.model.world import Array

MEMBERS = 400
RISE = 0.1  # spread of what is believed beforehand of a yearly rise of the log of a rate
SLOPE = 1.0  # spread of what is believed beforehand of a slope of log-odds


# -- outbreaks of one rivalry, step by step


def constant_hazard(events: int, past: float, steps: int, dt: float) -> Array:
    """Return the chance of an outbreak in each step, ``(step,)``, at the rate of the past.

    Parameters
    ----------
    events : int
        Outbreaks before the origin.
    past : float
        Years in which they were counted.
    steps, dt : int, float
        How many steps are foretold, and their length [yr].

    Examples
    --------
    >>> constant_hazard(1, 15.0, 2, 1 / 12).round(4).tolist()
    [0.0083, 0.0083]
    """
    return np.full(steps, -np.expm1(-(events + HALF) / past * dt))


def seasonal_hazard(events: int, past: float, season: Array, dt: float) -> Array:
    """Return the chance of an outbreak in each step at the rate of the past times the season, ``(step,)``.

    Parameters
    ----------
    season : ndarray ``(step,)``
        What the calendar multiplies a rate by; its mean is taken out.
    """
    rate = (events + HALF) / past * season / season.mean()
    chance: Array = -np.expm1(-rate * dt)
    return chance


def rising_hazard(ages: Sequence[float], past: float, season: Array, dt: float) -> Array:
    """Return the chance of an outbreak in each step at a rate that rises or falls by the year, times the season.

    Parameters
    ----------
    ages : sequence of float
        How long before the origin each outbreak was [yr].

    Notes
    -----
    The rate is ``exp(a + b t)`` up to the origin at t = 0 and beyond, fitted to the past by maximum a posteriori; b is
    believed to be near none beforehand.
    """
    events, elapsed = len(ages) + HALF, float(sum(ages))

    def miss(x: Array) -> float:
        a, b = x
        expected = past if abs(b) < 1e-9 else -np.expm1(-b * past) / b
        return float(np.exp(a) * expected - (a * events - b * elapsed) + 0.5 * (b / RISE) ** 2)

    a, b = minimize(miss, [np.log(events / past), 0.0], method="Nelder-Mead").x
    t = (np.arange(len(season)) + 0.5) * dt
    chance: Array = -np.expm1(-np.exp(a + b * t) * season / season.mean() * dt)
    return chance


def negative_binomial(counts: Array) -> Array:
    """Return counts of a year as those of the past were, ``(member,)``: negative binomial, by moments.

    Examples
    --------
    >>> float(np.median(negative_binomial(np.array([3.0, 4.0, 5.0, 4.0]))))
    4.0
    """
    mean, variance = float(np.mean(counts)), float(np.var(counts, ddof=1))
    level = (np.arange(MEMBERS) + 0.5) / MEMBERS
    if variance <= mean:
        return np.asarray(stats.poisson.ppf(level, mean))
    size = mean**2 / (variance - mean)
    return np.asarray(stats.nbinom.ppf(level, size, size / (size + mean)))


# -- disputes and wars of many pairs, year by year


def own_rate(happened: Array) -> Array:
    """Return the chance of an event in a year at each pair's own past rate, ``(pair,)``.

    Parameters
    ----------
    happened : ndarray ``(pair, year)``
        1 where an event began, 0 where none did, NaN where nobody looked.
    """
    events, years = np.nansum(happened, 1), np.isfinite(happened).sum(1)
    chance: Array = (events + HALF) / (years + 1.0)
    return chance


def shrunk_rate(happened: Array) -> Array:
    """Return the chance of an event in a year at each pair's rate, drawn towards that of all pairs, ``(pair,)``.

    Rates are beta distributed over pairs; the distribution is the one under which the past was most likely.
    """
    events, years = np.nansum(happened, 1), np.isfinite(happened).sum(1)
    a, b = beta_over_pairs(events, years)
    chance: Array = (events + a) / (years + a + b)
    return chance


def since_last(happened: Array) -> Array:
    """Return how many years ago the last event was, before each year and after the last, ``(pair, year + 1)``.

    Counted from the beginning of the record where there was none.
    """
    pairs, years = happened.shape
    since = np.zeros((pairs, years + 1))
    for year in range(years):
        since[:, year + 1] = np.where(happened[:, year] == 1.0, 0.0, since[:, year] + 1.0)
    return since


def rate_by_time(happened: Array, ahead: int) -> Array:
    """Return the chance of an event so many years ahead, by each pair's rate and the time since its last, ``(pair,)``.

    Log-odds are linear in those of the shrunk rate and in the log of one plus the years since the last event when the
    forecast was made; fitted to all pairs and years before.
    """
    level = np.log(shrunk_rate(happened) / (1.0 - shrunk_rate(happened)))
    quiet = np.log1p(since_last(happened))
    years = happened.shape[1] - ahead + 1
    past, came = quiet[:, :years], happened[:, ahead - 1 :]
    told = np.isfinite(came)
    x = np.stack([np.broadcast_to(level[:, None], past.shape)[told], past[told]], 1)
    mean = x.mean(0)
    y = came[told]

    def miss(slopes: Array) -> float:
        odds = slopes[0] + slopes[1] * x[:, 0] + slopes[2] * (x[:, 1] - mean[1])
        doubt = (slopes[1] - 1.0) ** 2 + slopes[2] ** 2 + slopes[0] ** 2
        return float((np.logaddexp(0.0, odds) - y * odds).sum() + 0.5 * doubt / SLOPE**2)

    slopes = minimize(miss, [0.0, 1.0, 0.0], method="BFGS").x
    chance: Array = expit(slopes[0] + slopes[1] * level + slopes[2] * (quiet[:, -1] - mean[1]))
    return chance


def pooled_rate(happened: Array) -> float:
    """Return the chance of an event in a year at the rate of all pairs together."""
    return float((np.nansum(happened) + HALF) / (np.isfinite(happened).sum() + 1.0))
