"""Talks reach or leave a framework or a treaty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.explain.decisions import Decision, Stage
from sim.explain.draws import drawn
from sim.explain.happening import Happening, History, before_step, reasons_for, steps_of
from sim.explain.kind import Kind
from sim.explain.seen import chosen
from sim.explain.taken import PERSON, by_a_person, taken
from sim.model.accounting import ENTRIES
from sim.model.seats import LEAST
from sim.model.variables import TALKS


def notice(history: History, step: int) -> Iterator[Happening]:
    """Yield a move of talks to or from a framework or a treaty; talks about talks are not told."""
    moment = history.moments[step]
    before, now = (int(arrays["talks"][0, 0]) for arrays in (before_step(history, step), moment.arrays))
    if now != before and max(now, before) >= TALKS.index("framework"):
        what = f"Talks move from {TALKS[before]} to {TALKS[now]}"
        yield Happening(moment.date, "talks", "region", "", what, reasons_for(history, step, "talks_progress"))


def decisions(history: History, happening: Happening) -> list[Decision]:
    """Return what moved talks."""
    return [talks(history, steps_of(history, happening.date)[0])]


def closest(history: History, names: Sequence[str], steps: Sequence[int]) -> list[Decision]:
    """Return what moved talks in the first month asked for, or left them where they were."""
    return [talks(history, steps[0])]


def talks(history: History, step: int) -> Decision:
    """Return what moved talks in a step, or left them where they were."""
    before = TALKS[int(before_step(history, step)["talks"][0, 0])]
    draw = drawn(
        history, ENTRIES["advance_talks"], step, "region", 0, ("talks", "fighting"), lambda found: found["talks"],
        f"where talks go from '{before}' this month", TALKS,
    )  # fmt: skip
    return Decision(
        "What speeds or slows talks", step, "region", "", "talks_progress", (),
        lambda sum_: f"progress {np.exp(sum_):.2f} times as fast as without any reason", (draw,),
        stages=lambda at: _moved(history, at),
    )  # fmt: skip


def _moved(history: History, step: int) -> Iterator[Stage]:
    """Yield what the reasons of all come to, then what changes where persons decide for states in place of theirs."""
    given = history.moments[step].reasons.get("talks_progress", ())
    reached = sum(chosen(reason.term, ()) for reason in given)
    yield Stage("talks_progress", "", reached, of_reasons=True)
    for key in history.position.labels["state"]:
        one = taken(history, step, key, "talks_pace")
        if one is not None and not isinstance(one.value, dict):
            own = sum(chosen(reason.term, ()) for reason in given if reason.actor == key)
            reached += float(np.log(max(one.value, LEAST))) - own
            says = f"for {history.position.titles[key]} {by_a_person(one)}"
            yield Stage(f"{PERSON}.{key}", says, reached, fresh=True)


KIND = Kind(rank=5, notice=notice, decisions=decisions, closest=closest, moves=("talks",))
