"""A sweep executed: batches played by a crew into a store, with progress; interrupted, resumed, grown, stopped."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from filelock import FileLock, Timeout

from sim.engine.blocks import CHUNK_BLOCKS
from sim.model.mistakes import Mistake
from sim.results.dataset import opened
from sim.results.manifest import (
    GUARD,
    describe,
    directory,
    manifest,
    missing,
    note,
    prepare,
    provenance,
    study_of,
)
from sim.results.open import open_result
from sim.results.store import Store
from sim.study.experiment import Stop
from sim.study.layout import Batch
from sim.study.request import StudyLike, study_for
from sim.study.study import Study, kept_paths_of
from sim.sweeps.compatibility import refuse_changes, sweep_up
from sim.sweeps.play import MADE, ExecutionOptions, carry_out


def sweep(
    what: StudyLike,
    runs: int | None = None,
    *,
    seed: int | None = None,
    out: str | os.PathLike[str] | None = None,
    kept_paths: int | None = None,
    without: Collection[str] = (),
    double: bool = False,
    stop: Stop | None = None,
    shard: str | None = None,
    force: bool = False,
    workers: int = 1,
    dask: str | None = None,
    chunk_blocks: int = CHUNK_BLOCKS,
    strict: bool = False,
    progress: bool = False,
) -> xr.Dataset:
    """Play many runs of a scenario, or everything an experiment asks for.

    Parameters
    ----------
    what : Scenario, Experiment, Study, str or path
        A scenario, or an experiment document; names of shipped ones will do.
    runs : int, optional
        How many runs (of every case); run *k* is the same whatever their number. 1,000 unless an
        experiment says otherwise. Of a sweep with a stop rule, the most.
    seed : int, optional
        Seed of all luck; 0 unless an experiment says otherwise.
    out : path, optional
        Result directory; without it the result stays in memory.
    kept_paths : int, optional
        Of how many runs, from the first on, whole trajectories are kept; 1,000 unless an experiment
        says otherwise.
    without : collection of str
        Rules to switch off.
    double : bool
        Keep trajectories as float64 rather than float32.
    stop : sim.study.experiment.Stop, optional
        Stop when a measure is precise enough; `runs` is then the most.
    shard : str, optional
        ``"2/8"``: play only the second of eight parts; `sim.merge` joins them.
    force : bool
        Replace a result that is in the way.
    workers, dask, chunk_blocks, strict, progress
        See `ExecutionOptions`.

    Returns
    -------
    xarray.Dataset
        Outcomes per run, histograms over all runs, the kept paths; of a shard, what is
        there is not complete and nothing is opened: an empty Dataset.

    Raises
    ------
    Mistake, DocumentError
        If something asked for is impossible.
    """
    study = study_for(what, runs, seed=seed, kept_paths=kept_paths, without=without, double=double, stop=stop)
    options = ExecutionOptions(workers, dask, chunk_blocks, strict, progress)
    if out is None:
        return _in_memory(study, options, shard)
    begin(study, Path(out), options, shard=shard, force=force)
    return open_result(out) if shard is None else xr.Dataset()


def begin(study: Study, out: Path, options: ExecutionOptions, *, shard: str | None = None, force: bool = False) -> None:
    """Play a study into a directory that it has to itself.

    Raises
    ------
    Mistake
        If something asked for is impossible, or something is in the way.
    """
    todo = share(study, shard)
    with guarded(out):
        prepare(out, force=force)
        store = Store(study, out)
        describe(study, out, shard)
        note(out, "started", runs=study.total, workers=options.workers)
        carry_out(store, out, todo, options)


def _in_memory(study: Study, options: ExecutionOptions, shard: str | None) -> xr.Dataset:
    """Play a study without a directory."""
    if options.workers != 1 or options.dask or shard:
        raise Mistake("workers, clusters and shards meet in a result directory; name one with --out")
    store = Store(study)
    carry_out(store, None, list(study.layout.batches()), options)
    data = opened(store.place)
    return data.assign_attrs(failed=int(np.isfinite(data["failed"]).sum()))


def share(study: Study, shard: str | None) -> list[Batch]:
    """Return the batches of a study that are to be played here: all of them, or every n-th.

    Raises
    ------
    Mistake
        If it cannot be shared.
    """
    batches = list(study.layout.batches())
    if shard is None:
        return batches
    if study.stop is not None:
        raise Mistake("a stop rule looks at all runs in order, a shard has only some; leave one of them out")
    return batches[parted(shard)]


def parted(shard: str) -> slice:
    """Return which batches a shard holds: every n-th.

    Examples
    --------
    >>> list(range(7))[parted("2/3")]
    [1, 4]
    """
    number, _, count = shard.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise Mistake(f"'{shard}' is no shard; write which of how many, as 2/8")
    return slice(int(number) - 1, None, int(count))


@contextmanager
def guarded(out: Path) -> Iterator[None]:
    """Hold a directory, made if need be; a second process that wants to write into it is refused.

    Raises
    ------
    Mistake
        If somebody else holds it, or it is a file.
    """
    if out.exists() and not out.is_dir():
        raise Mistake(f"{out} is a file; name a directory that does not exist yet")
    out.mkdir(parents=True, exist_ok=True)
    lock = FileLock(out / GUARD, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Mistake(f"another process is writing {out}; wait until it has finished, or stop it") from None
    try:
        yield
    finally:
        lock.release()


# -- going on


def resume(
    out: str | os.PathLike[str],
    runs: int | None = None,
    *,
    mixed: bool = False,
    workers: int = 1,
    dask: str | None = None,
    chunk_blocks: int = CHUNK_BLOCKS,
    strict: bool = False,
    progress: bool = False,
) -> xr.Dataset:
    """Finish a sweep that was interrupted, or give a finished one more runs; what is there stays as it is.

    Parameters
    ----------
    out : path
        The result directory.
    runs : int, optional
        Runs of every case in the end, if there are to be more.
    mixed : bool
        Allow another numpy or other processor features than those it was begun with.
    workers, dask, chunk_blocks, strict, progress
        See `ExecutionOptions`.

    Raises
    ------
    Mistake
        If scenario, design, rules or version are not those the sweep was begun with.
    """
    place = directory(out)
    options = ExecutionOptions(workers, dask, chunk_blocks, strict, progress)
    with guarded(place):
        go_on(place, rest(place, runs, mixed=mixed), options)
    return open_result(place) if provenance(place)["shard"] is None else xr.Dataset()


@dataclass(frozen=True)
class Rest:
    """What a directory goes on with.

    Attributes
    ----------
    study : Study
        What it holds in the end, grown if that was asked.
    todo : list of Batch
        What is still to be played.
    about : Mapping
        What its manifest says so far.
    """

    study: Study
    todo: list[Batch]
    about: Mapping[str, Any]


def rest(out: str | os.PathLike[str], runs: int | None = None, *, mixed: bool = False) -> Rest:
    """Look at what a directory would go on with, touching nothing.

    Raises
    ------
    Mistake
        If it would not play the same.
    """
    place = directory(out)
    about = provenance(place)
    refuse_changes(place, about, mixed=mixed)
    study = study_of(place)
    if runs is not None and runs != study.layout.runs:
        study = grown(study, runs, place, about)
    mine = set(share(study, about["shard"]))
    return Rest(study, [batch for batch in missing(place, study.layout) if batch in mine], about)


def go_on(out: Path, left: Rest, options: ExecutionOptions) -> None:
    """Play what is left of a directory that is guarded: the manifest first, so that growing may be killed."""
    if vars(left.study.layout) != left.about["layout"]:
        manifest(left.study, out, {name: left.about[name] for name in MADE})
    store = Store(left.study, out)
    store.fit()
    sweep_up(out)
    note(out, "resumed", batches=len(left.todo), workers=options.workers)
    carry_out(store, out, left.todo, options)


def grown(study: Study, runs: int, out: Path, about: Mapping[str, Any]) -> Study:
    """Return a study with more runs, the first of them the old ones.

    Raises
    ------
    Mistake
        If it has as many, or is only a part.
    """
    if runs < study.layout.runs:
        raise Mistake(f"{out} has {study.layout.runs} runs already; --runs can only grow it")
    if about["shard"]:
        raise Mistake(f"{out} is shard {about['shard']}; merge the shards first, then grow the whole")
    kept_paths = study.kept_paths if study.experiment is None else kept_paths_of(study.experiment, runs)
    return replace(study, layout=replace(study.layout, runs=runs), kept_paths=kept_paths, stop=None)
