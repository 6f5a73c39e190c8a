"""What a person has decided in the place of rules, as a term of the decision that the rules would have taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from sim.explain.deciding import WORDINGS, label_of
from sim.explain.decisions import Decision, Stage
from sim.explain.happening import History
from sim.explain.seen import chosen, weight
from sim.model.seats import DECIDABLE
from sim.model.variables import VARIABLES
from sim.scenario.decisions import decisions_in
from sim.scenario.schema import Decision as Taken

PERSON = "decisions"  # of the scenario: what a term is called that a person's word is worth


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
    about: str,
    place: tuple[int, ...],
    reached: Callable[[float], float],
    actual: float,
    quantity: str = "",
) -> Iterator[Stage]:
    """Yield the stage that the reasons of rules reach and, where a person decided in their place, that of the decision.

    Parameters
    ----------
    about : str
        The label of what is decided, "" where it is one number.
    place : tuple of int
        Its index on the axes of the quantity decided.
    reached : callable
        From the sum of the reasons to what they reach.
    actual : float
        What was reached in the end.
    quantity : str
        What the reasons add up to, where it is not what is decided.
    """
    quantity = quantity or DECIDABLE[decides].quantity
    one = taken(history, step, actor, decides, about)
    if one is None:
        yield Stage(quantity, "", actual, of_reasons=True)
        return
    given = [reason for reason in history.moments[step].reasons.get(quantity, ()) if reason.actor == actor]
    total = sum(weight(quantity, chosen(reason.term, place)) for reason in given)
    yield Stage(quantity, "", reached(weight(quantity, VARIABLES[quantity].neutral) + total), of_reasons=True)
    yield Stage(PERSON, by_a_person(one), actual, fresh=True)


def weighing(history: History, step: int, actor: str, decides: str, about: str) -> Decision:
    """Return what an actor's rules weigh of one thing for one label, with a person's word if there is any."""
    quantity, wording, labels = DECIDABLE[decides].quantity, WORDINGS[decides], history.position.labels
    place = (labels[VARIABLES[quantity].axes[0]].index(about),)
    index, title = (*place, labels[VARIABLES[quantity].actor].index(actor), 0), history.position.titles[about]

    def reached(at: int) -> float:
        return weight(quantity, float(history.moments[at].arrays[quantity][index]))

    def meaning(log: float) -> str:
        share = DECIDABLE[decides].split
        return f"a weight of {np.exp(log):.2g} beside the others" if share else wording.says(float(np.exp(log)), title)

    return Decision(
        f"{history.position.titles[actor]} weighs its {label_of(decides, title, inside=True)}", step, actor, about,
        quantity, place, meaning, unit="log",
        stages=lambda at: stages_of(history, at, actor, decides, about, place, float, reached(at)),
    )  # fmt: skip
