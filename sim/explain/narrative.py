"""One run retold in dated sentences, with the largest reasons, the rule and the article behind each."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.explain import kinds
from sim.explain.contributions import Contribution, Worth, digits, rounded
from sim.explain.happening import Happening, History, Story
from sim.explain.lead import clause, leading
from sim.explain.sentences import sources, wrapped
from sim.explain.terms import Part, overruling, terms

LARGEST = 3


def narrate(history: History, largest: int = LARGEST) -> Story:
    """Tell a run in dated sentences.

    Parameters
    ----------
    history : History
        A run played by the agents.
    largest : int
        How many reasons to give for each event.

    Returns
    -------
    Story
        A heading, then a paragraph for each happening.
    """
    head = f"{history.title()}. One simulated history, not a forecast."
    told = [
        "\n".join([f"{happening.date:%Y-%m}  {happening.what}.", *reason_lines(history, happening, largest)])
        for happening in history.happenings
    ]
    return Story([head, *(told or ["Nothing happened that is worth telling."])])


def reason_lines(history: History, happening: Happening, largest: int = LARGEST) -> Iterator[str]:
    """Yield one indented line for each of the terms that set the happening apart most, biggest first."""
    decision = leading(kinds.of(happening).decisions(history, happening))
    weighed = terms(history, decision)
    person = overruling(weighed)
    apart = [person] if person else sorted(weighed, key=lambda worth: -abs(worth.matters))
    for worth in [worth for worth in apart if abs(worth.matters) >= rounded(decision)][:largest]:
        text = clause(history, decision, worth, math.copysign(1.0, worth.matters))
        size = f"{worth.matters:+,.{digits(decision)}f}"
        yield wrapped(f"{size}  {text} [{rests_on(worth)}]", " " * 9, " " * 16)


def rests_on(worth: Worth) -> str:
    """Return the rule of a term with its sources, or the part of the books that it is."""
    if isinstance(worth, Contribution):
        return f"{worth.reason.rule.name}; {sources(worth.reason.rule)}"
    return worth.name if isinstance(worth, Part) else ""
