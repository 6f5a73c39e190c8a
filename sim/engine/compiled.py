"""The same rules, compiled: all months of many runs as one program of XLA.

It holds no formula of the model. The turn of `sim.model.turn` is played once on arrays that note what is asked of them
(`sim.engine.traced`), which gives the program of a month; that is then run for all months. What a scenario sets, what
comes to pass at which date, who follows which rule and what persons decide are arguments of the program: whoever
changes a number compiles nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from sim.engine.ensemble import ask_everybody
from sim.engine.philox import Request, keys, uniforms
from sim.engine.traced import Traced
from sim.model.rule import CATALOGUE, ENTRIES, Mechanism
from sim.model.seats import DECIDABLE
from sim.model.turn import TURN, Game, play_turn
from sim.model.variables import VARIABLES, Variable
from sim.model.world import Array, World
from sim.scenario.initial import Position

STOCKS = tuple(name for name, variable in VARIABLES.items() if variable.kind == "stock")
GIVENS = tuple(name for name, variable in VARIABLES.items() if variable.kind == "given")
YEARLY = frozenset().union(*(phase.yearly for phase in TURN))


class TracedWorld(World):
    """A world of a program: what is the same in all runs has one."""

    def laid_out(self, array: Any, variable: Variable) -> Any:
        """Return a quantity in its full shape but for the runs."""
        *rest, _ = self.shape(variable)
        return np.broadcast_to(array, (*rest, np.shape(array)[-1] if np.ndim(array) else 1))

    def once(self, name: str) -> Any:
        """Return a stored array."""
        return self.arrays[name]


@dataclass
class TracedLuck:
    """Luck of one step of a program."""

    numbers: Any
    places: Mapping[Request, int]

    def draw(self, stream: str, actors: tuple[str, ...], draws: int, step: int, per: tuple[str, ...] = ()) -> Any:
        """Return uniforms ``(draws, [per,] actor, run)`` of the step of the program."""
        asked = Request(stream, tuple(actors), draws, tuple(per))
        first = self.places[asked]
        return self.numbers[first : first + asked.size].reshape((*asked.shape, -1))


@dataclass(repr=False)
class TracedGame(Game):
    """A game of a program: every month is played alike, and what is decided once a year is then kept or not."""

    budgets: Any = None

    def resting(self, phase: str) -> frozenset[str]:
        """Return nothing: it is not known which month this is."""
        return frozenset()

    def enter(self, entry: Mechanism, made: Mapping[str, Any]) -> None:
        """Write what an entry came to, if it is made this month."""
        if entry.name in YEARLY:
            made = {name: np.where(self.budgets, new, self.world[name]) for name, new in made.items()}
        self.world.update(made)


# -- what a program depends on


@dataclass(frozen=True)
class Layout:
    """Where in one row of numbers each of some arrays stands: names with their shapes."""

    parts: tuple[tuple[Any, tuple[int, ...]], ...]

    def pack(self, arrays: Mapping[Any, Any], kind: Any) -> Any:
        """Return the row."""
        flat = [np.broadcast_to(arrays[name], shape).reshape(-1) for name, shape in self.parts]
        return np.concatenate([np.zeros(0), *flat]).astype(kind)

    def unpack(self, row: Any) -> dict[Any, Any]:
        """Return the arrays."""
        arrays, first = {}, 0
        for name, shape in self.parts:
            size = int(np.prod(shape))
            arrays[name] = row[first : first + size].reshape(shape)
            first += size
        return arrays


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
        What changes from month to month, what mechanisms are set to, who follows which rule.
    """

    labels: tuple[tuple[str, tuple[str, ...]], ...]
    rules: tuple[str, ...]
    kind: str
    monthly: Layout
    settings: Layout
    masks: Layout
    requests: tuple[Request, ...]


@dataclass
class Arguments:
    """What a program is run with."""

    months: Any  # (step, number)
    settings: Any
    masks: Any
    keys: Any
    stocks: dict[str, Any]
    wide: dict[str, Any]  # givens that differ from run to run, and settings by (mechanism, parameter)
    wide_settings: dict[Any, Any]


def prepared(position: Position, blocks: Iterable[int], kind: str = "float64") -> tuple[Plan, Arguments]:
    """Return the program of some blocks of runs, and what it is run with."""
    blocks = tuple(blocks)
    whole = replace(position, without=())
    game = position.game(blocks)
    world = game.world
    settings = whole.settings(game.luck)
    rules = tuple(whole.doctrines)
    masks = {name: _mask(position, whole, name) for name in rules}
    months, wide = _months(position, game)
    monthly = Layout(tuple((name, np.shape(array)) for name, array in months[0].items()))
    flat = {(owner, name): value for owner, each in settings.items() for name, value in each.items()}
    narrow = {place: value for place, value in flat.items() if np.ndim(value) == 0 or np.shape(value)[-1] == 1}
    sizes = Layout(tuple((place, (len(position.labels[_actor(place[0])]), 1)) for place in narrow))
    plan = Plan(
        tuple(position.labels.items()),
        rules,
        kind,
        monthly,
        sizes,
        Layout(tuple((name, mask.shape) for name, mask in masks.items())),
        _requests(position, rules),
    )
    full = {name: np.ascontiguousarray(np.broadcast_to(world[name], world.shape(VARIABLES[name]))) for name in STOCKS}
    return plan, Arguments(
        np.stack([monthly.pack(month, kind) for month in months]),
        sizes.pack(narrow, kind),
        plan.masks.pack(masks, np.bool_),
        keys(plan.requests, position.seed, blocks),
        {name: array.astype(kind) for name, array in full.items()},
        {name: array.astype(kind) for name, array in wide.items()},
        {place: np.asarray(value, kind) for place, value in flat.items() if place not in narrow},
    )


