"""One rivalry with a record of its own, foretold again and again: spending, shares of suppliers, outbreaks, deaths.

Refitted at each origin, and held against baselines that know as much.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sim import observed
from sim.analysis.targets.clock import season_push
from sim.measures.register import STOCK_UNTIL
from sim.model.variables import EXTRA_ORIGINS
from sim.model.world import Array
from sim.observed.arsenal import OTHER
from sim.scenario.initial import opening
from sim.scenario.knowledge import MODES
from sim.scenario.schema import Scenario
from sim.terminal import Shown, progress_bar
from sim.validation.baselines import conflict, spending, suppliers
from sim.validation.origins import PARAMETERS, Known, Origin
from sim.validation.records import LAST, market_with_orders, spending_of_states, world_market
from sim.validation.runs import Runs, runs_of
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
    progress: Shown = False,
) -> list[Scored]:
    """Foretell a scenario from each origin in each mode with each set of parameters, and score it beside baselines."""
    rows: list[Scored] = []
    with progress_bar(len(origins) * len(modes) * len(parameters), "forecast", shown=progress) as bar:
        for origin in origins:
            for mode in modes:
                plain = origin.reopened(scenario, mode)
                for name, known in parameters.items():
                    opened, draws = known(plain, origin.year, runs)
                    played = runs_of(opened, runs, seed, draws)
                    rows += _of_model(played, origin, mode, name)
                    bar.update()
                rows += _of_baselines(plain, played, origin, mode)
    return rows


# -- the model


def _of_model(played: Runs, origin: Origin, mode: str, name: str) -> Iterator[Scored]:
    """Yield what the model foretold, scored."""
    pair = "-".join(played.states)
    for column, state in enumerate(played.states):
        for at, year in enumerate(played.years):
            seen = _spent(state).get(year)
            if seen is not None:
                logs = np.log(played.spending[:, at, column])
                yield Question("spending", state, origin.year, year, mode, name, MODEL).number(logs, seen)
        for window in _windows(played.states, origin):
            kept = _sellers(played)
            came = _delivered(played, window)[column]
            foretold = played.deliveries[:, : len(window), kept, column].sum(1)
            told = suppliers.shares(foretold[foretold.sum(-1) > 0.0])
            if np.isfinite(came).all() and len(told) > 1:
                yield Question("shares", state, origin.year, window[-1], mode, name, MODEL).parts(told, came)
    begun = played.outbreaks.sum(0)
    for at, year in enumerate(_years_of_conflict(played.states, origin)):
        chances = chance_of(begun[12 * at : 12 * at + 12], len(played.outbreaks))
        question = Question("outbreaks", pair, origin.year, year, mode, name, MODEL)
        yield question.steps(chances, _outbreaks(played.states, year))
        question = Question("deaths", pair, origin.year, year, mode, name, MODEL)
        yield question.number(np.log(np.maximum(played.killed[:, at], UNCOUNTED)), _deaths(year))


def _spent(state: str) -> dict[int, float]:
    """Return recorded spending of a state, as far as it is scored."""
    spent = observed.annual("military_expenditure", "milex_usd2023_m", state)
    return {year: value for year, value in spent.items() if year <= LAST}


def _windows(states: Sequence[str], origin: Origin) -> list[range]:
    """Return the years whose deliveries are scored together: one window, as long as the record reaches."""
    if not {*states} <= {*observed.recipients()}:
        return []
    window = range(origin.year, min(origin.last, RECORDED_SHARES_END) + 1)
    return [window] if len(window) >= SHORTEST else []


def _sellers(played: Runs) -> Array:
    """Return where on the axis of origins those stand who deliver: arms held before and made at home come from none."""
    own = [name for name in EXTRA_ORIGINS if name != OTHER]
    return np.array([place for place, name in enumerate(played.origins) if name not in own])


def _market(played: Runs) -> suppliers.Market:
    return market_with_orders(played.states, [played.origins[place] for place in _sellers(played)], OTHER)


def _delivered(played: Runs, window: range) -> Array:
    """Return recorded shares of those who deliver, ``(state, seller)``; NaN where nothing is recorded."""
    return suppliers.shares(_market(played).sums(window[0], window[-1]))


# -- the record of fighting


def _years_of_conflict(states: Sequence[str], origin: Origin) -> list[int]:
    """Return the years foretold of which fighting between some states is on record; none where no war of theirs is."""
    return [year for year in origin.years if year <= CONFLICT_END] if _wars(states) else []


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


def _of_baselines(scenario: Scenario, played: Runs, origin: Origin, mode: str) -> Iterator[Scored]:
    """Yield what baselines foretold; those that know something afterwards only in modes that give the same."""
    later = bool(MODES[mode])
    yield from _spending(played.states, origin, mode, later=later)
    yield from _shares(played, origin, mode, later=later)
    yield from _fighting(scenario, played.states, origin, mode)


def _spending(states: Sequence[str], origin: Origin, mode: str, *, later: bool) -> Iterator[Scored]:
    whole = spending_of_states(real_output=True)
    sides = [(NAIVE, spending.NAIVE, whole.before(origin.year))]
    if later:
        sides.append((INFORMED, spending.INFORMED, whole.before(origin.year, inputs_given=True)))
    for kind, forecasts, known in sides:
        for name, forecast in forecasts.items():
            for state in states:
                for year, seen in _spent(state).items():
                    told = forecast(known, state, year) if year in origin.years else None
                    if told is not None:
                        yield Question("spending", state, origin.year, year, mode, name, kind).number(told, seen)


def _shares(played: Runs, origin: Origin, mode: str, *, later: bool) -> Iterator[Scored]:
    centres = [(NAIVE, name, centre) for name, centre in suppliers.NAIVE.items()]
    if later:
        informed = {**suppliers.INFORMED, **suppliers.WITH_ORDERS}
        centres += [(INFORMED, name, centre) for name, centre in informed.items()]
    for window in _windows(played.states, origin):
        market = _market(played)
        for kind, name, centre in centres:
            known = market if kind == INFORMED else market.before(origin.year)
            like = suppliers.first_year_known if centre is suppliers.order_book else centre
            told = suppliers.foretold(
                known, centre, origin.year, len(window), like=world_market(origin.year), as_centre=like
            )
            for column, state in enumerate(played.states):
                came = _delivered(played, window)[column]
                if np.isfinite(came).all():
                    question = Question("shares", state, origin.year, window[-1], mode, name, kind)
                    yield question.parts(told[:, column], came)


def _fighting(scenario: Scenario, states: Sequence[str], origin: Origin, mode: str) -> Iterator[Scored]:
    """Yield hazards and yearly counts, from the ceasefire before the origin on."""
    pair = "-".join(states)
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
    for at, year in enumerate(_years_of_conflict(states, origin)):
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
