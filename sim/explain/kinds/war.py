"""The start of fighting above clash level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.engine.model import Reason
from sim.explain.decisions import Decision, how_often, strongest
from sim.explain.draws import Draw, drawn
from sim.explain.happening import Happening, History, before_step, reasons_for, steps_of
from sim.explain.kind import Kind
from sim.explain.seen import chosen
from sim.model.accounting import ENTRIES
from sim.model.variables import SCALES

FORMS = ("a limited operation", "a campaign")
NO_TIME = 1e9  # the time of onset of a state that does not strike


def notice(history: History, step: int) -> Iterator[Happening]:
    """Yield the attack of the state that struck first."""
    moment, labels, titles = history.moments[step], history.position.labels, history.position.titles
    world = moment.arrays
    if world["war_begins"][0, 0] <= 0:
        return
    place = int(world["onset_time"][:, 0].argmin())
    if world["onset_time"][place, 0] >= world["dt"][0, 0]:
        return
    zone, scale = divmod(int(world["choice"][place, 0]), len(labels["scale"]))
    key = labels["state"][place]
    what = f"{titles[key]} starts {FORMS[scale]} over {titles[labels['zone'][zone]]}"
    reasons = reasons_for(history, step, "attack_score", key)
    yield Happening(moment.date, "war", key, labels["zone"][zone], what, reasons, (zone, scale))


def decisions(history: History, happening: Happening) -> list[Decision]:
    """Return the weighing of the attack; with more than one step a month, in the one in which it began."""
    begins = (s for s in steps_of(history, happening.date) if history.moments[s].arrays["war_begins"][0, 0] > 0)
    return [attack(history, next(begins), happening.actor, happening.place)]


def closest(history: History, names: Sequence[str], steps: Sequence[int]) -> list[Decision]:
    """Return the weighing of the attack that was most likely."""
    if not history.position.labels["zone"]:
        return []
    return [attack(history, *strongest(history, "attack_score", names, steps))]


def attack(history: History, step: int, actor: str, place: tuple[int, ...] | None = None) -> Decision:
    """Return the weighing of an attack, of the best option unless one is named."""
    labels, titles = history.position.labels, history.position.titles
    score = history.moments[step].arrays["attack_score"][..., labels["state"].index(actor), 0]
    if place is None:
        place = tuple(int(i) for i in np.unravel_index(int(score.argmax()), score.shape))
    zone = labels["zone"][place[0]]
    heading = f"{titles[actor]} weighs {FORMS[place[1]]} over {titles[zone]}"
    if before_step(history, step)["fighting"][0, 0] > 0:
        heading += ", while there is fighting already (there is one war at a time)"
    return Decision(
        heading, step, actor, zone, "attack_score", place,
        lambda score: f"this attack {how_often(score)}, were it always so", _luck(history, step, actor),
    )  # fmt: skip


def _luck(history: History, step: int, actor: str) -> tuple[Draw, ...]:
    """Return the draws of an attack: whether it comes now, which it is, and what is planned for the next month."""
    labels, titles = history.position.labels, history.position.titles
    names = tuple(f"{form} over {titles[zone]}" for zone in labels["zone"] for form in FORMS[: len(SCALES)])
    # The plan of the month before and the peace before the attack, not what the attack has made of them.
    asked = (history, ENTRIES["set_onset_time"], step, actor)
    before = ("fighting", "plan")
    return (
        drawn(
            *asked, 0, before, lambda found: found["onset_time"] < NO_TIME,
            "whether to attack this month", ("no attack", "an attack"), flip=True,
        ),
        drawn(*asked, 1, before, lambda found: found["choice"], "which option", names),
        drawn(
            *asked, 2, before, lambda found: 1.0 * (found["plan"] > 0.0),
            "whether to have a plan to attack from next month on", ("no plan", "a plan"),
        ),
    )  # fmt: skip


def _why_now(reason: Reason, place: tuple[int, ...]) -> float:
    """An attack is one month among many: what the reason was worth at the opening is taken off."""
    return chosen(reason.term, place) - chosen(reason.opening, place)


KIND = Kind(
    rank=3, notice=notice, decisions=decisions, closest=closest, weigh=_why_now, impossible="there is no disputed zone",
    other_words=("attack",), moves=("talks",), moves_anything=True, by_state=True,
)  # fmt: skip
