"""What was found, played anew under other luck: posterior and best point against the targets, and the record's ranks.

The point that an emulator likes best is liked too well, as some of its luck was taken for its merit.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import xarray as xr

from sim.analysis.targets import judge, taken
from sim.analysis.targets.tally import Tally, met, tally
from sim.analysis.text import known
from sim.answers import Shortened
from sim.calibration.emulator import distance
from sim.calibration.summaries import Summaries, summaries
from sim.measures.ranks import ordinary


@dataclass(frozen=True, repr=False)
class Confirmation(Shortened):
    """Runs held against the record.

    Attributes
    ----------
    runs : int
        How many, those that broke left out.
    tally : Tally
        Targets met, alone and in blocks, and the record's ranks.
    missed, surprising : tuple of str
        Targets that are not met, and those of which the record lies outside 5 to 95 % of the runs.
    misfit : float
        How far the means lie from what meets the targets (`sim.calibration.emulator.distance`).
    """

    runs: int
    tally: Tally
    missed: tuple[str, ...]
    surprising: tuple[str, ...]
    misfit: float


def confirmed(data: xr.Dataset, spread: dict[str, float]) -> Confirmation:
    """Hold the runs of a case against the record; `spread` is the standard deviation of each summary over the prior."""
    like, table = taken(data)
    rows = [asdict(row) for row in judge(like, table) if row.verdict and not row.apart]
    missed = tuple(f"{row['code']} {row['what']}" for row in rows if not met(row))
    surprising = tuple(
        f"{row['code']} {row['what']}" for row in rows if known(row["rank"]) and not ordinary(row["rank"])
    )
    return Confirmation(len(table), tally(rows), missed, surprising, _misfit(summaries(like, table), spread))


def _misfit(found: Summaries, spread: dict[str, float]) -> float:
    """Return how far the means lie from what meets the targets."""
    here = found.chosen(np.array([name in spread for name in found.names]))
    scale = np.array([spread[name] for name in here.names])
    return float(distance(np.nanmean(here.values, axis=0)[None], here.low, here.high, scale)[0])
