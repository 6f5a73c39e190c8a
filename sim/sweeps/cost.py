"""What a sweep will cost, said before it starts: runs, bytes, time."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.answers import amount
from sim.engine.blocks import CHUNK_BLOCKS, blocks_of
from sim.engine.ensemble import ask_everybody, straight_loops
from sim.engine.record import Record, histogrammed, kept_axes
from sim.model.mistakes import Mistake
from sim.model.outcomes import OUTCOMES
from sim.model.streams import BLOCK
from sim.model.turn import play_turn
from sim.results.arrays import all_statistics
from sim.study.study import Study

WARM, TIMED = 2, 12  # steps played before and while the clock runs
# Of the bytes of a number, what is left on disk; measured on the hindcast. Most suppliers deliver nothing in a month.
PATH_BYTES, SUPPLIED_BYTES = 0.45, 0.25
OUTCOME_BYTES = 5.0  # of the eight of an outcome
STATISTIC_BYTES = 2.0  # of the four of a statistic; most of the later outbreaks never come
ROW_BYTES = 10.0  # of a histogram of one month, times the third root of its runs; measured from 256 to 4,096


@dataclass(frozen=True)
class CostEstimate:
    """The size of a sweep."""

    cases: int
    runs: int
    played: int
    batches: int
    bytes: float
    seconds: float

    def sentence(self, workers: int) -> str:
        """Return it for people."""
        of = f" ({self.cases:,} cases)" if self.cases > 1 else ""
        spare = (
            f", {self.played:,} played since runs come in blocks of {BLOCK}" if self.played > 1.2 * self.runs else ""
        )
        by = f" with {workers} workers" if workers > 1 else ""
        batches = "1 batch" if self.batches == 1 else f"{self.batches:,} batches"
        return (
            f"{self.runs:,} runs{of}{spare} in {batches}, about {amount(self.bytes)} on disk, "
            f"about {duration(self.seconds / workers)}{by}"
        )


def estimate_cost(study: Study, left: int | None = None) -> CostEstimate:
    """Estimate a study, or what is left of it, by playing one year of one chunk.

    A sweep with a stop rule is taken to play all its runs.

    Parameters
    ----------
    study : Study
        What is to be played.
    left : int or None
        Batches that are still to be played; all of them unless given.
    """
    cut = study.layout
    blocks, cases = -(-cut.runs // BLOCK), cut.scenarios * cut.points
    share = 1.0 if left is None else left / cut.size
    played = blocks * BLOCK * cases
    seconds = share * played * _seconds_a_run(study, min(CHUNK_BLOCKS, blocks, cut.span // BLOCK))
    runs, played, left = (round(share * number) for number in (study.total, played, cut.size))
    return CostEstimate(cases, runs, played, left, share * _bytes(study), seconds)


def _seconds_a_run(study: Study, blocks: int) -> float:
    """Time one year of one chunk and scale it to the horizon."""
    position = study.position(0, 0)
    count = blocks * BLOCK
    record = Record(position, count, min(study.kept_paths, count), kind=study.kind)
    with straight_loops(), np.errstate(all="ignore"):
        game = position.game(blocks_of(0, count))
        began = time.perf_counter()
        steps = min(WARM + TIMED, position.steps)
        for step in range(steps):
            if step == min(WARM, steps - 1):
                began = time.perf_counter()
            play_turn(game, ask_everybody)
            record(game)
        took = time.perf_counter() - began
    return took / max(steps - min(WARM, steps - 1), 1) * position.steps / count


def _bytes(study: Study) -> float:
    """Estimate what the arrays take on disk."""
    cut, states = study.layout, len(study.labels["state"])
    cases = cut.scenarios * cut.points
    numbers = sum(
        int(np.prod([len(study.labels[axis]) for axis in axes]))
        * (SUPPLIED_BYTES if {"origin", "supplier"} & {*axes} else PATH_BYTES)
        for _, _, axes in kept_axes()
    )
    paths = cases * study.kept_paths * study.steps * numbers * np.dtype(study.kind).itemsize
    rows = cases * cut.rounds * study.steps * states * len(histogrammed())
    bins = float(rows * ROW_BYTES * min(cut.span, cut.runs) ** (1.0 / 3.0))
    of_run = OUTCOME_BYTES * len(OUTCOMES) + STATISTIC_BYTES * len(all_statistics(study))
    return study.total * of_run + paths + bins


def refuse_full_disk(cost: CostEstimate, out: Path) -> None:
    """Refuse what does not fit beside what is on the disk, before an hour has been played in vain.

    Raises
    ------
    Mistake
        If less is free than is needed.
    """
    there = next(path for path in (out.resolve(), *out.resolve().parents) if path.exists())
    free = shutil.disk_usage(there).free
    if cost.bytes > free:
        raise Mistake(f"{there} has {amount(free)} free and {amount(cost.bytes)} are needed; keep fewer --kept-paths")


def duration(seconds: float) -> str:
    """Return a time for people.

    Examples
    --------
    >>> duration(45), duration(200), duration(9000)
    ('45 s', '3 min', '2.5 h')
    """
    if seconds < 90.0:
        return f"{max(seconds, 1.0):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400.0 else f"{seconds / 3600:.1f} h"
