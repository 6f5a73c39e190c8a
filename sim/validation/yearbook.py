"""What public tables would show of simulated runs, year by year: spending, and deliveries by supplier and class.

A sweep keeps no classes, so an observer asks for them while the runs are played: what a step's deliveries add to the
arms held, before anything is lost, times what a register sees of each supplier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.engine.blocks import blocks_of, chunks
from sim.engine.ensemble import ask_everybody, play
from sim.model.accounting.deliveries import padded
from sim.model.turn import Game, Terms
from sim.model.world import Array
from sim.scenario.initial import Position
from sim.terminal import Shown, progress_bar


@dataclass(frozen=True)
class Yearbook:
    """Recorded spending and deliveries of every run.

    Attributes
    ----------
    years : tuple of int
        Calendar years.
    spending : ndarray ``(run, year, state)``
        [US$2023 m].
    deliveries : ndarray ``(run, year, origin, weapon, state)``
        [TIV m].
    """

    years: tuple[int, ...]
    spending: Array
    deliveries: Array


@dataclass
class _Clerk:
    """Takes down months: spending as it is recorded, and what deliveries add to stocks."""

    spending: list[Array] = field(default_factory=list)
    deliveries: list[Array] = field(default_factory=list)
    held: Array | None = None

    def ask(self, game: Game, phase: str) -> Terms:
        """Consult everybody; look at stocks before and after the phase in which orders are delivered."""
        world = game.world
        if phase == "deliver":
            self.held = world["stock"] * np.exp(-world["decay"] * world["dt"])
        if phase == "align":
            assert self.held is not None
            seen = padded(world.see("state", "detection"), 1.0)  # (origin, state, run)
            added = np.maximum(world["stock"] - self.held, 0.0)
            self.deliveries.append(added * seen[:, None])
        return ask_everybody(game, phase)

    def observe(self, game: Game) -> None:
        """Note a step that has been played."""
        if game.step:
            self.spending.append(game.world["recorded_milex"].copy())


def yearbook(position: Position, runs: int, *, progress: Shown = False) -> Yearbook:
    """Play runs of a scenario of whole calendar years and return what public tables would show of them."""
    per_year = position.scenario.steps_per_year
    first = int(position.scenario.start[:4])
    years = tuple(range(first, first + position.steps // per_year))
    parts: list[tuple[Array, Array]] = []
    with progress_bar(runs, "run", shown=progress) as bar:
        for start, count in chunks(0, runs, 2):
            clerk = _Clerk()
            play(position, blocks_of(start, count), clerk.observe, clerk.ask)
            spent, arrived = (_by_year(months, per_year, count) for months in (clerk.spending, clerk.deliveries))
            parts.append((spent / per_year, arrived))
            bar.update(count)
    spending, deliveries = (np.concatenate(kind) for kind in zip(*parts, strict=True))
    return Yearbook(years, spending, deliveries)


def _by_year(months: Sequence[Array], per_year: int, runs: int) -> Array:
    """Return sums over calendar years, ``(run, year, ...)``."""
    whole = np.stack(months)[..., :runs]
    sums = whole.reshape(-1, per_year, *whole.shape[1:]).sum(1)
    answer: Array = np.moveaxis(sums, -1, 0)
    return answer
