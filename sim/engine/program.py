"""The program of a month: the turn of `sim.model.turn` played once on arrays that note what is asked of them.

It holds no formula of the model. What a scenario sets, what comes to pass at which date, who follows which rule and
what persons decide are its arguments (`sim.engine.prepared`), so that whoever changes a number compiles nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from sim.engine.ensemble import ask_everybody
from sim.engine.philox import Request, uniforms
from sim.engine.prepared import BUDGETS, SUMMER, Plan
from sim.engine.soundness import GLANCES, LOOKS, glanced_at, sound_runs, watched
from sim.engine.traced import Traced, written_down
from sim.model.rule import ENTRIES, Mechanism
from sim.model.turn import TURN, Game, play_turn
from sim.model.variables import VARIABLES, Variable
from sim.model.world import World

YEARLY = frozenset().union(*(phase.yearly for phase in TURN))  # quantities and entries
OPEN = ("contract_money", "contract_place")  # looked at once a year, in the month of `SUMMER`
PROGRAMS: list[Any] = []  # made so far
SMALL = 18  # numbers of a run, up to which a quantity is written down before it is used
# What makes a program faster on a processor: fewer copies of what a loop carries on, and sums written out by XLA itself
# rather than handed to a library for large ones. A version of XLA that knows one of them no more goes without.
FASTER = {"xla_cpu_copy_insertion_use_region_analysis": True, "xla_cpu_experimental_ynn_fusion_type": ""}
MARGIN = np.float32(1.0 - 2.0**-24)  # the largest uniform of half the precision


class TracedWorld(World):
    """A world of a program: what is the same in all runs has one run."""

    def laid_out(self, array: Any, variable: Variable) -> Any:
        """Return a quantity in its full shape but for the runs."""
        *rest, _ = self.shape(variable)
        return np.broadcast_to(array, (*rest, np.shape(array)[-1] if np.ndim(array) else 1))

    def once(self, name: str) -> Any:
        """Return a stored array."""
        return self.arrays[name]

    def update(self, values: Mapping[str, Any]) -> None:
        """Replace arrays; small ones are written down first, or XLA works them out anew wherever they are used."""
        small = [name for name, array in values.items() if _per_run(array) <= SMALL]
        written = written_down([plain(values[name], None) for name in small])
        self.arrays.update(values)
        self.arrays.update(
            {name: Traced(new, values[name].kind) for name, new in zip(small, written, strict=True)}  # type: ignore[misc]
        )


def _per_run(array: Any) -> float:
    """Return how many numbers a run has, without end where all runs have the same."""
    several = isinstance(array, Traced) and array.size and array.shape[-1] > 1
    return array.size // array.shape[-1] if several else np.inf


def plain(array: Any, kind: Any) -> Any:
    """Return an array of a program, or a constant in it, as jax knows it."""
    return array.array if isinstance(array, Traced) else jnp.asarray(array, kind)


@dataclass
class TracedLuck:
    """The luck of one step of a program."""

    numbers: Any
    places: Mapping[Request, int]

    def draw(self, stream: str, actors: Sequence[str], draws: int, step: int, per: Sequence[str] = ()) -> Any:
        """Return uniforms ``(draws, [per,] actor, run)`` of the step of the program."""
        asked = Request(stream, tuple(actors), draws, tuple(per))
        first = self.places[asked]
        return self.numbers[first : first + asked.size].reshape((*asked.shape, self.numbers.shape[-1]))


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


def game_of_month(
    plan: Plan, arguments: Mapping[str, Any], stocks: Mapping[str, Any], row: Any, step: Any
) -> TracedGame:
    """Return the game before one month, with that month's luck."""
    kind = np.dtype(plan.kind)
    given = _traced(plan.monthly.unpack(row), kind)
    settings: dict[str, dict[str, Any]] = {name: {} for name in (*ENTRIES, *plan.rules)}
    each = plan.settings.unpack(arguments["settings"]) | arguments["wide_settings"]
    for (owner, parameter), value in _traced(each, kind).items():
        settings[owner][parameter] = value
    decided = {name: (given.pop(("mask", name)) > 0.0, given.pop(("value", name))) for name in plan.decided}
    budgets = given.pop(BUDGETS) > 0.0
    del given[SUMMER]
    quantities = given | _traced({**arguments["wide"], **stocks}, kind)
    return TracedGame(
        TracedWorld(dict(plan.labels), next(iter(stocks.values())).shape[-1], quantities),
        _luck(plan, arguments["keys"], step),  # type: ignore[arg-type]
        settings,
        _traced(plan.masks.unpack(arguments["masks"]), kind),
        {},
        decisions={0: decided} if decided else {},
        budgets=budgets,
    )


