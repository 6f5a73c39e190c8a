"""One run, played by the Mesa agents and taken down: its path, its events, the reasons for each."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from sim.engine.chunk import Chunk
from sim.engine.model import ArmsRace
from sim.engine.record import Record
from sim.engine.soundness import NOT_DATA, Failure, Watchman, diagnose, unknown
from sim.explain import kinds
from sim.explain.happening import History, Moment
from sim.explain.systems import Offer, shipped_systems
from sim.model.arguments import MOST_RUNS, whole_number
from sim.model.mistakes import Mistake
from sim.model.outcomes import OUTCOMES
from sim.model.streams import BLOCK
from sim.results.dataset import dataset_of
from sim.results.manifest import provenance, study_of
from sim.results.open import case, failure_sentence, failures, open_result
from sim.scenario.initial import Position, opening
from sim.study.request import ScenarioLike, scenario_of

TOLERANCE = 1e-9  # the two engines agree to this, relative or absolute


def run(
    scenario: ScenarioLike,
    seed: int = 0,
    run: int = 0,
    without: str | Collection[str] = (),
    systems: tuple[Offer, ...] | None = None,
    steps: int | None = None,
) -> History:
    """Play one run with Mesa agents.

    Parameters
    ----------
    scenario : Scenario, str or path
        What to play.
    seed : int
        Seed of all luck.
    run : int
        Number of the run: it is run `run` of any sweep with this seed.
    without : str or collection of str
        Rules to switch off.
    systems : tuple of Offer, optional
        Named systems to tell orders with (`sim.explain.systems.read_systems`); the shipped ones unless given.
    steps : int, optional
        Play only so many; the rest of the path is missing.

    Returns
    -------
    History
        Where the run breaks, told up to there; its `broke` says where and why.
    """
    run = whole_number(run, "run", most=MOST_RUNS - 1)
    steps = None if steps is None else whole_number(steps, "steps")
    return played(opening(scenario_of(scenario), seed, without), run, systems, steps)


def played(position: Position, run: int, systems: tuple[Offer, ...] | None = None, steps: int | None = None) -> History:
    """Play one run of a position with Mesa agents and take it down; `systems` and `steps` as for `run`.

    A run that breaks is told up to the step in which it does, as one of a sweep is.
    """
    failure: Failure | None = None
    try:
        history, sound = _played(position, run, systems, steps)
        if sound:
            return history
        failure = failure_of(position, run) or unknown(position, run)
    except NOT_DATA:
        raise
    except Exception:
        failure = failure_of(position, run)
        if failure is None:  # then it is no datum either
            raise
    return until_it_broke(position, failure_entry(position, failure), systems)


def failure_of(position: Position, run: int) -> Failure | None:
    """Return where and why a run breaks, if it does, as a sweep has it."""
    first = run // BLOCK * BLOCK
    return diagnose(position, first, run - first + 1).get(run)


def failure_entry(position: Position, failure: Failure) -> dict[str, Any]:
    """Return a failure of a run that belongs to no sweep as `sim.failures` lists it."""
    return {**asdict(failure), "month": f"{position.date(failure.step):%Y-%m}", "settings": {}}


def until_it_broke(position: Position, failure: Mapping[str, Any], systems: tuple[Offer, ...] | None = None) -> History:
    """Play a run up to the step in which it breaks; what it would have come to is missing."""
    history, _ = _played(position, failure["run"], systems, failure["step"])
    unknown_now = {name: history.dataset[name] * np.nan for name in OUTCOMES if name != "failed"}
    failed = xr.full_like(history.dataset["failed"], failure["step"])
    dataset = history.dataset.assign({**unknown_now, "failed": failed}).assign_attrs(failed=1)
    return replace(history, dataset=dataset, broke=failure_sentence(failure))


def _played(
    position: Position, run: int, systems: tuple[Offer, ...] | None = None, steps: int | None = None
) -> tuple[History, bool]:
    """Play one run, or so many steps of it; return whether it stayed sound, too."""
    record, watchman = Record(position, 1, 1), Watchman(position.steps)
    with np.errstate(all="ignore"):  # what ceases to be a number says so by what it becomes
        model = ArmsRace(position, run)
        offers = shipped_systems() if systems is None else systems
        history = History(position, run, model, dict(model.game.world.arrays), offers)
        last = position.steps if steps is None else steps
        while model.running and model.period < last:
            take_down(history)
            record(model.game)
            watchman(model.game)
        for path in record.trajectories.values():
            path[last:] = np.nan
        history.dataset = dataset_of(position, [Chunk(0, record, [])])
    model.forget()
    return history, bool(watchman.sound.all() and record.finite().all())


def take_down(history: History) -> None:
    """Play one step of a history with its agents, and take it down."""
    model, date = history.model, history.model.date
    model.step()
    history.moments.append(Moment(date, model.reasons, dict(model.game.world.arrays)))
    history.happenings += kinds.noticed(history, len(history.moments) - 1)


def replay(
    result: str | os.PathLike[str],
    run: int = 0,
    systems: tuple[Offer, ...] | None = None,
    *,
    scenario: str | None = None,
    point: int | str | None = None,
) -> History:
    """Re-enact one run of a sweep with Mesa agents, and check that it is the same run.

    A run that broke is re-enacted up to the step in which it did.

    Parameters
    ----------
    result : path
        A result directory.
    run : int
        Number of the run.
    systems : tuple of Offer, optional
        As for `run`.
    scenario, point : str, optional
        Which case, where the result has several.

    Raises
    ------
    Mistake
        If there is no such result or run, or the run differs from what the sweep recorded.
    """
    out = Path(result)
    every, about, run = open_result(out), provenance(out), whole_number(run, "run")
    if not 0 <= run < about["runs"]:
        raise Mistake(f"{out} has no run {run}; it has runs 0 to {about['runs'] - 1}")
    data, study = case(every, scenario, point), study_of(out)
    place = (
        [one.name for one in study.scenarios].index(data.attrs.get("scenario", study.scenarios[0].name)),
        study.points.labels.index(data.attrs["point"]) if study.points and "point" in data.attrs else 0,
    )
    position = study.position(*place, run)
    for failure in failures(out):
        if (failure["scenario"], failure["point"], failure["run"]) == (study.scenarios[place[0]].name, place[1],
                                                                       run):  # fmt: skip
            return until_it_broke(position, failure, systems)
    history = played(position, run, systems)
    different = differences(history, data)
    if different:
        raise Mistake(
            f"run {run} of {out} is not what these rules play now ({', '.join(different)} differ); "
            f"the result was made by code {about['code'][:8]}, version {about['version']}"
        )
    return history


def differences(history: History, data: xr.Dataset) -> list[str]:
    """Return the outcomes in which a re-enacted run differs from the recorded one."""
    recorded = data.isel(run=history.run)
    names = [str(n) for n in history.dataset.data_vars if history.dataset[n].dims == ("run",)]
    return [
        name
        for name in names
        if not np.allclose(history.dataset[name][0], recorded[name], rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
    ]
