"""What was decided: one quantity, the reasons that add up to it, their sum, and what luck then decided.

Nothing is computed a second time: reasons are those the agents gave, luck is asked in `sim.explain.draws`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.answers import Shortened
from sim.engine.model import Reason
from sim.explain.draws import Draw
from sim.explain.happening import History
from sim.model.variables import VARIABLES


@dataclass(frozen=True, repr=False)
class Stage(Shortened):
    """What was reached once one thing more is counted; what it adds is a term of the decision.

    Attributes
    ----------
    name, says : str
        The entry, the parameter or the quantity that is counted, and what it stands for: words to follow "because".
    reached : float
        What would be decided by all up to here.
    of_reasons : bool
        Whether it is the sum of the reasons that rules gave, told one by one.
    within : Decision or None
        The decision whose reasons it is made of, if it is one.
    fresh : bool
        Whether it was not yet carried out at the opening, though it had been decided.
    """

    name: str
    says: str
    reached: float
    of_reasons: bool = False
    fresh: bool = False
    within: Decision | None = None


@dataclass(frozen=True, repr=False)
class Decision(Shortened):
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
        From what was decided, as a number, to what that means in words.
    draws : tuple of Draw
        What luck decided.
    rivals : str
        Where it was a choice among options of one actor, what the others are called; a reason is then told beside
        its mean over them.
    among : tuple of int
        The options, the one decided for included, if not all are open.
    stages : callable or None
        From a step to what the books make of the reasons, stage by stage; None where their sum is what was decided.
    unit : str
        Unit of what was decided, where it is not that of the quantity.
    towards : float
        1 where what came about asks for reasons for, -1 for those against; 0 leaves it to what has changed.
    leads : bool
        Whether it is the one, of those behind a happening, that says what mattered.
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
    stages: Callable[[int], Iterable[Stage]] | None = None
    unit: str = ""
    towards: float = 0.0
    leads: bool = False
    among: tuple[int, ...] = ()


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