def _traced(arrays: Mapping[Any, Any], kind: Any) -> dict[Any, Any]:
    return {name: Traced(array, kind) for name, array in arrays.items()}


def _luck(plan: Plan, keys: Any, step: Any) -> TracedLuck:
    """Return the luck of a step."""
    numbers = uniforms(plan.requests, keys, step)
    if plan.kind == "float32":  # rounded, none may become one
        numbers = jnp.minimum(numbers.astype(jnp.float32), MARGIN)
    sizes = np.cumsum([0, *(one.size for one in plan.requests)]).tolist()
    return TracedLuck(Traced(numbers, np.dtype(plan.kind)), dict(zip(plan.requests, sizes, strict=False)))


def sound_after(world: World, step: Any, last: Any) -> Any:
    """Tell which runs are sound after so many steps, looking when the `Watchman` looks, ``(run,)``."""

    def sound(names: Sequence[str]) -> Any:
        good = jnp.ones(world.runs, np.bool_)
        for name in names:
            if world.size_of(name):
                good = good & plain(sound_runs(world[name], VARIABLES[name], world.runs), np.bool_)
        return good

    always, often, now_and_then = (
        {variable.name for variable in some} for some in (glanced_at(1), glanced_at(GLANCES), watched())
    )
    nothing = jnp.ones(world.runs, np.bool_)
    good = sound(sorted(always))
    for names, when in (
        (often - always, step % GLANCES == 0),
        (now_and_then - often, step % LOOKS == 0),
        (now_and_then - always, step == last),
    ):
        good = good & lax.cond(when, lambda names=names: sound(sorted(names)), lambda: nothing)
    return good | (step > last)


@cache
def faster() -> dict[str, Any]:
    """Return the options of `FASTER` that this XLA knows, where it computes on a processor."""

    def knows(option: dict[str, Any]) -> bool:
        try:
            jax.jit(lambda number: number, compiler_options=option).lower(0.0).compile()
        except jax.errors.JaxRuntimeError:
            return False
        return True

    if jax.default_backend() != "cpu":
        return {}
    return {name: value for name, value in FASTER.items() if knows({name: value})}


@cache
def program(plan: Plan, wanted: tuple[str, ...]) -> Callable[..., Any]:
    """Return the program that plays some months of some runs.

    It is called with the arguments, what is carried on (stocks, open contracts of the last summer, which runs are
    sound), the rows of the months, the number of the first, and of the last of all. It returns what is carried on, and
    the wanted quantities of each month.
    """
    kind = np.dtype(plan.kind)
    summer = plan.monthly.place(SUMMER)

    def play(arguments: Mapping[str, Any], carried: Any, months: Any, first: Any, last: Any) -> Any:
        def month(carried: Any, now: Any) -> Any:
            (stocks, contracts, sound), (row, step) = carried, now
            game = game_of_month(plan, arguments, stocks, row, step)
            play_turn(game, ask_everybody)
            world, runs = game.world, game.world.runs

            def of_all(name: str) -> Any:
                array = plain(world[name], kind)
                return jnp.broadcast_to(array, (*array.shape[:-1], runs))

            after = {name: of_all(name) for name in stocks}
            contracts = {name: jnp.where(row[summer] > 0, after[name], contracts[name]) for name in contracts}
            sound = sound & sound_after(world, step + 1, last)
            return (after, contracts, sound), {name: of_all(name) for name in wanted}

        return lax.scan(month, carried, (months, first + jnp.arange(months.shape[0])))

    made = jax.jit(play, donate_argnums=(1,), compiler_options=faster())
    PROGRAMS.append(made)
    return made
