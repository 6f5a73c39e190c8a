"""Decisions of persons: does somebody decide what such an actor can decide, in months that are played, once?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from sim.model.mistakes import Mistake, suggest
from sim.model.seats import DECIDABLE
from sim.model.variables import VARIABLES
from sim.scenario.check_numbers import Labels, a, bounds, labelled
from sim.scenario.document import Document, Place, Problem
from sim.scenario.problems import one_of
from sim.scenario.schema import Decision, Scenario


def decisions(document: Document, scenario: Scenario, labels: Labels) -> Iterator[Problem]:
    """Yield every problem of the decisions of a scenario."""
    for index, decision in enumerate(scenario.decisions):
        here: Place = ("decisions", index)
        yield from _months(document, here, decision, scenario)
        wrong = list(_what(document, here, decision, scenario, labels))
        yield from wrong
        if not wrong:
            yield from _once(document, here, decision, scenario.decisions[:index])


def with_decision(scenario: Scenario, document: dict[str, Any]) -> Scenario:
    """Return a scenario with one more decision.

    Raises
    ------
    Mistake
        If it is none that can be taken.
    """
    try:
        decision = Decision.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = str(first["loc"][0]) if first["loc"] else "decision"
        raise Mistake(f"{where}: {first['msg']}; write it as in a scenario's 'decisions'") from None
    more = scenario.model_copy(update={"decisions": [*scenario.decisions, decision]})
    for problem in decisions(Document({}, {}, scenario.name), more, more.labels()):
        raise Mistake(problem.message)
    return more


def _months(document: Document, here: Place, decision: Decision, scenario: Scenario) -> Iterator[Problem]:
    """A decision holds for months of the run."""
    for key, month in (("from", decision.since), ("until", decision.until)):
        if not scenario.start <= month <= scenario.end:
            message = f"{month} is not played; write a month from {scenario.start} to {scenario.end}"
            yield document.problem((*here, key), message)
    if decision.until < decision.since:
        message = f"{decision.until} is before {decision.since}; exchange 'from' and 'until'"
        yield document.problem((*here, "until"), message)


def _what(document: Document, here: Place, decision: Decision, scenario: Scenario, labels: Labels) -> Iterator[Problem]:
    """An actor decides what actors of its kind decide, by labels that exist, within bounds."""
    kinds = {key: kind for kind, key, _ in scenario.actors()}
    kind, name = kinds.get(decision.actor), decision.decides
    if kind is None:
        hint = suggest(decision.actor, kinds) or f"; write {one_of(list(kinds))}"
        yield document.problem((*here, "actor"), f"unknown actor '{decision.actor}'{hint}")
        return
    theirs = [quantity for quantity in DECIDABLE if VARIABLES[quantity].actor == kind]
    if name not in theirs:
        remedy = f"write {one_of(theirs)}" if theirs else "remove this"
        yield document.problem((*here, "decides"), f"'{name}' is not for {a(kind)} to decide; {remedy}")
        return
    variable, value, at = VARIABLES[name], decision.value, (*here, "value")
    if isinstance(value, dict):
        if not value:
            yield document.problem(at, "nothing is decided; write a number, or a number by label")
        yield from labelled(document, at, value, variable, labels)
        for label, number in value.items():
            yield from bounds(document, (*at, label), number, variable)
    else:
        yield from bounds(document, at, value, variable)


def _once(document: Document, here: Place, decision: Decision, earlier: list[Decision]) -> Iterator[Problem]:
    """Nothing is decided twice for the same month."""
    for other in earlier:
        together = other.since <= decision.until and decision.since <= other.until
        if together and (other.actor, other.decides) == (decision.actor, decision.decides):
            mine, theirs = (set(one.value) if isinstance(one.value, dict) else None for one in (decision, other))
            if mine is None or theirs is None or mine & theirs:
                message = (
                    f"'{decision.actor}' has already decided '{decision.decides}' from {other.since} to {other.until}; "
                    "remove one, or give them different months"
                )
                yield document.problem(here, message)
