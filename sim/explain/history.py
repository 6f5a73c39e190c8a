"""One run, played by the Mesa agents and taken down: its path, its events, the reasons for each."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import xarray as xr

from sim.engine.chunk import Chunk
from sim.engine.model import ArmsRace, Reason
from sim.engine.record import Record
from sim.explain.systems import Offer, newest, shipped
from sim.model.mistakes import Mistake
from sim.model.variables import RUNGS, TALKS
from sim.model.world import Array, World
from sim.results.dataset import dataset_of
from sim.results.manifest import provenance, study_of
from sim.results.open import case, failure_sentence, failures, open_result
from sim.scenario.initial import Position, opening
from sim.study.request import ScenarioLike, scenario_of

SPENDING_JUMP = 0.20  # a budget that aims this far (log) from current spending is an event
LARGEST_ORDERS = 0.10  # an order is an event if it is this share of the arms held
TOLERANCE = 1e-9  # the two engines agree to this, relative or absolute


@dataclass(frozen=True)
class Happening:
    """Something worth telling, with the reasons of the decision behind it.

    Attributes
    ----------
    date : datetime.date
        Month in which it happened.
    kind : str
        What kind of event.
    actor, other : str
        Keys of who acted and of what or whom it was about ("" if nobody).
    what : str
        One sentence.
    reasons : tuple of Reason
        All reasons behind it.
    place : tuple of int
        Index of the event on the axes of the quantity decided.
    """

    date: dt.date
    kind: str
    actor: str
    other: str
    what: str
    reasons: tuple[Reason, ...] = ()
    place: tuple[int, ...] = ()


@dataclass(frozen=True)
class Moment:
    """One step as it was played: all that was decided, and the world after it.

    Attributes
    ----------
    date : datetime.date
        Month of the step.
    reasons : mapping of str to list of Reason
        Reasons by quantity decided.
    arrays : mapping of str to ndarray
        Every quantity at the end of the step, ``(*axes, actor, run)``; nothing is ever changed in place.
    """

    date: dt.date
    reasons: Mapping[str, list[Reason]]
    arrays: Mapping[str, Array]


@dataclass
class History:
    """One run as it was played.

    Attributes
    ----------
    position : Position
        What was played.
    run : int
        Number of the run.
    model : ArmsRace
        The agents as they were at the end.
    dataset : xarray.Dataset
        The run's path, one value per month.
    happenings : list of Happening
        What is worth telling, in order.
    moments : list of Moment
        Every step, so that any decision can be asked for its reasons (`sim.explain.why`).
    broke : str
        Where and why the run broke in the sweep it was re-enacted from; empty if it did not.
    """

    position: Position
    run: int
    model: ArmsRace
    dataset: xr.Dataset = field(default_factory=xr.Dataset)
    happenings: list[Happening] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    broke: str = ""


def run(
    scenario: ScenarioLike,
    seed: int = 0,
    run: int = 0,
    without: Collection[str] = (),
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
    without : collection of str
        Rules to switch off.
    systems : tuple of Offer, optional
        Named systems to tell orders with (`sim.explain.systems.read`); the shipped ones unless given.
    steps : int, optional
        Play only so many; the rest of the path is missing.

    Returns
    -------
    History
    """
    if run < 0:
        raise Mistake(f"there is no run {run}; runs are numbered from 0")
    return played(opening(scenario_of(scenario), seed, without), run, systems, steps)


def played(position: Position, run: int, systems: tuple[Offer, ...] | None = None, steps: int | None = None) -> History:
    """Play one run of a position with Mesa agents and take it down; `systems` and `steps` as for `run`."""
    model = ArmsRace(position, run)
    history = History(position, run, model)
    record = Record(position, 1, 1)
    offers = shipped() if systems is None else systems
    last = position.steps if steps is None else steps
    while model.running and model.period < last:
        date = model.date
        model.step()
        record(model.game)
        history.happenings += notable(model, date, offers)
        history.moments.append(Moment(date, model.reasons, dict(model.game.world.arrays)))
    for path in record.trajectories.values():
        path[last:] = np.nan
    history.dataset = dataset_of(position, [Chunk(0, record, [])])
    model.forget()
    return history


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
    every, about = open_result(out), provenance(out)
    if not 0 <= run < about["runs"]:
        raise Mistake(f"{out} has no run {run}; it has runs 0 to {about['runs'] - 1}")
    data, study = case(every, scenario, point), study_of(out)
    place = (
        [one.name for one in study.scenarios].index(data.attrs.get("scenario", study.scenarios[0].name)),
        study.points.labels.index(data.attrs["point"]) if study.points and "point" in data.attrs else 0,
    )
    position = study.position(*place)
    for failure in failures(out):
        if (failure["scenario"], failure["point"], failure["run"]) == (study.scenarios[place[0]].name, place[1],
                                                                       run):  # fmt: skip
            return replace(played(position, run, systems, failure["step"]), broke=failure_sentence(failure))
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


# -- what is worth telling


def notable(model: ArmsRace, date: dt.date, offers: tuple[Offer, ...] = ()) -> Iterator[Happening]:
    """Yield what happened in the step just played that is worth telling, orders with what is named in `offers`."""
    world = model.game.world
    for place, key in enumerate(world.labels["state"]):
        yield from _budgets(model, world, date, place, key)
        yield from _orders(model, world, date, place, key, offers)
        yield from _attacks(model, world, date, place, key)
    yield from _war_ends(model, world, date)
    yield from _talks(model, world, date)
    yield from _alignments(model, world, date)
    yield from _entries(model, world, date)


