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

from sim.engine.prepared import SUMMER, Prepared, prepared
from sim.engine.program import OPEN, program
from sim.engine.record import KEPT, Record, histogrammed
from sim.engine.soundness import LOOKS, Mask
from sim.engine.yearly import SUMMED
from sim.model.engines import PRECISION
from sim.model.streams import BLOCK
from sim.model.world import Array, World
from sim.scenario.initial import Position

BLOCKS_AT_ONCE = {"cpu": 1}  # of one program: few where arrays should fit a cache, many where there are many processors
MANY = 256
# Without it XLA writes simple steps in tiles that go through the stack, several times slower than a loop.
PLAIN_LOOPS = "xla_cpu_disable_tiled_emitter"
# What is taken down of every month, beside histograms and, of some runs, whole paths.
ALWAYS = ("war_begins", "fought", "days_fought", "deaths", "displaced", "balance", "stock_balance")
OF_YEARS = (*SUMMED, "order_value", "order_origin", "killed", "talks")


@dataclass
class Month:
    """What a recorder sees of a game after a step, and which runs are sound so far."""

    world: World
    step: int
    sound: Mask


def play_recorded(position: Position, blocks: tuple[int, ...], record: Record, engine: str) -> Mask:
    """Play whole blocks to the end, recorded; return which runs are sound."""
    for month in played_months(position, blocks, record, engine):
        sound = month.sound
    return sound


def played_months(position: Position, blocks: tuple[int, ...], record: Record, engine: str) -> Iterator[Month]:
    """Play whole blocks, recorded; yield the opening and what is to be seen of each month."""
    set_up()
    runs = len(blocks) * BLOCK
    with jax.enable_x64(True):
        ready = prepared(position, blocks, PRECISION[engine])
        pieces = _pieces(ready, position.steps, wanted(record))
    yield Month(ready.opening, 0, np.ones(runs, np.bool_))
    for first in range(0, position.steps, LOOKS):
        with jax.enable_x64(True):
            years = [piece.year(first) for piece in pieces]
            together = {name: np.concatenate([year[name] for year in years], -1, dtype=np.float64) for name in years[0]}
            sound = np.concatenate([piece.carried[2] for piece in pieces])
        open_ = {name: together.pop(name) for name in OPEN}
        for step in range(first, min(first + LOOKS, position.steps)):
            shown = {name: array[step - first] for name, array in together.items()}
            month = Month(World(position.labels, runs, {**shown, **open_}), step + 1, sound)
            with np.errstate(all="ignore"):
                record(month)
            yield month


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
    last: int

    def year(self, first: int) -> dict[str, Any]:
        """Play a year on; return what is to be seen of it, which may still be being worked out."""
        self.carried, shown = self.play(
            self.arguments, self.carried, self.months[first : first + LOOKS], np.int64(first), np.int64(self.last)
        )
        return {**shown, **{name: array + 0 for name, array in self.carried[1].items()}}  # the carried are given away


def _pieces(ready: Prepared, steps: int, names: tuple[str, ...]) -> list[Piece]:
    """Return the pieces that blocks are played in; the last year is filled up with months that nobody looks at."""
    play = program(ready.plan, names)
    idle = np.repeat(ready.months[-1:], -steps % LOOKS, axis=0)
    idle[:, ready.plan.monthly.place(SUMMER)] = 0
    months = np.concatenate([ready.months, idle])
    runs = ready.apart["stocks"]["milex"].shape[-1]
    size = BLOCK * BLOCKS_AT_ONCE.get(jax.default_backend(), MANY)
    pieces = []
    for first in range(0, runs, size):
        arguments, stocks = ready.of_runs(first, min(size, runs - first), BLOCK)
        contracts = {name: stocks[name].copy() for name in OPEN}
        carried = stocks, contracts, np.ones(stocks["milex"].shape[-1], np.bool_)
        pieces.append(Piece(play, arguments, carried, months, steps))
    return pieces


def set_up() -> None:
    """Keep compiled programs on the disk for whoever plays next, unless jax was told where, and ask for plain loops.

    XLA reads the environment when it first computes in a process; whoever has computed before goes without.
    """
    settings: Any = jax.config
    if settings.jax_compilation_cache_dir is None:
        home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
        settings.update("jax_compilation_cache_dir", str(home / "armsrace"))
    flags = os.environ.get("XLA_FLAGS", "")
    if "xla_backend_extra_options" not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} --xla_backend_extra_options={PLAIN_LOOPS}".strip()
