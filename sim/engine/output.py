"""What is kept of runs that were played: chunks of one case put behind each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.answers import Shortened
from sim.engine.chunk import Chunk
from sim.engine.record import Counts, histogrammed
from sim.engine.soundness import Failure
from sim.model.outcomes import OUTCOMES
from sim.model.world import Array


@dataclass(repr=False)
class Output(Shortened):
    """What is kept of runs that were played.

    Attributes
    ----------
    outcomes : dict of str to ndarray ``(point, run)``
    paths : dict of str to ndarray ``(point, member, time, ...)``
    histograms : dict of str to ndarray ``(point, time, state, bin)``
    failures : list
        Point and failure of every run left out.
    statistics : ndarray ``(point, run, statistic)`` or None
        What was measured of whole histories; None where nothing was.
    """

    outcomes: dict[str, Array]
    paths: dict[str, npt.NDArray[Any]]
    histograms: dict[str, Counts]
    failures: list[tuple[int, Failure]]
    statistics: npt.NDArray[np.float32] | None = None


def join_chunks(parts: list[Chunk], kept_paths: int, point: int = 0) -> Output:
    """Put the chunks of one case behind each other; their paths are taken from them."""
    records = [chunk.record for chunk in parts]
    outcomes = {name: np.concatenate([record.outcomes[name] for record in records])[None] for name in OUTCOMES}
    paths = {}
    if kept_paths:
        for name in list(records[0].trajectories):
            # Taken out of the records, or a million kept numbers would be in memory twice.
            parted = [record.trajectories.pop(name) for record in records]
            paths[name] = np.concatenate([np.moveaxis(path, -1, 0) for path in parted])[None]
    counts = {v.name: np.sum([record.histograms[v.name] for record in records], axis=0)[None] for v in histogrammed()}
    measured = [record.statistics for record in records if record.statistics is not None]
    statistics = np.concatenate(measured)[None] if measured else None
    failures = [(point, failure) for chunk in parts for failure in chunk.failures]
    return Output(outcomes, paths, counts, failures, statistics)
