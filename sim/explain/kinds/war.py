"""The start of fighting above clash level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.explain.asking import asked
from sim.explain.decisions import Decision, Stage, how_often, strongest
from sim.explain.draws import Draw, drawn
from sim.explain.happening import Happening, History, before_step, reasons_for, steps_of
from sim.explain.kind import Kind
from sim.explain.taken import PERSON, by_a_person, taken
from sim.model.accounting import ENTRIES
from sim.model.seats import LEAST
from sim.model.variables import SCALES
from sim.model.world import Array

FORMS = ("a limited operation", "a campaign")
WEIGHED = ("attack_utility", "attack_score")
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
    reasons = tuple(reason for word in WEIGHED for reason in reasons_for(history, step, word, key))
    yield Happening(moment.date, "war", key, labels["zone"][zone], what, reasons, (zone, scale))


def decisions(history: History, happening: Happening) -> list[Decision]:
    """Return the weighing of the attack; with more than one step a month, in the one in which it began."""
    begins = (s for s in steps_of(history, happening.date) if history.moments[s].arrays["war_begins"][0, 0] > 0)
    return attack(history, next(begins), happening.actor, happening.place)


def closest(history: History, names: Sequence[str], steps: Sequence[int]) -> list[Decision]:
    """Return the weighing of the attack that was most likely."""
    if not history.position.labels["zone"]:
        return []
    return attack(history, *strongest(history, "attack_hazard", names, steps))


def attack(history: History, step: int, actor: str, place: tuple[int, ...] | None = None) -> list[Decision]:
    """Return the weighing of an attack, of the best option unless one is named.

    What it would bring, how often it would be started, and how soon a plan is carried out where there is one.
    """
    labels, titles = history.position.labels, history.position.titles
    hazard = history.moments[step].arrays["attack_hazard"][..., labels["state"].index(actor), 0]
    came = 0.0 if place is None else 1.0
    if place is None:
        place = tuple(int(i) for i in np.unravel_index(int(hazard.argmax()), hazard.shape))
    zone = labels["zone"][place[0]]
    option = f"{FORMS[place[1]]} over {titles[zone]}"
    busy = before_step(history, step)["fighting"][0, 0] > 0
    heading = f"{titles[actor]} weighs {option}"
    heading += ", while there is fighting already (there is one war at a time)" if busy else ""
    planned = before_step(history, step)["plan"][labels["state"].index(actor), 0] > 0
    luck = _luck(history, step, actor)
    brings = Decision(
        heading, step, actor, zone, "attack_utility", place,
        lambda worth: "it expects to gain" if worth > 0 else "it expects to lose",
    )  # fmt: skip
    starts = Decision(
        f"{titles[actor]} looks for an occasion: {option}", step, actor, zone, "attack_score", place,
        lambda rate: f"this attack {how_often(rate)}, were it always so", () if planned else luck,
        stages=lambda at: _started(history, at, actor, brings), unit="log per yr", leads=True, towards=came,
    )  # fmt: skip
    carried_out = Decision(
        f"{titles[actor]} has a plan to attack", step, actor, zone, "plan", (),
        lambda rate: f"it is carried out {how_often(rate)}, were it always so", luck,
        stages=lambda at: _carried_out(history, at, actor), unit="log per yr",
    )  # fmt: skip
    return [brings, starts, carried_out] if planned else [brings, starts]


def _started(history: History, step: int, actor: str, brings: Decision) -> Iterator[Stage]:
    """Yield how often an option would be started, asked with one thing more each time."""
    entry = asked(history, ENTRIES["weigh_attacks"], step, actor, ("control",))
    everything = np.ones_like(entry.seen["claim"])
    idle = {
        "attack_score": np.zeros_like(entry.seen["attack_score"]),
        "attack_utility": np.full_like(entry.seen["attack_utility"], np.inf),
        "claim": everything, "their_control": np.ones_like(entry.seen["their_control"]),
    }  # fmt: skip

    def reached(*counted: str) -> float:
        for word in counted:
            idle.pop(word)
        with np.errstate(divide="ignore"):  # a hazard of nothing has no logarithm
            return float(np.log(entry.answer(**idle)["attack_hazard"][(*brings.place, 0, 0)]))

    form = SCALES[brings.place[1]]
    yield Stage(f"weigh_attacks.{form}_rate", "this is how often occasions for it come", reached())
    yield Stage("attack_score", "", reached("attack_score"), of_reasons=True)
    yield Stage("weigh_attacks", "it weighs gain against loss", reached("attack_utility"), within=brings)
    yield Stage("claim", "there is nothing for it to gain", reached("claim", "their_control"))
    labels = history.position.labels
    one = taken(history, step, actor, f"{form}_plan", labels["zone"][brings.place[0]])
    if one is not None:
        hazard = history.moments[step].arrays["attack_hazard"][(*brings.place, labels["state"].index(actor), 0)]
        yield Stage(PERSON, by_a_person(one), float(np.log(max(hazard, LEAST))), fresh=True)


def _carried_out(history: History, step: int, actor: str) -> Iterator[Stage]:
    """Yield how soon a plan is carried out, asked with one thing more each time."""
    peace = {"fighting": np.zeros_like(history.moments[step].arrays["fighting"])}
    entry = asked(history, ENTRIES["set_onset_time"], step, actor, ("plan",), peace)
    hazards = entry.seen["attack_hazard"]
    as_planned = np.zeros_like(hazards)
    as_planned[0, 0] = entry.seen["plan"]

    def reached(hazard: Array) -> float:
        # At this draw an exponential waiting time is its mean, which is then not cut off by the end of the month.
        answer = entry.answer(np.full((3, 1, 1), np.exp(-1.0)), attack_hazard=hazard, dt=np.full((1, 1), NO_TIME))
        return -float(np.log(answer["onset_time"][0, 0]))

    yield Stage("set_onset_time.pace", "a plan takes some months to be carried out", reached(as_planned))
    yield Stage("attack_hazard", "attacks have become likelier or less likely since it was made", reached(hazards))


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


KIND = Kind(
    rank=3, notice=notice, decisions=decisions, closest=closest, impossible="there is no disputed zone",
    other_words=("attack",), moves=("talks",), moves_anything=True, by_state=True,
)  # fmt: skip
