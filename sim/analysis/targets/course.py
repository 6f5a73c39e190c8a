"""Histories by calendar year in one form, whether simulated or on record, so that one formula measures both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import xarray as xr

from sim import observed
from sim.answers import Brief
from sim.engine.blocks import blocks_of, chunks
from sim.engine.chunk import Chunk
from sim.engine.ensemble import play
from sim.engine.record import Record
from sim.engine.soundness import Watchman
from sim.measures.register import STOCK_UNTIL
from sim.measures.runs import without_broken
from sim.model.turn import Game
from sim.model.variables import VARIABLES
from sim.model.world import Array
from sim.observed import arsenal
from sim.results.dataset import dataset_of
from sim.scenario.initial import opening
from sim.study.factors import put_run_by_run
from sim.study.request import ScenarioLike, scenario_of
from sim.study.slots import find_slot
from sim.terminal import progress_bar

DAYS = 365.25
TALKING = (1.0, 3.0)  # codes of talks that are active: talks, framework
CODES = {"operation": 1.0, "campaign": 2.0}  # how fighting is coded
WAR = 2  # intensity from which a year counts as a major war (UCDP/PRIO)


class Uncomputable(ValueError):
    """Why a target cannot be computed, in words for the reader."""


@dataclass(frozen=True, repr=False)
class Course(Brief):
    """Histories of a region, year by year.

    Attributes
    ----------
    years : tuple of int
        Whole calendar years of the window.
    states, origins : tuple of str
        Three-letter codes; an origin without one has its key.
    milex : ndarray
        Spending as a public data set shows it, ``(member, year, state)`` [US$2023 m per yr].
    imports, delivered : ndarray
        Recorded and true deliveries, ``(member, year, origin, state)`` [TIV m].
    waiting : ndarray
        Volume ordered and not yet delivered, mean of the year, ``(member, year, origin, state)`` [TIV m].
    oil : ndarray
        Oil price, ``(member, year)`` [US$ per barrel].
    campaigns, operations : ndarray
        Major wars and smaller fighting begun, ``(member, year)``.
    talking : ndarray
        1 where talks were active in the month before fighting began, else 0, one entry for each outbreak.
    lengths, deaths : dict of str to ndarray
        Days and soldiers killed of single wars, by ``campaign`` and ``operation``.
    clashes : ndarray
        Fatal clashes, ``(member, year)``; on record, 1 for a year with any that were counted.
    """

    years: tuple[int, ...]
    states: tuple[str, ...]
    origins: tuple[str, ...]
    milex: Array
    imports: Array
    delivered: Array
    waiting: Array
    oil: Array
    campaigns: Array
    operations: Array
    talking: Array
    lengths: dict[str, Array]
    deaths: dict[str, Array]
    clashes: Array

    def year(self, *wanted: int) -> list[int]:
        """Return where years stand on the axis of years.

        Raises
        ------
        Uncomputable
            If one of them lies outside the window.
        """
        outside = [str(year) for year in wanted if year not in self.years]
        if outside:
            here = f"{self.years[0]} to {self.years[-1]}" if self.years else "no whole year"
            raise Uncomputable(f"needs {', '.join(outside)}; the scenario simulates {here}")
        return [self.years.index(year) for year in wanted]

    def window(self, first: int, last: int) -> slice:
        """Return the years from first to last, both included."""
        begin, end = self.year(first, last)
        return slice(begin, end + 1)

    def state(self, code: str) -> int:
        """Return where a state stands on the axis of states."""
        return _place(code, self.states, "state")

    def origin(self, code: str) -> int:
        """Return where a supplier stands on the axis of origins."""
        return _place(code, self.origins, "supplier")


def _place(code: str, codes: Sequence[str], kind: str) -> int:
    """Return where a code stands, or say that it is missing."""
    if code not in codes:
        raise Uncomputable(f"the scenario has no {kind} {code}")
    return codes.index(code)


# -- simulated

# Monthly, beyond what every sweep keeps.
WATCHED = ("war_begins", "days_fought", "clashes", "killed", "on_order")


@dataclass
class Watch:
    """Take down what the runs on one game come to, and the months of what no sweep keeps, ``(..., actor, run)``."""

    record: Record
    watchman: Watchman
    months: dict[str, list[Array]] = field(default_factory=lambda: {name: [] for name in WATCHED})

    def __call__(self, game: Game) -> None:
        """Take down one step that has been played."""
        self.record(game)
        if game.step:
            self.watchman(game)
            for name, monthly in self.months.items():
                monthly.append(game.world[name][..., : self.record.runs].copy())


def played(
    scenario: ScenarioLike,
    runs: int,
    seed: int = 0,
    *,
    draws: Mapping[str, Array] | None = None,
    progress: bool = False,
) -> xr.Dataset:
    """Play a scenario in memory with every path kept, and what else the targets ask for; runs that broke are left out.

    `draws` are numbers of the runs' own, ``(draw,)`` by path of the factor.

    Raises
    ------
    Mistake
        If all of them did.
    """
    plain = scenario_of(scenario)
    run_by_run = put_run_by_run(plain, [find_slot(plain, path) for path in draws], draws.values()) if draws else plain
    position = opening(run_by_run, seed)
    kept: list[Chunk] = []
    parts: dict[str, list[Array]] = {name: [] for name in WATCHED}
    with progress_bar(runs, "run", shown=progress) as bar:
        for first, count in chunks(0, runs):
            watch = Watch(Record(position, count, count), Watchman(position.steps))
            play(position, blocks_of(first, count), watch)
            watch.record.keep_only(watch.watchman.sound[:count] & watch.record.finite())
            kept.append(Chunk(first, watch.record, []))
            for name, monthly in watch.months.items():
                parts[name].append(np.stack(monthly))  # (time, ..., actor, run)
            bar.update(count)
    result = dataset_of(replace(position, scenario=plain), kept)
    for name, chunk in parts.items():
        whole = np.concatenate(chunk, -1)
        if VARIABLES[name].actor == "state":
            result[name] = (("time", *VARIABLES[name].axes, "state", "member"), whole)
        else:
            result[name] = (("time", "member"), whole[:, 0])
    return without_broken(result)


def simulated(result: xr.Dataset) -> Course:
    """Return the paths of `played` year by year."""
    time = result["time"].dt.year.values
    per_year = int(result.attrs["steps_per_year"])
    years = [int(year) for year in np.unique(time) if (time == year).sum() == per_year]
    months = [np.flatnonzero(time == year) for year in years]

    def by_year(name: str, *axes: str) -> Array:
        values = result[name].transpose("member", "time", *axes).values.astype(float)
        chunks = [values[:, month].sum(1) for month in months]
        return np.stack(chunks, 1) if chunks else np.zeros((values.shape[0], 0, *values.shape[2:]))

    fought, starts = (result[name].transpose("member", "time").values for name in ("fighting", "war_begins"))
    begun = {code: (fought == code) & (starts > 0.0) for code in CODES.values()}
    return Course(
        years=tuple(years),
        states=tuple(str(code) or str(key) for code, key in _codes(result, "state")),
        origins=tuple(str(code) or str(key) for code, key in _codes(result, "origin")),
        milex=by_year("recorded_milex", "state") / per_year,
        imports=by_year("recorded_deliveries", "origin", "state"),
        delivered=by_year("deliveries", "origin", "state"),
        waiting=by_year("on_order", "origin", "state") / per_year,
        oil=by_year("oil_price") / per_year,
        campaigns=_counted(begun[2.0], months),
        operations=_counted(begun[1.0], months),
        talking=_talking(result, begun[1.0] | begun[2.0]),
        lengths=_of_each_war(result, begun, result["days_fought"]),
        deaths=_of_each_war(result, begun, result["killed"].sum("state")),
        clashes=by_year("clashes"),
    )


def _codes(result: xr.Dataset, axis: str) -> Iterable[tuple[object, object]]:
    """Pair the three-letter code of each actor with its key."""
    return zip(result[f"{axis}_iso3"].values, result[axis].values, strict=True)


def _counted(begun: Array, months: Sequence[Any]) -> Array:
    """Count outbreaks by year, ``(member, year)``."""
    counts = [begun[:, month].sum(1) for month in months]
    return np.stack(counts, 1).astype(float) if counts else np.zeros((begun.shape[0], 0))


def _talking(result: xr.Dataset, begun: Array) -> Array:
    """Return, for each outbreak after the first month, whether talks were active the month before."""
    talks = result["talks"].transpose("member", "time").values[:, :-1]
    active: Array = np.isin(talks, TALKING)[begun[:, 1:]].astype(float)
    return active


def _of_each_war(result: xr.Dataset, begun: dict[float, Any], amount: xr.DataArray) -> dict[str, Array]:
    """Return the sum of an amount over each war, by kind.

    One war is fought at a time, so what happens between two outbreaks belongs to the first. A war that the
    end of the run cuts short counts as it stands.
    """
    starts = begun[1.0] | begun[2.0]
    number = starts.cumsum(1)  # of the war under way or over, from 1; 0 before the first
    runs, wars = starts.shape[0], int(number.max(initial=0)) + 1
    place = np.arange(runs)[:, None] * wars + number
    values = amount.transpose("member", "time").values.astype(float)
    total = np.bincount(place.ravel(), values.ravel(), minlength=runs * wars)
    return {kind: total[place[begun[code]]] for kind, code in CODES.items()}


# -- on record


def recorded(like: Course) -> Course:
    """Return the observed series in the form of a sweep with one member; what is held back or unknown is NaN."""
    years = like.years
    conflict = observed.conflict()
    wars = [event for event in _outbreaks(like.states) if event.date.year in years]
    count = {kind: np.zeros((1, len(years))) for kind in CODES}
    lengths: dict[str, list[float]] = {kind: [] for kind in CODES}
    deaths: dict[str, list[float]] = {kind: [] for kind in CODES}
    for event in wars:
        fight = conflict.get(event.date.year)
        kind = "campaign" if fight is not None and fight.intensity >= WAR else "operation"
        count[kind][0, years.index(event.date.year)] += 1.0
        if fight is not None and fight.deaths is not None:
            deaths[kind].append(fight.deaths)
        end = _ceasefire(event.date, like.states)
        if kind == "campaign" and end is not None:
            lengths[kind].append(float((end - event.date).days))
    oil = observed.oil_price()
    return replace(
        like,
        milex=np.array([[[_spending(code).get(year, np.nan) for code in like.states] for year in years]]),
        imports=_imports(like, years)[None],
        delivered=np.full((1, len(years), len(like.origins), len(like.states)), np.nan),
        waiting=_waiting(like)[None],
        oil=np.array([[oil.get(year, np.nan) for year in years]]),
        campaigns=count["campaign"],
        operations=count["operation"],
        talking=np.zeros(0),
        lengths={kind: np.array(days) for kind, days in lengths.items()},
        deaths={kind: np.array(dead) for kind, dead in deaths.items()},
        clashes=np.array([[float(year in conflict and conflict[year].intensity > 0) for year in years]]),
    )


def _outbreaks(states: Sequence[str]) -> list[observed.Event]:
    """Return the observed outbreaks of fighting between these states."""
    return [event for event in observed.events() if event.kind == "war" and set(event.actors) <= set(states)]


def _ceasefire(after: dt.date, states: Sequence[str]) -> dt.date | None:
    """Return the date of the first ceasefire of these states after a date, within a year."""
    dates = [e.date for e in observed.events() if e.kind == "ceasefire" and set(e.actors) <= set(states)]
    return next((date for date in sorted(dates) if 0 < (date - after).days < DAYS), None)


def _spending(code: str) -> dict[int, float]:
    """Return recorded spending of a state; empty where nothing is recorded."""
    try:
        return observed.annual("military_expenditure", "milex_usd2023_m", code)
    except ValueError:
        return {}


def _lines(code: str) -> tuple[observed.Delivery, ...]:
    """Return the lines of the transfer register on a state; none where nothing is recorded."""
    try:
        return observed.deliveries(code)
    except ValueError:
        return ()


def _transfers(code: str, years: Sequence[int]) -> dict[tuple[int, str], float]:
    """Return recorded deliveries by year and supplier; empty where nothing is recorded."""
    try:
        return arsenal.recorded_by_supplier(code, years)
    except ValueError:
        return {}


def _imports(like: Course, years: Sequence[int]) -> Array:
    """Return recorded deliveries, ``(year, origin, state)`` [TIV m]; NaN after the record ends.

    A supplier without a file of its own counts as ``other``.
    """
    volume = np.zeros((len(years), len(like.origins), len(like.states)))
    rest = like.origins.index(arsenal.OTHER)
    for s, code in enumerate(like.states):
        found = _transfers(code, years)
        for (year, supplier), tiv in found.items():
            o = like.origins.index(supplier) if supplier in like.origins else rest
            volume[years.index(year), o, s] += tiv
    volume[[year > STOCK_UNTIL for year in years]] = np.nan
    return volume


def _waiting(like: Course) -> Array:
    """Return what recorded deliveries had on order in the mean of a year, ``(year, origin, state)`` [TIV m].

    From the middle of the year of the order to that of the delivery; what was to come after the record
    ends is not known, so that its last years hold less than was on order.
    """
    volume = np.zeros((len(like.years), len(like.origins), len(like.states)))
    rest = like.origins.index(arsenal.OTHER)
    years = np.array(like.years)
    for s, code in enumerate(like.states):
        for line in _lines(code):
            o = like.origins.index(line.supplier) if line.supplier in like.origins else rest
            ordered, came = line.order_year + 0.5, line.delivery_year + 0.5
            volume[:, o, s] += line.tiv_m * np.clip(np.minimum(years + 1, came) - np.maximum(years, ordered), 0.0, 1.0)
    return volume


def before(like: Course, years: Sequence[int]) -> Array:
    """Return recorded deliveries of years before the window, ``(year, origin, state)`` [TIV m]."""
    return _imports(like, years)
