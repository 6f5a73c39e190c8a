"""Changes to come: which givens change at the beginning of which step, from calendar, inputs and timeline."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from sim import observed
from sim.model.variables import VARIABLES, Variable
from sim.model.world import Array
from sim.scenario.knowledge import GIVEN_AS, first_unknown, known, known_events
from sim.scenario.orders import Labels
from sim.scenario.record import first_year
from sim.scenario.schema import Event, Figure, Scenario, day

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# Inputs that exist as an observed series with a flag that says where it is known.
OBSERVED_TWINS = {"oil_price": "region", "gdp": "state", "oil_revenue": "state"}

EXPORT_YEARS = 5  # `export_volume` on record is a mean of so many years, as volumes of single years jump

Edit = tuple[int, str, str, Any]  # step, quantity, actor, number or numbers by label


def coming_changes(scenario: Scenario, labels: Labels, arrays: Mapping[str, Array]) -> dict[int, dict[str, Array]]:
    """Return, by step, the givens that change at its beginning: calendar, inputs, events in order."""
    current = {name: array for name, array in arrays.items() if VARIABLES[name].kind == "given"}
    edits: dict[int, list[tuple[str, str, Any]]] = {}
    for step, name, actor, value in (*_calendar(scenario), *_inputs(scenario), *events(scenario)):
        edits.setdefault(step, []).append((name, actor, value))
    changes: dict[int, dict[str, Array]] = {}
    for step in sorted(edits):
        fresh: dict[str, Array] = {}
        for name, actor, value in edits[step]:
            fresh.setdefault(name, current[name].copy())
            place(fresh, labels, VARIABLES[name], actor, value)
        current.update(fresh)
        if 0 <= step < scenario.steps:
            changes[step] = fresh
    return changes


def place(
    arrays: dict[str, Array],
    labels: Labels,
    variable: Variable,
    actor: str,
    figure: Figure | float | Mapping[str, float],
) -> None:
    """Write figures of one actor into an opening array, which a sample of numbers gives a run axis."""
    whole: Any = figure.value if isinstance(figure, Figure) else None if isinstance(figure, Mapping) else figure
    by_label = figure.values or {} if isinstance(figure, Figure) else figure if isinstance(figure, Mapping) else {}
    for number in (whole, *by_label.values()):
        if np.ndim(number):
            widen(arrays, variable.name, np.size(number))
    target = arrays[variable.name][..., labels[variable.actor].index(actor), :]
    if whole is not None:
        target[...] = whole
    for label, number in by_label.items():
        target[labels[variable.axes[0]].index(label)] = number


def widen(arrays: dict[str, Array], name: str, runs: int) -> None:
    """Give an opening array a run axis, if it has none yet."""
    if arrays[name].shape[-1] == 1 < runs:
        arrays[name] = np.repeat(arrays[name], runs, axis=-1)


def step_of(scenario: Scenario, when: dt.date) -> int:
    """Return the step a date falls into (may lie outside the horizon)."""
    year, month = map(int, scenario.start.split("-"))
    per_month = scenario.steps_per_year // 12
    within = (when.day - 1) * per_month // 31
    return (12 * (when.year - year) + when.month - month) * per_month + within


def date_of(scenario: Scenario, step: int) -> dt.date:
    """Return the first day of a step: dated so, an event falls into it, short months of very many steps aside."""
    per_month = scenario.steps_per_year // 12
    months, within = divmod(step, per_month)
    year, month = map(int, scenario.start.split("-"))
    year, month = year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1
    latest = calendar.monthrange(year, month)[1] - (per_month - 1 - within)  # each later step has a day too
    return dt.date(year, month, min(-(-31 * within // per_month) + 1, latest))


def _calendar(scenario: Scenario) -> Iterator[Edit]:
    """Yield the flags of January and of a new year, and the season."""
    season = scenario.region.season
    for step in range(scenario.steps):
        months = step * 12 // scenario.steps_per_year
        month = (int(scenario.start[5:]) - 1 + months) % 12
        first = step * 12 % scenario.steps_per_year == 0
        january = month == 0 and first
        yield step, "january", "region", float(january)
        yield step, "new_year", "region", float(january and step > 0)
        if season is not None and season.values and first:
            yield step, "season", "region", season.values.get(MONTHS[month], 0.0)


def _inputs(scenario: Scenario) -> Iterator[Edit]:
    """Yield observed series year by year, and figures given by year; both hold from January on."""
    for name, actor, by_year in _series(scenario):
        opens, last = first_year(scenario), max(by_year, default=0)
        for year in range(opens, int(scenario.end[:4]) + 1):
            step = max(step_of(scenario, dt.date(year, 1, 1)), 0)
            seen = year in by_year
            if seen:
                yield step, f"{name}_observed", actor, by_year[year]
            if seen or year == last + 1 or year == opens:
                yield step, f"{name}_known", actor, float(seen)
    yield from _exports(scenario)
    for _, actor, document in scenario.actors():
        for name, figure in document.quantities.items():
            if figure.by_year and name not in OBSERVED_TWINS:
                for year, number in known(scenario, figure.by_year, "timeline").items():
                    step = step_of(scenario, dt.date(year, 1, 1))
                    yield max(step, 0) if year == first_year(scenario) else step, name, actor, number


def _exports(scenario: Scenario) -> Iterator[Edit]:
    """Yield what suppliers exported to others than the states: means of the five years before each year."""
    states = [state.iso3 for state in scenario.states.values() if state.iso3]
    for key, supplier in scenario.suppliers.items():
        if supplier.iso3 and "exports" in supplier.from_record:
            volume = known(scenario, observed.exports_to_others(supplier.iso3, states), "exports")
            for year in range(first_year(scenario), int(scenario.end[:4]) + 1):
                lately = [volume[y] for y in range(year - EXPORT_YEARS, year) if y in volume]
                if year - 1 in volume:
                    yield max(step_of(scenario, dt.date(year, 1, 1)), 0), "export_volume", key, float(np.mean(lately))


def _series(scenario: Scenario) -> Iterator[tuple[str, str, dict[int, float]]]:
    """Yield quantity, actor and the years in which it is given, the scenario's figures on top of the record.

    Of years that a scenario does not know oil revenue is never given: the books go on with it.
    """
    for name, kind in OBSERVED_TWINS.items():
        for of_kind, key, actor in scenario.actors():
            if of_kind == kind:
                figure = actor.quantities.get(name)
                stated = (figure.by_year if figure else None) or {}
                recorded = _recorded(name, actor, first_unknown(scenario))
                years = known(scenario, {**recorded, **stated}, GIVEN_AS.get(name))
                if years:
                    yield name, key, years


def _recorded(name: str, actor: Any, before: int | None) -> dict[int, float]:
    """Return the observed series an actor asks for."""
    if name == "oil_price":
        return observed.oil_price() if "oil_price" in actor.from_record else {}
    if actor.iso3 and name == "gdp" and "economy" in actor.from_record:
        return observed.gdp_usd2023(actor.iso3, before)
    if actor.iso3 and name == "oil_revenue" and "oil_revenue" in actor.from_record:
        return observed.oil_revenue_usd2023(actor.iso3, before)
    return {}


def events(scenario: Scenario) -> Iterator[Edit]:
    """Yield what the timeline changes, as far as it is known, in the order of its dates."""
    for event in known_events(scenario):
        for name, change in event.set.items():
            for actor, value in change.items():
                yield step_of(scenario, day(event.date)), name, actor, value


def overwriting(scenario: Scenario, actor: str, name: str, label: str = "") -> Event | None:
    """Return the first event that sets a quantity of an actor, or one label of it, so that what stood there is lost."""
    for event in known_events(scenario):
        change = event.set.get(name, {}).get(actor)
        if change is not None and (not isinstance(change, dict) or label in change):
            return event
    return None


def is_history(scenario: Scenario, event: Event) -> bool:
    """Whether an event has happened when the scenario opens."""
    return step_of(scenario, day(event.date)) <= 0
