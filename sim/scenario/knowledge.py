"""What a scenario knows: all that is on record, or what was known the day before a month, and what it is told later.

A year is known when it is over. What is given later stands in ``given_later``; three sets of it have names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from sim.model.mistakes import Mistake
from sim.model.variables import VARIABLES
from sim.scenario.check_opening import OF_THE_OPENING
from sim.scenario.problems import mistaken, one_of, problems
from sim.scenario.schema import Actor, Event, Figure, Later, Scenario

# What of later months is given nevertheless, from all to nothing.
MODES: Mapping[str, tuple[Later, ...]] = MappingProxyType(
    {
        "timeline": ("oil_price", "output", "exports", "timeline", "orders"),  # everything that the scenario ships
        "inputs": ("oil_price", "output"),
        "nothing": (),
    }
)
GIVEN_AS: Mapping[str, Later] = MappingProxyType({"oil_price": "oil_price", "gdp": "output"})  # inputs on record

Number = TypeVar("Number")


def first_unknown(scenario: Scenario) -> int | None:
    """Return the first calendar year that is not over when knowledge ends; None where it does not end."""
    return int(scenario.as_of[:4]) if scenario.as_of else None


def is_given(scenario: Scenario, what: Later | None) -> bool:
    """Tell whether later months of something are given; None is what is never given later."""
    return scenario.as_of is None or what in scenario.given_later


def known(scenario: Scenario, series: Mapping[int, Number], what: Later | None = None) -> dict[int, Number]:
    """Return the years of a series that a scenario knows: all where later ones are given, else those that are over."""
    ends = first_unknown(scenario)
    return {y: number for y, number in series.items() if ends is None or y < ends or is_given(scenario, what)}


def known_events(scenario: Scenario) -> list[Event]:
    """Return the events of the timeline that a scenario knows, in the order of their dates."""
    known = (e for e in scenario.timeline if is_given(scenario, "timeline") or e.date[:7] < str(scenario.as_of))
    return sorted(known, key=lambda event: event.date)


def knowledge(scenario: Scenario) -> str:
    """Say what a scenario knows.

    Examples
    --------
    >>> from sim.scenario.check import load
    >>> print(knowledge(reopened(load("south_caucasus_2010"), "2014-01", "2018-12", "inputs")))
    knows what was on record before 2014-01; given of later months: oil_price, output ('inputs')
    >>> print(knowledge(load("south_caucasus_2010")))
    knows all that is on record, of later months too
    """
    if scenario.as_of is None:
        return "knows all that is on record, of later months too"
    later = ", ".join(scenario.given_later) or "nothing"
    mode = next((f" ('{name}')" for name, given in MODES.items() if given and {*given} == {*scenario.given_later}), "")
    return f"knows what was on record before {scenario.as_of}; given of later months: {later}{mode}"


def reopened(scenario: Scenario, start: str, end: str, mode: str) -> Scenario:
    """Return a scenario that opens in another month, with what was known the day before.

    What describes one opening alone (a gap of spending, a stated order book) is left out where the month differs; other
    stocks that a scenario states, such as grievance, are kept. Events after the end are left out.

    Parameters
    ----------
    scenario : Scenario
        What is played otherwise.
    start, end : str
        First and last month, YYYY-MM.
    mode : {"timeline", "inputs", "nothing"}
        What of later months is given, see `MODES`.

    Raises
    ------
    Mistake
        If there is no such mode, or no such month. What the record does not reach, `sim.study.factors.objections` says.

    Examples
    --------
    >>> from sim.scenario.check import load
    >>> again = reopened(load("south_caucasus_2010"), "2020-09", "2021-12", "nothing")
    >>> again.as_of, again.given_later, again.steps
    ('2020-09', [], 16)
    """
    if mode not in MODES:
        raise Mistake(f"there is no mode '{mode}'; write {one_of(MODES)}")
    data = scenario.canonical() | {"start": start, "end": end, "as_of": start, "given_later": list(MODES[mode])}
    try:
        again = Scenario.model_validate(data | {"name": scenario.name})
    except ValidationError as error:
        raise mistaken(problems(error, Scenario)) from None
    dated = [*_events_by_year(again), *scenario.timeline]
    update: dict[str, Any] = {"timeline": [event for event in dated if event.date[:7] <= end]}
    for section in ("states", "suppliers", "mediators"):
        update[section] = {key: _moved(actor, scenario, again) for key, actor in getattr(again, section).items()}
    return again.model_copy(update=update | {"region": _moved(again.region, scenario, again)})


def until(scenario: Scenario, end: str) -> Scenario:
    """Return a scenario that ends earlier; events after its end are left out.

    Raises
    ------
    Mistake
        If it would not: a month that is none, before the start or after the end.

    Examples
    --------
    >>> from sim.scenario.check import load
    >>> until(load("south_caucasus_2010"), "2021-12").steps
    144
    """
    try:
        shorter = Scenario.model_validate(scenario.canonical() | {"end": end, "name": scenario.name})
    except ValidationError as error:
        raise mistaken(problems(error, Scenario)) from None
    if end > scenario.end:
        raise Mistake(f"'{scenario.name}' ends in {scenario.end}; write a month before, not {end}")
    return shorter.model_copy(update={"timeline": [event for event in scenario.timeline if event.date[:7] <= end]})


def _events_by_year(scenario: Scenario) -> Iterator[Event]:
    """Yield what figures by year change as events, since a year before the opening has happened."""
    for _, key, actor in scenario.actors():
        for name, figure in actor.quantities.items():
            for year, number in (figure.by_year or {}).items() if VARIABLES[name].kind == "given" else ():
                told = f"{name} of {actor.name} from {year} on"
                rest = figure.model_dump(include={"basis", "source", "because", "claims"})
                yield Event(date=f"{year}-01", what=told, set={name: {key: number}}, **rest)


def _moved(actor: Actor, before: Scenario, now: Scenario) -> Actor:
    """Return an actor's document without figures of another opening, and without figures of years not played."""
    years = range(int(now.start[:4]), int(now.end[:4]) + 1)
    kept = {}
    for name, figure in actor.quantities.items():
        if name in OF_THE_OPENING and before.start != now.start:
            continue
        rest = _without(figure, years if VARIABLES[name].kind != "given" else ())
        if rest is not None:
            kept[name] = rest
    return actor.model_copy(update={"quantities": kept})


def _without(figure: Figure, years: Iterable[int]) -> Figure | None:
    """Return a figure with some of its years only; None where nothing is left of it."""
    if figure.by_year is None:
        return figure
    left = {year: number for year, number in figure.by_year.items() if year in years} or None
    return figure.model_copy(update={"by_year": left}) if left or figure.value is not None else None
