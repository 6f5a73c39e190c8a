"""Deliveries: orders pass through production or are flown in, stocks age, and a register sees part of it."""

from __future__ import annotations

import numpy as np

from sim.model.accounting.contracts import SLOWEST, capability, of_class
from sim.model.accounting.entry import TINY, Entry, entry
from sim.model.loops import places_where, summed_by, where_busy, with_added, with_put, worked_out
from sim.model.parameter import Parameter
from sim.model.streams import poisson
from sim.model.variables import EXTRA_ORIGINS
from sim.model.world import Array


@entry(actor="state", draws=1, per="supplier")
def fly_in_arms(
    airlift: Array,
    airlift_rate: Array,
    on_order: Array,
    dt: Array,
    draws: Array,
    *,
    runway: Parameter = Parameter(
        240.0,
        "per yr",
        between=(180.0, 360.0),
        because="one airfield that may handle explosives (AP 2023); a flight every other day was reached in 2020",
    ),
    load: Parameter = Parameter(
        1.0,
        "TIV m",
        between=(0.2, 4.0),
        because="recorded volume of a planeload; at about twenty flights a year a small part of what is delivered",
    ),
) -> Entry:
    """Draw the cargo flights of the step, and how much of what is on order they bring at once.

    Flights need something on order; they bring it before its time and add nothing to it.
    """
    waiting = on_order[: airlift_rate.shape[0]]
    wanted = np.minimum(airlift_rate * np.exp(np.minimum(airlift, 10.0)), runway)
    mean, uniform = np.broadcast_arrays(wanted * dt * (waiting > TINY), draws[0])
    (flights,) = where_busy(
        mean > 0.0, lambda _, mean, uniform: (poisson(mean, uniform),), [np.zeros(mean.shape)], [mean, uniform]
    )
    share = np.minimum(load * flights / np.maximum(waiting, TINY), 1.0)
    return {"flights": flights, "airlifted": share}


@entry(actor="state")
def deliver_orders(
    contract_volume: Array,
    contract_money: Array,
    contract_quality: Array,
    contract_capability: Array,
    contract_begins: Array,
    contract_ends: Array,
    contract_place: Array,
    stock: Array,
    worth: Array,
    generation: Array,
    fund: Array,
    on_order: Array,
    production: Array,
    capacity: Array,
    licence: Array,
    sanctions: Array,
    airlifted: Array,
    procurement: Array,
    decay: Array,
    dt: Array,
    *,
    credit: Parameter = Parameter(
        0.3,
        "yr of procurement",
        between=(0.0, 1.0),
        because="suppliers extend some credit; who is further behind has to wait for what is ready",
    ),
) -> Entry:
    """Deliver what is due of every contract and pay for it; age stocks and add what is delivered.

    A contract delivers evenly within its window. Windows are set in years of full production of
    the origin for the client, so that a supplier with little capacity to spare delivers late, and
    one that has joined sanctions not before they end; what is flown in comes before its time,
    out of what is left. A state gets no more than it can pay, on credit too.
    """
    # Most places are free and most contracts wait, so only what is due is worked on, in tables addressed flat: state
    # and run together are one number behind each origin or class.
    now, speed, early = (
        np.broadcast_to(table, on_order.shape).reshape(-1)
        for table in (production, shipping(capacity, licence, sanctions), padded(airlifted, 0.0))
    )
    then = now + speed * dt.max()
    busy = places_where(contract_money != 0.0)
    who, place = busy % fund.size, contract_place.reshape(-1)[busy].astype(np.intp)
    origin = place // stock.shape[1] * fund.size + who
    begins = contract_begins.reshape(-1)[busy]
    due = places_where(begins < np.where(early > 0.0, np.inf, then)[origin])
    who, place, origin, busy = who[due], place[due], origin[due], busy[due]
    share = share_due(now[origin], then[origin], begins[due], contract_ends.reshape(-1)[busy])
    share = 1.0 - (1.0 - share) * (1.0 - early[origin])
    owed = summed_by(who, share * contract_money.reshape(-1)[busy], fund)
    means = np.maximum(fund + credit * procurement, 0.0)
    share = share * np.minimum(means / np.maximum(owed, TINY), 1.0).reshape(-1)[who]
    share = worked_out(share)
    delivered, paid = share * contract_volume.reshape(-1)[busy], share * contract_money.reshape(-1)[busy]
    kept = np.exp(-decay * dt)
    held, value = kept * stock, kept * worth
    older, kind = held.sum(0), place * fund.size + who
    held = with_added(held, kind, delivered, own=True)
    what = kind % older.size
    good = summed_by(what, delivered * contract_quality.reshape(-1)[busy], older)
    arrived = summed_by(origin, delivered, on_order)
    both = held.sum(0)
    return {
        "contract_volume": with_added(contract_volume, busy, -delivered),
        "contract_money": with_added(contract_money, busy, -paid),
        "fund": fund - summed_by(who, paid, fund),
        "stock": held,
        "worth": with_added(value, what, delivered * contract_capability.reshape(-1)[busy], own=True),
        "generation": np.where(both > TINY, mean_quality(generation * older + good, both), generation),
        "deliveries": arrived,
        "on_order": np.maximum(on_order - arrived, 0.0),
    }


