"""A cheap stand-in for the model: mean and spread of each summary over the free parameters.

Each run has a point of its own, so the mean is a regression over all points, quadratic in the parameters, and the
spread of luck another over its squared residuals, log-linear.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.answers import Shortened
from sim.model.world import Array

AT_ONCE = 8192  # points whose terms are in memory
RIDGE = 1e-3  # of the regressions, as a share of the runs
FEW = 20  # runs for each term that is fitted, or a summary is left to its mean
WORST = 3.0  # distance from a target, so that one that cannot be met does not decide
SMALL = 1e-4  # of the variance over all points, below which luck is not believed to vary


@dataclass(frozen=True, repr=False)
class Emulator(Shortened):
    """Regressions of summaries on parameters.

    Attributes
    ----------
    mean : ndarray
        Coefficients of the quadratic terms, ``(term, summary)``.
    luck : ndarray
        Coefficients of the log of the variance between runs at a point, ``(linear term, summary)``.
    uncertain : ndarray
        Variance of the emulated mean, ``(summary,)``, on the average over the points.
    spread : ndarray
        Standard deviation over all points and runs, ``(summary,)``.
    """

    mean: Array
    luck: Array
    uncertain: Array
    spread: Array

    def means(self, unit: Array) -> Array:
        """Return the emulated means, ``(point, summary)``, of points in the unit cube, ``(point, parameter)``."""
        parts = [quadratic(unit[i : i + AT_ONCE]) @ self.mean for i in range(0, len(unit), AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros((0, self.mean.shape[1]))

    def variances(self, unit: Array) -> Array:
        """Return the variance of luck at points, ``(point, summary)``."""
        return np.exp(linear(unit) @ self.luck)

    def implausibility(self, unit: Array, observed: Array, discrepancy: float) -> Array:
        """Return how far the record lies from what a point makes, in standard deviations, ``(point, summary)``.

        The record is one history: luck counts, and so do the emulator's own error and what no model gets right.

        Parameters
        ----------
        unit : ndarray
            ``(point, parameter)`` in the unit cube.
        observed : ndarray
            ``(summary,)``.
        discrepancy : float
            Standard deviation of what the model cannot get right, as a share of that over all points and runs.
        """
        variance = self.variances(unit) + self.uncertain + (discrepancy * self.spread) ** 2
        found: Array = np.abs(self.means(unit) - observed) / np.sqrt(variance)
        return found

    def misfit(self, unit: Array, low: Array, high: Array) -> Array:
        """Return how far the means of points lie from the middle of what meets each target, ``(point,)``.

        See `distance`; a summary without bounds does not count.
        """
        return distance(self.means(unit), low, high, self.spread)


def distance(means: Array, low: Array, high: Array, spread: Array) -> Array:
    """Return how far means ``(point, summary)`` lie from what meets the targets, root mean square, ``(point,)``.

    Of a target with two bounds 0 is the middle and 1 either bound, more than 3 counts as 3; of one with one bound what
    lies beyond counts, in standard deviations.
    """
    some = np.isfinite(low) | np.isfinite(high)
    both = np.isfinite(low) & np.isfinite(high) & (low < high)
    bottom, top = np.where(both, low, 0.0), np.where(both, high, 2.0)
    inside = np.abs(means - 0.5 * (top + bottom)) / (0.5 * (top - bottom))
    beyond = np.maximum(np.maximum(low - means, means - high), 0.0) / spread
    apart = np.minimum(np.where(both, inside, beyond)[:, some], WORST)
    found: Array = np.sqrt((apart * apart).mean(1))
    return found


def fit_emulator(unit: Array, values: Array) -> Emulator:
    """Return the emulator of runs, each at a point of its own.

    Parameters
    ----------
    unit : ndarray
        Points in the unit cube, ``(run, parameter)``.
    values : ndarray
        Summaries, ``(run, summary)``; NaN where a run has none.
    """
    terms, lines = quadratic(unit), linear(unit)
    mean = np.zeros((terms.shape[1], values.shape[1]))
    luck, uncertain = np.zeros((lines.shape[1], values.shape[1])), np.zeros(values.shape[1])
    for column in range(values.shape[1]):
        known = np.isfinite(values[:, column])
        y, count = values[known, column], int(known.sum())
        every = (
            terms.shape[1] if count >= FEW * terms.shape[1] else lines.shape[1] if count >= FEW * lines.shape[1] else 1
        )
        mean[:every, column] = _regressed(terms[known, :every], y)
        rest = (y - terms[known, :every] @ mean[:every, column]) ** 2
        level = max(float(rest.mean()), 1e-30)
        # The log of a squared normal number has mean -1.27, so the level is set afterwards.
        luck[:, column] = _regressed(lines[known], np.log(np.maximum(rest, SMALL * level)))
        luck[0, column] += np.log(level / np.exp(lines[known] @ luck[:, column]).mean())
        uncertain[column] = level * every / count
    return Emulator(mean, luck, uncertain, np.nanstd(values, axis=0))


def _regressed(terms: Array, y: Array) -> Array:
    """Return the coefficients of a regression held back a little, but for the constant."""
    penalty = RIDGE * len(y) * np.eye(terms.shape[1])
    penalty[0, 0] = 0.0
    return np.asarray(np.linalg.solve(terms.T @ terms + penalty, terms.T @ y), np.float64)


def linear(unit: Array) -> Array:
    """Return a constant and the parameters from -1 to 1, ``(point, 1 + parameter)``."""
    return np.hstack([np.ones((len(unit), 1)), 2.0 * unit - 1.0])


def quadratic(unit: Array) -> Array:
    """Return the linear terms, then all products of two parameters, ``(point, term)``."""
    lines = linear(unit)
    first, second = np.triu_indices(unit.shape[1])
    return np.hstack([lines, lines[:, 1 + first] * lines[:, 1 + second]])
