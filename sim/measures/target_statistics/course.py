"""Histories by calendar year in one form, whether simulated or on record, so that one formula measures both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim import observed
from sim.answers import Brief
from sim.engine.yearly import SCALES, WARS, Yearly
from sim.measures.register import STOCK_UNTIL, recorded_outbreaks, recorded_scale
from sim.measures.target_statistics import facts
from sim.model.world import Array
from sim.observed import arsenal

DAYS = 365.25


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
        1 where talks were active in the month before fighting began, else 0, ``(member, war)``: of the first outbreaks
        of each history; NaN where there is none.
    lengths, deaths : dict of str to ndarray
        Days and soldiers killed of the same outbreaks, by ``campaign`` and ``operation``, ``(member, war)``; NaN where
        one is of the other kind. One war is fought at a time, so what happens between two belongs to the first.
    losses : dict of str to ndarray
        Soldiers killed of each state in the same outbreaks, ``(member, war, state)``; on record, as each state says.
    gathered : dict of str to ndarray
        What came a month up to the same outbreaks as a part of it and what is usual, a half where it is as usual,
        ``(member, war, origin, state)``; on record, exports.
    flights : ndarray
        Cargo flights, ``(member, year, supplier, state)``; suppliers are the first origins.
    signed, owed : ndarray
        Money of contracts signed in the year, and not yet paid in its August, ``(member, year, origin, state)``
        [US$2023 m]. A sum on record that was told to date stands in its last year.
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
    losses: dict[str, Array]
    gathered: dict[str, Array]
    flights: Array
    signed: Array
    owed: Array
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


def blank(years: tuple[int, ...], states: tuple[str, ...], origins: tuple[str, ...]) -> Course:
    """Return one history of which nothing is known."""
    each = (1, len(years), len(origins), len(states))
    of_year, of_war = np.full(each[:2], np.nan), np.full((1, WARS), np.nan)
    of_state, of_origin = np.full((1, len(years), len(states)), np.nan), np.full(each, np.nan)
    by_scale, of_side, of_supply = (
        dict.fromkeys(SCALES, np.full((1, WARS, *rest), np.nan)) for rest in ((), each[3:], each[2:])
    )
    return Course(
        years, states, origins, milex=of_state, imports=of_origin, delivered=of_origin, waiting=of_origin, oil=of_year,
        campaigns=of_year, operations=of_year, talking=of_war, lengths=by_scale, deaths=by_scale, losses=of_side,
        gathered=of_supply, flights=of_origin, signed=of_origin, owed=of_origin, clashes=of_year,
    )  # fmt: skip


def simulated(like: Course, yearly: Yearly) -> Course:
    """Return runs as they were taken down while they were played."""
    total = {name: np.moveaxis(array, -1, 0) for name, array in yearly.sums.items()}  # (member, year, ..., actor)
    per_year = yearly.per_year

    def of_each(amount: Array) -> dict[str, Array]:
        war, *rest, run = amount.shape
        scale = yearly.scale.reshape(war, *[1] * len(rest), run)
        return {kind: np.moveaxis(np.where(scale == code, amount, np.nan), -1, 0) for kind, code in SCALES.items()}

    return replace(
        like,
        milex=total["recorded_milex"] / per_year,
        imports=total["recorded_deliveries"],
        delivered=total["deliveries"],
        waiting=total["on_order"] / per_year,
        oil=total["oil_price"][..., 0] / per_year,
        campaigns=yearly.begun["campaign"].T,
        operations=yearly.begun["operation"].T,
        talking=yearly.talking.T,
        lengths=of_each(yearly.days),
        deaths=of_each(yearly.killed.sum(1)),
        losses=of_each(yearly.killed),
        gathered=of_each(yearly.gathered),
        flights=total["flights"],
        signed=np.moveaxis(yearly.signed, -1, 0),
        owed=np.moveaxis(yearly.owed, -1, 0),
        clashes=total["clashes"][..., 0],
    )


# -- on record


def recorded(like: Course) -> Course:
    """Return the observed series in the form of a sweep with one member; what is held back or unknown is NaN."""
    years = like.years
    conflict = observed.conflict()
    wars = [event for event in recorded_outbreaks(like.states) if event.date.year in years]
    count = {kind: np.zeros((1, len(years))) for kind in SCALES}
    each = (len(like.origins), len(like.states))
    lengths, deaths, losses, gathered = (
        {kind: np.full((1, WARS, *rest), np.nan) for kind in SCALES} for rest in ((), (), each[1:], each)
    )
    for place, event in enumerate(wars):
        fight, kind = conflict.get(event.date.year), recorded_scale(event)
        count[kind][0, years.index(event.date.year)] += 1.0
        if place >= WARS:
            continue
        losses[kind][0, place] = facts.losses(like.states, event.date.year)
        gathered[kind][0, place] = facts.gathered(like.origins, like.states, event.date)
        if fight is not None and fight.deaths is not None:
            deaths[kind][0, place] = fight.deaths
        end = _ceasefire(event.date, like.states)
        if kind == "campaign" and end is not None:
            lengths[kind][0, place] = float((end - event.date).days)
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
        talking=np.full((1, WARS), np.nan),
        lengths=lengths,
        deaths=deaths,
        losses=losses,
        gathered=gathered,
        flights=facts.flights(years, like.origins, like.states)[None],
        signed=facts.contracts("cumulative_contract_value_stated", years, like.origins, like.states)[None],
        owed=facts.contracts("open_order_value", years, like.origins, like.states)[None],
        clashes=np.array([[float(year in conflict and conflict[year].intensity > 0) for year in years]]),
    )


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
