"""Runs by calendar year while they are played: sums over the years, and the first outbreaks of fighting of each run.

It is what statistics of a whole history are computed from, so that no path has to be kept for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.model.variables import VARIABLES
from sim.model.world import Array, World
from sim.scenario.initial import Position

# Added up over each year; what is a rate or a level becomes its mean.
SUMMED = ("recorded_milex", "recorded_deliveries", "deliveries", "on_order", "oil_price", "clashes")
SCALES = {"operation": 1.0, "campaign": 2.0}  # how fighting is coded
TALKING = (1.0, 3.0)  # codes of talks that are active: talks, framework
WARS = 12  # outbreaks of a run that are told one by one, from the first on

Counts = npt.NDArray[np.int64]


class Yearly:
    """The years of some runs, filled in step by step.

    Parameters
    ----------
    position : Position
        What is being played.
    runs : int
        How many of the runs on the game count.

    Attributes
    ----------
    years : tuple of int
        Whole calendar years.
    sums : dict of str to ndarray
        Sum over the steps of a year, ``(year, *axes, actor, run)``.
    begun : dict of str to ndarray
        Outbreaks by scale, ``(year, run)``.
    scale, days, killed, talking : ndarray
        Of each of the first outbreaks: code of its scale (NaN where there is none), days fought and soldiers killed
        until the next, 1 where talks were active the step before, else 0 (NaN in the first step), ``(war, run)``.
    """

    def __init__(self, position: Position, runs: int) -> None:
        dates = [position.date(step).year for step in range(position.steps)]
        self.per_year = position.scenario.steps_per_year
        self.years = tuple(year for year in dict.fromkeys(dates) if dates.count(year) == self.per_year)
        self._place = [self.years.index(year) if year in self.years else None for year in dates]
        sizes = World(position.labels, runs)
        self.sums = {name: np.zeros((len(self.years), *sizes.shape(VARIABLES[name]))) for name in SUMMED}
        self.begun = {kind: np.zeros((len(self.years), runs)) for kind in SCALES}
        self.scale, self.talking = np.full((WARS, runs), np.nan), np.full((WARS, runs), np.nan)
        self.days, self.killed = np.zeros((WARS, runs)), np.zeros((WARS, runs))
        self._number: Counts = np.full(runs, -1)  # of the war under way or over; none before the first
        self._talks = np.full(runs, np.nan)

    def __call__(self, world: World, step: int) -> None:
        """Take down one step that has been played."""
        runs, year = len(self._number), self._place[step]
        starts = world["war_begins"][0, :runs] > 0.0
        fought = np.broadcast_to(world["fought"], (1, world.runs))[0, :runs]
        if year is not None:
            for name, total in self.sums.items():
                total[year] += world[name][..., :runs]
            for kind, code in SCALES.items():
                self.begun[kind][year] += starts & (fought == code)
        if starts.any():
            self._number += starts
            new = np.flatnonzero(starts & (self._number < WARS))
            self.scale[self._number[new], new] = fought[new]
            self.talking[self._number[new], new] = self._talks[new]
        self._add(self.days, world["days_fought"][0])
        self._add(self.killed, world["killed"].sum(0))
        talks = np.broadcast_to(world["talks"], (1, world.runs))[0, :runs]
        self._talks = ((talks == TALKING[0]) | (talks == TALKING[1])).astype(float)

    def _add(self, total: Array, amount: Array) -> None:
        """Add what one step brought to the war it belongs to: of two outbreaks the first has all that is between."""
        runs = np.flatnonzero((amount[: len(self._number)] > 0.0) & (self._number >= 0) & (self._number < WARS))
        total[self._number[runs], runs] += amount[runs]


class Measure(NamedTuple):
    """Statistics of whole histories: their names, and what takes them, ``(run, statistic)``."""

    names: tuple[str, ...]
    take: Callable[[Yearly], Array]
