"""The compiled engine: the same rules as one program of XLA, recorded by the same recorder.

numpy is the reference; this plays the same events and continuous values to 1e-9 of it (`tests/test_compiled.py`). A
program plays a year of a block at a time, so that its arrays stay in the cache; the recorder takes down the year of all
blocks together while the next is played.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np

from sim.engine.blocks import blocks_of, chunks
from sim.engine.chunk import Chunk, empty_record, play_block
from sim.engine.prepared import Prepared, prepared
from sim.engine.program import OPEN, program
from sim.engine.record import KEPT, Record, histogrammed
from sim.engine.soundness import LOOKS, Mask
from sim.engine.yearly import SUMMED, Measure
from sim.model.streams import BLOCK
from sim.model.world import Array, World
from sim.scenario.initial import Position

PRECISIONS = {"jax": "float64", "jax-float32": "float32"}
BLOCKS_AT_ONCE = {"cpu": 1}  # of one program: few where arrays should fit a cache, many where there are many processors
MANY = 256
# What is taken down of every month, beside histograms and, of some runs, whole paths.
ALWAYS = ("war_begins", "fought", "days_fought", "deaths", "displaced", "balance", "stock_balance")
OF_YEARS = (*SUMMED, "order_value", "order_origin", "killed", "talks")


@dataclass
class Month:
    """What a recorder sees of a game after a step."""

    world: World
    step: int


def play_compiled(position: Position, first: int, count: int, kept_paths: int, kind: type, measure: Measure | None,
                  engine: str) -> list[Chunk]:  # fmt: skip
    """Play some runs of one case; see `sim.engine.chunk.play_chunk`.

    A block in which a run breaks is played again by numpy, which can say where.
    """
    record = empty_record(position, first, count, kept_paths, kind, measure)
    good = _play(position, blocks_of(first, count), record, PRECISIONS[engine])[:count] & record.finite()
    if good.all():
        return [Chunk(first, record, [])]
    parts = []
    for start, runs in chunks(first, count, 1):
        if good[start - first : start - first + runs].all():
            record = empty_record(position, start, runs, kept_paths, kind, measure)
            _play(position, blocks_of(start, runs), record, PRECISIONS[engine])
            parts.append(Chunk(start, record, []))
        else:
            parts.append(play_block(position, start, runs, kept_paths, kind, measure))
    return parts


def _play(position: Position, blocks: tuple[int, ...], record: Record, precision: str) -> Mask:
    """Play whole blocks to the end, recorded; return which runs are sound."""
    use_cache()
    with jax.enable_x64(True), np.errstate(all="ignore"):
        pieces = _pieces(prepared(position, blocks, precision), position.steps, wanted(record))
        record(Month(World(position.labels, len(blocks) * BLOCK), 0))
        for step, shown in enumerate(_months(position, pieces), 1):
            if step <= position.steps:
                record(Month(World(position.labels, len(blocks) * BLOCK, shown), step))
        return np.concatenate([np.asarray(piece.carried[2]) for piece in pieces])


def wanted(record: Record) -> tuple[str, ...]:
    """Return the quantities that a recorder looks at every month."""
    names = {*ALWAYS, *(variable.name for variable in histogrammed())}
    names |= set(KEPT.values()) if record.kept_paths else set()
    names |= set(OF_YEARS) if record.measure is not None else set()
    return tuple(sorted(names))


@dataclass
class Piece:
    """Blocks that one program plays: what it is, and what it carries on."""

    play: Any
    arguments: dict[str, Any]
    carried: Any
    months: Array

    def year(self, first: int) -> dict[str, Any]:
        """Play a year on; return what is to be seen of it, which may still be being worked out."""
        self.carried, shown = self.play(
            self.arguments, self.carried, self.months[first : first + LOOKS], np.int64(first)
        )
        return {**shown, **{name: array + 0 for name, array in self.carried[1].items()}}  # the carried are given away


def _pieces(ready: Prepared, steps: int, names: tuple[str, ...]) -> list[Piece]:
    """Return the pieces that blocks are played in; the last year is filled up with months that nobody looks at."""
    play = program(ready.plan, names, steps)
    idle = np.repeat(ready.months[-1:], -steps % LOOKS, axis=0)
    months = np.concatenate([ready.months, idle])
    runs = ready.apart["stocks"]["milex"].shape[-1]
    size = BLOCK * BLOCKS_AT_ONCE.get(jax.default_backend(), MANY)
    pieces = []
    for first in range(0, runs, size):
        arguments, stocks = ready.of_runs(first, min(size, runs - first), BLOCK)
        contracts = {name: stocks[name].copy() for name in OPEN}
        pieces.append(Piece(play, arguments, (stocks, contracts, np.ones(stocks["milex"].shape[-1], np.bool_)), months))
    return pieces


def _months(position: Position, pieces: list[Piece]) -> Iterator[dict[str, Array]]:
    """Yield what is to be seen of each month, of all runs."""
    for first in range(0, position.steps, LOOKS):
        years = [piece.year(first) for piece in pieces]
        together = {
            name: np.concatenate([np.asarray(year[name]) for year in years], axis=-1, dtype=np.float64)
            for name in years[0]
        }
        open_ = {name: together.pop(name) for name in OPEN}
        for month in range(LOOKS):
            yield {**{name: array[month] for name, array in together.items()}, **open_}


def use_cache() -> None:
    """Keep compiled programs on the disk for whoever plays next, unless jax was told where."""
    if jax.config.jax_compilation_cache_dir is None:
        home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
        jax.config.update("jax_compilation_cache_dir", str(home / "armsrace"))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.5)
