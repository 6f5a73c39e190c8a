"""How good a forecast was: proper scores, what its intervals cover, where the record lies within it.

A score is a loss, so less is better. Ensembles have their members first, ``(member, ...)``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scoringrules

from sim.measures.intervals import LEVEL, exact, jackknife_clusters
from sim.measures.ranks import rank as rank
from sim.model.mistakes import Mistake
from sim.model.world import Array

MIDDLE = 0.8  # share of a forecast that its interval holds
NUMPY = "numpy"  # what scoringrules works with, whatever else is installed
FAIR = "pwm"  # by order statistics, the same number as "fair" without a table of all pairs


def crps(sample: Array, seen: Array | float) -> Array:
    """Return the fair continuous ranked probability score of an ensemble, ``(...)`` (Ferro 2014).

    Parameters
    ----------
    sample : ndarray ``(member, ...)``
        At least two members.
    seen : ndarray ``(...)``
        What came.

    Examples
    --------
    >>> float(crps(np.array([0.0, 2.0]), 1.0))
    0.0
    """
    score: Array = scoringrules.crps_ensemble(np.asarray(seen), sample, 0, estimator=FAIR, backend=NUMPY)
    return score


def energy_score(sample: Array, seen: Array) -> Array:
    """Return the fair energy score of an ensemble of vectors ``(member, ..., part)``, ``(...)``.

    Examples
    --------
    >>> float(energy_score(np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([1.0, 1.0])).round(3))
    0.414
    """
    members_inside = np.moveaxis(sample, 0, -2)
    score: Array = scoringrules.es_ensemble(np.asarray(seen), members_inside, estimator="fair", backend=NUMPY)
    return score


def log_score(chance: Array | float, happened: Array | float) -> Array:
    """Return minus the log of the probability that was given to what came, an event or none.

    Examples
    --------
    >>> log_score(np.array([0.25, 0.25]), np.array([1.0, 0.0])).round(3).tolist()
    [1.386, 0.288]
    """
    score: Array = scoringrules.log_score(np.asarray(happened), np.asarray(chance), backend=NUMPY)
    return score


def brier_score(chance: Array | float, happened: Array | float) -> Array:
    """Return the squared distance of a probability from what came, 1 or 0.

    Examples
    --------
    >>> float(brier_score(0.25, 1.0))
    0.5625
    """
    score: Array = scoringrules.brier_score(np.asarray(happened), np.asarray(chance), backend=NUMPY)
    return score


def chance_of(events: int | Array, runs: int) -> Array:
    """Return the probability of what happened in some of the runs, never none and never one (Jeffreys).

    Examples
    --------
    >>> float(chance_of(0, 999))
    0.0005
    """
    chance: Array = np.asarray((np.asarray(events, float) + 0.5) / (runs + 1.0))
    return chance


def inside(sample: Array, seen: Array | float, level: float = MIDDLE) -> Array:
    """Return whether what came lies in the middle of an ensemble, ``(...)`` bool."""
    low, high = np.quantile(sample, [(1.0 - level) / 2.0, (1.0 + level) / 2.0], axis=0)
    within: Array = (low <= seen) & (seen <= high)
    return within


def pit(sample: Array, seen: Array | float, luck: Array | float) -> Array:
    """Return the randomised probability integral transform, ``(...)``: uniform if the forecast is calibrated.

    Parameters
    ----------
    sample : ndarray ``(member, ...)``
        The ensemble.
    seen : ndarray ``(...)``
        What came.
    luck : ndarray ``(...)``
        Uniform in (0, 1): where among the members equal to it, and between its neighbours, the record is put.

    Examples
    --------
    >>> float(pit(np.array([1.0, 2.0, 2.0, 4.0]), 2.0, 0.5))
    0.5
    """
    below, equal = (sample < seen).sum(0), (sample == seen).sum(0)
    place: Array = (below + luck * (equal + 1.0)) / (len(sample) + 1.0)
    return place


@dataclass(frozen=True)
class Share:
    """A share of cases with its exact interval."""

    hits: int
    cases: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share itself."""
        return self.hits / self.cases


def coverage(within: Array, level: float = LEVEL) -> Share:
    """Return how many cases lay within, with the exact interval of the share.

    Raises
    ------
    Mistake
        If there is no case.
    """
    _refuse_empty(within)
    hits, cases = int(np.sum(within)), int(np.size(within))
    return Share(hits, cases, *exact(hits, cases, level))


@dataclass(frozen=True)
class Skill:
    """By which part a forecast is better than a reference, with an interval; below 0 it is worse."""

    value: float
    low: float
    high: float
    cases: int
    clusters: int

    @property
    def verdict(self) -> str:
        """``win``, ``tie`` or ``lose``: what the interval says."""
        return "win" if self.low > 0.0 else "lose" if self.high < 0.0 else "tie"


def skill(score: Array, reference: Array, cluster: Array, level: float = LEVEL) -> Skill:
    """Return 1 less the ratio of mean scores on the same cases, with a paired interval.

    Parameters
    ----------
    score, reference : ndarray ``(case,)``
        Losses of the forecast and of what it is held against.
    cluster : ndarray ``(case,)``
        What each case belongs to: clusters are left out one by one.
    level : float
        Of the interval.

    Raises
    ------
    Mistake
        If there is no case.

    Examples
    --------
    >>> found = skill(np.array([1.0, 2.0, 1.0, 2.0]), np.array([2.0, 4.0, 2.0, 4.0]), np.array([1, 1, 2, 2]))
    >>> found.value, found.low, found.verdict
    (0.5, 0.5, 'win')
    """
    _refuse_empty(score)
    if len(score) != len(reference) or len(score) != len(cluster):
        raise ValueError("scores, references and clusters are of the same cases")

    def estimate(kept: Array) -> float:
        return 1.0 - float(score[kept].mean() / reference[kept].mean())

    value = estimate(np.ones(len(score), bool))
    reach = jackknife_clusters(estimate, np.asarray(cluster), level)
    return Skill(value, value - reach, value + reach, len(score), len(np.unique(cluster)))


def _refuse_empty(cases: Array) -> None:
    """Refuse to say anything of nothing."""
    if np.size(cases) == 0:
        raise Mistake("there is nothing to score: no forecast meets a record; ask for other origins, states or years")
