"""The books before the first step: what is remembered, whom it trusts and what it holds, from what is on record.

A scenario gives quantities; what follows from them with a number that somebody assumed is an entry here, so that the
number can be set, varied and listed like any other. Where a number is one that the books go on with, it is borrowed.
"""

from __future__ import annotations

import numpy as np

from sim.model.accounting.contracts import capability
from sim.model.accounting.deliveries import mean_quality, padded
from sim.model.accounting.entry import Entry, entry
from sim.model.parameter import Parameter
from sim.model.variables import EXTRA_ORIGINS
from sim.model.world import Array

MEMORY = "sign_contracts.memory"  # how long ties last is one belief, before the opening and after it


@entry(actor="state", borrows={"memory": MEMORY})
def recall_orders(ordered_lately: Array, placed_lately: Array, *, memory: Array | float) -> Entry:
    """Recall as many years of recorded orders as ties last: their yearly volume, and the money each supplier got."""
    weight = looking_back(len(ordered_lately), memory)
    return {
        "order_rate": (weight * ordered_lately).sum(0),
        "recent_order": (weight[:, None] * placed_lately).sum(0),
    }


@entry(actor="state", borrows={"memory": MEMORY, "much": "trust_prompt_deliverers.much"})
def trust_by_record(
    served_lately: Array,
    affinity: Array,
    *,
    memory: Array | float,
    much: Array | float,
    stranger: Parameter = Parameter(
        0.3, "share", between=(0.2, 0.5), because="trust in a supplier that has delivered nothing lately"
    ),
    friend: Parameter = Parameter(
        0.5, "share", between=(0.2, 0.7), because="what closeness alone is worth: the closest friend is no stranger"
    ),
) -> Entry:
    """Trust suppliers by what they have lately delivered, judged as open orders are later, and friends by closeness."""
    yearly = (looking_back(len(served_lately), memory)[:, None] * served_lately).sum(0)
    served = stranger + (1.0 - stranger) * yearly / (yearly + much)
    return {"trust": np.clip(np.maximum(served, stranger + friend * affinity), 0.0, 1.0)}


@entry(
    actor="state",
    borrows={
        "other_quality": "open_contracts.other_quality",
        "other_price": "sign_contracts.open_price",
        "generations": "call_for_tender.generations",
        "worth_its_price": "call_for_tender.worth_its_price",
    },
)
def value_holdings(
    stock: Array,
    frontier: Array,
    access_ceiling: Array,
    price: Array,
    *,
    other_quality: Array | float,
    other_price: Array | float,
    generations: Array | float,
    worth_its_price: Array | float,
    aged_quality: Parameter = Parameter(
        0.85, "share", between=(0.6, 1.0), because="what was held at the opening is older than what is on offer"
    ),
    legacy_quality: Parameter = Parameter(
        0.30, "share", between=(0.15, 0.45), because="Soviet designs of the 1970s and 1980s"
    ),
) -> Entry:
    """Value arms held at the opening: of a supplier by what it offers today, somewhat aged; legacy and others apart."""
    quality = padded(frontier * access_ceiling[:, None] * aged_quality, other_quality)
    inherited = np.arange(len(quality)) == len(frontier) + EXTRA_ORIGINS.index("legacy")
    quality = np.where(inherited[:, None, None, None], legacy_quality, quality)
    unit = capability(quality, padded(price, other_price), generations, worth_its_price)
    return {"worth": (stock * unit).sum(0), "generation": mean_quality((stock * quality).sum(0), stock.sum(0))}


@entry(
    actor="state",
    borrows={
        "other_quality": "open_contracts.other_quality",
        "other_price": "sign_contracts.open_price",
        "advance": "sign_contracts.advance",
        "generations": "call_for_tender.generations",
        "worth_its_price": "call_for_tender.worth_its_price",
    },
)
def owe_for_orders(
    contract_volume: Array,
    contract_place: Array,
    frontier: Array,
    access_ceiling: Array,
    price: Array,
    *,
    other_quality: Array | float,
    other_price: Array | float,
    advance: Array | float,
    generations: Array | float,
    worth_its_price: Array | float,
) -> Entry:
    """Owe the rest of the list price of what is on order at the opening, of the quality on offer then."""
    origin, weapon = np.divmod(contract_place.astype(np.intp), frontier.shape[1])
    _, state, run = np.indices(contract_volume.shape)
    offered, listed = padded(frontier * access_ceiling[:, None], other_quality), padded(price, other_price)
    table = (len(listed), frontier.shape[1], *contract_volume.shape[1:])
    quality, asked = (np.broadcast_to(array, table)[origin, weapon, state, run] for array in (offered, listed))
    owed = contract_volume * asked
    return {
        "contract_quality": np.where(contract_volume > 0.0, quality, 0.0),
        "contract_capability": capability(quality, asked, generations, worth_its_price),
        "contract_money": owed - advance * owed,
    }


@entry(actor="state")
def note_special_money(milex: Array, special_programme: Array) -> Entry:
    """Set aside of opening spending what special projects take."""
    return {"special_milex": np.minimum(special_programme, milex)}


@entry(actor="state", borrows={"growth": "grow_economy.growth"})
def remember_last_budget(gdp: Array, gdp_known: Array, *, growth: Array | float) -> Entry:
    """Date the last budget: drawn up for the output of the opening, or, where that is last year's, a year before it."""
    return {"gdp_budgeted": gdp * np.where(gdp_known > 0.0, 1.0, np.exp(-np.asarray(growth)))}


@entry(actor="state")
def take_references(order_rate: Array) -> Entry:
    """Note what is later measured against the opening and is known only now."""
    return {"order_rate_opening": order_rate}


def looking_back(spans: int, years: Array | float) -> Array:
    """Return the weight of each span of 1, 2, ... years, ``(lookback, state, run)``: all on one, or shared by two.

    Examples
    --------
    >>> looking_back(4, 3.0).ravel().tolist(), looking_back(4, 2.25).ravel().tolist()
    ([0.0, 0.0, 1.0, 0.0], [0.0, 0.75, 0.25, 0.0])
    """
    span = np.arange(1.0, spans + 1.0)[:, None, None]
    weight: Array = np.maximum(1.0 - np.abs(span - np.clip(years, 1.0, spans)), 0.0)
    return weight
