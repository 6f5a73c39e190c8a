"""A budget that aims far from current spending."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from sim.explain.asking import asked
from sim.explain.decisions import Decision, Stage, named, reasons
from sim.explain.happening import Happening, History, before_step, reasons_for, steps_of
from sim.explain.kind import Kind
from sim.explain.taken import PERSON, by_a_person, taken
from sim.model.accounting import ENTRIES

JUMP = 0.20  # a budget that aims this far (log) from current spending is an event


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
    """Return the weighing of a budget: what is aimed at, direct changes where a rule makes any, what is spent."""
    title = history.position.titles[actor]
    place = history.position.labels["state"].index(actor)
    target, milex = (float(history.moments[step].arrays[name][place, 0]) for name in ("milex_target", "milex"))
    aims = Decision(
        f"{title} weighs its budget", step, actor, "", "milex_target_log", (),
        lambda aimed: f"US$ {np.exp(aimed):,.0f} m a year aimed at, {np.exp(aimed) / milex:.2f} times spending now",
        stages=lambda at: _aimed(history, at, actor), unit="log US$2023 m per yr", leads=True,
        towards=1.0 if target >= milex else -1.0,
    )  # fmt: skip
    change = Decision(
        f"{title} moves its spending directly", step, actor, "", "milex_change", (),
        lambda x: "more each year, were it always so" if x > 0 else "less each year, were it always so", leads=True,
    )  # fmt: skip
    spent = Decision(
        f"{title} spends", step, actor, "", "milex", (), lambda milex: "a year as this month has it",
        stages=lambda at: _spent(history, at, actor),
    )  # fmt: skip
    if history.moments[step].arrays["january"][0, 0] <= 0:  # only a person changes a budget in other months
        aims = replace(aims, stages=lambda at: _standing(history, at, actor))
    return [*(found for found in (change, aims) if reasons(history, found) or found.stages), spent]


def _aimed(history: History, step: int, actor: str) -> Iterator[Stage]:
    """Yield how a budget comes to what it aims at, asked with one thing more each time."""
    entry = asked(history, ENTRIES["adopt_budget"], step, actor, ("milex_target", "special_milex"))
    place = history.position.labels["state"].index(actor)
    gap = history.moments[step].arrays["spending_gap"][place, 0]
    nothing = np.zeros((1, 1))
    idle = {
        "january": nothing + 1.0, "milex_limit": nothing + np.inf, "special_programme": nothing,
        "projects_folded": nothing, "milex_target_log": nothing, "milex_intercept": entry.seen["milex_intercept"] - gap,
    }  # fmt: skip

    def reached(*counted: str) -> float:
        for word in counted:
            idle.pop(word)
        return float(np.log(entry.answer(**idle)["milex_target"][0, 0]))

    yield Stage(
        "milex_intercept", "this is what was spent at the opening, what its reasons were worth taken off", reached()
    )
    way = "more" if gap > 0 else "less"
    yield Stage("spending_gap", f"{way} was aimed at than spent at the opening", reached("milex_intercept"), fresh=True)
    yield Stage("fold_projects", "what special projects left goes on in the regular budget", reached("projects_folded"))
    yield Stage("milex_target_log", "", reached("milex_target_log"), of_reasons=True)
    yield Stage("adopt_budget", "each further dollar is harder for the economy to bear", reached("milex_limit"))
    yield Stage(
        "special_programme", "special projects come on top and crowd part of the rest out", reached("special_programme")
    )
    one = taken(history, step, actor, "milex_target")
    if one is not None:
        aimed = float(np.log(history.moments[step].arrays["milex_target"][place, 0]))
        yield Stage(PERSON, by_a_person(one), aimed, fresh=True)


def _standing(history: History, step: int, actor: str) -> Iterator[Stage]:
    """Yield what the last budget aims at, and a person's word in its place."""
    place = history.position.labels["state"].index(actor)
    before, now = (
        float(np.log(arrays["milex_target"][place, 0]))
        for arrays in (before_step(history, step), history.moments[step].arrays)
    )
    yield Stage("milex_target", "this is what the last budget aims at", before)
    one = taken(history, step, actor, "milex_target")
    if one is not None:
        yield Stage(PERSON, by_a_person(one), now, fresh=True)


def _spent(history: History, step: int, actor: str) -> Iterator[Stage]:
    """Yield how spending moves to what is aimed at, asked with one thing more each time."""
    entry = asked(history, ENTRIES["adjust_spending"], step, actor, ("milex", "special_milex"))
    nothing = np.zeros((1, 1))
    idle = dict.fromkeys(("milex_adjustment", "milex_shock", "milex_change", "special_programme"), nothing)

    def reached(*counted: str) -> float:
        for word in counted:
            idle.pop(word)
        return float(entry.answer(**idle)["milex"][0, 0])

    yield Stage("milex", "this was the regular spending of the month before", reached())
    yield Stage("special_programme", "special projects are paid as they come", reached("special_programme"))
    yield Stage("milex_adjustment", "spending closes part of the gap to its target", reached("milex_adjustment"))
    yield Stage(
        "milex_shock",
        "the budget year moves spending at once: with output, and by what nobody planned",
        reached("milex_shock"),
    )
    yield Stage("milex_change", "rules change spending directly", reached("milex_change"))


KIND = Kind(
    rank=1, notice=notice, decisions=decisions, closest=closest, impossible="budgets are decided in January",
    other_words=("spending",), by_state=True,
)  # fmt: skip
