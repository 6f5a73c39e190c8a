"""Who plays the batches of a sweep: this process or a pool of processes; a Dask cluster is `sim.sweeps.dask`.

`Workers` are a function that takes batches and yields their reports as they come. A batch needs nothing but the result
directory to be played, so the bytes are the same whoever does it.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing.connection import wait
from pathlib import Path
from types import ModuleType
from typing import Any

from sim.engine.blocks import CHUNK_BLOCKS
from sim.model.mistakes import Mistake, command
from sim.results.files import WINDOWS
from sim.results.manifest import PROVENANCE, store_of
from sim.results.store import Store
from sim.scenario.own_rules import RulesFile, read_there
from sim.study.layout import Batch
from sim.sweeps.batch import Progress, play_batch

Report = dict[str, Any]  # the marker of a finished batch
Workers = Callable[[Path, Sequence[Batch], Progress], Iterator[Report]]

MOST_ON_WINDOWS = 61  # processes that can be waited for at once there
PATIENCE = 3  # times a worker may die without any batch being finished in between
SIGNALS = {signal.SIGINT, signal.SIGTERM}  # that a worker is not to meet before it is ready


def write_batch(
    store: Store, batch: Batch, *, chunk_blocks: int = CHUNK_BLOCKS, progress: Progress = lambda runs: None
) -> Report:
    """Play one batch and write it; return its marker."""
    return store.write(batch, play_batch(store.study, batch, chunk_blocks=chunk_blocks, progress=progress))


@lru_cache(maxsize=1)
def _store(out: str, written: int) -> Store:
    """Open a result directory; `written` tells one manifest from the next."""
    return store_of(Path(out))


def store_at(out: str) -> Store:
    """Return the arrays of a result directory, opened once in each process."""
    return _store(out, (Path(out) / PROVENANCE).stat().st_mtime_ns)


def work(out: str, batch: Batch, rules: tuple[RulesFile, ...] = ()) -> Report:
    """Play one batch of the study in a result directory, in whatever process this is."""
    read_there(rules)
    return write_batch(store_at(out), Batch(*batch))


# -- one process


def serial(store: Store, chunk_blocks: int = CHUNK_BLOCKS) -> Workers:
    """Return workers that are this process only."""

    def play(out: Path, batches: Sequence[Batch], progress: Progress) -> Iterator[Report]:
        for batch in batches:
            yield write_batch(store, batch, chunk_blocks=chunk_blocks, progress=progress)

    return play


# -- a pool of processes


def process_pool(workers: int, rules: tuple[RulesFile, ...] = ()) -> Workers:
    """Return workers that are processes and read `rules`; one that dies is replaced, and its batch is played again.

    Raises
    ------
    Mistake
        If processes keep dying.
    """
    if workers < 1:
        raise Mistake(f"{workers} workers cannot play; ask for at least 1")
    workers = min(workers, MOST_ON_WINDOWS) if WINDOWS else workers

    def play(out: Path, batches: Sequence[Batch], progress: Progress) -> Iterator[Report]:
        todo, deaths = list(batches), 0
        while todo:
            try:
                for batch, report in _pooled(out, todo, workers, rules):
                    todo.remove(batch)
                    deaths = 0
                    progress(batch.runs * batch.points)
                    yield report
            except BrokenProcessPool:
                deaths += 1
                if deaths >= PATIENCE:
                    raise Mistake(
                        f"worker processes died {deaths} times in a row, perhaps for want of memory; ask for fewer "
                        f"--workers, then {command('resume', out)}"
                    ) from None

    return play


def _pooled(
    out: Path, batches: Sequence[Batch], workers: int, rules: tuple[RulesFile, ...]
) -> Iterator[tuple[Batch, Report]]:
    """Play batches in a fresh pool; workers end with it, however it ends."""
    strangers = set(multiprocessing.active_children())  # whoever calls us may have children of their own
    # Spawned, not forked: a fork takes along locks that other threads hold and nobody gives back.
    executor = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _enter)
    try:
        with _interrupts_held(), _script_aside():
            futures = {executor.submit(work, str(out), batch, rules): batch for batch in batches}
        for future in as_completed(futures):
            yield futures[future], future.result()
    except BaseException:  # also when a stop rule leaves the loop: what is being played is not waited for
        for process in set(multiprocessing.active_children()) - strangers:
            process.terminate()
        raise
    finally:
        executor.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Keep signals back while workers are started: they inherit that, until `_enter` has prepared them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _script_aside() -> Iterator[None]:
    """Keep the script of whoever calls us out of sight while workers are started.

    A spawned process begins with the script that started it, and would start a sweep of its own where that has no
    ``if __name__ == "__main__":``; workers need nothing of it.
    """
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


def _enter() -> None:
    """Make a worker leave Ctrl-C to its parent, and go when its parent has gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _leave(number: int, frame: object) -> None:
    """End this process at once, but give back the locks it holds, or their loss would be announced at the end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a pool that breaks asks everybody again
    last = threading.Timer(2.0, os._exit, (1,))
    last.daemon = True
    last.start()
    atexit._run_exitfuncs()
    os._exit(1)


def _follow(sentinel: int) -> None:
    """End this process as soon as another has ended."""
    wait([sentinel])
    os._exit(1)