def mean_quality(total: Array, volume: Array) -> Array:
    """Return a mean of qualities from their sum over units, which rounding does not lift above the best."""
    return np.minimum(total / np.maximum(volume, TINY), 1.0)


def share_due(now: Array, then: Array, begins: Array, ends: Array) -> Array:
    """Return the share of what is left of contracts that is delivered from now till then, all of it once they end.

    Examples
    --------
    Of windows of a year: half way through, two months before the end, and not begun:

    >>> begins = np.array([-0.5, -0.9, 0.2])
    >>> share_due(np.zeros(3), np.full(3, 0.1), begins, begins + 1.0).round(2).tolist()
    [0.2, 1.0, 0.0]
    """
    window = np.maximum(ends - begins, TINY)  # a free place has none
    before, after = (np.clip((clock - begins) / window, 0.0, 1.0) for clock in (now, then))
    return np.where(after < 1.0, (after - before) / np.maximum(1.0 - before, TINY), 1.0)


@entry(
    actor="state",
    borrows={
        "advance": "sign_contracts.advance",
        "other_price": "sign_contracts.open_price",
        "generations": "call_for_tender.generations",
        "worth_its_price": "call_for_tender.worth_its_price",
    },
)
def open_contracts(
    contract_volume: Array,
    contract_money: Array,
    contract_quality: Array,
    contract_capability: Array,
    contract_begins: Array,
    contract_ends: Array,
    contract_place: Array,
    on_order: Array,
    order_volume: Array,
    order_value: Array,
    order_origin: Array,
    offered_quality: Array,
    offered_capability: Array,
    wanted_class: Array,
    making_time: Array,
    lag: Array,
    from_stock: Array,
    production: Array,
    *,
    advance: Array | float,
    other_price: Array | float,
    generations: Array | float,
    worth_its_price: Array | float,
    other_lag: Parameter = Parameter(
        2.5,
        "yr",
        between=(1.0, 5.0),
        basis="derived",
        source="sipri_arms_transfers_2025",
        because="volume-weighted lag of all recorded orders of Azerbaijan",
    ),
    other_quality: Parameter = Parameter(
        0.4, "share", between=(0.2, 0.7), because="second-hand and older designs dominate the open market"
    ),
    width: Parameter = Parameter(
        0.5,
        "share",
        between=(0.3, 0.7),
        basis="derived",
        source="sipri_arms_transfers_2025",
        because="first deliveries come after half of the mean lag, 0.4 to 0.6 by supplier",
    ),
    shipping_time: Parameter = Parameter(
        0.17,
        "yr",
        between=(0.08, 0.3),
        because="what is shipped from stock comes within two months (Forbes 2021 on 2020)",
    ),
) -> Entry:
    """Write the contracts of the step into free places, each with the window in which it delivers.

    In a crisis close friends ship from stock.
    """
    who = places_where(order_value)  # flat, state and run together
    value, volume, origin, weapon = (
        code.reshape(-1)[who] for code in (order_value, order_volume, order_origin, wanted_class)
    )
    free = np.argmax((contract_money == 0.0).reshape((len(contract_money), -1))[:, who], axis=0)
    place = np.where(value == 0.0, len(contract_money), free) * order_value.size + who
    book = (len(on_order), *order_volume.shape)
    other = capability(other_quality, other_price, generations, worth_its_price)
    where = origin.astype(np.intp) * order_value.size + who
    now, usual, at_once, quality, unit = (
        np.broadcast_to(table, book).reshape(-1)[where]
        for table in (
            production,
            padded(lag, other_lag),
            padded(from_stock, 0.0),
            padded(offered_quality, other_quality),
            padded(offered_capability, other),
        )
    )
    due = usual * of_class(making_time[None], wanted_class)[0].reshape(-1)[who]
    wide, soon = (np.broadcast_to(number, book[1:]).reshape(-1)[who] for number in (width, shipping_time))
    begins = np.where(at_once > 0.0, 0.0, (1.0 - wide) * due)
    ends = np.where(at_once > 0.0, soon, (1.0 + wide) * due)
    left = (order_value - advance * order_value).reshape(-1)[who]
    code = origin * len(making_time) + weapon
    return {
        "contract_volume": with_put(contract_volume, place, volume),
        "contract_money": with_put(contract_money, place, left),
        "contract_quality": with_put(contract_quality, place, quality),
        "contract_capability": with_put(contract_capability, place, unit),
        "contract_begins": with_put(contract_begins, place, now + begins),
        "contract_ends": with_put(contract_ends, place, now + ends),
        "contract_place": with_put(contract_place, place, code),
        "on_order": on_order + summed_by(where, volume, on_order),
    }


