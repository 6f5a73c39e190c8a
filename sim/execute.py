"""A sweep executed: pieces played by a crew into a store, with progress; interrupted, resumed, grown, stopped."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from filelock import FileLock, Timeout
from tqdm import tqdm

from sim import crews
from sim.cases import summary_rows
from sim.check import load
from sim.crews import Crew
from sim.experiment import Experiment, is_experiment, read_experiment
from sim.harvest import CHUNK_BLOCKS
from sim.layout import Layout, Piece
from sim.results import (
    GUARD,
    describe,
    digest_of_text,
    directory,
    features,
    lock_of,
    locked_scenario,
    machine,
    manifest,
    missing,
    note,
    open_result,
    prepare,
    provenance,
    study_of,
    write_rows,
)
from sim.scenario import Scenario
from sim.store import MARKERS, Store
from sim.study import Study, study_of_experiment, study_of_scenario
from sim.variables import Mistake

MEMBERS = 1000  # runs whose whole path is kept unless asked otherwise

MADE = ("shard", "python", "platform", "numpy", "cpu_features", "code", "rules", "written", "command")  # where it began

ScenarioLike = Scenario | str | os.PathLike[str]
StudyLike = ScenarioLike | Experiment


def scenario_of(scenario: ScenarioLike) -> Scenario:
    """Return a checked scenario, given itself, its name or its file."""
    return scenario if isinstance(scenario, Scenario) else load(scenario)


@dataclass(frozen=True)
class Means:
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

    def crew(self, store: Store) -> Crew:
        """Return who plays."""
        if self.dask is not None:
            return crews.dask(self.dask)
        return crews.alone(store, self.chunk_blocks) if self.workers == 1 else crews.pool(self.workers)


def sweep(
    what: StudyLike,
    runs: int | None = None,
    *,
    seed: int | None = None,
    out: str | os.PathLike[str] | None = None,
    members: int | None = None,
    without: Collection[str] = (),
    double: bool = False,
    stop: Any = None,
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
    what : Scenario, Experiment, str or path
        A scenario, or an experiment document; names of shipped ones will do.
    runs : int, optional
        How many runs (of every case); run *k* is the same whatever their number. 1,000 unless an
        experiment says otherwise.
    seed : int, optional
        Seed of all luck; 0 unless an experiment says otherwise.
    out : path, optional
        Result directory; without it the result stays in memory.
    members : int, optional
        Of how many runs, from the first on, whole trajectories are kept; 1,000 unless an experiment
        says otherwise.
    without : collection of str
        Rules to switch off.
    double : bool
        Keep trajectories as float64 rather than float32.
    stop : sim.experiment.Stop, optional
        Stop when a measure is precise enough; `runs` is then the most.
    shard : str, optional
        ``"2/8"``: play only the second of eight parts; `sim.merge` joins them.
    force : bool
        Replace a result that is in the way.
    workers, dask, chunk_blocks, strict, progress
        See `Means`.

    Returns
    -------
    xarray.Dataset
        Outcomes per run, histograms over all runs, trajectories of the members; of a shard, what is
        there is not complete and nothing is opened: an empty Dataset.

    Raises
    ------
    Mistake, DocumentError
        If something asked for is impossible.
    """
    study = study_for(what, runs, seed=seed, members=members, without=without, double=double, stop=stop)
    means = Means(workers, dask, chunk_blocks, strict, progress)
    if out is None:
        return _in_memory(study, means, shard)
    place = Path(out)
    if shard is not None and study.stop is not None:
        raise Mistake("a stop rule looks at all runs in order, a shard has only some; leave one of them out")
    part = parted(shard)
    place.mkdir(parents=True, exist_ok=True) if not place.is_file() else None
    with guarded(place):
        prepare(place, force=force)
        store = Store(study, place)
        describe(study, place, shard)
        note(place, "started", runs=study.total, workers=workers)
        carry_out(store, place, list(study.layout.pieces())[part], means)
    return open_result(place) if shard is None else xr.Dataset()


