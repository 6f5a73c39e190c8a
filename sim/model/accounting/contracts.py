"""Contracts: a class wanted, a tender called, a supplier drawn, money committed; and trust in suppliers kept."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.model.accounting.entry import TINY, Entry, entry
from sim.model.loops import worked_out
from sim.model.parameter import Parameter
from sim.model.streams import pick
from sim.model.variables import EXTRA_ORIGINS
from sim.model.world import Array

# Where orders outside the suppliers go, by their places after them on the axis of origins.
HOME, ELSEWHERE = (float(EXTRA_ORIGINS.index(origin)) for origin in ("home", "other"))

CRISIS = 1.5  # tension above which a state buys as in a crisis
SLOWEST = 0.02  # share of capacity below which nothing gets slower

# A weapon whose capability is its quality: between Soviet designs and the newest, between Russian and Western prices.
USUAL_QUALITY, USUAL_PRICE = 0.65, 2.0


@entry(actor="state")
def compare_ties(recent_order: Array) -> Entry:
    """Work out for each supplier what share of recent order money went to its competitors, one million added."""
    total = recent_order.sum(0)
    return {"placed_elsewhere": np.maximum(total - recent_order, 0.0) / (total + 1.0)}


@entry(actor="state", draws=1)
def choose_class(weapon_appeal: Array, draws: Array) -> Entry:
    """Draw the class the next contract is for, by the softmax of its appeal."""
    return {"wanted_class": pick(np.exp(weapon_appeal), draws[0])}


@entry(actor="state", evidence=["souva_2023", "kirkpatrick_1995"])
def call_for_tender(
    wanted_class: Array,
    frontier: Array,
    price: Array,
    access: Array,
    *,
    generations: Parameter = Parameter(
        2.45,
        "log per log",
        between=(1.5, 2.5),
        because="a gap of generations weighs more than in proportion (Souva 2023 on quality of arms)",
    ),
    worth_its_price: Parameter = Parameter(
        0.6,
        "log per log",
        between=(0.3, 0.7),
        because="unit costs rise with generations, and part of a price is capability (Kirkpatrick 1995)",
    ),
) -> Entry:
    """Look up what each supplier offers of the wanted class: quality, list price, capability per unit of volume."""
    quality, asked = of_class(frontier, wanted_class) * access, of_class(price, wanted_class)
    return {
        "offered_quality": quality,
        "asked_price": asked,
        "offered_capability": capability(quality, asked, generations, worth_its_price),
    }


def capability(quality: Array | float, price: Array | float, generations: Any, worth_its_price: Any) -> Any:
    """Return what a recorded unit of arms is worth in a fight, from its quality and its list price.

    At the quality and price of a usual weapon it is its quality; recorded volume alone (TIV) counts
    neither electronics nor munitions, which prices do.

    Examples
    --------
    A usual weapon, one twice as good, and the same at four times the price:

    >>> [round(float(capability(q, p, 2.0, 0.5)), 2) for q, p in ((0.4, 2.0), (0.8, 2.0), (0.8, 8.0))]
    [0.25, 0.98, 1.97]
    """
    better, dearer = np.maximum(quality, TINY) / USUAL_QUALITY, np.maximum(price, TINY) / USUAL_PRICE
    return USUAL_QUALITY * better**generations * dearer**worth_its_price


def of_class(table: Array, code: Array) -> Array:
    """Return ``(supplier, state, run)``: the column of a ``(supplier, weapon, ...)`` table by class code."""
    where = code.astype(np.intp)
    if table.shape[2:] == (1, 1):
        return np.take(table[:, :, 0, 0], where, axis=1)
    wide = np.broadcast_to(table, (*table.shape[:2], *where.shape))
    return np.take_along_axis(wide, where[None, None], axis=1)[:, 0]


@entry(actor="state")
def sense_crisis(
    plan: Array,
    tension: Array,
    affinity: Array,
    *,
    close_friend: Parameter = Parameter(
        0.8,
        "share",
        between=(0.6, 0.95),
        because="closeness from which a supplier ships from its own stocks in a crisis",
    ),
) -> Entry:
    """Tell whether a state buys as in a crisis, with a plan or under tension, and who then ships from stock."""
    crisis = ((plan > 0.0) | (tension > CRISIS)) * 1.0
    return {"crisis": crisis, "from_stock": (affinity > close_friend) * crisis}


@entry(actor="supplier", draws=1, per="client")
def review_licences(
    licence: Array,
    willingness: Array,
    dt: Array,
    draws: Array,
    *,
    pace: Parameter = Parameter(
        2.0, "per yr", between=(0.3, 3.0), because="licences are granted, suspended and restored within months or years"
    ),
) -> Entry:
    """Let suppliers open and close their licences for a client as their reasons have it, and keep them for a while.

    In the long run a licence is open for the logistic share of the reasons for it.
    """
    chance = 1.0 / (1.0 + np.exp(-willingness))
    changes = draws[0] < (1.0 - np.exp(-pace * dt)) * np.abs(licence - chance)
    return {"licence": np.abs(licence - changes)}


@entry(actor="state")
def set_money_aside(
    milex: Array,
    special_milex: Array,
    procurement_share: Array,
    import_push: Array,
    import_push_opening: Array,
    fund: Array,
    dt: Array,
    *,
    project_share: Parameter = Parameter(
        0.7, "share", between=(0.4, 1.0), because="special defence projects are purchases, most of them abroad"
    ),
    largest_share: Parameter = Parameter(
        0.5, "share", between=(0.3, 0.6), because="pay, upkeep and works at home take half of any budget"
    ),
) -> Entry:
    """Set money aside for arms from abroad, more of it as reasons have it."""
    share = np.minimum(procurement_share * np.exp(import_push - import_push_opening), largest_share)
    budget = procurement_budget(milex, special_milex, share, project_share)
    return {"procurement": budget, "fund": fund + budget * dt}


@entry(
    actor="state",
    draws=2,
    borrows={"project_share": "set_money_aside.project_share"},
    evidence=["mcfadden_1974"],
)
def sign_contracts(
    procurement: Array,
    special_milex: Array,
    fund: Array,
    contracts_per_year: Array,
    supplier_appeal: Array,
    offered_quality: Array,
    asked_price: Array,
    price_factor: Array,
    licence: Array,
    presence: Array,
    embargo: Array,
    export_volume: Array,
    capacity: Array,
    lag: Array,
    wanted_class: Array,
    making_time: Array,
    on_order: Array,
    contract_money: Array,
    order_rate: Array,
    recent_order: Array,
    crisis: Array,
    dt: Array,
    draws: Array,
    *,
    project_share: Array | float,
    open_market: Parameter = Parameter(
        0.012,
        "share",
        between=(0.0, 0.15),
        because="weight of all suppliers without a file at which they come to about 3 % of recorded volume",
    ),
    open_price: Parameter = Parameter(
        2.0, "US$2023 m per TIV m", between=(0.6, 5.0), because="between Russian and Turkish prices"
    ),
    no_purchase: Parameter = Parameter(
        0.1,
        "share",
        between=(0.05, 1.0),
        because="weight of buying nothing beside all who could sell: one tender in eleven fails where all would",
    ),
    spent_at_home: Parameter = Parameter(
        1.0,
        "share",
        between=(0.0, 1.0),
        because="what finds no seller lapses: the services spend it at home, on pay, works and upkeep",
    ),
    part: Parameter = Parameter(
        0.5,
        "share",
        between=(0.1, 1.0),
        because="the largest contract of a year is rarely more than half of its orders on record",
    ),
    advance: Parameter = Parameter(
        0.2, "share", between=(0.1, 0.3), because="paid on signature, as is usual; the rest follows deliveries"
    ),
    horizon: Parameter = Parameter(
        2.5, "yr", between=(2.0, 3.0), because="income of no more years to come is promised, however late the arms"
    ),
    project_horizon: Parameter = Parameter(
        1.9, "yr", between=(0.0, 2.5), because="special projects are voted year by year, and end sooner than budgets"
    ),
    hurry: Parameter = Parameter(
        3.0, "1", between=(1.0, 6.0), because="tenders of a crisis over those of quiet times; no published number"
    ),
    reserve: Parameter = Parameter(
        0.8,
        "yr of procurement",
        between=(0.0, 1.0),
        because="most of a year's money may be committed at once in a crisis",
    ),
    order_book: Parameter = Parameter(
        2.0,
        "yr of exports",
        between=(0.3, 2.5),
        basis="derived",
        source="sipri_arms_transfers_2025",
        because="what a buyer had on order with a small exporter came to one or two years of its exports to all, "
        "with a large one to less",
    ),
    memory: Parameter = Parameter(
        5.0, "yr", between=(2.0, 8.0), because="ties of the last five years, as in trade-network studies"
    ),
) -> Entry:
    """Now and then put money out to tender and commit it to one supplier, or to none.

    The supplier is drawn by the logit of its appeal, among those whose licence is open; buying
    nothing abroad is an option beside it (McFadden 1974), upon which the money goes to things at
    home. The options outside weigh in proportion to all who make what is wanted, licensed or not:
    where a supplier closes, more tenders fail. A
    contract may be as large as the money at hand and the income until its arms are due allow;
    part is paid on signature, the rest as they come. No supplier takes on more than it can make
    in reasonable time, and no state has more contracts open than it has places. In a crisis,
    with a plan or under tension, tenders come faster and reserves may be committed.
    """
    market = worked_out(presence * (offered_quality > 0.0) * np.exp(supplier_appeal))
    chosen = pick(weigh_options(market, licence * (1.0 - embargo), open_market, no_purchase), draws[1])
    suppliers = len(market)
    pace = np.where(crisis > 0.0, hurry, 1.0) * contracts_per_year
    called = (draws[0] < 1.0 - np.exp(-pace * dt)) & (contract_money == 0.0).any(0)
    due = lag * of_class(making_time[None], wanted_class)[0] / np.maximum(capacity, SLOWEST)
    free = fund - contract_money.sum(0) + crisis * reserve * procurement
    projects = project_share * special_milex
    paid = np.maximum(asked_price * price_factor, TINY)
    places = np.arange(suppliers, dtype=np.float64)[:, None, None]
    # What does not fit in a supplier's order book stays in the fund, rather than going to the second choice: a buyer
    # that wants these arms waits for them.
    room = np.maximum(order_book * export_volume * capacity - on_order[:suppliers], 0.0)
    ahead = (procurement - projects) * np.minimum(due, horizon) + projects * np.minimum(due, project_horizon)
    means = part * np.maximum(free + (1.0 - advance) * ahead, 0.0)
    placed = np.where(called & (chosen == places), np.minimum(means, room * paid), 0.0)
    means = means.max(0, initial=0.0)
    elsewhere = np.where(called & (chosen == suppliers), means, 0.0)
    at_home = np.where(called & (chosen > suppliers), spent_at_home * means, 0.0)
    money = placed.sum(0) + elsewhere + at_home
    volume = (placed / paid).sum(0) + elsewhere / open_price
    forgotten = np.exp(-dt / memory)
    return {
        "fund": fund - advance * money,
        "order_origin": chosen
        + np.where(chosen == suppliers, ELSEWHERE, np.where(chosen > suppliers, HOME - 1.0, 0.0)),
        "order_volume": volume,
        "order_value": money,
        "order_rate": order_rate * forgotten + volume / memory,
        "recent_order": recent_order * forgotten + placed,
    }


def weigh_options(market: Array, allowed: Array, open_market: Any, no_purchase: Any) -> Array:
    """Return the weights ``(option, state, run)`` of all suppliers, of the open market and of buying nothing abroad.

    Parameters
    ----------
    market : ndarray ``(supplier, state, run)``
        Weight of each supplier, were all allowed to sell.
    allowed : ndarray ``(supplier, state, run)``
        1 where a licence is open and there is no embargo.
    open_market, no_purchase : float or ndarray
        Weights of the options outside, per weight of the whole market.

    Examples
    --------
    >>> weigh_options(np.array([1.0, 3.0]), np.array([1.0, 0.0]), 0.1, 0.25).tolist()
    [1.0, 0.0, 0.4, 1.0]
    """
    everybody = np.maximum(market.sum(0), TINY)
    runs = np.broadcast_shapes(everybody.shape, np.shape(open_market), np.shape(no_purchase))  # each with its number
    outside = np.stack([np.broadcast_to(share * everybody, runs) for share in (open_market, no_purchase)])
    options: Array = np.concatenate([np.broadcast_to(allowed * market, (len(market), *runs)), outside])
    return options


def procurement_budget(milex: Array, special_milex: Array, share: Array, project_share: Array | float) -> Array:
    """Return the money set aside for arms from abroad [US$ m per yr].

    Examples
    --------
    A tenth of the regular budget and all of the special projects:

    >>> round(float(procurement_budget(np.array(150.0), np.array(50.0), np.array(0.1), 1.0)), 1)
    60.0
    """
    budget: Array = np.maximum(milex - special_milex, 0.0) * share + special_milex * project_share
    return budget


@entry(actor="state")
def settle_trust(trust: Array, trust_gain: Array) -> Entry:
    """Add up what has changed trust in suppliers."""
    return {"trust": np.clip(trust + trust_gain, 0.0, 1.0)}
