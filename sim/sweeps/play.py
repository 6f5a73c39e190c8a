"""Pieces played by a crew into a store: progress, log, the end when there are enough, the close when all are there."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from tqdm import tqdm

from sim.engine.blocks import CHUNK_BLOCKS
from sim.measures.summary import summary
from sim.model.mistakes import Mistake
from sim.results.manifest import SUMMARY, manifest, missing, note, provenance
from sim.results.open import open_result, told
from sim.results.store import MARKERS, Store
from sim.study.layout import Batch, Layout
from sim.sweeps import dask, workers
from sim.sweeps.stopping import Look, shortened
from sim.sweeps.workers import Report, Workers

# What a manifest says of how a result began, which nothing later changes.
MADE = ("design", "shard", "python", "platform", "numpy", "cpu_features", "code", "rules", "written", "command")


@dataclass(frozen=True)
class ExecutionOptions:
    """How a study is executed. Nothing here changes a result.

    Attributes
    ----------
    workers : int
        Processes.
    dask : str or None
        Address of a Dask scheduler to use instead.
    chunk_blocks : int
        Blocks of 256 runs played together by one process without a pool.
    strict : bool
        Stop at the first run that breaks.
    progress : bool
        Show a progress bar.
    """

    workers: int = 1
    dask: str | None = None
    chunk_blocks: int = CHUNK_BLOCKS
    strict: bool = False
    progress: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot play before anything is touched."""
        if self.workers < 1:
            raise Mistake(f"{self.workers} workers cannot play; ask for at least 1")
        if self.workers > 1 and self.dask is not None:
            raise Mistake("a Dask scheduler brings its own workers; leave out --workers or --dask")
        if self.chunk_blocks < 1:
            raise Mistake(f"{self.chunk_blocks} blocks cannot be played together; ask for at least 1")

    def workers_for(self, store: Store) -> Workers:
        """Return who plays."""
        if self.dask is not None:
            return dask.dask_cluster(self.dask)
        return workers.serial(store, self.chunk_blocks) if self.workers == 1 else workers.process_pool(self.workers)


def carry_out(store: Store, out: Path | None, todo: Sequence[Batch], options: ExecutionOptions) -> None:
    """Let a crew play batches; keep the log, look at the stop rule, close the result when all is there."""
    study = store.study
    look = Look(store, study.stop) if study.stop else None
    if look is not None:
        left = set(todo)
        rounds = look.take([batch for batch in study.layout.batches() if batch not in left])
    else:
        rounds = None
    began = time.monotonic()
    if rounds is None:
        try:
            rounds = _play(store, out, todo, options, look)
        except BaseException as error:
            if out is not None:
                _leave_word(out, study.layout, error)
            raise
    if rounds is not None:
        _stop(store, out, rounds)
    if out is not None:
        close(out, seconds=round(time.monotonic() - began, 1))


def _play(
    store: Store, out: Path | None, todo: Sequence[Batch], options: ExecutionOptions, look: Look | None
) -> int | None:
    """Play batches; return after how many rounds there are enough runs, or None."""
    total = sum(batch.runs * batch.points for batch in todo)
    # The crew has gone, and writes no more, when this returns.
    with (
        tqdm(total=total, unit="run", disable=not options.progress, smoothing=0.1) as bar,
        closing(cast(Generator[Report], options.workers_for(store)(out or Path(), todo, bar.update))) as reports,
    ):
        for report in reports:
            batch = Batch(**report["piece"])
            _log(out, batch, report, strict=options.strict)
            rounds = look.take([batch]) if look else None
            if rounds is not None:
                return rounds
    return None


def _leave_word(out: Path, cut: Layout, error: BaseException) -> None:
    """Say with an error how far the sweep got and how it goes on."""
    wanted = sum(1 for _ in cut.batches())
    finished = wanted - len(missing(out, cut))
    error.add_note(f"{finished} of {wanted} batches are finished; `armsrace resume {out}` goes on")
    with suppress(OSError):  # a full disk has no room for the log either
        note(out, "interrupted", why=type(error).__name__, finished=finished, of=wanted)


def _log(out: Path | None, batch: Batch, report: Mapping[str, Any], *, strict: bool) -> None:
    """Note a finished batch, and stop at a broken run if asked."""
    failed = report["failures"]
    if out is not None:
        note(out, "piece", name=batch.name, failures=len(failed))
    if failed and strict:
        raise Mistake(told(failed[0]))


def _stop(store: Store, out: Path | None, rounds: int) -> None:
    """End a sweep after some rounds: the manifest first, so that a crash in between is mended by resuming."""
    study = store.study
    cut = shortened(study.layout, rounds)
    shorter = replace(study, layout=cut, kept_paths=min(study.kept_paths, cut.runs))
    if out is not None:
        about = provenance(out)
        manifest(shorter, out, {name: about[name] for name in MADE} | {"stopped": rounds})
        names = {batch.name for batch in cut.batches()}
        for path in (out / MARKERS).glob("*.json"):
            if path.stem not in names:
                path.unlink()
    store.study = shorter
    store.fit()
    if out is not None:
        note(out, "stopped", runs=cut.runs)


def close(out: Path, **more: Any) -> None:
    """Write the summary once every batch is there."""
    about = provenance(out)
    if missing(out, Layout(**about["layout"])):
        note(out, "part finished", **more)
        return
    summary(open_result(out)).write(out / SUMMARY)
    note(out, "finished", **more)
