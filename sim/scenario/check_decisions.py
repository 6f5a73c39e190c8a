"""Decisions of persons: does somebody decide what such an actor can decide, in months that are played, once?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from sim.model.mistakes import Mistake, suggest
from sim.model.seats import DECIDABLE
from sim.model.variables import Variable
from sim.scenario.check_numbers import WORDS, Labels, a, bounds, labelled
from sim.scenario.document import Document, Place, Problem
from sim.scenario.problems import one_of
from sim.scenario.schema import Decision, Scenario

ROUNDING = 0.005  # shares written with two digits may miss their whole by so much


def decisions(document: Document, scenario: Scenario, labels: Labels) -> Iterator[Problem]:
    """Yield every problem of the decisions of a scenario."""
    for index in range(len(scenario.decisions)):
        yield from _decision(document, index, scenario, labels)


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
    for problem in _decision(Document({}, {}, scenario.name), len(scenario.decisions), more, more.labels()):
        raise Mistake(problem.message)
    return more


def _decision(document: Document, index: int, scenario: Scenario, labels: Labels) -> Iterator[Problem]:
    """Yield every problem of one decision."""
    here: Place = ("decisions", index)
    decision = scenario.decisions[index]
    yield from _months(document, here, decision, scenario)
    wrong = list(_what(document, here, decision, scenario, labels))
    yield from wrong
    if not wrong:
        yield from _once(document, here, decision, scenario.decisions[:index])


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
    theirs = [quantity for quantity, one in DECIDABLE.items() if one.said.actor == kind]
    if name not in theirs:
        remedy = f"write {one_of(theirs)}" if theirs else "remove this"
        yield document.problem((*here, "decides"), f"'{name}' is not for {a(kind)} to decide; {remedy}")
        return
    variable, value, at = DECIDABLE[name].said, decision.value, (*here, "value")
    if any(not labels[axis] for axis in variable.axes):
        message = f"this scenario has no {variable.axes[0]} that '{name}' could be about; remove this"
        yield document.problem((*here, "decides"), message)
        return
    if isinstance(value, dict):
        if not value:
            yield document.problem(at, "nothing is decided; write a number, or a number by label")
        yield from labelled(document, at, value, variable, labels)
        for label, number in value.items():
            yield from bounds(document, (*at, label), number, variable)
    else:
        yield from bounds(document, at, value, variable)
    if DECIDABLE[name].split:
        yield from _whole(document, at, value, variable)


def _whole(document: Document, at: Place, value: float | dict[str, float], variable: Variable) -> Iterator[Problem]:
    """Shares of a whole are given one by one and add up to it."""
    if not isinstance(value, dict):
        axis = variable.axes[0]
        remedy = f"write a share for each {WORDS.get(axis, axis)} that gets any, together 1"
        yield document.problem(at, f"'{variable.name}' is a split; {remedy}")
    elif value and abs(sum(value.values()) - 1.0) > ROUNDING:
        message = f"the shares of '{variable.name}' add up to {sum(value.values()):g}; let them add up to 1"
        yield document.problem(at, message)


def _once(document: Document, here: Place, decision: Decision, earlier: list[Decision]) -> Iterator[Problem]:
    """Nothing is decided twice for the same month."""
    for other in earlier:
        together = other.since <= decision.until and decision.since <= other.until
        if together and (other.actor, other.decides) == (decision.actor, decision.decides):
            split = DECIDABLE[decision.decides].split
            mine, theirs = (
                None if split or not isinstance(one.value, dict) else set(one.value) for one in (decision, other)
            )
            if mine is None or theirs is None or mine & theirs:
                message = (
                    f"'{decision.actor}' has already decided '{decision.decides}' from {other.since} to {other.until}; "
                    "remove one, or give them different months"
                )
                yield document.problem(here, message)
