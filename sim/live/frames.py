"""What is drawn after each month: bands of spending and balance, wars so far, who arms whom."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.measures.flows import OTHER
from sim.measures.suppliers import REST_NAME
from sim.model.world import Array
from sim.observed.arsenal import LEGACY
from sim.plots.style import looks
from sim.scenario.initial import Position
from sim.sweeps.watch import Step, Watch

NAMES = {OTHER: REST_NAME.capitalize(), LEGACY: "Inherited stocks", "home": "Own industry"}  # of no supplier's
LEVELS = (0.1, 0.5, 0.9)  # of a band: the middle 80 % and the median


class Frames:
    """Turns steps into what a page draws; remembers what has been delivered since the opening [TIV m]."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self._delivered: Array | None = None

    def head(self) -> dict[str, Any]:
        """Return what holds for all months: names, dates, how many histories."""
        position = self.watch.position
        months = [f"{position.date(step):%Y-%m}" for step in range(position.steps)]
        return {
            "kind": "start", "title": position.scenario.title, "question": position.scenario.question,
            "runs": self.watch.runs, "seed": position.seed, "months": months, "levels": LEVELS,
            **named(position),
        }  # fmt: skip

    def of(self, step: Step) -> dict[str, Any]:
        """Return the frame after a step."""
        month = step["deliveries"].mean(axis=-1)
        # As in the shares of a comparison, not as a register shows them; what is there at the opening came before it.
        self._delivered = np.zeros_like(month) if self._delivered is None else self._delivered + month
        war = step.outcome("campaigns") > 0
        bands = _bands(np.concatenate([step["milex"], step["balance"][:1]]))
        return {
            "kind": "step",
            "step": step.number,
            "milex": bands[:-1],
            "balance": bands[-1:],
            "war": int(war.sum()),
            "arms": _rounded(self._delivered.T),
        }


def named(position: Position) -> dict[str, list[dict[str, str]]]:
    """Return key and name of every state, supplier and zone, in the order of their axes; of actors their colour."""
    axes = {"states": ("state", "line"), "suppliers": ("origin", "fill"), "zones": ("zone", "")}
    found = {}
    for name, (axis, kind) in axes.items():
        keys = position.labels[axis]
        colours = {key: {"colour": look.colour} for key, look in looks(keys, kind).items()} if kind else {}
        found[name] = [{"key": key, "name": _called(position, key), **colours.get(key, {})} for key in keys]
    return found


def _called(position: Position, key: str) -> str:
    return NAMES.get(key) or position.titles.get(key, key)


def _bands(array: Array) -> list[list[float]]:
    """Return the levels of each actor over runs that are whole, ``(actor, level)``."""
    quantile = np.nanquantile if np.isnan(array).any() else np.quantile  # which answers the same, six times as fast
    return _rounded(quantile(array, LEVELS, axis=-1).T)


def _rounded(array: Array) -> list[Any]:
    """Return numbers as a page needs them: four digits, and nothing that JSON lacks."""

    def short(number: float) -> float | None:
        return float(f"{number:.4g}") if np.isfinite(number) else None

    return [[short(number) for number in row] for row in array.tolist()]