def study_for(
    what: StudyLike,
    runs: int | None = None,
    *,
    seed: int | None = None,
    members: int | None = None,
    without: Collection[str] = (),
    double: bool = False,
    stop: Any = None,
) -> Study:
    """Return the study of a scenario or an experiment; what is given here wins over the document."""
    if isinstance(what, Experiment) or (not isinstance(what, Scenario) and is_experiment(what)):
        experiment = what if isinstance(what, Experiment) else read_experiment(what)
        asked = {"replicates": runs, "seed": seed, "members": members, "stop": stop, "without": [*without] or None}
        experiment = experiment.model_copy(update={name: value for name, value in asked.items() if value is not None})
        return study_of_experiment(experiment, _scenarios_of(experiment), double=double)
    kept = MEMBERS if members is None else members
    wanted = 1000 if runs is None else runs
    return study_of_scenario(
        scenario_of(what), wanted, seed=seed or 0, members=kept, without=tuple(without), double=double, stop=stop
    )


def _scenarios_of(experiment: Experiment) -> tuple[Scenario, ...]:
    """Return the scenarios of an experiment."""
    return tuple(scenario_of(experiment.file_of(name)) for name in experiment.scenarios)


def _in_memory(study: Study, means: Means, shard: str | None) -> xr.Dataset:
    """Play a study without a directory."""
    if means.workers != 1 or means.dask or shard:
        raise Mistake("workers, clusters and shards meet in a result directory; name one with --out")
    store = Store(study)
    carry_out(store, None, list(study.layout.pieces()), means)
    data = store.dataset()
    return data.assign_attrs(failed=int(np.isfinite(data["failed"]).sum()))


def parted(shard: str | None) -> slice:
    """Return which pieces a shard holds: every n-th.

    Examples
    --------
    >>> list(range(7))[parted("2/3")]
    [1, 4]
    """
    if shard is None:
        return slice(None)
    number, _, count = shard.partition("/")
    if not (number.isdigit() and count.isdigit() and 1 <= int(number) <= int(count)):
        raise Mistake(f"'{shard}' is no shard; write which of how many, as 2/8")
    return slice(int(number) - 1, None, int(count))


@contextmanager
def guarded(out: Path) -> Iterator[None]:
    """Hold a directory; a second process that wants to write into it is refused.

    Raises
    ------
    Mistake
        If somebody else holds it.
    """
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
        See `Means`.

    Raises
    ------
    Mistake
        If scenario, design, rules or version are not those the sweep was begun with.
    """
    place = directory(out)
    means = Means(workers, dask, chunk_blocks, strict, progress)
    with guarded(place):
        study = _study_to_go_on(place, runs, mixed=mixed)
        store = Store(study, place)
        store.fit()
        sweep_up(place)
        shard = provenance(place)["shard"]
        mine = set(list(study.layout.pieces())[parted(shard)])
        todo = [piece for piece in missing(place, study.layout) if piece in mine]
        note(place, "resumed", pieces=len(todo), workers=workers)
        carry_out(store, place, todo, means)
    return open_result(place) if shard is None else xr.Dataset()


def _study_to_go_on(out: Path, runs: int | None, *, mixed: bool) -> Study:
    """Return the study of a directory, grown if asked, after making sure that it would play the same."""
    about = provenance(out)
    refuse_changes(out, about, mixed=mixed)
    study = study_of(out)
    if runs is None or runs == study.layout.runs:
        return study
    if runs < study.layout.runs:
        raise Mistake(f"{out} has {study.layout.runs} runs already; --runs can only grow it")
    if about["shard"]:
        raise Mistake(f"{out} is shard {about['shard']}; merge the shards first, then grow the whole")
    members = runs if study.members == study.layout.runs and study.experiment and study.experiment.keep == "full" \
        else study.members  # fmt: skip
    study = replace(study, layout=replace(study.layout, runs=runs), members=members, stop=None)
    manifest(study, out, {name: about[name] for name in MADE})
    return study


def refuse_changes(out: Path, about: Mapping[str, Any], *, mixed: bool) -> None:
    """Refuse to mix runs that would not have been played alike.

    Raises
    ------
    Mistake
        With every reason.
    """
    reasons = list(changes_since(out, about))
    unlike = [] if mixed else list(unlike_machines(about))
    if reasons:
        raise Mistake(
            f"{out} cannot go on: {'; '.join(reasons)}; put back what it was begun with, or start again with --force"
        )
    if unlike:
        raise Mistake(
            f"{out} was begun on a machine whose last bits may differ: {'; '.join(unlike)}; go on there, or write "
            "--mixed to allow it"
        )


def changes_since(out: Path, about: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is no longer as it was when a result was begun."""
    now = machine()
    for number, entry in enumerate(about["scenarios"]):
        name = lock_of(about["scenarios"], entry["scenario"])
        if not (out / name).exists() or locked_scenario(out, about, number).digest() != entry["digest"]:
            yield f"the scenario in {name} is not the one it was begun with"
    for name, digest in (about["design"] or {}).items():
        if not (out / name).exists() or digest_of_text((out / name).read_text(encoding="utf-8")) != digest:
            yield f"the design in {name} is not the one it was begun with"
    if about["rules"] != now["rules"]:
        yield f"the rules or the code that plays them have changed (then {about['rules'][:8]}, now {now['rules'][:8]})"