@entry(actor="state")
def run_production(production: Array, capacity: Array, licence: Array, sanctions: Array, dt: Array) -> Entry:
    """Count the years of full production of every origin: at a third of its capacity a supplier takes three for one."""
    return {"production": production + shipping(capacity, licence, sanctions) * dt}


def shipping(capacity: Array, licence: Array, sanctions: Array) -> Array:
    """Return the years of full production that each origin ships to a state in a year.

    What has been signed is shipped though the licence for more is closed; of a client under sanctions not even that.
    """
    return padded(np.maximum(capacity, SLOWEST) * (1.0 - sanctions * (1.0 - licence)), 1.0)


def padded(of_suppliers: Array, of_others: Array | float) -> Array:
    """Return values along origins: those of the suppliers, then one value for legacy, home and other."""
    suppliers, *rest = of_suppliers.shape
    each = np.broadcast_shapes(tuple(rest), np.shape(of_others)) if np.ndim(of_others) else tuple(rest)
    known = of_suppliers if each == tuple(rest) else np.broadcast_to(of_suppliers, (suppliers, *each))
    joined: Array = np.concatenate((known, np.broadcast_to(of_others, (len(EXTRA_ORIGINS), *each))))
    return joined


@entry(actor="state")
def build_coproduction(
    coproduction: Array,
    agreement: Array,
    dt: Array,
    *,
    delay: Parameter = Parameter(
        3.5, "yr", between=(2.0, 5.0), because="from agreement to output takes two to five years (R20)"
    ),
    success: Parameter = Parameter(
        0.5,
        "share",
        between=(0.3, 0.7),
        because="offsets rarely bring what they promise (R20); the share that comes about stands for the chance",
    ),
) -> Entry:
    """Let joint production grow towards the part of each agreement that succeeds, and wither without one."""
    reached = 1.0 - np.exp(-dt / delay)
    return {"coproduction": coproduction + reached * (success * agreement - coproduction)}


@entry(actor="state")
def leave_traces(
    deliveries: Array,
    detection: Array,
    concealed_share: Array,
    dt: Array,
    *,
    news: Parameter = Parameter(
        2.0, "yr", between=(1.0, 5.0), because="how long observers go by what they last could see"
    ),
) -> Entry:
    """Note which deliveries a public register would catch, and how much is hidden from it."""
    caught = deliveries * padded(detection, 1.0)
    total = deliveries.sum(0)
    hidden = np.where(total > TINY, 1.0 - caught.sum(0) / np.maximum(total, TINY), concealed_share)
    weight = 1.0 - np.exp(-dt / news)
    return {
        "recorded_deliveries": caught,
        "concealed_share": concealed_share + weight * (np.minimum(np.maximum(hidden, 0.0), 1.0) - concealed_share),
    }