def reasons_for(model: ArmsRace, quantities: tuple[str, ...], actor: str | None) -> tuple[Reason, ...]:
    """Return the reasons of the last step behind some quantities, of one actor or of all."""
    found = (reason for name in quantities for reason in model.reasons.get(name, ()))
    return tuple(reason for reason in found if actor is None or reason.actor == actor)


def _budgets(model: ArmsRace, world: World, date: dt.date, place: int, key: str) -> Iterator[Happening]:
    """A budget that aims far from current spending."""
    if world["january"][0, 0] <= 0:
        return
    target, milex = world["milex_target"][place, 0], world["milex"][place, 0]
    if abs(np.log(target / milex)) > SPENDING_JUMP:
        direction = "raise" if target > milex else "cut"
        name = model.position.titles[key]
        what = f"{name} plans to {direction} spending from US$ {milex:,.0f} m towards US$ {target:,.0f} m a year"
        yield Happening(date, "budget", key, "", what, reasons_for(model, ("milex_target_log",), key))


def _orders(
    model: ArmsRace, world: World, date: dt.date, place: int, key: str, offers: tuple[Offer, ...]
) -> Iterator[Happening]:
    """A large contract."""
    volume = world["order_volume"][place, 0]
    if volume <= LARGEST_ORDERS * world["stock_total"][place, 0]:
        return
    origin, weapon = int(world["order_origin"][place, 0]), int(world["wanted_class"][place, 0])
    titles, labels = model.position.titles, world.labels
    seller, ware = labels["origin"][origin], labels["weapon"][weapon]
    money = world["order_value"][place, 0]
    if origin >= len(labels["supplier"]):
        what = f"{titles[key]} orders {titles[ware]} for US$ {money:,.0f} m on the open market"
        yield Happening(date, "order", key, seller, what, reasons_for(model, ("weapon_appeal",), key), (weapon,))
        return
    access = float(world["access"][place, origin, 0])
    named = newest(offers, model.position.scenario.suppliers[seller].iso3, ware, access, date.year)
    example = f" (for example {named.name})" if named else ""
    what = f"{titles[key]} orders {titles[ware]}{example} for US$ {money:,.0f} m from {titles[seller]}"
    reasons = reasons_for(model, ("supplier_appeal",), key)
    yield Happening(date, "order", key, seller, what, reasons, (origin,))


def _attacks(model: ArmsRace, world: World, date: dt.date, place: int, key: str) -> Iterator[Happening]:
    """The start of fighting above clash level."""
    if world["war_begins"][0, 0] <= 0 or world["onset_time"][place, 0] >= dt_of(world):
        return
    if world["onset_time"][:, 0].argmin() != place:
        return
    zone, scale = divmod(int(world["choice"][place, 0]), len(world.labels["scale"]))
    titles, labels = model.position.titles, world.labels
    kind = ("a limited operation", "a campaign")[scale]
    what = f"{titles[key]} starts {kind} over {titles[labels['zone'][zone]]}"
    reasons = reasons_for(model, ("attack_score",), key)
    yield Happening(date, "war", key, labels["zone"][zone], what, reasons, (zone, scale))


def dt_of(world: World) -> float:
    """Return the length of a step [yr]."""
    return float(world["dt"][0, 0])


def _war_ends(model: ArmsRace, world: World, date: dt.date) -> Iterator[Happening]:
    """The end of fighting, with what it cost and changed."""
    if world["war_ends"][0, 0] <= 0:
        return
    titles, labels = model.position.titles, world.labels
    parts = []
    for place, key in enumerate(labels["state"]):
        lost = [
            f"{world['land_lost'][z, place, 0]:.0%} of {titles[zone]}"
            for z, zone in enumerate(labels["zone"])
            if world["land_lost"][z, place, 0] > 0.005
        ]
        if lost:
            parts.append(f"{titles[key]} loses control of {', '.join(lost)}")
        fled = world["fled"][place, 0]
        if fled >= 0.5:
            parts.append(f"about {fled:,.0f} thousand people are displaced")
    what = "The fighting ends; " + ("; ".join(parts) if parts else "the lines hardly move")
    yield Happening(date, "war end", "region", "", what, reasons_for(model, ("win_chance",), None))


def _talks(model: ArmsRace, world: World, date: dt.date) -> Iterator[Happening]:
    """Talks reach or leave a framework or a treaty."""
    now = int(world["talks"][0, 0])
    before = model.talks_before
    if now != before and max(now, before) >= TALKS.index("framework"):
        what = f"Talks move from {TALKS[before]} to {TALKS[now]}"
        yield Happening(date, "talks", "region", "", what, reasons_for(model, ("talks_progress",), None))


def _alignments(model: ArmsRace, world: World, date: dt.date) -> Iterator[Happening]:
    """A state takes a step away from its patron."""
    for place, key in enumerate(world.labels["state"]):
        now, before = int(world["rung"][place, 0]), int(model.rung_before[place])
        if now != before:
            name = model.position.titles[key]
            what = f"{name} moves from {RUNGS[before]} to {RUNGS[now]} in its alignment with its patron"
            yield Happening(date, "alliance", key, "", what, reasons_for(model, ("exit_score",), key))


def _entries(model: ArmsRace, world: World, date: dt.date) -> Iterator[Happening]:
    """A supplier begins to sell to a state."""
    entered = (world["presence"][..., 0] > 0) & (model.presence_before <= 0)
    for client, supplier in np.argwhere(entered):
        seller, buyer = world.labels["supplier"][supplier], world.labels["state"][client]
        titles = model.position.titles
        what = f"{titles[seller]} begins to sell arms to {titles[buyer]}"
        yield Happening(
            date, "entry", seller, buyer, what, reasons_for(model, ("willingness",), seller), (int(client),)
        )
