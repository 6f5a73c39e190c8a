"""One piece of a sweep played: what is kept of it, and which runs broke.

A run that ceases to be a number or leaves the bounds of a quantity is a datum, not the end of a
sweep: it is found while playing, looked at a second time to learn where it broke, and left out of
everything that is counted. The second look costs nothing where no run breaks.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.ensemble import ask_everybody, straight_loops
from sim.initial import Position
from sim.layout import Piece
from sim.record import OUTCOMES, Counts, Record, histogrammed
from sim.streams import BLOCK
from sim.study import Study
from sim.turn import Table, Terms, play_turn
from sim.variables import VARIABLES, Mistake, Variable
from sim.world import Array

CHUNK_BLOCKS = 4  # 1,024 runs: within a tenth of the fastest of 1 to 16 (experiments/benchmarks/run_month_cost.py)
SLACK = 1e-6  # rounding is no broken bound
GLANCES, LOOKS = 3, 12  # steps between two looks at the small and at the large tables: under 2 % of the time
NOT_DATA = (MemoryError, OSError, Mistake)  # the machine's or the user's, not the model's: they end a sweep

Mask = npt.NDArray[np.bool_]
Beat = Callable[[int], None]


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


@dataclass
class Watchman:
    """Look at the table now and then; remember which runs are still sound.

    What it sees of a run depends on that run alone, so the same runs are left out whatever is played together.

    Parameters
    ----------
    last : int
        The last step; after it everything is looked at.
    """

    last: int
    sound: Mask = field(default_factory=lambda: np.ones(0, np.bool_))

    def __call__(self, table: Table) -> None:
        """Mark the runs that are broken now."""
        runs = table.world.runs
        if not self.sound.size:
            self.sound = np.ones(runs, np.bool_)
        thorough = table.step % LOOKS == 0 or table.step == self.last
        if table.step % GLANCES and not thorough:
            return
        for variable in watched():
            if thorough or len(variable.axes) < 2:
                array = table.world[variable.name]
                if not within(array, variable):
                    self.sound &= sound_runs(array, variable, runs)


def watched() -> list[Variable]:
    """Return the quantities that are carried from month to month."""
    return [variable for variable in VARIABLES.values() if variable.kind == "stock"]


def within(array: Array, variable: Variable) -> bool:
    """Tell whether every number lies in the bounds of its quantity; what is not a number does not."""
    if not array.size:
        return True  # a quantity towards suppliers where there are none
    low, high = reach(variable)
    return bool(array.min() >= low and array.max() <= high)


def reach(variable: Variable) -> tuple[float, float]:
    """Return the bounds with room for rounding; a quantity without an upper bound must at least be finite."""
    room = SLACK * max(1.0, abs(variable.low) if np.isfinite(variable.low) else 0.0)
    largest = np.finfo(np.float64).max
    return max(variable.low - room, -largest), min(variable.high * (1.0 + SLACK) + SLACK, largest)


def sound_runs(array: Array, variable: Variable, runs: int) -> Mask:
    """Return which runs lie in the bounds, ``(run,)``."""
    low, high = reach(variable)
    good: Mask = np.asarray(((array >= low) & (array <= high)).reshape(-1, array.shape[-1]).all(0))
    return np.broadcast_to(good, (runs,))


# -- chunks of one case


@dataclass
class Chunk:
    """Runs of one case that were played together."""

    first: int
    record: Record
    failures: list[Failure]


def chunks(first: int, runs: int, chunk_blocks: int = CHUNK_BLOCKS) -> Iterator[tuple[int, int]]:
    """Yield first run and number of runs of each chunk.

    Examples
    --------
    >>> list(chunks(0, 600, 2))
    [(0, 512), (512, 88)]
    """
    size = chunk_blocks * BLOCK
    for start in range(first, first + runs, size):
        yield start, min(size, first + runs - start)


def blocks_of(first: int, count: int) -> tuple[int, ...]:
    """Return the blocks of 256 that hold some runs."""
    return tuple(range(first // BLOCK, -(-(first + count) // BLOCK)))


def play_chunk(position: Position, first: int, count: int, members: int, kind: type = np.float32) -> list[Chunk]:
    """Play some runs of one case; `members` is how many of the case, from run 0 on, keep their paths, as `kind`.

    Returns
    -------
    list of Chunk
        One, or one for each block where an error had to be kept to its block.
    """
    record, watchman = blank(position, first, count, members, kind), Watchman(position.steps)
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            _play(position, first, count, record, watchman)
    except NOT_DATA:
        raise
    except Exception:
        return _second_look(position, first, count, members, kind)
    if not (watchman.sound[:count] & record.finite()).all():
        return _second_look(position, first, count, members, kind)
    return [Chunk(first, record, [])]


def blank(position: Position, first: int, count: int, members: int, kind: type = np.float32,
          broken: Mapping[int, int] | None = None) -> Record:  # fmt: skip
    """Return an empty record of some runs of a case."""
    return Record(position, count, min(max(members - first, 0), count), broken or {}, kind)


def _play(position: Position, first: int, count: int, record: Record, watchman: Watchman,
          ask: Callable[[Table, str], Terms] = ask_everybody) -> None:  # fmt: skip
    """Play whole blocks to the end, recorded and watched."""
    with straight_loops():
        table = position.table(blocks_of(first, count))
        record(table)
        for _ in range(position.steps):
            play_turn(table, ask)
            record(table)
            watchman(table)


def _second_look(position: Position, first: int, count: int, members: int, kind: type) -> list[Chunk]:
    """Play again block by block, to keep what broke to its runs."""
    out = [_block(position, start, runs, members, kind) for start, runs in chunks(first, count, 1)]
    if not any(chunk.failures for chunk in out):
        warnings.warn("a rule overflowed or divided by zero, without harm to any run", RuntimeWarning, stacklevel=2)
    return out


def _block(position: Position, first: int, count: int, members: int, kind: type) -> Chunk:
    """Play one block; where runs break, learn where, and play it once more without them."""
    record, watchman = blank(position, first, count, members, kind), Watchman(position.steps)
    try:
        with np.errstate(all="ignore"):
            _play(position, first, count, record, watchman)
        good = watchman.sound[:count] & record.finite()
    except NOT_DATA:
        raise
    except Exception:
        good = np.zeros(count, np.bool_)
    if good.all():
        return Chunk(first, record, [])
    found = _diagnose(position, first, count)
    unknown = Failure(first, position.steps - 1, "observe", "an outcome is not a finite number")
    failures = [found.get(run, replace(unknown, run=run)) for run in (first + np.flatnonzero(~good)).tolist()]
    record = blank(position, first, count, members, kind, {failure.run - first: failure.step for failure in failures})
    if good.any():
        with np.errstate(all="ignore"):
            _play(position, first, count, record, Watchman(position.steps))
    record.leave_out()
    return Chunk(first, record, failures)


def _diagnose(position: Position, first: int, count: int) -> dict[int, Failure]:
    """Play one block and look after every phase: each run's first failure; that of all the others if a rule raises."""
    found: dict[int, Failure] = {}
    last = ["opening"]

    def ask(table: Table, phase: str) -> Terms:
        _look(table, found, first, count, table.step, last[-1])
        last.append(phase)
        return ask_everybody(table, phase)

    step = 0
    try:
        with np.errstate(all="ignore"), straight_loops():
            table = position.table(blocks_of(first, count))
            for step in range(position.steps):
                play_turn(table, ask)
                _look(table, found, first, count, step, last[-1])
                last.append("opening")
    except NOT_DATA:
        raise
    except Exception as error:
        message = f"{type(error).__name__}: {error}"
        return {run: found.get(run, Failure(run, step, last[-1], message)) for run in range(first, first + count)}
    return found


