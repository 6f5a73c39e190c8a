"""A sweep executed: chunks of whole blocks through the numpy core, with progress, into a store."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

import xarray as xr
from tqdm import tqdm

from sim.check import load
from sim.ensemble import play
from sim.initial import Position, opening
from sim.record import Record
from sim.results import Store, describe, open_result, prepare
from sim.scenario import Scenario
from sim.streams import BLOCK
from sim.variables import Mistake

CHUNK_BLOCKS = 4  # 1,024 runs: within a tenth of the fastest of 1 to 16 (experiments/benchmarks/run_month_cost.py)
MEMBERS = 1000  # runs whose whole path is kept unless asked otherwise

ScenarioLike = Scenario | str | os.PathLike[str]


def scenario_of(scenario: ScenarioLike) -> Scenario:
    """Return a checked scenario, given itself, its name or its file."""
    return scenario if isinstance(scenario, Scenario) else load(scenario)


def sweep(
    scenario: ScenarioLike,
    runs: int = 1000,
    *,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    members: int = MEMBERS,
    without: Collection[str] = (),
    force: bool = False,
    chunk_blocks: int = CHUNK_BLOCKS,
    progress: bool = False,
) -> xr.Dataset:
    """Play many runs of a scenario.

    Parameters
    ----------
    scenario : Scenario, str or path
        What to play.
    runs : int
        How many runs; run *k* is the same whatever their number.
    seed : int
        Seed of all luck.
    out : path, optional
        Result directory; without it the result stays in memory.
    members : int
        Of how many runs, from the first on, whole trajectories are kept.
    without : collection of str
        Rules to switch off.
    force : bool
        Replace a result that is in the way.
    chunk_blocks : int
        Blocks of 256 runs played together; changes speed and memory, never a result.
    progress : bool
        Show a progress bar.

    Returns
    -------
    xarray.Dataset
        Outcomes per run, histograms over all runs, trajectories of the members.

    Raises
    ------
    Mistake, DocumentError
        If something asked for is impossible.
    """
    if runs < 1:
        raise Mistake(f"{runs} runs are too few; ask for at least 1")
    position = opening(scenario_of(scenario), seed, without)
    place = None if out is None else Path(out)
    if place is not None:
        prepare(place, force=force)
        describe(position, place, runs, min(members, runs))
    store = Store(position, runs, min(members, runs), place)
    _play_chunks(position, store, chunk_blocks, progress=progress)
    return store.dataset() if place is None else open_result(place)


def _play_chunks(position: Position, store: Store, chunk_blocks: int, *, progress: bool) -> None:
    """Play chunk after chunk and write each away."""
    with tqdm(total=store.runs, unit="run", disable=not progress, smoothing=0.1) as bar:
        for first, count in chunks(store.runs, chunk_blocks):
            blocks = range(first // BLOCK, -(-(first + count) // BLOCK))
            record = Record(position, count, min(max(store.members - first, 0), count))
            play(position, blocks, record)
            store.write(record, first)
            bar.update(count)


def chunks(runs: int, chunk_blocks: int) -> Iterator[tuple[int, int]]:
    """Yield first run and number of runs of each chunk.

    Examples
    --------
    >>> list(chunks(600, 2))
    [(0, 512), (512, 88)]
    """
    size = chunk_blocks * BLOCK
    for first in range(0, runs, size):
        yield first, min(size, runs - first)
