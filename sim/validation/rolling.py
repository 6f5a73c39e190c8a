"""One rivalry with a record of its own, foretold again and again: spending, shares of suppliers, outbreaks, deaths.

Refitted at each origin, and held against baselines that know as much.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import xarray as xr

from sim import observed
from sim.analysis.targets.clock import season_push
from sim.analysis.targets.course import Course, played, recorded, simulated
from sim.measures.register import STOCK_UNTIL
from sim.model.variables import EXTRA_ORIGINS
from sim.model.world import Array
from sim.observed.arsenal import OTHER
from sim.scenario.initial import opening
from sim.scenario.knowledge import MODES
from sim.scenario.schema import Scenario
from sim.terminal import progress_bar
from sim.validation.baselines import conflict, spending, suppliers
from sim.validation.origins import PARAMETERS, Known, Origin
from sim.validation.records import LAST, market_with_orders, spending_of_states, world_market
from sim.validation.scored import INFORMED, MODEL, NAIVE, Question, Scored
from sim.validation.scores import chance_of

SHORTEST = 3  # years of deliveries together: single ones jump
RECORDED_SHARES_END = STOCK_UNTIL - 1  # what one large supplier delivers later is not on record
CONFLICT_END = 2024
UNCOUNTED = 25.0  # battle deaths of a year below which nothing is counted
MONTH = 1.0 / 12.0


def rolled(
    scenario: Scenario,
    origins: Sequence[Origin],
    modes: Sequence[str],
    runs: int,
    *,
    seed: int = 0,
    parameters: Mapping[str, Known] = PARAMETERS,
    progress: bool = False,
) -> list[Scored]:
    """Foretell a scenario from each origin in each mode with each set of parameters, and score it beside baselines."""
    rows: list[Scored] = []
    with progress_bar(len(origins) * len(modes) * len(parameters), "forecast", shown=progress) as bar:
        for origin in origins:
            for mode in modes:
                plain = origin.reopened(scenario, mode)
                for name, known in parameters.items():
                    opened, draws = known(plain, origin.year, runs)
                    result = played(opened, runs, seed, draws=draws)
                    rows += _of_model(result, origin, mode, name)
                    bar.update()
                rows += _of_baselines(plain, simulated(result), origin, mode)
    return rows


# -- the model


def _of_model(result: xr.Dataset, origin: Origin, mode: str, name: str) -> Iterator[Scored]:
    """Yield what the model foretold, scored."""
    course = simulated(result)
    record, pair = recorded(course), "-".join(course.states)
    for column, state in enumerate(course.states):
        for at, year in enumerate(course.years):
            seen = record.milex[0, at, column]
            if year <= LAST and np.isfinite(seen):
                logs = np.log(course.milex[:, at, column])
                yield Question("spending", state, origin.year, year, mode, name, MODEL).number(logs, float(seen))
        for window in _windows(origin):
            kept, (came, foretold) = _sellers(course), _both_shares(record, course, window, column)
            if came is not None:
                question = Question("shares", state, origin.year, window[-1], mode, name, MODEL)
                yield question.parts(foretold[:, kept], came[kept])
    runs = result.sizes["member"]
    begun = (result["war_begins"].transpose("time", "member").values > 0.0).sum(1)
    dead = _by_year(result["killed"].sum("state").transpose("member", "time").values)
    for at, year in enumerate(origin.years):
        if year > CONFLICT_END:
            break
        months = slice(12 * at, 12 * at + 12)
        question = Question("outbreaks", pair, origin.year, year, mode, name, MODEL)
        yield question.steps(chance_of(begun[months], runs), _outbreaks(course.states, year))
        question = Question("deaths", pair, origin.year, year, mode, name, MODEL)
        yield question.number(np.log(np.maximum(dead[:, at], UNCOUNTED)), _deaths(year))


def _by_year(months: Array) -> Array:
    """Return sums over calendar years of ``(member, month)``."""
    sums: Array = months.reshape(len(months), -1, 12).sum(-1)
    return sums


def _windows(origin: Origin) -> list[range]:
    """Return the years whose deliveries are scored together: one window, as long as the record reaches."""
    window = range(origin.year, min(origin.last, RECORDED_SHARES_END) + 1)
    return [window] if len(window) >= SHORTEST else []


def _sellers(course: Course) -> Array:
    """Return where on the axis of origins those stand who deliver: arms held before and made at home come from none."""
    own = [name for name in EXTRA_ORIGINS if name != OTHER]
    return np.array([place for place, name in enumerate(course.origins) if name not in own])


def _both_shares(record: Course, course: Course, window: range, column: int) -> tuple[Array | None, Array]:
    """Return recorded and foretold shares of origins in the deliveries of some years; None where none are recorded."""
    at, kept = course.window(window[0], window[-1]), _sellers(course)
    volumes = []
    for side in (record, course):
        volume = np.zeros((side.imports.shape[0], len(course.origins)))
        volume[:, kept] = side.imports[:, at, :, column].sum(1)[:, kept]
        volumes.append(suppliers.shares(volume))
    came, foretold = volumes[0][0], volumes[1]
    return (came if np.isfinite(came).all() else None), foretold[np.isfinite(foretold).all(-1)]


# -- the record of fighting


def _outbreaks(states: Sequence[str], year: int) -> Array:
    """Return in which months of a year fighting began, ``(month,)``."""
    months = np.zeros(12)
    for event in _wars(states):
        if event.date.year == year:
            months[event.date.month - 1] = 1.0
    return months


def _wars(states: Sequence[str]) -> list[observed.Event]:
    return [event for event in observed.events() if event.kind == "war" and set(event.actors) <= set(states)]


def _deaths(year: int) -> float:
    """Return battle deaths of a year; fewer than are counted are told as the least that is."""
    fight = observed.conflict().get(year)
    return max(fight.deaths or UNCOUNTED, UNCOUNTED) if fight else UNCOUNTED


# -- baselines


def _of_baselines(scenario: Scenario, course: Course, origin: Origin, mode: str) -> Iterator[Scored]:
    """Yield what baselines foretold; those that know something afterwards only in modes that give the same."""
    later = bool(MODES[mode])
    yield from _spending(course, origin, mode, later=later)
    yield from _shares(course, origin, mode, later=later)
    yield from _fighting(scenario, course, origin, mode)


def _spending(course: Course, origin: Origin, mode: str, *, later: bool) -> Iterator[Scored]:
    whole = spending_of_states(real_output=True)
    sides = [(NAIVE, spending.NAIVE, whole.before(origin.year))]
    if later:
        sides.append((INFORMED, spending.INFORMED, whole.before(origin.year, inputs_given=True)))
    record = recorded(course)
    for kind, forecasts, known in sides:
        for name, forecast in forecasts.items():
            for column, state in enumerate(course.states):
                for at, year in enumerate(course.years):
                    seen = record.milex[0, at, column]
                    told = forecast(known, state, year) if year <= LAST and np.isfinite(seen) else None
                    if told is not None:
                        yield Question("spending", state, origin.year, year, mode, name, kind).number(told, float(seen))


def _shares(course: Course, origin: Origin, mode: str, *, later: bool) -> Iterator[Scored]:
    kept, record = _sellers(course), recorded(course)
    market = market_with_orders(course.states, [course.origins[place] for place in kept], OTHER)
    centres = [(NAIVE, name, centre) for name, centre in suppliers.NAIVE.items()]
    if later:
        informed = {**suppliers.INFORMED, **suppliers.WITH_ORDERS}
        centres += [(INFORMED, name, centre) for name, centre in informed.items()]
    for window in _windows(origin):
        for kind, name, centre in centres:
            known = market if kind == INFORMED else market.before(origin.year)
            like = suppliers.first_year_known if centre is suppliers.order_book else centre
            told = suppliers.foretold(known, centre, origin.year, len(window), like=world_market(), as_centre=like)
            for column, state in enumerate(course.states):
                came, _ = _both_shares(record, course, window, column)
                if came is not None:
                    question = Question("shares", state, origin.year, window[-1], mode, name, kind)
                    yield question.parts(told[:, column], came[kept])


def _fighting(scenario: Scenario, course: Course, origin: Origin, mode: str) -> Iterator[Scored]:
    """Yield hazards and yearly counts, from the ceasefire before the origin on."""
    states, pair = course.states, "-".join(course.states)
    quiet_since = _ceasefire(states, origin.year)
    past = origin.year - quiet_since
    ages = [origin.year - _in_years(event) for event in _wars(states) if quiet_since < _in_years(event) < origin.year]
    months = 12 * origin.ahead
    season = season_push(opening(scenario), months)
    hazards = {
        "constant hazard": conflict.constant_hazard(len(ages), past, months, MONTH),
        "constant hazard by season": conflict.seasonal_hazard(len(ages), past, season, MONTH),
        "rising hazard by season": conflict.rising_hazard(ages, past, season, MONTH),
    }
    counted = np.array([_deaths(year) for year in sorted(observed.conflict()) if year < origin.year])
    counts = conflict.negative_binomial(counted - UNCOUNTED)
    last = np.array([_deaths(origin.year - back) for back in range(1, 6)])
    deaths = {"negative binomial": counts, "last five years": np.repeat(last - UNCOUNTED, 80)}
    for at, year in enumerate(year for year in origin.years if year <= CONFLICT_END):
        for name, chances in hazards.items():
            question = Question("outbreaks", pair, origin.year, year, mode, name, NAIVE)
            yield question.steps(chances[12 * at : 12 * at + 12], _outbreaks(states, year))
        for name, sample in deaths.items():
            question = Question("deaths", pair, origin.year, year, mode, name, NAIVE)
            yield question.number(np.log(sample + UNCOUNTED), _deaths(year))


def _in_years(event: observed.Event) -> float:
    return event.date.year + (event.date.timetuple().tm_yday - 1) / 365.25


def _ceasefire(states: Sequence[str], year: int) -> float:
    """Return when the first ceasefire on record between some states began [yr]."""
    dates = [
        _in_years(event)
        for event in observed.events()
        if event.kind == "ceasefire" and set(event.actors) <= set(states) and event.date.year < year
    ]
    return min(dates, default=year - 20.0)
