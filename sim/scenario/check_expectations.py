"""What a scenario expects of outcomes: does each name something that can be measured beside what it extends?

Part of `sim.scenario.check`. Whether an expectation comes true is asked in `sim.analysis.signs`.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.model.mistakes import Mistake, suggest
from sim.model.outcomes import MEASURES, Outcome, window_of
from sim.scenario.check_numbers import Labels, cited
from sim.scenario.document import Document, Place, Problem
from sim.scenario.problems import one_of
from sim.scenario.schema import Expectation, Scenario

# what every run has one of
EXPECTED = {key: outcome for key, outcome in MEASURES.items() if outcome.complete and key != "failed"}


def expectations(document: Document, scenario: Scenario, labels: Labels) -> Iterator[Problem]:
    """Expectations name an outcome, of whom and when, and there is something to hold them against."""
    years = range(int(scenario.start[:4]), int(scenario.end[:4]) + 1)
    for index, expected in enumerate(scenario.expects):
        here: Place = ("expects", index)
        if scenario.extends is None:
            message = "expectations are held against the scenario that this one extends; write 'extends:' or remove it"
            yield document.problem(here, message)
        yield from cited(document, here, expected.claims)
        if expected.outcome not in EXPECTED:
            hint = suggest(expected.outcome, EXPECTED) or f"; write {one_of(EXPECTED)}"
            yield document.problem((*here, "outcome"), f"unknown outcome '{expected.outcome}'{hint}")
            continue
        outcome = MEASURES[expected.outcome]
        if expected.of not in (allowed := whose(outcome, labels)):
            example = f"; write 'of: {allowed[0]}' or another of them"
            hint = (suggest(expected.of, allowed) or example) if outcome.of else "; remove this key"
            place = (*here, "of") if expected.of else here
            yield document.problem(place, f"'{outcome.key}' is not of '{expected.of or 'nobody'}'{hint}")
        yield from _window(document, here, expected, outcome, years)


def whose(outcome: Outcome, labels: Labels) -> list[str]:
    """Return of whom an outcome may be: nobody in particular, the first state, a state, a supplier and a state."""
    states = labels["state"]
    pairs = [f"{origin} to {state}" for origin in labels["origin"] for state in states]
    return {"": [""], "first": ["", states[0]], "state": list(states), "pair": pairs}[outcome.of]


def _window(
    document: Document, here: Place, expected: Expectation, outcome: Outcome, years: range
) -> Iterator[Problem]:
    """A window lies within the scenario, and is for what is taken over one."""
    if expected.window is None:
        return
    place = (*here, "window")
    if outcome.kind != "window":
        yield document.problem(place, f"'{outcome.key}' is taken over no window; remove this key")
        return
    try:
        window_of(expected.window, years)
    except Mistake as mistake:
        yield document.problem(place, str(mistake))
