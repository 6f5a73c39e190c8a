"""What mattered for a decision, in one plain sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.explain.contributions import Contribution, Worth, digits, rounded
from sim.explain.decisions import Decision
from sim.explain.happening import History
from sim.explain.sentences import sentence
from sim.explain.terms import Part, decided, overruling, terms

WORTH_SAYING = 0.5  # a second reason is named from this part of the first on


def leading(decisions: Sequence[Decision]) -> Decision:
    """Return the decision, of those behind a happening, that says what mattered."""
    return next((decision for decision in decisions if decision.leads), decisions[0])


def mainly(history: History, decision: Decision) -> str:
    """Return what mattered most for a decision, "" if nothing has a say in it.

    Named are the terms that set it apart most, from the opening or from the other options, in the direction of
    what came about; where none does, the one of most weight.
    """
    weighed = terms(history, decision)
    if not weighed:
        return ""
    person = overruling(weighed)
    if person is not None:
        return f"Because {person.says}."
    forward = direction(history, decision)
    reasons = [worth for worth in weighed if isinstance(worth, Contribution)]
    first, *more = told = list(_strongest(weighed, forward, rounded(decision)))[:2] or [(reasons or weighed)[0]]
    if abs(first.matters) < rounded(decision):
        return f"Nothing has moved that way since the opening; what weighs most: {clause(history, decision, first)}."
    compared = f"beside {decision.rivals}" if first.others is not None else "compared with the opening"
    enough = WORTH_SAYING * abs(first.matters)
    also = [worth for worth in more if abs(worth.matters) >= enough]
    against = [worth for worth in _strongest(weighed, -forward, enough) if worth not in told][:1]
    words = " and because ".join(_sized(history, decision, worth, forward) for worth in (first, *also))
    though = "".join(f"; against it, {_sized(history, decision, worth, -forward)}" for worth in against)
    return f"Mainly because, {compared}, {words}{though}."


def direction(history: History, decision: Decision) -> float:
    """Return 1 where what is asked for are reasons for, -1 where those against."""
    return decision.towards or (1.0 if decided(history, decision) >= decided(history, decision, 0) else -1.0)


def _strongest(weighed: Sequence[Worth], forward: float, least: float) -> Iterator[Worth]:
    """Yield the terms that matter in one direction, the largest first."""
    yield from sorted(
        (worth for worth in weighed if worth.matters * forward >= max(least, 1e-12)), key=lambda w: -abs(w.matters)
    )


def _sized(history: History, decision: Decision, worth: Worth, forward: float) -> str:
    return f"{clause(history, decision, worth, forward)} ({worth.matters:+,.{digits(decision)}f})"


def clause(history: History, decision: Decision, worth: Worth, forward: float = 0.0) -> str:
    """Return a term as a clause; where a direction is given, with what mattered most for what it is made of."""
    if isinstance(worth, Contribution):
        return sentence(history.position.titles, worth.reason, decision.other, decision.place)
    assert isinstance(worth, Part)
    if worth.within is None or not forward:
        return worth.says
    inner = terms(history, worth.within)
    best = next(_strongest(inner, forward, rounded(worth.within)), None)
    return f"{worth.says}: {clause(history, worth.within, best, forward)}" if best else worth.says
