"""Runs by calendar year while they are played: sums over the years, and the first outbreaks of fighting of each run.

It is what statistics of a whole history are computed from, so that no path has to be kept for them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.model.loops import summed_by
from sim.model.variables import VARIABLES
from sim.model.world import Array, World
from sim.scenario.initial import Position

# Added up over each year; what is a rate or a level becomes its mean.
SUMMED = ("recorded_milex", "recorded_deliveries", "deliveries", "on_order", "oil_price", "clashes", "flights")
SCALES = {"operation": 1.0, "campaign": 2.0}  # how fighting is coded
TALKING = (1.0, 3.0)  # codes of talks that are active: talks, framework
AUGUST = 8  # when open contracts are counted, as those on record were
RECENT, REMEMBERED = 3, 13  # months up to an outbreak, its own the last; and with those before that tell what is usual
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
    signed, owed : ndarray
        Money of contracts signed in a year, and not yet paid in August, ``(year, origin, state, run)``.
    scale, days, talking : ndarray
        Of each of the first outbreaks: code of its scale (NaN where there is none), days fought until the next, 1 where
        talks were active the step before, else 0 (NaN in the first step), ``(war, run)``.
    killed : ndarray
        Soldiers killed from one outbreak to the next, ``(war, state, run)``.
    gathered : ndarray
        What came a month in the month of a campaign's outbreak and the two before, as a part of the sum of it and what
        came a month in the ten before these, ``(war, origin, state, run)``: a half where it is as usual. NaN where
        nothing came or the year before is not simulated.
    """

    def __init__(self, position: Position, runs: int) -> None:
        days = [position.date(step) for step in range(position.steps)]
        dates = [day.year for day in days]
        self._august = [day.month == AUGUST for day in days]
        self.per_year = position.scenario.steps_per_year
        self.years = tuple(year for year in dict.fromkeys(dates) if dates.count(year) == self.per_year)
        self._place = [self.years.index(year) if year in self.years else None for year in dates]
        sizes = World(position.labels, runs)
        self.sums = {name: np.zeros((len(self.years), *sizes.shape(VARIABLES[name]))) for name in SUMMED}
        self.begun = {kind: np.zeros((len(self.years), runs)) for kind in SCALES}
        self.scale, self.talking = np.full((WARS, runs), np.nan), np.full((WARS, runs), np.nan)
        of_state, of_origin = (sizes.shape(VARIABLES[name]) for name in ("killed", "deliveries"))
        self.signed, self.owed = (np.zeros((len(self.years), *of_origin)) for _ in range(2))
        self.days, self.killed = np.zeros((WARS, runs)), np.zeros((WARS, *of_state))
        self.gathered = np.full((WARS, *of_origin), np.nan)
        # A world replaces its arrays and changes none, so that they can be kept as they are until they are needed.
        self._arrived = deque[Array](maxlen=REMEMBERED * self.per_year // 12)
        self._orders = list[tuple[Array, Array]]()
        self._number: Counts = np.full(runs, -1)  # of the war under way or over; none before the first
        self._talks: Array = np.full(runs, np.nan)  # of the step before

    def __call__(self, world: World, step: int) -> None:
        """Take down one step that has been played."""
        runs, year = len(self._number), self._place[step]
        starts = world["war_begins"][0, :runs] > 0.0
        if year is not None:
            for name, total in self.sums.items():
                total[year] += world[name][..., :runs]
            self._orders.append((world["order_value"], world["order_origin"]))
            if len(self._orders) == self.per_year:
                value, origin = (np.stack(noted) for noted in zip(*self._orders, strict=True))
                self.signed[year] = _by_origin(value, origin, world["deliveries"])[..., :runs]
                self._orders.clear()
            if self._august[step]:
                open_ = (world["contract_money"], world["contract_place"])
                self.owed[year] = _by_origin(*open_, world["deliveries"], world.size("weapon"))[..., :runs]
        self._arrived.append(world["deliveries"])
        if starts.any():
            self._begin(starts, np.broadcast_to(world["fought"], (1, world.runs))[0, :runs], year)
        self._add(self.days, world["days_fought"][0])
        for state, killed in enumerate(world["killed"]):
            self._add(self.killed[:, state], killed)
        self._talks = np.broadcast_to(world["talks"], (1, world.runs))[0, :runs]

    def _begin(self, starts: npt.NDArray[np.bool_], fought: Array, year: int | None) -> None:
        """Take down the outbreaks of a step."""
        if year is not None:
            for kind, code in SCALES.items():
                self.begun[kind][year] += starts & (fought == code)
        self._number += starts
        new = np.flatnonzero(starts & (self._number < WARS))
        self.scale[self._number[new], new] = fought[new]
        talks = self._talks[new]
        self.talking[self._number[new], new] = np.where(
            np.isnan(talks), np.nan, (talks == TALKING[0]) | (talks == TALKING[1])
        )
        large = new[fought[new] == SCALES["campaign"]]
        if large.size and len(self._arrived) == self._arrived.maxlen:
            self.gathered[self._number[large], ..., large] = self._run_up(large)

    def _add(self, total: Array, amount: Array) -> None:
        """Add what one step brought to the war it belongs to: of two outbreaks the first has all that is between."""
        runs = np.flatnonzero((amount[: len(self._number)] > 0.0) & (self._number >= 0) & (self._number < WARS))
        total[self._number[runs], runs] += amount[runs]

    def _run_up(self, runs: Counts) -> Array:
        """Return the part of what came lately in the sum of it and what is usual, ``(some run, origin, state)``."""
        steps, months = np.stack([came.take(runs, -1) for came in self._arrived]), RECENT * self.per_year // 12
        lately, usual = steps[-months:].sum(0) / months, steps[:-months].sum(0) / (len(steps) - months)
        both = lately + usual
        return np.moveaxis(np.where(both > 0.0, lately / np.where(both > 0.0, both, 1.0), np.nan), -1, 0)


def _by_origin(amount: Array, place: Array, like: Array, codes: int = 1) -> Array:
    """Return amounts ``(..., state, run)`` added up over origins, each of so many codes, ``(origin, state, run)``."""
    busy = np.flatnonzero(amount > 0.0)
    each = amount.shape[-2] * amount.shape[-1]
    origin = place.reshape(-1)[busy].astype(np.intp) // codes
    total: Array = summed_by(origin * each + busy % each, amount.reshape(-1)[busy], like)
    return total


class Measure(NamedTuple):
    """Statistics of whole histories: their names, and what takes them, ``(run, statistic)``."""

    names: tuple[str, ...]
    take: Callable[[Yearly], Array]
