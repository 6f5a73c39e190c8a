"""The two entries of the books of which numpy works out only the few places that matter, for all places alike.

Of 32 places for contracts most are free or wait. numpy picks out those in which something happens, by their flat
places; a compiled program cannot, since how many there are differs from step to step, and works on all. Both agree in
worlds drawn at random (`tests/test_compiled.py`). What a formula has of its own (`share_due`, `capability`, `shipping`)
stands in the books, once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.model.accounting.contracts import capability, of_class
from sim.model.accounting.deliveries import mean_quality, padded, share_due, shipping
from sim.model.accounting.entry import TINY, Entry
from sim.model.world import Array


def of_code(table: Array, code: Array) -> Array:
    """Return from a table ``(place, state, run)`` what stands at the places of codes ``(..., state, run)``."""
    where = code.astype(np.intp)
    wide = np.broadcast_to(table, (len(table), *where.shape[-2:]))
    found: Array = np.take_along_axis(wide, where if where.ndim == wide.ndim else where[None], axis=0)
    return found if where.ndim == wide.ndim else found[0]


def by_code(code: Array, amounts: Array, places: int) -> Array:
    """Return amounts ``(contract, state, run)`` added up by code, ``(place, state, run)``."""
    total: Array = np.zeros((places, 1, 1))
    which = np.arange(float(places))[:, None, None]
    for one, amount in zip(code, amounts, strict=True):
        total = total + np.where(which == one, amount, 0.0)
    return total


def deliver_orders(
    contract_volume: Array, contract_money: Array, contract_quality: Array, contract_capability: Array,
    contract_begins: Array, contract_ends: Array, contract_place: Array, stock: Array, worth: Array, generation: Array,
    fund: Array, on_order: Array, production: Array, capacity: Array, licence: Array, sanctions: Array,
    airlifted: Array, procurement: Array, decay: Array, dt: Array, *, credit: Any,
) -> Entry:  # fmt: skip
    """Deliver what is due of every contract and pay for it; age stocks and add what is delivered."""
    origins, weapons = stock.shape[:2]
    origin = np.floor(contract_place / weapons)
    weapon = contract_place - origin * weapons
    arriving = production + shipping(capacity, licence, sanctions) * dt
    now, then, early = (of_code(table, origin) for table in (production, arriving, padded(airlifted, 0.0)))
    due = (contract_money != 0.0) & (contract_begins < np.where(early > 0.0, np.inf, then))
    ends = np.where(due, contract_ends, contract_begins + 1.0)  # a free place has no window
    share = np.where(due, 1.0 - (1.0 - share_due(now, then, contract_begins, ends)) * (1.0 - early), 0.0)
    means = np.maximum(fund + credit * procurement, 0.0)
    share = share * np.minimum(means / np.maximum((share * contract_money).sum(0), TINY), 1.0)
    delivered, paid = share * contract_volume, share * contract_money
    kept = np.exp(-decay * dt)
    shape = (origins, weapons, *delivered.shape[1:])
    came, gained = (
        by_code(contract_place, amount, origins * weapons).reshape(shape)
        for amount in (delivered, delivered * contract_capability)
    )
    older = (kept * stock).sum(0)
    held = kept * stock + came
    good = by_code(weapon, delivered * contract_quality, weapons)
    arrived, both = came.sum(1), held.sum(0)
    return {
        "contract_volume": contract_volume - delivered,
        "contract_money": contract_money - paid,
        "fund": fund - paid.sum(0),
        "stock": held,
        "worth": kept * worth + gained,
        "generation": np.where(both > TINY, mean_quality(generation * older + good, both), generation),
        "deliveries": arrived,
        "on_order": np.maximum(on_order - arrived, 0.0),
    }


def open_contracts(
    contract_volume: Array, contract_money: Array, contract_quality: Array, contract_capability: Array,
    contract_begins: Array, contract_ends: Array, contract_place: Array, on_order: Array, order_volume: Array,
    order_value: Array, order_origin: Array, offered_quality: Array, offered_capability: Array, wanted_class: Array,
    making_time: Array, lag: Array, from_stock: Array, production: Array, *, advance: Any, other_price: Any,
    generations: Any, worth_its_price: Any, other_lag: Any, other_quality: Any, width: Any, shipping_time: Any,
) -> Entry:  # fmt: skip
    """Write the contracts of the step into free places, each with the window in which it delivers."""
    other = capability(other_quality, other_price, generations, worth_its_price)
    now, usual, at_once, quality, unit = (
        of_code(table, order_origin)
        for table in (
            production,
            padded(lag, other_lag),
            padded(from_stock, 0.0),
            padded(offered_quality, other_quality),
            padded(offered_capability, other),
        )
    )
    due = usual * of_class(making_time[None], wanted_class)[0]
    begins = np.where(at_once > 0.0, 0.0, (1.0 - width) * due)
    ends = np.where(at_once > 0.0, shipping_time, (1.0 + width) * due)
    places = np.arange(len(contract_money))[:, None, None]
    written = (places == np.argmax(contract_money == 0.0, axis=0)) & (order_value != 0.0)
    ordered = np.arange(float(len(on_order)))[:, None, None] == order_origin
    return {
        "contract_volume": np.where(written, order_volume, contract_volume),
        "contract_money": np.where(written, order_value - advance * order_value, contract_money),
        "contract_quality": np.where(written, quality, contract_quality),
        "contract_capability": np.where(written, unit, contract_capability),
        "contract_begins": np.where(written, now + begins, contract_begins),
        "contract_ends": np.where(written, now + ends, contract_ends),
        "contract_place": np.where(written, order_origin * len(making_time) + wanted_class, contract_place),
        "on_order": on_order + np.where(ordered, order_volume, 0.0),
    }
