"""Mesa agents: rows of the world that can be asked to decide.

An agent holds no state and no formula of its own. It sees its slice of the
world, padded to ``(..., 1, 2)``, and answers with its reasons; its quantities
are readable as attributes (``azerbaijan.milex``, ``azerbaijan.stock["drones"]``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
import pandas as pd

from sim.model.rule import Rule
from sim.model.variables import VARIABLES
from sim.model.world import COUNTERPART, Array, evaluate, sight

if TYPE_CHECKING:
    from sim.engine.model import ArmsRace


class Actor(mesa.Agent):
    """One actor of the world, at one place on the actor axis of its kind.

    Parameters
    ----------
    model : ArmsRace
        The model it lives in.
    key : str
        Its key in the scenario, for example ``"azerbaijan"``.
    place : int
        Its index on the actor axis.
    """

    kind = ""

    def __init__(self, model: ArmsRace, key: str, place: int) -> None:
        super().__init__(model)
        self.key = key
        self.place = place
        self.title = model.position.titles[key]
        self.reasons: dict[str, tuple[Array, dict[str, Array]]] = {}
        self._settings: dict[str, dict[str, Any]] = {}

    def decide(self, phase: str) -> None:
        """Consult every rule of the phase this actor follows; keep terms and what was seen."""
        model: ArmsRace = self.model
        rules = model.asked(self.kind, phase)
        self.reasons = {rule.name: self._consult(rule) for rule in rules if self.follows(rule)}

    def follows(self, rule: Rule) -> bool:
        """Tell whether the rule is part of this actor's doctrine."""
        mask = self.model.game.doctrines[rule.name]
        return mask is None or bool(mask[self.place, 0])

    def _consult(self, rule: Rule) -> tuple[Array, dict[str, Array]]:
        """Return the actor's term of one rule, ``(..., 1, 2)``, and its own axes of all it saw to get there."""
        game, place = self.model.game, self.place
        shown = self.model.shown(rule)
        seen = {word: slices[place] for word, slices, _ in shown}
        settings = self._settings.get(rule.name)
        if settings is None:
            settings = {name: of_one(value, place) for name, value in game.settings[rule.name].items()}
            self._settings[rule.name] = settings
        luck = game.draws(rule)
        draws = None if luck is None else luck[..., place : place + 1, :]
        term = evaluate(rule.function, rule.reads, seen.__getitem__, settings, draws)
        return term, {word: mine[place] for word, _, mine in shown}

    def sees(self, word: str) -> Array:
        """Return this actor's slice of what its kind sees of a quantity, ``(..., 1, 2)``."""
        array: Array = of_one(of_two_runs(self.model.game.world.see(self.kind, word)), self.place)
        return array

    def __getattr__(self, name: str) -> Any:
        """Read a quantity: a number, a Series along one axis, a DataFrame along two."""
        if name.startswith("_") or name.removeprefix(COUNTERPART) not in VARIABLES:
            raise AttributeError(f"{type(self).__name__} has no attribute '{name}'")
        axes = sight(self.kind, name).axes
        return labelled(self.sees(name)[..., 0, 0], [(axis, self.model.game.world.labels[axis]) for axis in axes])

    def __repr__(self) -> str:
        """Show kind and key."""
        return f"<{type(self).__name__} {self.key}>"


def of_one(array: Any, place: int) -> Any:
    """Return one actor's slice ``(..., 1, run)`` of an array with an actor axis; numbers pass through."""
    if isinstance(array, float) or array.shape[-2] == 1:
        return array
    return array[..., place : place + 1, :]


def of_two_runs(array: Array) -> Array:
    """Return what is seen with a run axis of two, as rules expect more than one run."""
    return array if array.shape[-1] == 2 else array.repeat(2, -1)


def labelled(values: Array, axes: list[tuple[str, tuple[str, ...]]]) -> Any:
    """Return values with their labels, in the plainest form that can hold them."""
    if not axes:
        return float(values)
    if len(axes) == 1:
        return pd.Series(values, index=pd.Index(axes[0][1], name=axes[0][0]))
    if len(axes) == 2:
        (row, rows), (column, columns) = axes
        return pd.DataFrame(values, index=pd.Index(rows, name=row), columns=pd.Index(columns, name=column))
    index = pd.MultiIndex.from_product([labels for _, labels in axes], names=[axis for axis, _ in axes])
    return pd.Series(np.ravel(values), index=index)


class State(Actor):
    """A state: it spends, buys, perceives, talks and may attack."""

    kind = "state"


class Supplier(Actor):
    """A supplier: it decides whom it arms, with what and at which price."""

    kind = "supplier"


class Mediator(Actor):
    """A mediator: it presses for talks."""

    kind = "mediator"


class Region(Actor):
    """What nobody decides: the oil price, clashes, how a war ends."""

    kind = "region"


KINDS: dict[str, type[Actor]] = {kind.kind: kind for kind in (State, Supplier, Mediator, Region)}
