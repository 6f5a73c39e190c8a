"""Targets on deliveries and the arms held, by recorded volume."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim import observed
from sim.measures.register import DECAYS, INHERITED, STOCK_FROM
from sim.measures.target_statistics.course import Course, before
from sim.model.world import Array

DECAY, INHERITANCE = DECAYS[len(DECAYS) // 2], INHERITED[len(INHERITED) // 2]  # [per yr], [TIV m]: central


def _volume(course: Course, state: str, window: Sequence[int]) -> Array:
    """Return recorded deliveries to a state in a window, ``(member, origin)`` [TIV m]."""
    volume: Array = course.imports[:, course.window(*window), :, course.state(state)].sum(1)
    return volume


def _over(part: Array, whole: Array) -> Array:
    """Divide, NaN where there is nothing to divide by."""
    share: Array = part / np.where(whole > 0.0, whole, np.nan)
    return share


def share(course: Course, state: str, supplier: str, window: Sequence[int]) -> Array:
    """Return a supplier's share in the recorded deliveries to a state in a window."""
    volume = _volume(course, state, window)
    return _over(volume[:, course.origin(supplier)], volume.sum(1))


def export_share(course: Course, state: str, supplier: str, window: Sequence[int]) -> Array:
    """Return a state's share in all recorded exports of a supplier; exports to others are those on record."""
    years = range(window[0], window[1] + 1)
    to_state = _volume(course, state, window)[:, course.origin(supplier)]
    exports = observed.exports(supplier)
    lines = observed.deliveries(state)
    known = sum(line.tiv_m for line in lines if line.supplier == supplier and line.delivery_year in years)
    others = sum(exports.get(year, 0.0) for year in years) - known
    return to_state / (to_state + others)


def concentration(course: Course, state: str, window: Sequence[int]) -> Array:
    """Return the Herfindahl index of the origins of recorded deliveries in a window."""
    volume = _volume(course, state, window)
    answer: Array = (_over(volume, volume.sum(1, keepdims=True)) ** 2).sum(1)
    return answer


def import_ratio(course: Course, state: str, rival: str, window: Sequence[int]) -> Array:
    """Return recorded deliveries to a state over those to its rival in a window."""
    return _over(_volume(course, state, window).sum(1), _volume(course, rival, window).sum(1))


def lag(course: Course, state: str, supplier: str, window: Sequence[int]) -> Array:
    """Return the mean time from order to delivery of a unit of arms [yr], by Little's law.

    What waits on the average is what comes in a year times how long it waits (Little 1961).
    """
    when, o, s = course.window(*window), course.origin(supplier), course.state(state)
    coming = course.imports if np.isnan(course.delivered).all() else course.delivered
    return _over(course.waiting[:, when, o, s].sum(1), coming[:, when, o, s].sum(1))


def _held(course: Course, state: str, year: int) -> Array:
    """Return what recorded deliveries left at 1 January, ``(member, origin)`` [TIV m].

    Deliveries before the window are those on record; all age alike (`sim.measures.register.DECAYS`, central).
    """
    course.year(year - 1)
    start, s = course.years[0], course.state(state)
    early = range(STOCK_FROM, start)
    age = np.exp(-DECAY * (year - 0.5 - np.array(early)))
    past = (before(course, early)[:, :, s] * age[:, None]).sum(0)
    late = np.array(range(start, year))
    recent = (course.imports[:, : len(late), :, s] * np.exp(-DECAY * (year - 0.5 - late))[:, None]).sum(1)
    held: Array = past + recent
    return held


def stock_share(course: Course, state: str, supplier: str, year: int) -> Array:
    """Return a supplier's share in what recorded deliveries left at 1 January of a year."""
    held = _held(course, state, year)
    answer: Array = held[:, course.origin(supplier)] / held.sum(1)
    return answer


def stock_concentration(course: Course, state: str, year: int) -> Array:
    """Return the Herfindahl index of the origins of what recorded deliveries left at 1 January."""
    held = _held(course, state, year)
    part = held / held.sum(1, keepdims=True)
    answer: Array = (part * part).sum(1)
    return answer


def stock_ratio(course: Course, state: str, rival: str, year: int) -> Array:
    """Return the ratio of import-fed stocks at 1 January, with an equal inheritance on either side."""
    left = INHERITANCE * np.exp(-DECAY * (year - STOCK_FROM))
    own, other = (_held(course, code, year).sum(1) + left for code in (state, rival))
    answer: Array = own / other
    return answer


def stock_peak(course: Course, state: str, rival: str, window: Sequence[int]) -> Array:
    """Return the year at the beginning of which the ratio of import-fed stocks is highest."""
    years = np.arange(window[0], window[1] + 1)
    ratios = np.stack([stock_ratio(course, state, rival, int(year)) for year in years])
    answer: Array = years[ratios.argmax(0)].astype(float)
    return answer


def war_year(course: Course, state: str, last: int) -> Array:
    """Return recorded deliveries in the year of the first major war over the yearly mean, where one came by then."""
    stop = course.year(last)[0]
    volume = course.imports[:, : stop + 1, :, course.state(state)].sum(2)
    fought = course.campaigns[:, : stop + 1] > 0
    at = fought.argmax(1)
    ratio = _over(volume[np.arange(len(at)), at], volume.mean(1))
    return np.where(fought.any(1), ratio, np.nan)


def seen_share(course: Course, state: str, supplier: str, window: Sequence[int]) -> Array:
    """Return the share of true deliveries that a register shows; nothing shown is 0, whatever was delivered."""
    when, o, s = course.window(*window), course.origin(supplier), course.state(state)
    shown, true = (ledger[:, when, o, s].sum(1) for ledger in (course.imports, course.delivered))
    return np.where(shown == 0.0, 0.0, _over(shown, true))


def first_delivery(course: Course, state: str, supplier: str, last: int) -> Array:
    """Return the year of the first recorded delivery of a supplier up to a year, where there is one."""
    stop = course.year(last)[0]
    there = course.imports[:, : stop + 1, course.origin(supplier), course.state(state)] > 0.0
    return np.where(there.any(1), np.array(course.years)[there.argmax(1)], np.nan)
