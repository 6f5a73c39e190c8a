"""Scenarios played for the table of acceptance, with what it asks of their paths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from sim.analysis.targets import targets
from sim.analysis.targets.clock import Forced, dated_outbreaks
from sim.answers import Rows
from sim.engine.blocks import blocks_of, chunks
from sim.engine.ensemble import ask_everybody, play
from sim.model.turn import Consult, Game, Terms
from sim.scenario.check import load
from sim.scenario.initial import Position, opening

HERE = Path(__file__).parent
PESSIMISM, DENIAL = "status_quo, believed balance -0.9", "status_quo, Armenian denial x3"
AS_DATED = "south_caucasus_2010, wars as dated"

WATCHED: dict[str, Callable[[Game], np.ndarray]] = {
    **{
        name: lambda game, name=name: game.world[name]
        for name in ("milex", "milex_target", "milex_limit", "balance", "fund", "procurement", "order_volume",
                     "order_value", "order_origin", "stock_total", "deliveries", "control", "sanctions")
    },
    "win_chance": lambda game: game.world["win_chance"][0, 0],
    "operation_hazard": lambda game: game.world["attack_hazard"][:, 0, 0].sum(0),
    "campaigns": lambda game: (game.world["war_begins"][0] > 0.0) & (game.world["fought"][0] == 2.0),
    "operations": lambda game: (game.world["war_begins"][0] > 0.0) & (game.world["fought"][0] == 1.0),
    "deaths": lambda game: game.world["deaths"].sum(0),
}  # fmt: skip


class Film:
    """Paths of all runs of a scenario, each ``(step, ..., run)``; attributes are named as in `WATCHED`."""

    def __init__(self, name: str, position: Position, runs: int, ask: Consult, before: Callable[[Game], None]) -> None:
        self.name, self.origins = name, list(position.labels["origin"])
        parts: dict[str, list[np.ndarray]] = {what: [] for what in WATCHED}
        for first, count in chunks(0, runs):
            steps: dict[str, list[np.ndarray]] = {what: [] for what in WATCHED}

            def observe(game: Game, steps: dict[str, list[np.ndarray]] = steps, count: int = count) -> None:
                before(game)
                if game.step:
                    for what, seen in WATCHED.items():
                        wide = np.broadcast_to(seen(game), (*seen(game).shape[:-1], game.world.runs))
                        steps[what].append(wide[..., :count].astype(bool if wide.dtype == bool else np.float32))

            play(position, blocks_of(first, count), observe, ask)
            for what, path in steps.items():
                parts[what].append(np.stack(path))
        self.paths = {what: np.concatenate(chunk, -1) for what, chunk in parts.items()}

    def __getattr__(self, what: str) -> np.ndarray:
        """Return a path."""
        if what in WATCHED:
            return self.paths[what]
        raise AttributeError(what)

    def final_year(self, state: int) -> np.ndarray:
        """Return mean spending of the last year, ``(run,)``."""
        return self.milex[-12:, state].mean(0)

    def of_origin(self, origin: str) -> np.ndarray:
        """Return deliveries of an origin, ``(step, state, run)``."""
        return self.deliveries[:, self.origins.index(origin)]

    def share(self, origin: str, state: int, first: int) -> np.ndarray:
        """Return the share of an origin in a state's deliveries from a step on, ``(run,)``."""
        total = self.deliveries[first:, :, state].sum((0, 1))
        return self.of_origin(origin)[first:, state].sum(0) / np.maximum(total, 1e-9)

    def concentration(self, state: int, window: slice) -> np.ndarray:
        """Return the Herfindahl index of origins of a state's deliveries within a window, ``(run,)``."""
        volume = self.deliveries[window, :, state].sum(0)
        return np.square(volume / np.maximum(volume.sum(0), 1e-9)).sum(0)


class Films:
    """Films by the name of their scenario, each played once."""

    def __init__(self, runs: int, seed: int) -> None:
        self.runs, self.seed = runs, seed
        self.played: dict[str, Film] = {}
        self.targets = cache(self._targets)

    def __getitem__(self, name: str) -> Film:
        """Return the film of a shipped scenario, of one in this folder, or of a variant."""
        if name not in self.played:
            position = opening(load(document(name.partition(",")[0])), self.seed)
            ask, before = believing(-0.9) if name == PESSIMISM else ask_everybody, nothing
            if name == AS_DATED:
                past = Forced({outbreak.step: outbreak for outbreak in dated_outbreaks(position)})
                ask, before = past.ask, past.observe
            position = tripled_denial(position) if name == DENIAL else position
            self.played[name] = Film(name, position, self.runs, ask, before)
        return self.played[name]

    def _targets(self, name: str) -> Rows:
        """Return a scenario held against the record."""
        return targets(document(name), self.runs, seed=self.seed)


def nothing(_: Game) -> None:
    """Do nothing before a step is watched."""


def document(name: str) -> str | Path:
    """Return the file of a scenario in this folder, or the name of a shipped one."""
    here = HERE / f"{name}.yaml"
    return here if here.exists() else name


def tripled_denial(position: Position) -> Position:
    """Return a position in which the second state holds three times the arms that serve defence alone."""
    arrays = dict(position.arrays)
    apart = (arrays["denial_weight"][:, 0, 0] > 0.0) & (arrays["offence_weight"][:, 0, 0] == 0.0)
    for name in ("stock", "worth"):
        arrays[name] = arrays[name].copy()
        arrays[name][..., apart, 1, :] *= 3.0
    return replace(position, arrays=arrays)


def believing(balance: float) -> Consult:
    """Return how everybody is consulted while the first state believes in a balance, whatever it is."""

    def ask(game: Game, phase: str) -> Terms:
        if phase == "budget":  # after it has been perceived, before anything rests on it
            believed = game.world["perceived_balance"].copy()
            believed[0] = balance
            game.world.update({"perceived_balance": believed})
        return ask_everybody(game, phase)

    return ask
