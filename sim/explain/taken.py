"""What a person has decided in the place of rules, as a term of the decision that the rules would have taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.explain.decisions import Stage
from sim.explain.happening import History
from sim.explain.seen import chosen
from sim.model.seats import DECIDABLE
from sim.model.variables import VARIABLES
from sim.scenario.decisions import decisions_in
from sim.scenario.schema import Decision as Taken


def taken(history: History, step: int, actor: str, decides: str, about: str = "") -> Taken | None:
    """Return what a person has decided of one thing for an actor in a step, and of one label where one is named."""
    for one in decisions_in(history.position.scenario, step):
        if (one.actor, one.decides) == (actor, decides) and (not about or concerns(one, about)):
            return one
    return None


def concerns(one: Taken, about: str) -> bool:
    """Tell whether a decision says something of a label; one on a whole says something of all."""
    return DECIDABLE[one.decides].split or not isinstance(one.value, dict) or about in one.value


def by_a_person(one: Taken) -> str:
    """Return that a person has decided, and why: words to follow "because"."""
    return f"a person decided so, in place of the rules ({one.because or 'no reason was given'})"


def stages_of(
    history: History,
    step: int,
    actor: str,
    decides: str,
    place: tuple[int, ...],
    reached: Callable[[float], float],
    actual: float,
) -> Iterator[Stage]:
    """Yield the stage that the reasons of rules reach and, where a person decided in their place, that of the decision.

    Parameters
    ----------
    place : tuple of int
        Index on the axes of the quantity decided.
    reached : callable
        From the sum of the reasons to what they reach.
    actual : float
        What was reached in the end.
    """
    one, quantity = taken(history, step, actor, decides), DECIDABLE[decides].quantity
    if one is None:
        yield Stage(quantity, "", actual, of_reasons=True)
        return
    given = [reason for reason in history.moments[step].reasons.get(quantity, ()) if reason.actor == actor]
    total = sum((chosen(reason.term, place) for reason in given), VARIABLES[quantity].neutral)
    yield Stage(quantity, "", reached(total), of_reasons=True)
    yield Stage("decision", by_a_person(one), actual, fresh=True)
