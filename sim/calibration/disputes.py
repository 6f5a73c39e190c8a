"""How often disputes begin between two states of the panel, drawn towards what is usual among its rivalries."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln

from sim.model.world import Array
from sim.observed import panel

FIRST_YEAR = 1970  # of the table of disputes
HALF = 0.5  # of an event, that is added to a count (Jeffreys)
FEWEST = 5  # pairs of which a distribution of rates is made


def dispute_rate(a: str, b: str, before: int) -> float:
    """Return the chance that a dispute begins in a year, from what was on record before one [per yr].

    The pair's own count is drawn towards those of the panel's rivalries. A pair is looked at from the year in which
    both report spending, since neither may have been there before.

    Raises
    ------
    ValueError
        If the panel has no such state.

    Examples
    --------
    >>> round(dispute_rate("DZA", "MAR", 1990), 2), round(dispute_rate("IND", "PAK", 1990), 2)
    (0.2, 0.35)
    """
    alpha, beta = disputes_over_pairs(before)
    events, years = _counted(a, b, before)
    return (events + alpha) / (years + alpha + beta)


@cache
def disputes_over_pairs(before: int) -> tuple[float, float]:
    """Return the beta distribution over rivalries of the chance that a dispute begins in a year."""
    counts = np.array([_counted(rivalry.a, rivalry.b, before) for rivalry in panel.rivalries()], dtype=float)
    return beta_over_pairs(counts[:, 0], counts[:, 1])


def _counted(a: str, b: str, before: int) -> tuple[int, int]:
    """Return in how many years a dispute began, and how many were looked at."""
    end = min(before, panel.DISPUTES_END + 1)
    reported = [panel.burden(state, usable_only=False, before=end) for state in (a, b)]
    if not all(reported):
        return 0, 0
    first = max(FIRST_YEAR, *(min(years) for years in reported))
    began = [year for year, row in panel.conflict(a, b, before=end).items() if row.onsets and year >= first]
    return len(began), end - first


def beta_over_pairs(events: Array, years: Array) -> tuple[float, float]:
    """Return the beta distribution of rates over pairs under which counts of events in years were most likely.

    Examples
    --------
    >>> a, b = beta_over_pairs(np.array([0.0, 5.0, 10.0, 2.0, 3.0, 4.0]), np.full(6, 20.0))
    >>> round(a / (a + b), 1)
    0.2
    """
    told = years > 0
    if told.sum() < FEWEST:
        return HALF, HALF
    n, k = years[told], events[told]

    def miss(log: Array) -> float:
        a, b = np.exp(np.clip(log, -5.0, 8.0))
        return float(-(betaln(k + a, n - k + b) - betaln(a, b)).sum())

    mean = (k.sum() + HALF) / (n.sum() + 1.0)
    a, b = np.exp(np.clip(minimize(miss, np.log([2 * mean, 2 * (1 - mean)]), method="Nelder-Mead").x, -5.0, 8.0))
    return float(a), float(b)
