"""Batches played by workers into a store: progress, log, the end when there are enough runs, the close of a result."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from sim.engine.blocks import CHUNK_BLOCKS
from sim.engine.soundness import failure_sentence
from sim.model.arguments import whole_number
from sim.model.mistakes import Mistake, command
from sim.results.files import replacing
from sim.results.frame import SUMMARY, vouch_for_summary
from sim.results.manifest import log_event, missing, provenance, write_manifest
from sim.results.store import MARKERS, Store, batch_of, markers
from sim.scenario.own_rules import RulesFile, files_of
from sim.study.layout import Batch, Layout
from sim.study.study import Study
from sim.sweeps import dask, workers
from sim.sweeps.mending import make_ready, remove_leftovers
from sim.sweeps.stopping import PrecisionMonitor, shortened
from sim.sweeps.workers import Report, Workers
from sim.terminal import Shown, progress_bar

MOST_AT_ONCE = 4096  # processes, or blocks in memory

# What a manifest says of how a result began, which nothing later changes.
BEGUN_WITH = (
    "design",
    "shard",
    "python",
    "platform",
    "numpy",
    "cpu_features",
    "code",
    "rules",
    "written",
    "command",
    "begun_by",
)


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
    progress : bool or "auto"
        Show a progress bar; ``auto`` does in a notebook and in a terminal.
    """

    workers: int = 1
    dask: str | None = None
    chunk_blocks: int = CHUNK_BLOCKS
    strict: bool = False
    progress: Shown = False

    def __post_init__(self) -> None:
        """Refuse what cannot play before anything is touched."""
        for name in ("workers", "chunk_blocks"):
            object.__setattr__(self, name, whole_number(getattr(self, name), name, least=1, most=MOST_AT_ONCE))
        if self.workers > 1 and self.dask is not None:
            raise Mistake("a Dask scheduler brings its own workers; leave out --workers or --dask")

    def rules_elsewhere(self, study: Study) -> tuple[RulesFile, ...]:
        """Return the files of rules that other processes have to read before they play.

        Raises
        ------
        Mistake
            If a rule that they need stands in no file.
        """
        return () if self.workers == 1 and self.dask is None else files_of(study.rules)

    def workers_for(self, store: Store) -> Workers:
        """Return who plays."""
        rules = self.rules_elsewhere(store.study)
        if self.dask is not None:
            return dask.dask_cluster(self.dask, rules)
        if self.workers > 1:
            return workers.process_pool(self.workers, rules)
        return workers.serial(store, self.chunk_blocks)


def play_batches(store: Store, out: Path | None, todo: Sequence[Batch], options: ExecutionOptions) -> None:
    """Let workers play batches; keep the log, look at the stop rule, close the result when all is there."""
    study = store.study
    monitor, enough = None, None
    if study.stop is not None:  # what was played before an interruption may be enough
        monitor, wanted = PrecisionMonitor(store, study.stop), set(todo)
        enough = monitor.take(batch for batch in study.layout.batches() if batch not in wanted)
    began = time.monotonic()
    if enough is None:
        try:
            enough = _play(store, out, todo, options, monitor)
        except BaseException as error:
            if out is not None:
                _tell_progress(out, study.layout, error)
            raise
    if enough is not None:
        _end_after(enough, store, out)
    if out is not None:
        close(out, seconds=round(time.monotonic() - began, 1))


def _play(
    store: Store, out: Path | None, todo: Sequence[Batch], options: ExecutionOptions, monitor: PrecisionMonitor | None
) -> int | None:
    """Play batches; return after how many rounds there are enough runs, or None."""
    total = sum(batch.runs * batch.points for batch in todo)
    # Closing the generator waits until the workers have gone: nobody writes any more when this returns.
    with (
        progress_bar(total, "run", shown=options.progress) as bar,
        closing(cast(Generator[Report], options.workers_for(store)(out or Path(), todo, bar.update))) as reports,
    ):
        for report in reports:
            batch = batch_of(report)
            _log(out, batch, report, strict=options.strict)
            rounds = monitor.take([batch]) if monitor else None
            if rounds is not None:
                return rounds
    return None


def _tell_progress(out: Path, cut: Layout, error: BaseException) -> None:
    """Say with an error and in the log how far the sweep got and how it goes on."""
    wanted = cut.size
    finished = wanted - len(missing(out, cut))
    error.add_note(f"{finished} of {wanted} batches are finished; {command('resume', out)} goes on")
    with suppress(OSError):  # a full disk has no room for the log either
        log_event(out, "interrupted", why=type(error).__name__, finished=finished, of=wanted)


def _log(out: Path | None, batch: Batch, report: Mapping[str, Any], *, strict: bool) -> None:
    """Note a finished batch, and stop at a broken run if asked."""
    failed = report["failures"]
    if out is not None:
        log_event(out, "piece", name=batch.name, failures=len(failed))
    if failed and strict:
        raise Mistake(failure_sentence(failed[0]))


def _end_after(rounds: int, store: Store, out: Path | None) -> None:
    """End a sweep after some rounds: the manifest first, so that a crash in between is mended by resuming.

    Workers may have played beyond the end, each as far as it came. That goes, or the result would depend on who played.
    """
    study = store.study
    cut = shortened(study.layout, rounds)
    shorter = replace(study, layout=cut, kept_paths=min(study.kept_paths, cut.runs))
    if out is not None:
        about = provenance(out)
        write_manifest(shorter, out, {name: about[name] for name in BEGUN_WITH if name in about} | {"stopped": rounds})
        names = {batch.name for batch in cut.batches()}
        for batch in map(batch_of, markers(out)):
            if batch.name not in names:
                (out / MARKERS / f"{batch.name}.json").unlink()
    store.study = shorter
    if out is None:
        store.fit()
    else:
        make_ready(store, out)
        log_event(out, "stopped", runs=cut.runs)


def close(out: Path, **more: Any) -> None:
    """Write the summary once every batch is there."""
    from sim.measures.summary import summary  # both bring xarray, which nobody needs who closes nothing
    from sim.results.open import open_result

    about = provenance(out)
    if missing(out, Layout(**about["layout"])):
        log_event(out, "part finished", **more)
        return
    remove_leftovers(out)  # of workers that died half way, whose batches others have played
    with replacing(out / SUMMARY) as draft:
        summary(open_result(out)).write(draft)
    vouch_for_summary(out)
    log_event(out, "finished", **more)
