"""One run, played by the Mesa agents and taken down: its path, its events, the reasons for each.

What a sweep recorded of a run is re-enacted in `sim.explain.replay`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from sim.engine.model import ArmsRace
from sim.engine.record import Record
from sim.engine.soundness import NOT_DATA, Failure, Watchman, diagnose, failure_sentence, unknown
from sim.explain import kinds
from sim.explain.happening import History, Moment
from sim.explain.systems import Offer, shipped_systems
from sim.model.arguments import MOST_RUNS, whole_number
from sim.model.streams import BLOCK
from sim.scenario.initial import Position, opening
from sim.study.request import ScenarioLike, scenario_of


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
    for name, values in history.record.outcomes.items() if history.record else ():
        values[:] = failure["step"] if name == "failed" else np.nan
    return replace(history, broke=failure_sentence(failure))


def _played(
    position: Position, run: int, systems: tuple[Offer, ...] | None = None, steps: int | None = None
) -> tuple[History, bool]:
    """Play one run, or so many steps of it; return whether it stayed sound, too."""
    record, watchman = Record(position, 1, 1), Watchman(position.steps)
    with np.errstate(all="ignore"):  # what ceases to be a number says so by what it becomes
        model = ArmsRace(position, run)
        offers = shipped_systems() if systems is None else systems
        history = History(position, run, model, dict(model.game.world.arrays), offers, record)
        last = position.steps if steps is None else steps
        while model.running and model.period < last:
            take_down(history)
            record(model.game)
            watchman(model.game)
        for path in record.trajectories.values():
            path[last:] = np.nan
    model.forget()
    return history, bool(watchman.sound.all() and record.finite().all())


def take_down(history: History) -> None:
    """Play one step of a history with its agents, and take it down."""
    model, date = history.model, history.model.date
    model.step()
    history.moments.append(Moment(date, model.reasons, dict(model.game.world.arrays)))
    history.happenings += kinds.noticed(history, len(history.moments) - 1)
