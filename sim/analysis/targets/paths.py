"""How well a path is foretold: the score of an ensemble, and that of a random walk to beat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scoringrules

from sim import observed
from sim.model.world import Array


def crps(sample: Array, seen: Array) -> float:
    """Return the fair continuous ranked probability score of an ensemble ``(member, year)``, the mean of the years."""
    # "pwm" is the fair estimator by order statistics, without a table of all pairs of members.
    return float(scoringrules.crps_ensemble(seen, sample, 0, estimator="pwm", backend="numpy").mean())


def walk_score(state: str, years: Sequence[int], start: int) -> float:
    """Return the mean score of a driftless random walk in logs from the opening year.

    Its step is as large as the recorded changes up to the opening.
    """
    path = observed.annual("military_expenditure", "milex_usd2023_m", state)
    log = {year: float(np.log(value)) for year, value in path.items()}
    steps = [log[year] - log[year - 1] for year in log if year - 1 in log and year <= start]
    sd = np.sqrt(np.mean(np.square(steps))) * np.sqrt(np.array(years) - start)
    seen = np.array([log[year] for year in years])
    return float(scoringrules.crps_normal(seen, log[start], sd, backend="numpy").mean())