def _look(table: Table, found: dict[int, Failure], first: int, count: int, step: int, phase: str) -> None:
    """Note the runs that are broken now and were not before."""
    for variable in watched():
        array = table.world[variable.name]
        if within(array, variable):
            continue
        for column in np.flatnonzero(~sound_runs(array, variable, table.world.runs)[:count]).tolist():
            if first + column not in found:
                found[first + column] = Failure(first + column, step, phase, _sentence(table, variable, column))


def _sentence(table: Table, variable: Variable, column: int) -> str:
    """Say which number of whom is out of bounds."""
    array = table.world[variable.name]
    values = np.broadcast_to(array, (*array.shape[:-1], table.world.runs))[..., column]
    low, high = reach(variable)
    place = tuple(np.argwhere(~((values >= low) & (values <= high)))[0])
    actor = table.world.labels[variable.actor][place[-1]]
    where = [table.world.labels[axis][i] for axis, i in zip(variable.axes, place[:-1], strict=True)]
    of = f"{variable.name} of {actor}" + (f" ({', '.join(where)})" if where else "")
    number = float(values[place])
    if not np.isfinite(number):
        return f"{of} is not a finite number"
    return f"{of} is {number:g}, outside its bounds {variable.low:g} to {variable.high:g}"


# -- a whole piece


@dataclass
class Harvest:
    """What is kept of a piece.

    Attributes
    ----------
    outcomes : dict of str to ndarray ``(point, run)``
    paths : dict of str to ndarray ``(point, member, time, ...)``
    histograms : dict of str to ndarray ``(point, time, state, bin)``
    failures : list
        Point and failure of every run left out.
    """

    outcomes: dict[str, Array]
    paths: dict[str, npt.NDArray[Any]]
    histograms: dict[str, Counts]
    failures: list[tuple[int, Failure]]


def reap(study: Study, piece: Piece, *, chunk_blocks: int = CHUNK_BLOCKS, beat: Beat = lambda runs: None) -> Harvest:
    """Play a piece.

    Parameters
    ----------
    study, piece : Study, Piece
        What to play.
    chunk_blocks : int
        Blocks played together; changes speed and memory, never a result.
    beat : callable
        Told the number of runs of every chunk that is done.
    """
    members = min(max(study.members - piece.run, 0), piece.runs)
    harvests = []
    for point in range(piece.point, piece.point + piece.points):
        position = study.position(piece.scenario, point)
        parts = list[Chunk]()
        for first, count in chunks(piece.run, piece.runs, chunk_blocks):
            parts += play_chunk(position, first, count, study.members, study.kind)
            beat(count)
        harvests.append(gathered(parts, members, point))
    outcomes, paths, histograms = (
        {name: np.concatenate([getattr(one, part)[name] for one in harvests]) for name in getattr(harvests[0], part)}
        for part in ("outcomes", "paths", "histograms")
    )
    return Harvest(outcomes, paths, histograms, [failure for one in harvests for failure in one.failures])


def gathered(parts: list[Chunk], members: int, point: int = 0) -> Harvest:
    """Put the chunks of one case behind each other; their paths are taken from them."""
    records = [chunk.record for chunk in parts]
    outcomes = {name: np.concatenate([record.outcomes[name] for record in records])[None] for name in OUTCOMES}
    paths = {}
    if members:
        for name in list(records[0].trajectories):
            pieces = [record.trajectories.pop(name) for record in records]
            paths[name] = np.concatenate([np.moveaxis(path, -1, 0) for path in pieces])[None]
    counts = {v.name: np.sum([record.histograms[v.name] for record in records], axis=0)[None] for v in histogrammed()}
    return Harvest(outcomes, paths, counts, [(point, failure) for chunk in parts for failure in chunk.failures])
