"""What lies behind a happening of a run, or behind its absence: reasons, their sum, and what luck decided.

Nothing is computed a second time: reasons are those the agents gave, luck is asked in `sim.explain.draws`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.engine.model import Reason
from sim.explain.draws import Lot, before_step, drawn
from sim.explain.history import Happening, History
from sim.model.accounting import ENTRIES
from sim.model.rule import CATALOGUE
from sim.model.variables import RUNGS, SCALES, TALKS, VARIABLES

LENGTHS = (7.0, 30.0, 91.0)  # days that divide short wars from long ones


@dataclass(frozen=True)
class Decision:
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
    lots : tuple of Lot
        What luck decided.
    """

    heading: str
    step: int
    actor: str
    other: str
    quantity: str
    place: tuple[int, ...]
    lots: tuple[Lot, ...] = ()


def reasons(history: History, decision: Decision, step: int | None = None) -> list[Reason]:
    """Return all reasons of a decision, or those of the same decision in another step."""
    given = history.moments[decision.step if step is None else step].reasons.get(decision.quantity, [])
    return [reason for reason in given if decision.actor in (reason.actor, "region")]


def total(history: History, decision: Decision, step: int | None = None) -> float:
    """Return what the reasons came to, the neutral value included."""
    array = history.moments[decision.step if step is None else step].arrays[decision.quantity]
    labels = history.position.labels[VARIABLES[decision.quantity].actor]
    return float(array[(*decision.place, labels.index(decision.actor), 0)])


# -- what was decided


def decisions(history: History, happening: Happening) -> list[Decision]:
    """Return the decisions behind a happening, in the order in which they were taken."""
    step = next(i for i, moment in enumerate(history.moments) if moment.date == happening.date)
    steps = [i for i, moment in enumerate(history.moments) if moment.date == happening.date]
    if happening.kind == "war":  # with more than one step a month, the one in which it began
        step = next(i for i in steps if history.moments[i].arrays["war_begins"][0, 0] > 0)
        return [attack(history, step, happening.actor, happening.place)]
    if happening.kind == "war end":
        return ending(history, steps[-1])
    if happening.kind == "budget":
        return budget(history, step, happening.actor)
    if happening.kind == "order":
        return order(history, _signed(history, steps, happening.actor), happening.actor)
    if happening.kind == "talks":
        return [talks(history, step)]
    if happening.kind == "entry":
        return entry(history, step, happening.actor, happening.other)
    return [exit_(history, step, happening.actor)]


def _signed(history: History, steps: Sequence[int], actor: str) -> int:
    """Return the step of a month in which a state placed most money."""
    place = history.position.labels["state"].index(actor)
    return max(steps, key=lambda step: float(history.moments[step].arrays["order_value"][place, 0]))


def attack(history: History, step: int, actor: str, place: tuple[int, ...] | None = None) -> Decision:
    """Return the weighing of an attack, of the best option unless one is named."""
    labels, titles = history.position.labels, history.position.titles
    index = labels["state"].index(actor)
    score = history.moments[step].arrays["attack_score"][..., index, 0]
    if place is None:
        place = tuple(int(i) for i in np.unravel_index(int(score.argmax()), score.shape))
    forms = ("a limited operation", "a campaign")
    names = tuple(f"{form} over {titles[zone]}" for zone in labels["zone"] for form in forms[: len(SCALES)])
    onset = ENTRIES["set_onset_time"]
    strikes = drawn(
        history, onset, step, actor, 0, ("fighting", "plan"), lambda found: found["onset_time"] < 1e9,
        "whether to attack this month", ("no attack", "an attack"), flip=True,
    )  # fmt: skip
    which = drawn(
        history, onset, step, actor, 1, ("fighting", "plan"), lambda found: found["choice"], "which option", names
    )
    plans = drawn(
        history, onset, step, actor, 2, ("fighting", "plan"), lambda found: 1.0 * (found["plan"] > 0.0),
        "whether to have a plan to attack from next month on", ("no plan", "a plan"),
    )  # fmt: skip
    zone = labels["zone"][place[0]]
    heading = f"{titles[actor]} weighs {forms[place[1]]} over {titles[zone]}"
    if before_step(history, step)["fighting"][0, 0] > 0:
        heading += ", while there is fighting already (there is one war at a time)"
    return Decision(heading, step, actor, zone, "attack_score", place, (strikes, which, plans))


def ending(history: History, step: int) -> list[Decision]:
    """Return what made for an end of the fighting, as things stood when it began."""
    began = max(i for i in range(step + 1) if history.moments[i].arrays["war_begins"][0, 0] > 0)
    labels, titles = history.position.labels, history.position.titles
    ways = {
        "objective_rate": "the attacker reaches its objective",
        "failure_rate": "the attack fails",
        "mediation_rate": "others stop the fighting",
    }
    attacker = labels["state"][int(history.moments[began].arrays["onset_time"][:, 0].argmin())]
    found = []
    for quantity, way in ways.items():
        heading = f"How soon after the attack by {titles[attacker]}: {way}"
        lots = _fate(history, began) if quantity == list(ways)[-1] else ()
        found.append(Decision(heading, began, "region", "", quantity, (), lots))
    return found


