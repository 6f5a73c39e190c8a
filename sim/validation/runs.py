"""Runs of a scenario as public tables would show them by year, with the months in which fighting began."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from sim.answers import Shortened
from sim.engine.blocks import blocks_of, chunks
from sim.engine.ensemble import play
from sim.engine.soundness import Watchman
from sim.engine.yearly import Yearly
from sim.model.mistakes import Mistake
from sim.model.turn import Game
from sim.model.world import Array
from sim.scenario.initial import opening
from sim.scenario.schema import Scenario
from sim.study.factors import put_run_by_run
from sim.study.slots import find_slot


@dataclass(frozen=True, repr=False)
class Runs(Shortened):
    """Runs of a scenario of whole calendar years; those that broke are left out.

    Attributes
    ----------
    years : tuple of int
        Calendar years.
    states, origins : tuple of str
        Codes of the tables; a key where an actor has none.
    spending : ndarray ``(run, year, state)``
        As a public data set shows it [US$2023 m per yr].
    deliveries : ndarray ``(run, year, origin, state)``
        As a register shows them [TIV m].
    clashes, killed : ndarray ``(run, year)``
        Fatal clashes, and soldiers killed in wars.
    outbreaks, campaigns : ndarray ``(run, month)``
        1 where fighting began, and where a major war did.
    """

    years: tuple[int, ...]
    states: tuple[str, ...]
    origins: tuple[str, ...]
    spending: Array
    deliveries: Array
    clashes: Array
    killed: Array
    outbreaks: Array
    campaigns: Array


@dataclass
class _Watch:
    """Takes down what some runs come to."""

    yearly: Yearly
    watchman: Watchman
    runs: int
    begun: list[Array] = field(default_factory=list)
    scale: list[Array] = field(default_factory=list)
    killed: list[Array] = field(default_factory=list)

    def __call__(self, game: Game) -> None:
        """Take down one step that has been played."""
        if not game.step:
            return
        self.watchman(game)
        world = game.world
        self.yearly(world, game.step - 1)
        begun = world["war_begins"][0, : self.runs] > 0.0
        self.begun.append(begun.astype(float))
        self.scale.append((begun & (world["fought"][0, : self.runs] == 2.0)).astype(float))
        self.killed.append(world["killed"].sum(0)[: self.runs].copy())


def runs_of(
    scenario: Scenario,
    runs: int,
    seed: int = 0,
    draws: Mapping[str, Array] | None = None,
    *,
    without: Collection[str] = (),
) -> Runs:
    """Play runs of a scenario of whole years.

    Parameters
    ----------
    scenario : Scenario
        With twelve steps a year.
    runs, seed : int
        How many, and the seed of all luck.
    draws : mapping of str to ndarray, optional
        Numbers of the runs' own, ``(draw,)`` by path of the factor.
    without : collection of str, optional
        Rules to switch off.

    Raises
    ------
    Mistake
        If all of them broke.
    """
    if draws:
        scenario = put_run_by_run(scenario, [find_slot(scenario, path) for path in draws], draws.values())
    position = opening(scenario, seed, without)
    watches = []
    for first, count in chunks(0, runs):
        watch = _Watch(Yearly(position, count), Watchman(position.steps), count)
        play(position, blocks_of(first, count), watch)
        watches.append(watch)
    sound = np.concatenate([watch.watchman.sound[: watch.runs] for watch in watches])
    if not sound.any():
        raise Mistake(f"all {runs} runs of '{scenario.name}' broke, so nothing is foretold")

    def of_year(name: str) -> Array:
        whole = np.concatenate([watch.yearly.sums[name] for watch in watches], -1)
        runs_first: Array = np.moveaxis(whole, -1, 0)[sound]
        return runs_first

    def of_month(months: list[list[Array]]) -> Array:
        whole: Array = np.concatenate([np.stack(part, 1) for part in months])[sound]
        return whole

    codes = {key: getattr(actor, "iso3", None) or key for _, key, actor in scenario.actors()}
    states, origins = (tuple(codes.get(key, key) for key in position.labels[axis]) for axis in ("state", "origin"))
    killed = of_month([watch.killed for watch in watches])
    years, per_year = watches[0].yearly.years, scenario.steps_per_year
    return Runs(
        years, states, origins, of_year("recorded_milex") / per_year, of_year("recorded_deliveries"),
        of_year("clashes")[..., 0], killed.reshape(len(killed), len(years), per_year).sum(-1),
        of_month([watch.begun for watch in watches]), of_month([watch.scale for watch in watches]),
    )  # fmt: skip