def _actor(mechanism: str) -> str:
    return (CATALOGUE.get(mechanism) or ENTRIES[mechanism]).actor


def _mask(position: Position, whole: Position, name: str) -> Any:
    """Return who follows a rule, ``(actor, 1)``; nobody where it is switched off."""
    mask = whole.doctrines[name]
    everybody = np.ones((len(position.labels[_actor(name)]), 1), np.bool_) if mask is None else mask
    return everybody & (name not in position.without)


def _requests(position: Position, rules: tuple[str, ...]) -> tuple[Request, ...]:
    """Return what is drawn in a step."""
    entries = [entry for phase in TURN for entry in (*phase.before, *phase.after)]
    drawing = [one for one in (*entries, *(CATALOGUE[name] for name in rules)) if one.draws]
    return tuple(
        Request(
            one.stream, tuple(position.labels[one.actor]), one.draws, tuple(position.labels[one.per] if one.per else ())
        )
        for one in drawing
    )


def _months(position: Position, game: Game) -> tuple[list[dict[Any, Any]], dict[str, Any]]:
    """Return what is given and decided in each month, and the givens that differ from run to run."""
    world = game.world
    givens = {name: world.once(name) for name in GIVENS}
    wide = {name: array for name, array in givens.items() if array.shape[-1] != 1}
    months = []
    for step in range(position.steps):
        givens |= {name: array for name, array in game.changes.get(step, {}).items()}
        month: dict[Any, Any] = {name: array for name, array in givens.items() if name not in wide}
        month["budgets"] = np.full((1, 1), step == 0 or bool(givens["january"].any()))
        taken = game.decisions.get(step, {})
        for name in DECIDABLE:
            shape = (*world.shape(DECIDABLE[name].said)[:-1], 1)
            mask, values = taken.get(name, (np.zeros(shape), np.zeros(shape)))
            month["mask", name], month["value", name] = np.broadcast_to(mask, shape), np.broadcast_to(values, shape)
        months.append(month)
    return months, wide


# -- the program


def month(plan: Plan, arguments: dict[str, Any], stocks: dict[str, Any], row: Any, step: Any) -> dict[str, Any]:
    """Play one month; return all quantities after it."""
    kind = np.dtype(plan.kind)
    wrap = lambda array: Traced(array, kind)  # noqa: E731
    labels = dict(plan.labels)
    given = {name: wrap(array) for name, array in plan.monthly.unpack(row).items()}
    runs = next(iter(stocks.values())).shape[-1]
    quantities = {name: given.pop(name) for name in GIVENS if name in given}
    quantities |= {name: wrap(array) for name, array in {**arguments["wide"], **stocks}.items()}
    settings: dict[str, dict[str, Any]] = {}
    for owner, parameter in [place for place, _ in plan.settings.parts]:
        settings.setdefault(owner, {})
    for (owner, parameter), value in {
        **plan.settings.unpack(arguments["settings"]),
        **arguments["wide_settings"],
    }.items():
        settings.setdefault(owner, {})[parameter] = wrap(value)
    numbers = uniforms(plan.requests, arguments["keys"], step)
    if kind == np.float32:  # rounded, none may become one
        numbers = jnp.minimum(numbers.astype(jnp.float32), np.float32(1.0 - 2.0**-24))
    places = dict(zip(plan.requests, np.cumsum([0, *(one.size for one in plan.requests)]).tolist(), strict=False))
    for name in (*ENTRIES, *plan.rules):
        settings.setdefault(name, {})
    game = TracedGame(
        TracedWorld(labels, runs, quantities),
        TracedLuck(wrap(numbers), places),  # type: ignore[arg-type]
        settings,
        {name: wrap(mask) for name, mask in plan.masks.unpack(arguments["masks"]).items()},
        {},
        decisions={0: {name: (given["mask", name] > 0.0, given["value", name]) for name in DECIDABLE}},  # type: ignore[dict-item]
        budgets=given["budgets"] > 0.0,
    )
    play_turn(game, ask_everybody)
    world = game.world
    return {
        name: (array.array if isinstance(array, Traced) else jnp.asarray(array, kind))
        for name, array in world.arrays.items()
    }


def full(array: Any, shape: tuple[int, ...]) -> Any:
    return jnp.broadcast_to(array, shape)


@cache
def program(plan: Plan, wanted: tuple[str, ...]) -> Any:
    """Return the compiled program: some months from given stocks, and the wanted quantities of each."""

    def play(arguments: dict[str, Any], stocks: dict[str, Any], months: Any, first: Any) -> Any:
        steps = first + jnp.arange(months.shape[0])

        def one(stocks: dict[str, Any], now: Any) -> Any:
            row, step = now
            after = month(plan, arguments, stocks, row, step)
            carried = {name: full(after[name], stocks[name].shape) for name in stocks}
            runs = next(iter(stocks.values())).shape[-1]
            return carried, {name: full(after[name], (*after[name].shape[:-1], runs)) for name in wanted}

        return lax.scan(one, stocks, (months, steps))

    return jax.jit(play)
