"""A person decides in the place of an actor's rules."""

from __future__ import annotations

from collections.abc import Iterator

from sim.explain.deciding import WORDINGS, words
from sim.explain.decisions import Decision
from sim.explain.happening import Happening, History, reasons_for, steps_of
from sim.explain.kind import Kind
from sim.explain.kinds.budget import budget
from sim.explain.kinds.order import set_aside
from sim.explain.kinds.talks import talks
from sim.explain.kinds.war import attack
from sim.explain.licence import approval
from sim.explain.taken import concerns, weighing
from sim.model.seats import DECIDABLE
from sim.model.variables import SCALES
from sim.scenario.decisions import decisions_in
from sim.scenario.decisions import steps_of as held
from sim.scenario.schema import Decision as Taken


def notice(history: History, step: int) -> Iterator[Happening]:
    """Yield every decision in the first step of it."""
    for one in _begun(history, step):
        about = list(one.value) if isinstance(one.value, dict) else []
        given = tuple(
            reason for word in WORDINGS[one.decides].weighed for reason in reasons_for(history, step, word, one.actor)
        )
        other = about[0] if len(about) == 1 else ""
        yield Happening(history.moments[step].date, "decision", one.actor, other, _sentence(history, one), given)


def decisions(history: History, happening: Happening) -> list[Decision]:
    """Return what the rules would have weighed, with what the person decided in their place."""
    steps = steps_of(history, happening.date)
    found = [
        (step, one) for step in steps for one in _begun(history, step) if _sentence(history, one) == happening.what
    ]
    return [part for step, one in found for part in _weighed(history, step, one)]


def _begun(history: History, step: int) -> list[Taken]:
    scenario = history.position.scenario
    return [one for one in decisions_in(scenario, step) if max(held(scenario, one).start, 0) == step]


def _sentence(history: History, one: Taken) -> str:
    titles = history.position.titles
    because = f" ({one.because})" if one.because else ""
    return f"A person decides for {titles[one.actor]}, until {one.until}, to {words(one, titles)}{because}"


def _weighed(history: History, step: int, one: Taken) -> list[Decision]:
    """Return the weighing in the place of which a decision stands, for each label that it names."""
    labels, whole = history.position.labels, DECIDABLE[one.decides]
    about = [label for axis in whole.said.axes for label in labels[axis] if concerns(one, label)]
    if whole.split and isinstance(one.value, dict):
        about = [label for label in about if one.value.get(label)]
    if one.decides == "milex_target":
        return budget(history, step, one.actor)
    if one.decides == "talks_pace":
        return [talks(history, step)]
    if one.decides == "licence":
        return [approval(history, step, one.actor, client) for client in about]
    if one.decides.endswith("_plan"):
        scale = SCALES.index(one.decides.removesuffix("_plan"))
        places = [(labels["zone"].index(zone), scale) for zone in about]
        return [part for place in places for part in attack(history, step, one.actor, place)]
    if one.decides == "import_share":
        return [set_aside(history, step, one.actor)]
    return [weighing(history, step, one.actor, one.decides, label) for label in about]


KIND = Kind(
    rank=0, notice=notice, decisions=decisions, impossible="nobody decides in place of rules then",
    other_words=("decided", "person"),
)  # fmt: skip
