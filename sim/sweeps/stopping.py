"""When are there enough runs? A look after every whole round of batches, in their order.

The answer depends on the batches alone, so it is the same for one worker and for many: a round counts
only when every earlier one is there, and the first round at which every case is precise enough ends
the sweep, whatever has been played beyond it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from sim.measures.intervals import normal_quantile, wilson
from sim.model.outcomes import MEASURES
from sim.model.world import Array
from sim.results.store import Store
from sim.study.experiment import Stop
from sim.study.layout import Batch, Layout


@dataclass
class PrecisionMonitor:
    """Watch the precision of a measure while batches come in.

    Parameters
    ----------
    store : Store
        Where the batches are written.
    stop : Stop
        Measure, and the half-width of its 95 % interval at which there are enough runs.
    """

    store: Store
    stop: Stop
    _waiting: dict[int, list[Batch]] = field(default_factory=dict)
    _next: int = 0
    _sums: Array = field(init=False)  # count, sum, sum of squares by (scenario, point)

    def __post_init__(self) -> None:
        """Begin with nothing."""
        cut = self.store.study.layout
        self._sums = np.zeros((3, cut.scenarios, cut.points))

    def take(self, batches: Iterable[Batch]) -> int | None:
        """Take in finished batches; return after how many rounds there are enough runs, or None."""
        for batch in batches:
            self._waiting.setdefault(batch.round, []).append(batch)
        cut = self.store.study.layout
        whole = cut.scenarios * -(-cut.points // cut.reach)  # batches in a round
        while len(self._waiting.get(self._next, ())) == whole:
            for batch in sorted(self._waiting.pop(self._next)):  # sums of floats depend on their order
                self._add(batch)
            self._next += 1
            if self.widest() < self.stop.half_width:
                return self._next
        return None

    def _add(self, batch: Batch) -> None:
        """Add the runs of a batch that are sound."""
        shares = MEASURES[self.stop.measure].of_runs
        names = shares or (self.stop.measure,)
        found = self.store.outcomes(batch, (*names, "failed"))
        sound = np.isnan(found["failed"])
        values = np.stack([found[name] for name in names])
        value = np.isfinite(values).any(0) if shares else values[0]
        value = np.where(sound, value, 0.0)
        rect = (batch.scenario, slice(batch.point, batch.point + batch.points))
        for row, added in zip(self._sums, (sound, value, value * value), strict=True):
            row[rect] += added.sum(-1)

    def widest(self) -> float:
        """Return the largest half-width of the 95 % interval among the cases."""
        count, first, second = self._sums.reshape(3, -1)
        if (count < 2).any():
            return np.inf
        if MEASURES[self.stop.measure].share:
            intervals = [wilson(int(k), int(n)) for k, n in zip(first, count, strict=True)]
            return max((high - low) / 2 for low, high in intervals)
        variance = np.maximum(second - first * first / count, 0.0) / (count - 1)
        return float((normal_quantile() * np.sqrt(variance / count)).max())


def shortened(cut: Layout, rounds: int) -> Layout:
    """Return the layout of the first rounds only."""
    return Layout(cut.scenarios, cut.points, min(rounds * cut.span, cut.runs), cut.span, cut.reach)
