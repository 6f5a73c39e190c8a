"""What was found, played anew under other luck: posterior and best point against the targets, and the record's ranks.

The point that an emulator likes best is liked too well, as some of its luck was taken for its merit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from sim.analysis.targets import judge, taken
from sim.answers import Brief
from sim.calibration.emulator import distance
from sim.calibration.summaries import Summaries, summaries

PLAUSIBLE = (0.05, 0.95)  # ranks of the record among the runs


@dataclass(frozen=True, repr=False)
class Confirmation(Brief):
    """Runs held against the record.

    Attributes
    ----------
    runs : int
        How many, those that broke left out.
    met, judged : int
        Targets met, and those with a verdict.
    missed : tuple of str
        Targets that are not met.
    ranks : dict of str to float
        Share of the runs below the record, half of those equal to it, by summary.
    misfit : float
        How far the means lie from what meets the targets (`sim.calibration.emulator.distance`).
    """

    runs: int
    met: int
    judged: int
    missed: tuple[str, ...]
    ranks: dict[str, float]
    misfit: float

    @property
    def plausible(self) -> int:
        """Of how many summaries the record lies well inside the runs."""
        return sum(PLAUSIBLE[0] <= rank <= PLAUSIBLE[1] for rank in self.ranks.values())


def confirmed(data: xr.Dataset, spread: dict[str, float]) -> Confirmation:
    """Hold the runs of a case against the record; `spread` is the standard deviation of each summary over the prior."""
    like, table = taken(data)
    rows, found = judge(like, table), summaries(like, table)
    verdicts = [row for row in rows if row.verdict]
    missed = tuple(f"{row.code} {row.what}" for row in verdicts if row.verdict == "fail")
    return Confirmation(
        len(table), len(verdicts) - len(missed), len(verdicts), missed, _ranks(found), _misfit(found, spread)
    )


def _ranks(found: Summaries) -> dict[str, float]:
    """Return the rank of the record among the runs, by summary."""
    ranks = {}
    for name, column, seen in zip(found.names, found.values.T, found.observed, strict=True):
        known = column[np.isfinite(column)]
        ranks[name] = float(((known < seen) + 0.5 * (known == seen)).mean())
    return ranks


def _misfit(found: Summaries, spread: dict[str, float]) -> float:
    """Return how far the means lie from what meets the targets."""
    here = found.chosen(np.array([name in spread for name in found.names]))
    scale = np.array([spread[name] for name in here.names])
    return float(distance(np.nanmean(here.values, axis=0)[None], here.low, here.high, scale)[0])
