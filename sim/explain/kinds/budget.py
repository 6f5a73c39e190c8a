"""A budget that aims far from current spending."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from sim.explain.decisions import Decision, named, reasons
from sim.explain.happening import Happening, History, reasons_for, steps_of
from sim.explain.kind import Kind

JUMP = 0.20  # a budget that aims this far (log) from current spending is an event
MEANINGS: dict[str, Callable[[float], str]] = {
    "milex_target_log": lambda x: f"{np.exp(x):.2f} times opening spending, before the ceiling of what output bears",
    "milex_change": lambda x: "more each year, were it always so" if x > 0 else "less each year, were it always so",
}


def notice(history: History, step: int) -> Iterator[Happening]:
    """Yield the budgets decided in January that are events."""
    moment, titles = history.moments[step], history.position.titles
    if moment.arrays["january"][0, 0] <= 0:
        return
    for place, key in enumerate(history.position.labels["state"]):
        target, milex = (moment.arrays[name][place, 0] for name in ("milex_target", "milex"))
        if abs(np.log(target / milex)) > JUMP:
            way = "raise" if target > milex else "cut"
            what = f"{titles[key]} plans to {way} spending from US$ {milex:,.0f} m towards US$ {target:,.0f} m a year"
            yield Happening(moment.date, "budget", key, "", what, reasons_for(history, step, "milex_target_log", key))


def decisions(history: History, happening: Happening) -> list[Decision]:
    """Return the weighing of a budget."""
    return budget(history, steps_of(history, happening.date)[0], happening.actor)


def closest(history: History, names: Sequence[str], steps: Sequence[int]) -> list[Decision]:
    """Return the weighing of every state asked for in the first January asked for."""
    january = [step for step in steps if history.moments[step].arrays["january"][0, 0] > 0]
    states = named(history, "state", names)
    return [part for step in january[:1] for key in states for part in budget(history, step, key)]


def budget(history: History, step: int, actor: str) -> list[Decision]:
    """Return the weighing of a budget: of the spending aimed at, and of direct changes where a rule makes any."""
    heading = f"{history.position.titles[actor]} weighs its budget"
    found = [Decision(heading, step, actor, "", name, (), meaning) for name, meaning in MEANINGS.items()]
    return [decision for decision in found if reasons(history, decision)] or found[:1]


KIND = Kind(
    rank=1, notice=notice, decisions=decisions, closest=closest, impossible="budgets are decided in January",
    other_words=("spending",), by_state=True,
)  # fmt: skip
