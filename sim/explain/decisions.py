"""What was decided: one quantity, the reasons that add up to it, their sum, and what luck then decided.

Nothing is computed a second time: reasons are those the agents gave, luck is asked in `sim.explain.draws`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.answers import Brief
from sim.engine.model import Reason
from sim.explain.draws import Draw
from sim.explain.happening import History
from sim.model.variables import VARIABLES


@dataclass(frozen=True, repr=False)
class Decision(Brief):
    """One quantity decided by one actor, in one step and at one place.

    Attributes
    ----------
    heading : str
        What was decided, in words.
    step : int
        When.
    actor, other : str
        Keys of who decided and of what or whom it was about.
    quantity : str
        What the reasons add up to.
    place : tuple of int
        Index on the quantity's own axes.
    meaning : callable
        From what the reasons came to, to what that means in words.
    draws : tuple of Draw
        What luck decided.
    rivals : str
        Where it was a choice among options of one actor, what the others are called; a reason is then told beside
        its mean over them.
    """

    heading: str
    step: int
    actor: str
    other: str
    quantity: str
    place: tuple[int, ...]
    meaning: Callable[[float], str]
    draws: tuple[Draw, ...] = ()
    rivals: str = ""


def reasons(history: History, decision: Decision, step: int | None = None) -> list[Reason]:
    """Return all reasons of a decision, or those of the same decision in another step."""
    given = history.moments[decision.step if step is None else step].reasons.get(decision.quantity, [])
    return [reason for reason in given if decision.actor in (reason.actor, "region")]


def total(history: History, decision: Decision, step: int | None = None) -> float:
    """Return what the reasons came to, the neutral value included."""
    array = history.moments[decision.step if step is None else step].arrays[decision.quantity]
    labels = history.position.labels[VARIABLES[decision.quantity].actor]
    return float(array[(*decision.place, labels.index(decision.actor), 0)])


def strongest(history: History, quantity: str, names: Sequence[str], steps: Sequence[int]) -> tuple[int, str]:
    """Return the step and the state in which a quantity of states is largest, among those named if any is."""
    places = {key: history.position.labels["state"].index(key) for key in named(history, "state", names)}
    found = [(step, key) for step in steps for key in places]
    arrays = (history.moments[step].arrays[quantity][..., places[key], 0] for step, key in found)
    return found[int(np.argmax([array.max(initial=-np.inf) for array in arrays]))]


def named(history: History, actor: str, names: Sequence[str]) -> list[str]:
    """Return the actors of a kind that are named, or all of them where none is."""
    labels = history.position.labels[actor]
    return [key for key in labels if key in names] or list(labels)


def approval(history: History, step: int, supplier: str, client: str) -> Decision:
    """Return a supplier's weighing of sales to a client."""
    titles = history.position.titles
    return Decision(
        f"{titles[supplier]} considers sales to {titles[client]}", step, supplier, client, "willingness",
        (history.position.labels["client"].index(client),),
        lambda sum_: f"{1 / (1 + np.exp(-sum_)):.0%} of requests are approved",
    )  # fmt: skip


def how_often(log_rate: float) -> str:
    """Return the log of a yearly rate in words.

    Examples
    --------
    >>> how_often(np.log(1.25)), how_often(np.log(0.04)), how_often(-20.0)
    ('1.2 times a year', 'once in 25 years', 'practically never')
    """
    rate = float(np.exp(min(log_rate, 5.0)))  # above that it is several a week, and further up a sum overflows
    if rate < 1e-5:
        return "practically never"
    return f"{rate:.1f} times a year" if rate > 0.5 else f"once in {1 / rate:,.0f} years"
