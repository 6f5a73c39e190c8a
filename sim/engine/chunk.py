"""One chunk of runs played together: what is kept of it, without the runs that broke.

Where a run breaks, its chunk is played again block by block; that costs nothing where none does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.answers import Shortened
from sim.engine.blocks import blocks_of, chunks
from sim.engine.ensemble import ask_everybody, straight_loops
from sim.engine.record import Record
from sim.engine.soundness import NOT_DATA, Failure, Watchman, diagnose, unknown
from sim.engine.yearly import Measure
from sim.model.engines import NUMPY
from sim.model.streams import BLOCK
from sim.model.turn import Game, Terms, play_turn
from sim.scenario.initial import Position


@dataclass(repr=False)
class Chunk(Shortened):
    """Runs of one case that were played together."""

    first: int
    record: Record
    failures: list[Failure]


def play_chunk(position: Position, first: int, count: int, kept_paths: int, kind: type = np.float32,
               measure: Measure | None = None, engine: str = NUMPY) -> list[Chunk]:  # fmt: skip
    """Play some runs of one case; `kept_paths` is how many of the case, from run 0 on, keep their paths, as `kind`.

    With `measure` the statistics of all of them are kept. Another engine than numpy is `sim.engine.compiled`.

    Returns
    -------
    list of Chunk
        One, or one for each block where an error had to be kept to its block.
    """
    if engine != NUMPY:
        return _compiled(position, first, count, kept_paths, kind, measure, engine)
    # At first numpy raises, which costs nothing and misses nothing; whether a run came to harm, the second look tells.
    record, watchman = empty_record(position, first, count, kept_paths, kind, measure), Watchman(position.steps)
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            _play(position, first, count, record, watchman)
    except NOT_DATA:
        raise
    except Exception:
        return _second_look(position, first, count, kept_paths, kind, measure)
    if not (watchman.sound[:count] & record.finite()).all():
        return _second_look(position, first, count, kept_paths, kind, measure)
    return [Chunk(first, record, [])]


def _compiled(position: Position, first: int, count: int, kept_paths: int, kind: type, measure: Measure | None,
              engine: str) -> list[Chunk]:  # fmt: skip
    """Play some runs by a compiled program; a block in which a run breaks is played by numpy, which can say where."""
    from sim.engine.compiled import play_recorded  # jax is not everybody's

    record = empty_record(position, first, count, kept_paths, kind, measure)
    good = play_recorded(position, blocks_of(first, count), record, engine)[:count] & record.finite()
    if good.all():
        return [Chunk(first, record, [])]
    if count <= BLOCK:
        return [_block(position, first, count, kept_paths, kind, measure)]
    return [
        part
        for start, runs in chunks(first, count, 1)
        for part in _compiled(position, start, runs, kept_paths, kind, measure, engine)
    ]


def empty_record(position: Position, first: int, count: int, kept_paths: int, kind: type = np.float32,
          measure: Measure | None = None, broken: Mapping[int, int] | None = None) -> Record:  # fmt: skip
    """Return an empty record of some runs of a case."""
    return Record(position, count, min(max(kept_paths - first, 0), count), broken or {}, kind, measure)


def _play(position: Position, first: int, count: int, record: Record, watchman: Watchman,
          ask: Callable[[Game, str], Terms] = ask_everybody) -> None:  # fmt: skip
    """Play whole blocks to the end, recorded and watched."""
    with straight_loops():
        game = position.game(blocks_of(first, count))
        record(game)
        for _ in range(position.steps):
            play_turn(game, ask)
            record(game)
            watchman(game)


def _second_look(
    position: Position, first: int, count: int, kept_paths: int, kind: type, measure: Measure | None
) -> list[Chunk]:
    """Play again block by block, to keep what broke to its runs."""
    return [_block(position, start, runs, kept_paths, kind, measure) for start, runs in chunks(first, count, 1)]


def _block(position: Position, first: int, count: int, kept_paths: int, kind: type, measure: Measure | None) -> Chunk:
    """Play one block; where runs break, learn where, and play it once more without them."""
    record, watchman = empty_record(position, first, count, kept_paths, kind, measure), Watchman(position.steps)
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
    found = diagnose(position, first, count)
    failures = [found.get(run) or unknown(position, run) for run in (first + np.flatnonzero(~good)).tolist()]
    record = empty_record(
        position, first, count, kept_paths, kind, measure, {failure.run - first: failure.step for failure in failures}
    )
    if good.any():
        with np.errstate(all="ignore"):
            _play(position, first, count, record, Watchman(position.steps))
    record.leave_out()
    return Chunk(first, record, failures)
