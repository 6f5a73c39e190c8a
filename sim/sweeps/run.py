"""A sweep begun: a study played from its first run to its last, in memory or into a directory of its own.

What was interrupted, or is to have more runs, goes on in `sim.sweeps.resume`.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

import xarray as xr

from sim.engine.blocks import CHUNK_BLOCKS
from sim.model.mistakes import Mistake
from sim.results.clearing import prepare
from sim.results.dataset import dataset_in_memory, open_store, with_failed
from sim.results.files import hold
from sim.results.manifest import log_event, write_documents
from sim.results.memory import StoreOfOne
from sim.results.open import open_result
from sim.results.store import Store
from sim.study.experiment import Stop
from sim.study.request import StudyLike, study_for
from sim.study.study import Study, refuse_impossible_points
from sim.sweeps.play import ExecutionOptions, play_batches
from sim.sweeps.shards import batches_of
from sim.terminal import Shown


def sweep(
    what: StudyLike,
    runs: int | None = None,
    *,
    seed: int | None = None,
    out: str | os.PathLike[str] | None = None,
    kept_paths: int | None = None,
    without: str | Collection[str] = (),
    double: bool = False,
    stop: Stop | None = None,
    uncertainty: str | None = None,
    engine: str | None = None,
    shard: str | None = None,
    force: bool = False,
    workers: int = 1,
    dask: str | None = None,
    chunk_blocks: int = CHUNK_BLOCKS,
    strict: bool = False,
    progress: Shown = "auto",
    members: int | None = None,
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
    without : str or collection of str
        Rules to switch off.
    double : bool
        Keep trajectories as float64 rather than float32.
    stop : sim.study.experiment.Stop, optional
        Stop when a measure is precise enough; `runs` is then the most.
    uncertainty : {"prior", "posterior"}, optional
        Play a scenario twice under the same luck, into one result of two points: ``stated``, with its numbers as they
        stand, and with a draw of what is not known for each run, from its priors or the posterior that it names.
    engine : {"numpy", "jax", "jax-float32"}, optional
        Who plays the turn: numpy unless given, or a program that XLA compiles (`sim.model.engines`).
    shard : str, optional
        ``"2/8"``: play only the second of eight parts; `sim.merge` joins them.
    force : bool
        Replace a result that is in the way.
    workers, dask, chunk_blocks, strict, progress
        See `ExecutionOptions`.
    members : int, optional
        What `kept_paths` was called before.

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
    kept_paths = members if kept_paths is None else kept_paths
    study = study_for(
        what, runs, seed=seed, kept_paths=kept_paths, without=without, double=double, stop=stop,
        uncertainty=uncertainty, engine=engine,
    )  # fmt: skip
    options = ExecutionOptions(workers, dask, chunk_blocks, strict, progress)
    if out is None:
        return _in_memory(study, options, shard)
    sweep_into(study, Path(out), options, shard=shard, force=force)
    return open_result(out) if shard is None else xr.Dataset()


def sweep_into(
    study: Study, out: Path, options: ExecutionOptions, *, shard: str | None = None, force: bool = False
) -> None:
    """Play a study into a directory that it has to itself.

    Raises
    ------
    Mistake
        If something asked for is impossible, or something is in the way.
    """
    todo = batches_of(study, shard)
    # What cannot begin, or cannot be told to other processes, is refused before anything is touched.
    refuse_impossible_points(study)
    _, _ = study.positions, options.rules_elsewhere(study)
    with hold(out):
        prepare(out, force=force)
        store = Store(study, out)
        write_documents(study, out, shard)
        log_event(out, "started", runs=study.total, workers=options.workers)
        play_batches(store, out, todo, options)


def _in_memory(study: Study, options: ExecutionOptions, shard: str | None) -> xr.Dataset:
    """Play a study without a directory."""
    if options.workers != 1 or options.dask or shard:
        raise Mistake("workers, clusters and shards meet in a result directory; name one with --out")
    refuse_impossible_points(study)
    alone = study.layout.size == 1 and study.stop is None
    store = StoreOfOne(study) if alone else Store(study)
    play_batches(store, None, list(study.layout.batches()), options)
    return dataset_in_memory(store.place) if alone else with_failed(open_store(store.place))
