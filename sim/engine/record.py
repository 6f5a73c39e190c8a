"""What is kept of a run: outcomes always, histograms over all runs, whole paths of the first runs.

A `Record` watches a game step by step; both engines fill the same one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

from sim.answers import Shortened
from sim.engine.yearly import Measure, Yearly
from sim.model.outcomes import OUTCOMES, complete
from sim.model.variables import LARGEST, VARIABLES, Bins, Variable
from sim.model.world import Array, World
from sim.scenario.initial import Position

Counts = npt.NDArray[np.int64]

# Paths kept of the first runs: the quantity by the name it has in a result.
KEPT: dict[str, str] = {variable.keep: variable.name for variable in VARIABLES.values() if variable.keep}


def histogrammed() -> list[Variable]:
    """Return the state quantities summarised over all runs."""
    return [v for v in VARIABLES.values() if v.bins is not None and v.actor == "state"]


@cache
def edges(bins: Bins) -> Array:
    """Return the ``count + 1`` edges of a histogram."""
    if bins.log:
        return np.geomspace(bins.low, bins.high, bins.count + 1)
    return np.linspace(bins.low, bins.high, bins.count + 1)


def binned(values: Array, bins: Bins) -> Counts:
    """Count values ``(actor, run)`` into ``(actor, bin)``; what lies outside goes to the end bins."""
    if bins.log:
        position = np.log(np.maximum(values, bins.low) / bins.low) / np.log(bins.high / bins.low)
    else:
        position = (values - bins.low) / (bins.high - bins.low)
    place = np.clip((position * bins.count).astype(np.int64), 0, bins.count - 1)
    actors = values.shape[0]
    flat = (place + bins.count * np.arange(actors)[:, None]).ravel()
    return np.bincount(flat, minlength=actors * bins.count).reshape(actors, bins.count)


class Played(Protocol):
    """What a recorder looks at: a game, or what a compiled program shows of one."""

    @property
    def world(self) -> World:
        """What can be seen after the step."""

    @property
    def step(self) -> int:
        """Steps played so far."""


@dataclass(repr=False)
class Record(Shortened):
    """What is kept of the runs on one game.

    Parameters
    ----------
    position : Position
        What is being played.
    runs : int
        How many of the runs on the game count; the surplus of the last block is dropped.
    kept_paths : int
        How many of them, from the first on, keep their trajectories.
    broken : mapping of int to int
        Runs on the game that are left out of everything, and the step each broke in.
    kind : type
        Of the numbers of trajectories: float64, or float32 where they go to a disk as such.
    measure : Measure or None
        What is made of the years of the runs in the end, kept as `statistics`.
    """

    position: Position
    runs: int
    kept_paths: int
    broken: Mapping[int, int] = field(default_factory=dict)
    kind: type = np.float64
    measure: Measure | None = None
    histograms: dict[str, Counts] = field(default_factory=dict)
    trajectories: dict[str, Array] = field(default_factory=dict)
    outcomes: dict[str, Array] = field(default_factory=dict)
    statistics: npt.NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        """Lay out the arrays."""
        sizes = World(self.position.labels, self.kept_paths)
        steps = self.position.steps
        for variable in histogrammed():
            assert variable.bins is not None
            self.histograms[variable.name] = np.zeros((steps, sizes.size("state"), variable.bins.count), np.int64)
        for name, quantity in KEPT.items():
            *rest, kept_paths = kept_shape(sizes, VARIABLES[quantity])
            # Laid out as it goes to a disk, path by path, and seen as (step, ..., path): a step is taken down in
            # place, and nothing is turned round when paths are stored.
            self.trajectories[name] = np.moveaxis(np.empty((kept_paths, steps, *rest), self.kind), 0, -1)
        self.outcomes = {
            name: np.zeros(self.runs) if outcome.complete else np.full(self.runs, np.nan)
            for name, outcome in OUTCOMES.items()
        }
        if self.measure is not None:
            self._yearly = Yearly(self.position, self.runs)
            self.statistics = np.full((self.runs, len(self.measure.names)), np.nan, np.float32)
        self._counted = np.setdiff1d(np.arange(self.runs), list(self.broken)) if self.broken else slice(self.runs)

    def __call__(self, game: Played) -> None:
        """Take down one step that has been played."""
        if game.step:
            step = game.step - 1
            self._count(game.world, step)
            self._histogram(game.world, step)
            self._follow(game.world, step)
            if self.measure is not None:
                self._yearly(game.world, step)
            if game.step == self.position.steps:
                self._conclude(game.world)

    def _count(self, world: World, step: int) -> None:
        """Note wars as they begin, and their days."""
        begins = world["war_begins"][0, : self.runs] > 0.0
        scale = world["fought"][0, : self.runs]
        for kind, code in (("operation", 1.0), ("campaign", 2.0)):
            starts = begins & (scale == code)
            self.outcomes[f"{kind}s"] += starts
            first = self.outcomes[f"first_{kind}"]
            first[starts & np.isnan(first)] = step
        self.outcomes["war_days"] += world["days_fought"][0, : self.runs]

    def _histogram(self, world: World, step: int) -> None:
        """Count quantities into their bins."""
        for name, counts in self.histograms.items():
            bins = VARIABLES[name].bins
            assert bins is not None
            counts[step] = binned(world[name][:, self._counted], bins)

    def _follow(self, world: World, step: int) -> None:
        """Keep the whole paths of the first runs."""
        if self.kept_paths:
            for name, quantity in KEPT.items():
                array = world[quantity][..., : self.kept_paths]
                self.trajectories[name][step] = array[..., 0, :] if VARIABLES[quantity].actor == "region" else array

    def finite(self) -> npt.NDArray[np.bool_]:
        """Return which runs have finite outcomes, ``(run,)``; a first month that never came is none."""
        return np.asarray((np.abs([self.outcomes[name] for name in complete()]) <= LARGEST).all(0))

    def keep_only(self, good: npt.NDArray[np.bool_]) -> None:
        """Leave out the other runs, of which it is not asked where they broke; histograms hold them already."""
        self.broken = dict.fromkeys(np.flatnonzero(~good).tolist(), self.position.steps - 1)
        self.leave_out()

    def leave_out(self) -> None:
        """Blank what was taken down of broken runs, but for the step they broke in."""
        columns = list(self.broken)
        for values in self.outcomes.values():
            values[columns] = np.nan
        for path in self.trajectories.values():
            path[..., [column for column in columns if column < self.kept_paths]] = np.nan
        if self.statistics is not None:
            self.statistics[columns] = np.nan
        self.outcomes["failed"][columns] = list(self.broken.values())

    def _conclude(self, world: World) -> None:
        """Take down outcomes at the end."""
        for name in ("deaths", "displaced"):
            self.outcomes[name][:] = world[name].sum(0)[: self.runs]
        for name in ("balance", "stock_balance"):
            self.outcomes[f"final_{name}"][:] = world[name][0, : self.runs]
        if self.measure is not None and self.statistics is not None:
            with np.errstate(all="ignore"):  # a run that broke is left out later
                self.statistics[:] = self.measure.take(self._yearly)
            del self._yearly  # it is larger than all that is kept


def kept_shape(world: World, variable: Variable) -> tuple[int, ...]:
    """Return ``(*axes, [actor,] run)``: the region has no actor axis in a result."""
    shape = world.shape(variable)
    return (*shape[:-2], shape[-1]) if variable.actor == "region" else shape


def kept_axes() -> Iterator[tuple[str, Variable, tuple[str, ...]]]:
    """Yield each kept trajectory with its variable and the names of its axes after time and member."""
    for name, quantity in KEPT.items():
        variable = VARIABLES[quantity]
        actor = () if variable.actor == "region" else (variable.actor,)
        yield name, variable, (*variable.axes, *actor)
