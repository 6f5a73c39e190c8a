"""What a compiled program is run with: the opening, the months ahead in rows, settings, masks, keys of luck.

Nothing here computes with what it hands on. All that is set is an argument, laid out in one row of numbers, whatever it
is: so two scenarios of the same actors share a program.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from sim.engine.philox import Request, keys
from sim.engine.yearly import AUGUST
from sim.model.rule import CATALOGUE, ENTRIES
from sim.model.seats import DECIDABLE
from sim.model.turn import TURN, Game
from sim.model.variables import VARIABLES
from sim.model.world import Array, World
from sim.scenario.initial import Position

BUDGETS, SUMMER = "budgets are decided", "open contracts are counted"  # flags of a month
STOCKS, GIVENS = (tuple(n for n, v in VARIABLES.items() if v.kind == kind) for kind in ("stock", "given"))


@dataclass(frozen=True)
class Layout:
    """Where in a row of numbers each of some arrays stands.

    Attributes
    ----------
    parts : tuple
        Names with shapes, in their order.
    """

    parts: tuple[tuple[Any, tuple[int, ...]], ...]

    @cached_property
    def _first(self) -> dict[Any, int]:
        ends = np.cumsum([0, *(math.prod(shape) for _, shape in self.parts)]).tolist()
        return {name: first for (name, _), first in zip(self.parts, ends, strict=False)}

    @cached_property
    def _shapes(self) -> dict[Any, tuple[int, ...]]:
        return dict(self.parts)

    def place(self, name: Any) -> int:
        """Return where the numbers of an array begin."""
        return self._first[name]

    def pack(self, arrays: Mapping[Any, Any], kind: Any) -> Array:
        """Return the row."""
        row: Array = np.zeros(sum(math.prod(shape) for _, shape in self.parts), kind)
        self.write(row, arrays)
        return row

    def write(self, row: Array, arrays: Mapping[Any, Any]) -> None:
        """Write some of the arrays into a row."""
        for name, array in arrays.items():
            shape, first = self._shapes[name], self._first[name]
            row[first : first + math.prod(shape)].reshape(shape)[...] = array

    def __contains__(self, name: Any) -> bool:
        return name in self._first

    def unpack(self, row: Any) -> dict[Any, Any]:
        """Return the arrays."""
        return {
            name: row[self.place(name) : self.place(name) + math.prod(shape)].reshape(shape)
            for name, shape in self.parts
        }


@dataclass(frozen=True)
class Plan:
    """All that a program depends on beside its arguments.

    Attributes
    ----------
    labels : tuple
        Names along every axis.
    rules : tuple of str
        Rules that somebody follows, switched off or not.
    kind : str
        Of its numbers, ``float64`` or ``float32``.
    monthly, settings, masks : Layout
        What is given and decided in a month, what mechanisms are set to, who follows which rule.
    requests : tuple of Request
        What is drawn in a month.
    functions : tuple
        What the mechanisms are, since one's own may be defined anew.
    """

    labels: tuple[tuple[str, tuple[str, ...]], ...]
    rules: tuple[str, ...]
    kind: str
    monthly: Layout
    settings: Layout
    masks: Layout
    requests: tuple[Request, ...]
    functions: tuple[Any, ...]

    @property
    def decided(self) -> tuple[str, ...]:
        """What persons decide in some month."""
        return tuple(name for name in DECIDABLE if ("mask", name) in self.monthly)


@dataclass(frozen=True)
class Prepared:
    """A program's plan and arguments for some blocks of runs.

    Attributes
    ----------
    plan : Plan
    opening : World
        The world before the first step, as numpy made it.
    months : ndarray ``(step, number)``
    shared : dict
        Arguments that all runs have alike.
    apart : dict
        Those with a run axis: stocks, givens and settings that differ from run to run; keys by block.
    """

    plan: Plan
    opening: World
    months: Array
    shared: dict[str, Any]
    apart: dict[str, dict[Any, Any]]
    keys: Any

    def of_runs(self, first: int, runs: int, block: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return arguments and stocks of some of the runs, as arrays of their own."""
        some = {
            kind: {name: np.ascontiguousarray(array[..., first : first + runs]) for name, array in arrays.items()}
            for kind, arrays in self.apart.items()
        }
        keyed = self.keys[:, :, first // block : (first + runs) // block]
        return {**self.shared, "keys": keyed, "wide": some["wide"], "wide_settings": some["settings"]}, some["stocks"]


def prepared(position: Position, blocks: tuple[int, ...], kind: str) -> Prepared:
    """Return what the program of some blocks is run with."""
    whole = replace(position, without=())
    game = position.game(blocks)
    world, rules = game.world, tuple(whole.doctrines)
    flat = {(owner, name): value for owner, each in whole.settings(game.luck).items() for name, value in each.items()}
    narrow = {place: value for place, value in flat.items() if np.ndim(value) == 0 or np.shape(value)[-1] == 1}
    masks = {name: _mask(position, whole, name) for name in rules}
    months, wide = _months(position, game)
    plan = Plan(
        tuple(position.labels.items()),
        rules,
        kind,
        Layout(tuple((name, np.shape(array)) for name, array in months[0].items())),
        Layout(tuple((place, (len(position.labels[_actor(place[0])]), 1)) for place in narrow)),
        Layout(tuple((name, mask.shape) for name, mask in masks.items())),
        _requests(position, rules),
        tuple(one.function for one in (*ENTRIES.values(), *(CATALOGUE[name] for name in rules))),
    )
    shared = {"settings": plan.settings.pack(narrow, kind), "masks": plan.masks.pack(masks, np.bool_)}
    apart: dict[str, dict[Any, Any]] = {
        "stocks": {name: np.broadcast_to(world[name], world.shape(VARIABLES[name])) for name in STOCKS},
        "wide": wide,
        "settings": {place: np.asarray(value) for place, value in flat.items() if place not in narrow},
    }
    apart = {what: {name: array.astype(kind) for name, array in arrays.items()} for what, arrays in apart.items()}
    return Prepared(
        plan, world, _rows(plan.monthly, months, kind), shared, apart, keys(plan.requests, position.seed, blocks)
    )


def _rows(layout: Layout, months: list[dict[Any, Any]], kind: str) -> Array:
    """Return the rows of the months, ``(step, number)``; most arrays are those of the month before."""
    rows = np.stack([layout.pack(months[0], kind)] * len(months))
    for row, earlier, month, before in zip(rows[1:], rows, months[1:], months, strict=False):
        row[:] = earlier
        layout.write(row, {name: array for name, array in month.items() if array is not before[name]})
    return rows


def _actor(mechanism: str) -> str:
    return (CATALOGUE.get(mechanism) or ENTRIES[mechanism]).actor


def _mask(position: Position, whole: Position, name: str) -> Any:
    """Return who follows a rule, ``(actor, 1)``: nobody where it is switched off."""
    mask = whole.doctrines[name]
    everybody = np.ones((len(position.labels[_actor(name)]), 1)) if mask is None else mask
    return (everybody > 0.0) & (name not in position.without)


def _requests(position: Position, rules: tuple[str, ...]) -> tuple[Request, ...]:
    """Return what is drawn in a month."""
    entries = [entry for phase in TURN for entry in (*phase.before, *phase.after)]
    return tuple(
        Request(one.stream, position.labels[one.actor], one.draws, position.labels[one.per] if one.per else ())
        for one in (*entries, *(CATALOGUE[name] for name in rules))
        if one.draws
    )


def _months(position: Position, game: Game) -> tuple[list[dict[Any, Any]], dict[str, Any]]:
    """Return what is given and decided in each month, and the givens that differ from run to run."""
    world = game.world
    givens = {name: world.once(name) for name in GIVENS}
    wide = {name for name, array in givens.items() if array.shape[-1] != 1}
    decided = sorted({name for taken in game.decisions.values() for name in taken})
    nothing = {name: np.zeros((*world.shape(DECIDABLE[name].said)[:-1], 1)) for name in decided}
    months = []
    for step in range(position.steps):
        givens |= game.changes.get(step, {})
        month: dict[Any, Any] = {name: array for name, array in givens.items() if name not in wide}
        month[BUDGETS] = np.array([[step == 0 or givens["january"].any()]])
        month[SUMMER] = np.array([[position.date(step).month == AUGUST]])
        taken = game.decisions.get(step, {})
        for name in decided:
            month["mask", name], month["value", name] = taken.get(name, (nothing[name], nothing[name]))
        months.append(month)
    return months, {name: givens[name] for name in wide}
