"""Approximate Bayesian computation with one run at each point, and regression adjustment (Beaumont et al. 2002).

The summaries of a run are first condensed to as many numbers as there are parameters, the mean of each parameter that a
regression foretells from them (Fearnhead and Prangle 2012). The runs nearest to the record by these are accepted, with
weights of Epanechnikov; a local regression then moves their parameters to where the record is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from sim.answers import Shortened
from sim.model.world import Array

RIDGES = (1.0, 10.0, 100.0, 1000.0, 10_000.0)  # pseudo-runs that say that summaries tell nothing, to choose from
HELD_OUT = 0.2  # of the runs, by which is chosen
EDGE = 1e-4  # of a range, so that its ends have a logit


@dataclass(frozen=True, repr=False)
class Draws(Shortened):
    """Weighted draws from a posterior.

    Attributes
    ----------
    unit : ndarray
        In the unit cube, ``(draw, parameter)``.
    weights : ndarray
        ``(draw,)``, adding up to one.
    """

    unit: Array
    weights: Array

    def mean(self) -> Array:
        """Return the posterior means, ``(parameter,)``."""
        mean: Array = self.weights @ self.unit
        return mean

    def quantiles(self, *levels: float) -> Array:
        """Return the numbers below which each parameter lies with given probabilities, ``(level, parameter)``."""
        order = np.argsort(self.unit, axis=0)
        so_far = np.cumsum(self.weights[order], axis=0)
        places = [np.minimum((so_far < level).sum(0), len(order) - 1) for level in levels]
        return np.stack(
            [np.take_along_axis(self.unit, np.take_along_axis(order, place[None], 0), 0)[0] for place in places]
        )

    def ranks(self, truth: Array) -> Array:
        """Return the posterior probability of less than some numbers, ``(parameter,)``."""
        ranks: Array = self.weights @ (self.unit < truth)
        return ranks


@dataclass(frozen=True, repr=False)
class Condenser(Shortened):
    """The regression that foretells each parameter from the features of a run."""

    coefficients: Array

    def __call__(self, features: Array) -> Array:
        """Return ``(run, parameter)`` of features ``(run, feature)``."""
        found: Array = _terms(features) @ self.coefficients
        return found


def condenser(unit: Array, features: Array) -> Condenser:
    """Fit the parameters of runs, in the unit cube, to their features ``(run, feature)`` and the squares of these."""
    terms, target = _terms(features), to_line(unit)
    first = int((1.0 - HELD_OUT) * len(unit))
    known, held = slice(first), slice(first, None)
    errors = [
        ((target[held] - terms[held] @ _ridged(terms[known], target[known], ridge)) ** 2).mean(0) for ridge in RIDGES
    ]
    best = np.argmin(errors, axis=0)  # of each parameter
    each = np.stack([_ridged(terms, target, ridge) for ridge in RIDGES])
    return Condenser(each[best, :, np.arange(target.shape[1])].T)


def _ridged(terms: Array, target: Array, ridge: float) -> Array:
    """Return the coefficients of a regression held back, but for the constant."""
    penalty = ridge * np.eye(terms.shape[1])
    penalty[0, 0] = 0.0
    return np.asarray(np.linalg.solve(terms.T @ terms + penalty, terms.T @ target), np.float64)


def _terms(features: Array) -> Array:
    return np.hstack([np.ones((len(features), 1)), features, features * features - 1.0])


def to_line(unit: Array) -> Array:
    """Return numbers of the unit interval on the whole line, so that no adjustment leaves a range."""
    line: Array = logit(np.clip(unit, EDGE, 1.0 - EDGE))
    return line


def infer(
    unit: Array, condensed: Array, observed: Array, accept: float = 0.3, *, heteroscedastic: bool = False
) -> Draws:
    """Return weighted draws from the posterior.

    Parameters
    ----------
    unit : ndarray
        Parameters of the runs in the unit cube, drawn from the prior, ``(run, parameter)``.
    condensed : ndarray
        What the runs are compared by, ``(run, number)``.
    observed : ndarray
        The same of the record, ``(number,)``.
    accept : float
        Share of the runs that is accepted: the tolerance.
    heteroscedastic : bool
        Whether the spread of the parameters too is moved to where the record is.
    """
    apart = (condensed - observed) / np.maximum(condensed.std(0), 1e-12)
    distance = np.sqrt((apart * apart).sum(1))
    wanted = min(max(int(accept * len(unit)), 2 * condensed.shape[1] + 2), len(unit) - 1)
    near = np.argpartition(distance, wanted)[: wanted + 1]
    reach = max(float(distance[near].max()), 1e-12)
    weights = np.maximum(1.0 - (distance[near] / reach) ** 2, 0.0)
    terms = np.hstack([np.ones((len(near), 1)), apart[near]])
    target = to_line(unit[near])
    coefficients = _weighted(terms, target, weights)
    effective = weights.sum() ** 2 / (weights @ weights)
    rest = (target - terms @ coefficients) * np.sqrt(effective / max(effective - terms.shape[1], 1.0))
    if heteroscedastic:
        spread = _weighted(terms, np.log(np.maximum(rest * rest, 1e-12)), weights)
        rest = rest * np.exp(0.5 * np.clip(spread[0] - terms @ spread, -3.0, 3.0))
    return Draws(expit(coefficients[0] + rest), weights / weights.sum())


def _weighted(terms: Array, target: Array, weights: Array) -> Array:
    """Return the coefficients of a weighted regression."""
    heavy = terms * weights[:, None]
    solved: Array = np.linalg.solve(heavy.T @ terms + 1e-9 * weights.sum() * np.eye(terms.shape[1]), heavy.T @ target)
    return solved
