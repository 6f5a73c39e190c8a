"""Which runs broke, and where.

A run that ceases to be a number or leaves the bounds of a quantity is a datum, not the end of a
sweep: it is found while playing, looked at a second time to learn where it broke, and left out of
everything that is counted. Both engines are watched alike, and what is kept is looked at in every step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.engine.blocks import blocks_of
from sim.engine.ensemble import ask_everybody, straight_loops
from sim.model.mistakes import Mistake
from sim.model.turn import Game, Terms, play_turn
from sim.model.variables import LARGEST, VARIABLES, Variable
from sim.model.world import Array
from sim.scenario.initial import Position

SLACK = 1e-6  # rounding is no broken bound
GLANCES, LOOKS = 3, 12  # steps between two looks at the small and at the large tables: under 2 % of the time
NOT_DATA = (MemoryError, OSError, Mistake)  # the machine's or the user's, not the model's: they end a sweep

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Failure:
    """Why a run is left out.

    Attributes
    ----------
    run : int
        Its number.
    step : int
        The step it broke in, from 0.
    phase : str
        The phase after which it was seen.
    message : str
        Which quantity of whom, and what it was; or the error raised.
    """

    run: int
    step: int
    phase: str
    message: str


def failure_sentence(failure: Mapping[str, Any]) -> str:
    """Return one sentence on where a run broke, as `sim.failures` lists it."""
    settings = ", ".join(f"{name} {value:g}" for name, value in failure["settings"].items())
    return (
        f"run {failure['run']} broke in {failure['month']}, {failure['phase']}: {failure['message']}"
        + (f", with {settings}" if settings else "")
    )  # fmt: skip


@dataclass
class Watchman:
    """Look at the game now and then; remember which runs are still sound.

    What it sees of a run depends on that run alone, so the same runs are left out whatever is played together.

    Parameters
    ----------
    last : int
        The last step; after it everything is looked at.
    """

    last: int
    sound: Mask = field(default_factory=lambda: np.ones(0, np.bool_))

    def __call__(self, game: Game) -> None:
        """Mark the runs that are broken now."""
        runs = game.world.runs
        if not self.sound.size:
            self.sound = np.ones(runs, np.bool_)
        for variable in watched() if game.step % LOOKS == 0 or game.step == self.last else glanced_at(game.step):
            array = game.world[variable.name]
            if not within(array, variable):
                self.sound &= sound_runs(array, variable, runs)


@cache
def watched() -> tuple[Variable, ...]:
    """Return the quantities that are kept in a result, or carried from month to month."""
    return tuple(variable for variable in VARIABLES.values() if variable.kept or variable.kind == "stock")


def glanced_at(step: int) -> tuple[Variable, ...]:
    """Return what is looked at between two looks at everything: what is kept, and now and then the small tables."""
    return _kept_or_small() if step % GLANCES == 0 else _kept()


@cache
def _kept() -> tuple[Variable, ...]:
    return tuple(variable for variable in watched() if variable.kept)


@cache
def _kept_or_small() -> tuple[Variable, ...]:
    return tuple(variable for variable in watched() if variable.kept or len(variable.axes) < 2)


def within(array: Array, variable: Variable) -> bool:
    """Tell whether every number lies in the bounds of its quantity; what is not a number does not."""
    if not array.size:
        return True  # a quantity towards suppliers where there are none
    low, high = allowed(variable)
    return bool(array.min() >= low and array.max() <= high)


def allowed(variable: Variable) -> tuple[float, float]:
    """Return the bounds with room for rounding; a quantity without a bound must be a number that can be kept."""
    room = SLACK * max(1.0, abs(variable.low) if np.isfinite(variable.low) else 0.0)
    return max(variable.low - room, -LARGEST), min(variable.high * (1.0 + SLACK) + SLACK, LARGEST)


def sound_runs(array: Array, variable: Variable, runs: int) -> Mask:
    """Return which runs lie in the bounds, ``(run,)``."""
    low, high = allowed(variable)
    inside: Mask = (array >= low) & (array <= high)
    good: Any = inside.reshape(-1, array.shape[-1]).all(0)
    return np.broadcast_to(good, (runs,))


# -- the second look


def diagnose(position: Position, first: int, count: int) -> dict[int, Failure]:
    """Play one block and look after every phase: each run's first failure; that of all the others if a rule raises."""
    found: dict[int, Failure] = {}
    last = ["opening"]

    def ask(game: Game, phase: str) -> Terms:
        _look(game, found, first, count, game.step, last[-1])
        last.append(phase)
        return ask_everybody(game, phase)

    step = 0
    try:
        with np.errstate(all="ignore"), straight_loops():
            game = position.game(blocks_of(first, count))
            for step in range(position.steps):
                play_turn(game, ask)
                _look(game, found, first, count, step, last[-1])
                last.append("opening")
    except NOT_DATA:
        raise
    except Exception as error:
        message = f"{type(error).__name__}: {error}"
        return {run: found.get(run, Failure(run, step, last[-1], message)) for run in range(first, first + count)}
    return found


def unknown(position: Position, run: int) -> Failure:
    """Return what is said of a run whose outcomes alone show that it broke."""
    return Failure(run, position.steps - 1, "observe", "an outcome is not a finite number")


def _look(game: Game, found: dict[int, Failure], first: int, count: int, step: int, phase: str) -> None:
    """Note the runs that are broken now and were not before."""
    for variable in watched():
        array = game.world[variable.name]
        if within(array, variable):
            continue
        for column in np.flatnonzero(~sound_runs(array, variable, game.world.runs)[:count]).tolist():
            if first + column not in found:
                found[first + column] = Failure(first + column, step, phase, _sentence(game, variable, column))


def _sentence(game: Game, variable: Variable, column: int) -> str:
    """Say which number of whom is out of bounds."""
    array = game.world[variable.name]
    values = np.broadcast_to(array, (*array.shape[:-1], game.world.runs))[..., column]
    low, high = allowed(variable)
    place = tuple(np.argwhere(~((values >= low) & (values <= high)))[0])
    actor = game.world.labels[variable.actor][place[-1]]
    where = [game.world.labels[axis][i] for axis, i in zip(variable.axes, place[:-1], strict=True)]
    of = f"{variable.name} of {actor}" + (f" ({', '.join(where)})" if where else "")
    number = float(values[place])
    if not np.isfinite(number):
        return f"{of} is not a finite number"
    if abs(number) > LARGEST:
        return f"{of} is {number:g}, more than the {LARGEST:g} that can be kept"
    return f"{of} is {number:g}, outside its bounds {variable.low:g} to {variable.high:g}"
