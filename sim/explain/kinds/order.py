"""A large contract for arms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from scipy.special import log_softmax

from sim.explain.asking import asked
from sim.explain.decisions import Decision, Stage, reasons, strongest
from sim.explain.draws import drawn
from sim.explain.happening import Happening, History, reasons_for, steps_of
from sim.explain.kind import Kind
from sim.explain.licence import approval
from sim.explain.systems import newest
from sim.explain.taken import stages_of
from sim.model.accounting import ENTRIES
from sim.model.accounting.contracts import weigh_options
from sim.model.world import Array

OUTSIDE = {"home": "nothing from abroad", "other": "the open market"}
BEFORE = ("contract_money", "on_order", "order_rate", "recent_order", "plan", "tension")  # changed later in the step
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
            given = reasons_for(history, step, "weapon_appeal", key)
            yield Happening(moment.date, "order", key, seller, what, given, (weapon,))
            continue
        iso3, access = history.position.scenario.suppliers[seller].iso3, float(world["access"][place, origin, 0])
        offer = newest(history.systems, iso3, ware, access, moment.date.year)
        example = f" (for example {offer.name})" if offer else ""
        what = f"{titles[key]} orders {titles[ware]}{example} for US$ {money:,.0f} m from {titles[seller]}"
        given = reasons_for(history, step, "supplier_appeal", key)
        yield Happening(moment.date, "order", key, seller, what, given, (origin,))


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
    """Return what led to a contract: the class, the supplier's licence, the choice of supplier.

    Where nothing was signed it is the contract that would have been.
    """
    labels, titles = history.position.labels, history.position.titles
    weapon = int(history.moments[step].arrays["wanted_class"][labels["state"].index(actor), 0])
    sellers = tuple(OUTSIDE.get(key) or titles[key] for key in labels["origin"])
    kind = drawn(
        history, ENTRIES["choose_class"], step, actor, 0, (), lambda found: found["wanted_class"],
        "which class is next", tuple(titles[key] for key in labels["weapon"]),
    )  # fmt: skip
    contract = (history, ENTRIES["sign_contracts"], step, actor)
    signs = drawn(
        *contract, 0, BEFORE, lambda found: found["order_value"] > 0,
        "whether money is committed this month", ("none is committed", "some is committed"),
        instead=_purse(history, step, actor),
    )  # fmt: skip
    # With the other draw at 0 a contract is tendered for, so that a month without one has an answer, too.
    whom = drawn(
        *contract, 1, BEFORE, lambda found: found["order_origin"], "with whom", sellers, fixed=0.0,
        instead=_purse(history, step, actor),
    )  # fmt: skip
    seller = labels["origin"][sellers.index(whom.result)]
    bought = seller in labels["supplier"]
    ware = labels["weapon"][weapon]
    wanted = Decision(
        f"{titles[actor]} looks for {titles[ware]}", step, actor, ware, "weapon_appeal", (weapon,),
        lambda share: f"{np.exp(share):.1%} of contracts are for it", (kind,) if bought else (kind, signs, whom),
        "other classes", lambda at: _wanted(history, at, actor, weapon), "log share", towards=1.0, leads=not bought,
    )  # fmt: skip
    money = set_aside(history, step, actor)
    first = [money, wanted] if reasons(history, money) else [wanted]
    if not bought:
        return first
    place = labels["supplier"].index(seller)
    takes = Decision(
        f"{titles[actor]} considers an order from {titles[seller]}", step, actor, seller, "supplier_appeal", (place,),
        lambda share: f"{np.exp(share):.1%} of tenders go there", (signs, whom),
        "other suppliers", lambda at: _taken(history, at, actor, place), "log share", towards=1.0, leads=True,
        among=_on_offer(history, step, actor),
    )  # fmt: skip
    return [*first, approval(history, step, seller, actor), takes]


def set_aside(history: History, step: int, actor: str) -> Decision:
    """Return what share of its budget a state sets aside for arms from abroad."""
    return Decision(
        f"{history.position.titles[actor]} sets money aside for arms from abroad", step, actor, "", "import_push", (),
        lambda share: f"{np.exp(share):.1%} of its regular budget", (), "",
        lambda at: _money_set_aside(history, at, actor), "log share",
    )  # fmt: skip


def _money_set_aside(history: History, step: int, actor: str) -> Iterator[Stage]:
    """Yield what share of a regular budget of one is set aside."""
    entry = asked(history, ENTRIES["set_money_aside"], step, actor)
    budget = {"milex": np.ones((1, 1)), "special_milex": np.zeros((1, 1))}
    then = entry.seen["import_push_opening"]

    def reached(push: Array) -> float:
        with np.errstate(divide="ignore"):  # who buys nothing abroad sets nothing aside
            return float(np.log(entry.answer(**budget, import_push=push)["procurement"][0, 0]))

    usual = reached(then)
    yield Stage("procurement_share", "this is what it customarily sets aside", usual)
    yield Stage(
        "import_push_opening", "what reasons were worth at the opening is in its custom", usual - float(then[0, 0])
    )
    actual = reached(entry.seen["import_push"])
    yield from stages_of(
        history, step, actor, "import_share", "", (), lambda push: reached(np.full((1, 1), push)), actual
    )


def _on_offer(history: History, step: int, actor: str) -> tuple[int, ...]:
    """Return the places of the suppliers that sell a state the class it wants."""
    seen = asked(history, ENTRIES["sign_contracts"], step, actor).seen
    return tuple(np.flatnonzero(seen["presence"] * (seen["offered_quality"] > 0.0)).tolist())


def _purse(history: History, step: int, actor: str) -> dict[str, Array]:
    """Return the money at hand when a tender is called, which no step shows at its end."""
    found: dict[str, Array] = asked(history, ENTRIES["set_money_aside"], step, actor, ("fund",)).answer()
    return {"fund": found["fund"]}


def _wanted(history: History, step: int, actor: str, weapon: int) -> Iterator[Stage]:
    """Yield what share of contracts a class comes to."""
    appeal = asked(history, ENTRIES["choose_class"], step, actor).seen["weapon_appeal"][:, 0, 0]
    yield from stages_of(history, step, actor, "class_share", "", (weapon,), float, float(appeal[weapon]))
    yield Stage("choose_class", "other classes have their appeal, too", float(log_softmax(appeal)[weapon]))


def _taken(history: History, step: int, actor: str, place: int) -> Iterator[Stage]:
    """Yield what share of tenders a supplier comes to: were all licensed, beside options outside, with licences."""
    entry = asked(history, ENTRIES["sign_contracts"], step, actor, BEFORE)
    seen, outside = entry.seen, (entry.settings["open_market"], entry.settings["no_purchase"])
    offered = seen["presence"] * (seen["offered_quality"] > 0.0)
    appeal = seen["supplier_appeal"]
    allowed = seen["licence"] * (1.0 - seen["embargo"])

    def reached(market: Array, allowed: Array, outside: tuple[Any, Any]) -> float:
        weights = weigh_options(market, allowed, *outside)
        with np.errstate(divide="ignore"):  # who may not sell has a share of nothing
            return float(np.log(weights[place, 0, 0] / weights[:, 0, 0].sum()))

    market = offered * np.exp(appeal)
    everybody = np.ones_like(allowed)
    yield from stages_of(history, step, actor, "supplier_share", "", (place,), float, float(appeal[place, 0, 0]))
    yield Stage("presence", "other suppliers offer this class, too", reached(market, everybody, (0.0, 0.0)))
    yield Stage(
        "sign_contracts.no_purchase",
        "nothing may be bought, or on the open market",
        reached(market, everybody, outside),
    )
    yield Stage("licence", "licences and embargoes keep suppliers out", reached(market, allowed, outside))


KIND = Kind(
    rank=2, notice=notice, decisions=decisions, closest=closest,
    impossible="there is no supplier", other_words=("contract",), moves=("stock_total",), by_state=True, common=True,
)  # fmt: skip