def unlike_machines(about: Mapping[str, Any]) -> Iterator[str]:
    """Yield in what this machine differs from the one a result was begun on."""
    now = features()
    if about["numpy"] != now["numpy"]:
        yield f"numpy {about['numpy']} then, {now['numpy']} now"
    then, has = set(about["cpu_features"]), set(now["cpu_features"])
    if then != has:
        yield f"processor features {', '.join(sorted(then ^ has)[:4])} on one of the two only"


def sweep_up(out: Path) -> None:
    """Remove what an interrupted writer left half written."""
    for place in (out, out / MARKERS):
        for path in place.glob(".*.*.*"):
            path.unlink(missing_ok=True)
    for path in out.rglob("*.partial"):
        path.unlink(missing_ok=True)


# -- playing


def carry_out(store: Store, out: Path | None, todo: Sequence[Piece], means: Means) -> None:
    """Let a crew play pieces; keep the log, look at the stop rule, close the result when all is there."""
    from sim.stopping import Look

    study = store.study
    look = Look(store, study.stop) if study.stop else None
    left = set(todo)
    if look is not None:
        done = [piece for piece in study.layout.pieces() if piece not in left]
        if (rounds := look.take(done)) is not None:
            return _stop(store, out, rounds)
    total = sum(piece.runs * piece.points for piece in todo)
    began = time.monotonic()
    with tqdm(total=total, unit="run", disable=not means.progress, smoothing=0.1) as bar:
        try:
            for report in means.crew(store)(out or Path(), todo, bar.update):
                piece = Piece(**report["piece"])
                left.discard(piece)
                _log(out, piece, report, strict=means.strict)
                rounds = look.take([piece]) if look else None
                if rounds is not None:
                    return _stop(store, out, rounds)
        except BaseException as error:
            if out is not None:
                wanted = sum(1 for _ in study.layout.pieces())
                finished = wanted - len(missing(out, study.layout))
                note(out, "interrupted", why=type(error).__name__, finished=finished, of=wanted)
                error.add_note(f"{finished} of {wanted} pieces are finished; `armsrace resume {out}` goes on")
            raise
    if out is not None:
        close(out, seconds=round(time.monotonic() - began, 1))


def _log(out: Path | None, piece: Piece, report: Mapping[str, Any], *, strict: bool) -> None:
    """Note a finished piece, and stop at a broken run if asked."""
    failed = report["failures"]
    if out is not None:
        note(out, "piece", name=piece.name, failures=len(failed))
    if failed and strict:
        first = failed[0]
        raise Mistake(
            f"run {first['run']} broke in {first['month']}, {first['phase']}: {first['message']}"
            + (f", with {first['settings']}" if first["settings"] else "")
        )


def _stop(store: Store, out: Path | None, rounds: int) -> None:
    """End a sweep after some rounds: the manifest first, so that a crash in between is mended by resuming."""
    from sim.stopping import shortened

    study = store.study
    cut = shortened(study.layout, rounds)
    shorter = replace(study, layout=cut, members=min(study.members, cut.runs))
    if out is not None:
        about = provenance(out)
        manifest(shorter, out, {name: about[name] for name in MADE} | {"stopped": rounds})
        names = {piece.name for piece in cut.pieces()}
        for path in (out / MARKERS).glob("*.json"):
            if path.stem not in names:
                path.unlink()
    store.study = shorter
    store.fit()
    if out is not None:
        note(out, "stopped", runs=cut.runs)
        close(out)


def close(out: Path, **more: Any) -> None:
    """Write the summary once every piece is there."""
    about = provenance(out)
    if missing(out, Layout(**about["layout"])):
        note(out, "part finished", **more)
        return
    write_rows(summary_rows(open_result(out)), out / "summary.csv")
    note(out, "finished", **more)
