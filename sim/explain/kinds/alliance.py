"""A state takes a step away from its patron."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sim.explain.decisions import Decision, how_often, strongest
from sim.explain.draws import drawn
from sim.explain.happening import Happening, History, before_step, reasons_for, steps_of
from sim.explain.kind import Kind
from sim.model.accounting import ENTRIES
from sim.model.variables import RUNGS


def notice(history: History, step: int) -> Iterator[Happening]:
    """Yield every state whose alignment has moved."""
    moment = history.moments[step]
    for place, key in enumerate(history.position.labels["state"]):
        before, now = (int(arrays["rung"][place, 0]) for arrays in (before_step(history, step), moment.arrays))
        if now != before:
            name = history.position.titles[key]
            what = f"{name} moves from {RUNGS[before]} to {RUNGS[now]} in its alignment with its patron"
            yield Happening(moment.date, "alliance", key, "", what, reasons_for(history, step, "exit_score", key))


def decisions(history: History, happening: Happening) -> list[Decision]:
    """Return the weighing of the step."""
    return [replace(leaving(history, steps_of(history, happening.date)[0], happening.actor), towards=1.0)]


def closest(history: History, names: Sequence[str], steps: Sequence[int]) -> list[Decision]:
    """Return the weighing of the step that was most likely."""
    return [leaving(history, *strongest(history, "exit_score", names, steps))]


def leaving(history: History, step: int, actor: str) -> Decision:
    """Return a state's weighing of a step away from its patron."""
    draw = drawn(
        history, ENTRIES["settle_alignment"], step, actor, 0, ("rung",), lambda found: found["rung"],
        "where it stands towards its patron after this month", RUNGS,
    )  # fmt: skip
    return Decision(
        f"{history.position.titles[actor]} weighs a step away from its patron", step, actor, "", "exit_score", (),
        lambda score: f"such a step {how_often(score)}, were it always so", (draw,),
    )  # fmt: skip


KIND = Kind(
    rank=6, notice=notice, decisions=decisions, closest=closest, other_words=("patron",), moves=("rung",)
)  # fmt: skip
