"""A large contract for arms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.engine.model import Reason
from sim.explain.decisions import Decision, approval, strongest
from sim.explain.draws import drawn
from sim.explain.happening import Happening, History, reasons_for, steps_of
from sim.explain.kind import Kind
from sim.explain.seen import chosen
from sim.explain.systems import newest
from sim.model.accounting import ENTRIES

LARGE = 0.10  # an order is an event if it is more than this share of the arms held


def notice(history: History, step: int) -> Iterator[Happening]:
    """Yield the large orders signed in a step, each with the system it may have bought."""
    moment, labels, titles = history.moments[step], history.position.labels, history.position.titles
    world = moment.arrays
    for place, key in enumerate(labels["state"]):
        if world["order_volume"][place, 0] <= LARGE * world["stock_total"][place, 0]:
            continue
        origin, weapon = (int(world[name][place, 0]) for name in ("order_origin", "wanted_class"))
        seller, ware, money = labels["origin"][origin], labels["weapon"][weapon], world["order_value"][place, 0]
        if origin >= len(labels["supplier"]):
            what = f"{titles[key]} orders {titles[ware]} for US$ {money:,.0f} m on the open market"
            reasons = reasons_for(history, step, "weapon_appeal", key)
            yield Happening(moment.date, "order", key, seller, what, reasons, (weapon,))
            continue
        iso3, access = history.position.scenario.suppliers[seller].iso3, float(world["access"][place, origin, 0])
        offer = newest(history.systems, iso3, ware, access, moment.date.year)
        example = f" (for example {offer.name})" if offer else ""
        what = f"{titles[key]} orders {titles[ware]}{example} for US$ {money:,.0f} m from {titles[seller]}"
        reasons = reasons_for(history, step, "supplier_appeal", key)
        yield Happening(moment.date, "order", key, seller, what, reasons, (origin,))


def decisions(history: History, happening: Happening) -> list[Decision]:
    """Return what led to a contract, in the step of the month in which most money was placed."""
    place = history.position.labels["state"].index(happening.actor)
    steps = steps_of(history, happening.date)
    signed = max(steps, key=lambda step: float(history.moments[step].arrays["order_value"][place, 0]))
    return order(history, signed, happening.actor)


def closest(history: History, names: Sequence[str], steps: Sequence[int]) -> list[Decision]:
    """Return what led to the contract of most money."""
    if not history.position.labels["supplier"]:
        return []
    return order(history, *strongest(history, "order_value", names, steps))


def order(history: History, step: int, actor: str) -> list[Decision]:
    """Return what led to a contract: the class, the supplier's approval, the choice of supplier.

    Where nothing was signed it is the contract that would have been.
    """
    labels, titles = history.position.labels, history.position.titles
    weapon = int(history.moments[step].arrays["wanted_class"][labels["state"].index(actor), 0])
    sellers = tuple("the open market" if key == "other" else titles[key] for key in labels["origin"])
    kind = drawn(
        history, ENTRIES["choose_class"], step, actor, 0, (), lambda found: found["wanted_class"],
        "which class is next", tuple(titles[key] for key in labels["weapon"]),
    )  # fmt: skip
    contract = (history, ENTRIES["sign_contracts"], step, actor)
    signs = drawn(
        *contract, 0, (), lambda found: found["order_value"] > 0,
        "whether a contract is signed this month", ("none is signed", "one is signed"),
    )  # fmt: skip
    # With the other draw at 0 a contract is tendered for, so that a month without one has an answer, too.
    whom = drawn(*contract, 1, (), lambda found: found["order_origin"], "with whom", sellers, fixed=0.0)
    seller = labels["origin"][sellers.index(whom.result)]
    bought = seller in labels["supplier"]
    ware = labels["weapon"][weapon]
    wanted = Decision(
        f"{titles[actor]} looks for {titles[ware]}", step, actor, ware, "weapon_appeal", (weapon,),
        lambda sum_: f"a weight of {np.exp(sum_):.2f} among classes", (kind,) if bought else (kind, signs, whom),
    )  # fmt: skip
    if not bought:
        return [wanted]
    takes = Decision(
        f"{titles[actor]} considers an order from {titles[seller]}", step, actor, seller, "supplier_appeal",
        (labels["supplier"].index(seller),),
        lambda sum_: f"a weight of {np.exp(sum_):.3g} among suppliers, before approval",
        (signs, whom), rivals="other suppliers",
    )  # fmt: skip
    return [wanted, approval(history, step, seller, actor), takes]


def _against_others(reason: Reason, place: tuple[int, ...]) -> float:
    """An order is one supplier among several: the mean over suppliers is taken off."""
    return chosen(reason.term, place) - float(np.mean(reason.term))


KIND = Kind(
    rank=2, notice=notice, decisions=decisions, closest=closest, weigh=_against_others,
    impossible="there is no supplier", other_words=("contract",), moves=("stock_total",), by_state=True, common=True,
)  # fmt: skip
