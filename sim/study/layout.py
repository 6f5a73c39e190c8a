"""How a sweep is cut into batches: rectangles of points and runs that are complete or absent.

A *case* is one scenario at one parameter point. Its runs come in blocks of 256; run 17 of every case has
the same luck, in the words of the field common random numbers. A *batch* is what one worker plays at a
time and what survives a crash: some blocks of one case, or several whole cases where cases are small. The
cut is part of the manifest, so a result has the same bytes whoever played it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sim.model.streams import BLOCK

LARGEST = 16  # blocks in a batch: a few seconds of work, so a crash costs little and files stay few
SMALLEST = 4  # blocks in a batch: half a chunk plays a tenth slower, and workers end together sooner
ENOUGH = 64  # batches in a sweep, so that workers end together and progress moves


class Batch(NamedTuple):
    """One rectangle: which scenario, which points, which runs, and where among the batches of its case."""

    scenario: int
    point: int
    points: int
    run: int
    runs: int
    round: int

    @property
    def name(self) -> str:
        """File name that sorts by scenario, point and runs."""
        return f"{self.scenario:02d}-{self.point:06d}-{self.round:06d}"


@dataclass(frozen=True)
class Layout:
    """The cut of a sweep.

    Parameters
    ----------
    scenarios, points, runs : int
        Scenarios, parameter points of each, runs of each point.
    span : int
        Runs in a batch, a multiple of 256.
    reach : int
        Points in a batch.

    Examples
    --------
    >>> [batch.name for batch in Layout(1, 1, 2500, span=1024, reach=1).batches()]
    ['00-000000-000000', '00-000000-000001', '00-000000-000002']
    >>> [(batch.point, batch.points) for batch in Layout(1, 5, 256, span=256, reach=4).batches()]
    [(0, 4), (4, 1)]
    """

    scenarios: int
    points: int
    runs: int
    span: int
    reach: int

    @property
    def rounds(self) -> int:
        """Batches in the runs of one case."""
        return -(-self.runs // self.span)

    @property
    def size(self) -> int:
        """Batches in all."""
        return self.rounds * self.scenarios * -(-self.points // self.reach)

    def batches(self) -> Iterator[Batch]:
        """Yield every batch, all cases of a round before the next round."""
        for turn in range(self.rounds):
            for scenario in range(self.scenarios):
                for point in range(0, self.points, self.reach):
                    yield self.batch(scenario, point, turn)

    def has(self, batch: Batch) -> bool:
        """Tell whether a batch, whoever says that there is one, is of this cut; nothing is counted for it."""
        scenario, point, turn = batch.scenario, batch.point, batch.round
        inside = (number in range(end) for number, end in
                  ((scenario, self.scenarios), (point, self.points), (turn, self.rounds)))  # fmt: skip
        return all(inside) and point % self.reach == 0 and batch == self.batch(scenario, point, turn)

    def batch(self, scenario: int, point: int, turn: int) -> Batch:
        """Return the batch that begins at a point."""
        run = turn * self.span
        points, runs = min(self.reach, self.points - point), min(self.span, self.runs - run)
        return Batch(scenario, point, points, run, runs, turn)


def cut(scenarios: int, points: int, runs: int, *, small: bool = False) -> Layout:
    """Choose the cut of a sweep from its size; `small` keeps to the smallest batches whatever the size.

    Examples
    --------
    >>> cut(1, 1, 10_000)
    Layout(scenarios=1, points=1, runs=10000, span=1024, reach=1)
    >>> cut(1, 1, 1_000_000).span // BLOCK
    16
    >>> cut(1, 2000, 256)
    Layout(scenarios=1, points=2000, runs=256, span=256, reach=16)
    """
    blocks = -(-runs // BLOCK)
    wanted = min(max(scenarios * points * blocks // ENOUGH, SMALLEST), SMALLEST if small else LARGEST)
    if blocks >= wanted:
        return Layout(scenarios, points, runs, span=wanted * BLOCK, reach=1)
    return Layout(scenarios, points, runs, span=blocks * BLOCK, reach=min(max(wanted // blocks, 1), points))