def _fate(history: History, step: int) -> tuple[Lot, ...]:
    """Return the two draws that set how long a war lasts and how it ends."""
    books, before = ENTRIES["count_days"], ("war_days_left", "war_gain")
    under_way = {"fighting": history.moments[step].arrays["fought"]}
    spans = ("less than a week", "a week to a month", "one to three months", "more than three months")
    ends = ("the attack fails", "others stop it half-way", "the objective is reached")

    def span(found: dict[str, Any]) -> Any:
        return np.digitize(found["days_fought"] + found["war_days_left"], LENGTHS)

    def end(found: dict[str, Any]) -> Any:
        return (found["war_gain"] > 0.0) + 1.0 * (found["war_gain"] >= 1.0)  # nothing, a part, all of what it aimed at

    return (
        drawn(history, books, step, "region", 0, before, span, "how long it lasts", spans, instead=under_way),
        drawn(history, books, step, "region", 1, before, end, "how it ends", ends, instead=under_way),
    )


def budget(history: History, step: int, actor: str) -> list[Decision]:
    """Return the weighing of a budget: of the spending aimed at, and of direct changes where a rule makes any."""
    heading = f"{history.position.titles[actor]} weighs its budget"
    found = [Decision(heading, step, actor, "", name, ()) for name in ("milex_target_log", "milex_change")]
    return [decision for decision in found if reasons(history, decision)] or found[:1]


def order(history: History, step: int, actor: str) -> list[Decision]:
    """Return what led to a contract: the class, the supplier's approval, the choice of supplier.

    Where nothing was signed it is the contract that would have been.
    """
    labels, titles = history.position.labels, history.position.titles
    index = labels["state"].index(actor)
    weapon = int(history.moments[step].arrays["wanted_class"][index, 0])
    ware = labels["weapon"][weapon]
    classes = tuple(titles[key] for key in labels["weapon"])
    sellers = tuple("the open market" if key == "other" else titles[key] for key in labels["origin"])
    kind = drawn(
        history, ENTRIES["choose_class"], step, actor, 0, (), lambda found: found["wanted_class"],
        "which class is next", classes,
    )  # fmt: skip
    contract = ENTRIES["sign_contracts"]
    signs = drawn(
        history, contract, step, actor, 0, (), lambda found: found["order_value"] > 0,
        "whether a contract is signed this month", ("none is signed", "one is signed"),
    )  # fmt: skip
    whom = drawn(
        history, contract, step, actor, 1, (), lambda found: found["order_origin"], "with whom", sellers, fixed=0.0
    )
    chosen = labels["origin"][sellers.index(whom.result)]
    wanted = Decision(
        f"{titles[actor]} looks for {titles[ware]}", step, actor, ware, "weapon_appeal", (weapon,), (kind,)
    )
    if chosen not in labels["supplier"]:
        return [Decision(wanted.heading, step, actor, ware, "weapon_appeal", (weapon,), (kind, signs, whom))]
    seller = labels["supplier"].index(chosen)
    heading = f"{titles[chosen]} considers sales to {titles[actor]}"
    approves = Decision(heading, step, chosen, actor, "willingness", (index,))
    heading = f"{titles[actor]} considers an order from {titles[chosen]}"
    return [wanted, approves, Decision(heading, step, actor, chosen, "supplier_appeal", (seller,), (signs, whom))]


def entry(history: History, step: int, supplier: str, client: str) -> list[Decision]:
    """Return how a supplier came to sell to a client, or did not: whether it enters, and whether it would sell."""
    labels, titles = history.position.labels, history.position.titles
    index, place = labels["supplier"].index(supplier), labels["client"].index(client)
    found = []
    if follows(history, "enter_new_market", index):
        names = (f"{titles[supplier]} stays away", f"{titles[supplier]} sells")
        lot = drawn(
            history, CATALOGUE["enter_new_market"], step, supplier, 0, ("presence", "defeat"),
            lambda answer: answer[place] > 0, "whether it is in the market after this month", names, row=place,
        )  # fmt: skip
        heading = f"{titles[supplier]} looks at the market of {titles[client]}"
        found.append(Decision(heading, step, supplier, client, "presence", (place,), (lot,)))
    heading = f"{titles[supplier]} considers sales to {titles[client]}"
    return [*found, Decision(heading, step, supplier, client, "willingness", (place,))]


def follows(history: History, rule: str, index: int) -> bool:
    """Tell whether the actor at a place follows a rule."""
    doctrines = history.position.doctrines
    mask = doctrines.get(rule)
    return rule in doctrines and (mask is None or bool(mask[index, 0]))


def talks(history: History, step: int) -> Decision:
    """Return what moved talks, or left them where they were."""
    before = TALKS[int(before_step(history, step)["talks"][0, 0])]
    lot = drawn(
        history, ENTRIES["advance_talks"], step, "region", 0, ("talks", "fighting"), lambda found: found["talks"],
        f"where talks go from '{before}' this month", TALKS,
    )  # fmt: skip
    return Decision("What speeds or slows talks", step, "region", "", "talks_progress", (), (lot,))


def exit_(history: History, step: int, actor: str) -> Decision:
    """Return a state's weighing of a step away from its patron."""
    lot = drawn(
        history, ENTRIES["settle_alignment"], step, actor, 0, ("rung",), lambda found: found["rung"],
        "where it stands towards its patron after this month", RUNGS,
    )  # fmt: skip
    heading = f"{history.position.titles[actor]} weighs a step away from its patron"
    return Decision(heading, step, actor, "", "exit_score", (), (lot,))
