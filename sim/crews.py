"""Who plays the pieces of a sweep: this process, a pool of processes, or a Dask cluster.

A crew takes pieces and yields their reports as they come. All of them call `work`, which needs
nothing but the result directory, so the bytes are the same whoever does it.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import lru_cache
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from sim.harvest import Beat, reap
from sim.layout import CHUNK_BLOCKS, Piece
from sim.results import PROVENANCE, code_digest, features, store_of
from sim.store import Store
from sim.variables import Mistake

Report = dict[str, Any]  # the marker of a finished piece
Crew = Callable[[Path, Sequence[Piece], Beat], Iterator[Report]]

PATIENCE = 3  # times a worker may die without any piece being finished in between
SIGNALS = {signal.SIGINT, signal.SIGTERM}  # that a worker is not to meet before it is ready
ANSWER_WITHIN = "10s"  # what a Dask scheduler is given


def play_piece(
    store: Store, piece: Piece, *, chunk_blocks: int = CHUNK_BLOCKS, beat: Beat = lambda runs: None
) -> Report:
    """Play one piece and write it; return its marker."""
    return store.write(piece, reap(store.study, piece, chunk_blocks=chunk_blocks, beat=beat))


@lru_cache(maxsize=1)
def _store(out: str, written: int) -> Store:
    """Open a result directory once in each process; `written` tells one manifest from the next."""
    return store_of(Path(out))


def work(out: str, piece: Piece) -> Report:
    """Play one piece of the study in a result directory, in whatever process this is."""
    written = (Path(out) / PROVENANCE).stat().st_mtime_ns
    return play_piece(_store(out, written), Piece(*piece))


# -- one process


def alone(store: Store, chunk_blocks: int = CHUNK_BLOCKS) -> Crew:
    """Return a crew of this process only."""

    def crew(out: Path, pieces: Sequence[Piece], beat: Beat) -> Iterator[Report]:
        for piece in pieces:
            yield play_piece(store, piece, chunk_blocks=chunk_blocks, beat=beat)

    return crew


# -- a pool of processes


def pool(workers: int) -> Crew:
    """Return a crew of processes; one that dies is replaced, and its piece is played again.

    Raises
    ------
    Mistake
        If processes keep dying.
    """
    if workers < 1:
        raise Mistake(f"{workers} workers cannot play; ask for at least 1")

    def crew(out: Path, pieces: Sequence[Piece], beat: Beat) -> Iterator[Report]:
        todo, deaths = list(pieces), 0
        while todo:
            try:
                for piece, report in _pooled(out, todo, workers):
                    todo.remove(piece)
                    deaths = 0
                    beat(piece.runs * piece.points)
                    yield report
            except BrokenProcessPool:
                deaths += 1
                if deaths >= PATIENCE:
                    raise Mistake(
                        f"worker processes died {deaths} times in a row, perhaps for want of memory; ask for fewer "
                        f"--workers, then `armsrace resume {out}`"
                    ) from None

    return crew


def _pooled(out: Path, pieces: Sequence[Piece], workers: int) -> Iterator[tuple[Piece, Report]]:
    """Play pieces in a fresh pool; workers end with it, however it ends."""
    strangers = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _enter)
    try:
        with _interrupts_held():
            futures = {executor.submit(work, str(out), piece): piece for piece in pieces}
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


# -- Dask


def dask(address: str) -> Crew:
    """Return a crew of the workers of a Dask scheduler; they must see the result directory under the same path.

    Raises
    ------
    Mistake
        If Dask is not installed, the scheduler does not answer, or its workers would not play the same.
    """
    try:
        import distributed
    except ImportError:
        raise Mistake("a Dask scheduler needs a package more; pip install 'armsrace[dask]'") from None

    def crew(out: Path, pieces: Sequence[Piece], beat: Beat) -> Iterator[Report]:
        with _client(distributed, address) as client:
            _refuse_strangers(client, out)
            # Pieces are sent as plain tuples in order, and are not pure: they write files.
            futures = client.map(work, [str(out.resolve())] * len(pieces), [tuple(p) for p in pieces], pure=False)
            sizes = {future.key: piece.runs * piece.points for future, piece in zip(futures, pieces, strict=True)}
            try:
                finished: Any = distributed.as_completed  # has no types
                for future, report in finished(futures, with_results=True):
                    beat(sizes[future.key])
                    yield report
            except distributed.KilledWorker:
                raise Mistake(f"workers of {address} keep dying; `armsrace resume {out}` goes on") from None
            except (CancelledError, OSError) as error:
                if isinstance(error, OSError) and error.errno is not None:
                    raise  # a worker's disk, not the way to it
                raise Mistake(f"{address} is gone; start it again, then `armsrace resume {out}` goes on") from None
            finally:
                _stand_down(client, futures)

    return crew


def _stand_down(client: Any, futures: Sequence[Any]) -> None:
    """Call off what has not begun, and wait for what has: nobody writes after the sweep has ended."""
    with suppress(Exception):  # a scheduler that is gone has nothing to call off
        client.cancel(futures)
        for _ in range(PATIENCE * 100):
            if not any(client.run(_busy).values()):
                break
            time.sleep(0.1)


def _busy(dask_worker: Any) -> int:
    """Return how many pieces a worker is playing."""
    return len(dask_worker.state.executing)


@contextmanager
def _client(distributed: Any, address: str) -> Iterator[Any]:
    """Connect to a scheduler that has workers."""
    try:
        client = distributed.Client(address, timeout=ANSWER_WITHIN)
    except (OSError, ValueError, TimeoutError) as error:
        why = type(error).__name__
        raise Mistake(f"no Dask scheduler answers at {address} ({why}); start one with `dask scheduler`") from None
    try:
        if not client.scheduler_info()["workers"]:
            raise Mistake(f"the Dask scheduler at {address} has no workers; start some with `dask worker {address}`")
        yield client
    finally:
        client.close()


def _refuse_strangers(client: Any, out: Path) -> None:
    """Refuse workers with other code, numpy or processor features, or without the directory."""
    ours = identity(str(out.resolve()))
    for worker, theirs in client.run(identity, str(out.resolve())).items():
        for name, value in ours.items():
            if theirs[name] != value:
                what = {"there": f"does not see {out}", "code": "has other code", "numpy": "has another numpy"}
                raise Mistake(
                    f"worker {worker} {what.get(name, 'has a processor with other features')}; make them alike"
                )


def identity(out: str) -> dict[str, Any]:
    """Return what must be the same on every worker."""
    return {"there": Path(out).is_dir(), "code": code_digest(), **features()}
