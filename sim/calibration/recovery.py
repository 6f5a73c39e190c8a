"""What one history tells of each parameter: truths recovered from synthetic worlds, and posteriors that are honest.

Some runs are held out and each taken for the record in turn: what is inferred is held against the parameters it was
played with (simulation-based calibration, Talts et al. 2018).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from sim.answers import Shortened
from sim.calibration.inference import condenser, infer
from sim.model.world import Array

WORLDS = 2048
MOST_HELD_OUT = 0.25  # of the runs
IDENTIFIED = 0.25  # R^2 from which a parameter counts as identified
ENDS = (0.1, 0.9)  # of the interval whose coverage is counted


@dataclass(frozen=True, repr=False)
class Recovery(Shortened):
    """How well each parameter is recovered, arrays ``(parameter,)``.

    Attributes
    ----------
    worlds : int
        Runs that were taken for the record.
    r2 : ndarray
        Share of the variance of the truth that the posterior means explain.
    coverage : ndarray
        Share of the truths within the 80 % interval.
    rank_p : ndarray
        Probability of ranks as uneven as these if posteriors are honest (chi squared over ten bins).
    """

    worlds: int
    r2: Array
    coverage: Array
    rank_p: Array


def recover(unit: Array, features: Array, accept: float, *, heteroscedastic: bool, seed: int) -> Recovery:
    """Recover the parameters of held-out runs from the others.

    Parameters
    ----------
    unit, features : ndarray
        Parameters in the unit cube and features of all runs, ``(run, ...)``.
    accept, heteroscedastic
        As of `sim.calibration.inference.infer`.
    seed : int
        Which runs are held out.
    """
    order = np.random.default_rng(seed).permutation(len(unit))
    worlds = min(WORLDS, int(MOST_HELD_OUT * len(unit)))
    held, kept = order[:worlds], order[worlds:]
    condense = condenser(unit[kept], features[kept])
    known, seen = condense(features[kept]), condense(features[held])
    means, ranks = np.zeros((2, worlds, unit.shape[1]))
    inside = np.zeros((worlds, unit.shape[1]), bool)
    for world in range(worlds):
        draws, truth = infer(unit[kept], known, seen[world], accept, heteroscedastic=heteroscedastic), unit[held[world]]
        low, high = draws.quantiles(*ENDS)
        means[world], ranks[world], inside[world] = draws.mean(), draws.ranks(truth), (low <= truth) & (truth <= high)
    truths = unit[held]
    unexplained = ((truths - means) ** 2).mean(0) / np.maximum(truths.var(0), 1e-12)
    counts = np.stack([np.histogram(column, 10, (0.0, 1.0))[0] for column in ranks.T])
    return Recovery(worlds, 1.0 - unexplained, inside.mean(0), stats.chisquare(counts, axis=1).pvalue)
