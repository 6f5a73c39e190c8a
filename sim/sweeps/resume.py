"""A sweep gone on with: what is missing is played, or more runs than were asked for at first.

Looking (`unfinished`) is apart from playing (`finish`), so that a dry run can tell what is left while somebody else
writes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import xarray as xr

from sim.answers import Shortened
from sim.engine.blocks import CHUNK_BLOCKS
from sim.model.arguments import MOST_RUNS, whole_number
from sim.model.engines import engine_named
from sim.model.mistakes import Mistake
from sim.results.files import make_way, write_lock
from sim.results.fingerprint import apart, features
from sim.results.frame import SUMMARY
from sim.results.manifest import directory, log_event, provenance, study_of, write_manifest
from sim.results.open import open_result
from sim.results.store import Store
from sim.study.layout import Batch
from sim.study.study import Study, kept_paths_of
from sim.sweeps.compatibility import refuse_changes
from sim.sweeps.mending import make_ready, points_again, remove_leftovers, to_play
from sim.sweeps.play import BEGUN_WITH, ExecutionOptions, play_batches
from sim.sweeps.shards import batches_of
from sim.terminal import Shown


def resume(
    out: str | os.PathLike[str],
    runs: int | None = None,
    *,
    mixed: bool = False,
    engine: str | None = None,
    workers: int = 1,
    dask: str | None = None,
    chunk_blocks: int = CHUNK_BLOCKS,
    strict: bool = False,
    progress: Shown = "auto",
) -> xr.Dataset:
    """Finish a sweep that was interrupted, or give a finished one more runs; what is there stays as it is.

    Parameters
    ----------
    out : path
        The result directory.
    runs : int, optional
        Runs of every case in the end, if there are to be more.
    mixed : bool
        Allow another engine, another numpy or other processor features than those it was begun with.
    engine : str, optional
        Who plays what is left; the engine it was begun with unless given.
    workers, dask, chunk_blocks, strict, progress
        See `ExecutionOptions`.

    Returns
    -------
    xarray.Dataset
        The result, opened lazily; empty for a shard, which is no whole result.

    Raises
    ------
    Mistake
        If scenario, design, rules or version are not those the sweep was begun with.
    """
    place = directory(out)
    options = ExecutionOptions(workers, dask, chunk_blocks, strict, progress)
    with write_lock(place):
        finish(place, unfinished(place, runs, mixed=mixed, engine=engine), options)
    return open_result(place) if provenance(place)["shard"] is None else xr.Dataset()


@dataclass(frozen=True, repr=False)
class Unfinished(Shortened):
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


def unfinished(
    out: str | os.PathLike[str], runs: int | None = None, *, mixed: bool = False, engine: str | None = None
) -> Unfinished:
    """Look at what a directory would go on with, touching nothing.

    Raises
    ------
    Mistake
        If it would not play the same.
    """
    place = directory(out)
    about = provenance(place)
    refuse_changes(place, about, mixed=mixed)
    study = _played_by(engine, study_of(place, points_again), place, mixed=mixed)
    runs = None if runs is None else whole_number(runs, "runs", least=1, most=MOST_RUNS)
    if runs is not None and runs != study.layout.runs:
        study = grown(study, runs, place, about)
    mine = set(batches_of(study, about["shard"]))
    return Unfinished(study, [batch for batch in to_play(place, study.layout) if batch in mine], about)


def _played_by(engine: str | None, study: Study, out: Path, *, mixed: bool) -> Study:
    """Return a study that goes on with an engine: the one it was begun with, or another if that is allowed."""
    wanted = engine_named(engine or study.engine)
    if wanted != study.engine and not mixed:
        raise Mistake(
            f"{out} was begun with the engine {study.engine}; leave out --engine, or write --mixed to go on with "
            f"{wanted}"
        )
    return replace(study, engine=wanted)


def finish(out: Path, left: Unfinished, options: ExecutionOptions) -> None:
    """Play what is left of a directory whose lock is held: the manifest first, so that growing may be killed."""
    other = left.study.engine != left.about["engine"]
    if other or vars(left.study.layout) != left.about["layout"]:
        begun = {name: left.about[name] for name in BEGUN_WITH if name in left.about}
        write_manifest(left.study, out, {**({"begun_by": left.about["engine"]} if other else {}), **begun})
    if left.todo:
        make_way(out / SUMMARY)  # of fewer runs, or of damaged ones
    store = Store(left.study, out)
    make_ready(store, out, left.todo)
    remove_leftovers(out)
    if unlike := apart(left.about, {**features(), "engine": left.study.engine}):
        log_event(out, "mixed", **unlike)
    log_event(out, "resumed", batches=len(left.todo), workers=options.workers)
    play_batches(store, out, left.todo, options)


def grown(study: Study, runs: int, out: Path, about: Mapping[str, Any]) -> Study:
    """Return a study with more runs, the first of them the old ones.

    Raises
    ------
    Mistake
        If it has more already, or is only a shard.
    """
    if runs < study.layout.runs:
        raise Mistake(f"{out} has {study.layout.runs} runs already; --runs can only grow it")
    if about["shard"]:
        raise Mistake(f"{out} is shard {about['shard']}; merge the shards first, then grow the whole")
    kept_paths = study.kept_paths if study.experiment is None else kept_paths_of(study.experiment, runs)
    return replace(study, layout=replace(study.layout, runs=runs), kept_paths=kept_paths, stop=None)
