"""Arms: arsenals weighed, contracts signed, orders produced and delivered, trust in suppliers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.model.accounting.entry import TINY, Entry, entry
from sim.model.parameter import Parameter
from sim.model.streams import poisson
from sim.model.variables import EXTRA_ORIGINS
from sim.model.world import Array

Places = npt.NDArray[np.intp]

# -- perceive


@entry(actor="state")
def weigh_arsenals(
    stock: Array,
    worth: Array,
    absorption: Array,
    combat_share: Array,
    *,
    modern_from: Parameter = Parameter(
        0.62, "share", between=(0.5, 0.75), because="quality between export S-300 and Barak-8 in the supplier files"
    ),
    sharpness: Parameter = Parameter(
        18.0, "1", between=(5.0, 40.0), because="from legacy to modern within about 0.2 of quality"
    ),
) -> Entry:
    """Add up arms by class and by origin: volume, quality-weighted combat mass, modern share."""
    volume = stock.sum(0)
    value = worth.sum(0)
    return {
        "class_stock": volume,
        "origin_stock": stock.sum(1),
        "stock_total": volume.sum(0),
        "class_mass": combat_share * (absorption * value),  # arms that nobody can use yet do not count (R23)
        "modernity": 1.0 / (1.0 + np.exp(-sharpness * (value / (volume + TINY) - modern_from))),
    }


@entry(actor="state")
def forecast_stocks(
    class_stock: Array,
    on_order: Array,
    decay: Array,
    order_rate: Array,
    *,
    horizon: Parameter = Parameter(
        5.0,
        "yr",
        between=(2.0, 10.0),
        basis="reported",
        source="voa_arms_race",
        because="fears are voiced for five, ten or more years",
    ),
) -> Entry:
    """Work out the arms each state is on course to hold: stock aged, orders delivered, buying as lately."""
    kept = (class_stock * np.exp(-decay * horizon)).sum(0)
    return {"stock_forecast": kept + on_order.sum(0) + horizon * order_rate}


@entry(actor="state")
def assess_strength(
    class_mass: Array,
    effectiveness: Array,
    cohesion: Array,
    offence_weight: Array,
    denial_weight: Array,
    *,
    mass_exponent: Parameter = Parameter(
        0.8, "1", between=(0.5, 1.0), because="diminishing returns of mass within a class"
    ),
    offence_in_defence: Parameter = Parameter(
        0.5, "share", between=(0.2, 1.0), because="attack forces also defend, less well"
    ),
) -> Entry:
    """Work out strength in attack and in defence, with diminishing returns of mass in each class."""
    mass = class_mass**mass_exponent
    offence = (offence_weight * effectiveness * mass).sum(0)
    defence = ((denial_weight + offence_in_defence * offence_weight) * mass).sum(0)
    return {"offence": cohesion * offence, "defence": cohesion * defence}  # mixed origins cost both (R21)


@entry(actor="state")
def compare_strength(
    offence: Array,
    their_defence: Array,
    stock_total: Array,
    their_stock_total: Array,
    misperception: Array,
    impression: Array,
    rivalry: Array,
) -> Entry:
    """Compare with the rivals: the balance, true and as believed, and the ratio of recorded volume.

    One TIV m is added on both sides, so that an empty arsenal has a logarithm.
    """
    facing = (rivalry * their_defence).sum(0)
    balance = np.log((offence + 1.0) / (facing + 1.0))
    return {
        "balance": balance,
        "perceived_balance": balance + misperception - impression,
        "stock_balance": np.log((stock_total + 1.0) / ((rivalry * their_stock_total).sum(0) + 1.0)),
    }


# -- offer


@entry(actor="state")
def compare_ties(recent_order: Array) -> Entry:
    """Work out for each supplier what share of recent order money went to its competitors, one million added."""
    total = recent_order.sum(0)
    return {"placed_elsewhere": np.maximum(total - recent_order, 0.0) / (total + 1.0)}


# -- procure


@entry(actor="state", draws=1)
def choose_class(weapon_appeal: Array, draws: Array) -> Entry:
    """Draw the class the next contract is for, by the softmax of its appeal."""
    return {"wanted_class": pick(np.exp(weapon_appeal), draws[0])}


@entry(actor="state")
def call_for_tender(wanted_class: Array, frontier: Array, price: Array, access: Array) -> Entry:
    """Look up what each supplier offers of the wanted class, and its list price."""
    return {
        "offered_quality": of_class(frontier, wanted_class) * access,
        "asked_price": of_class(price, wanted_class),
    }


def of_class(table: Array, code: Array) -> Array:
    """Return ``(supplier, state, run)``: the column of a ``(supplier, weapon, ...)`` table by class code."""
    where = code.astype(np.intp)
    if table.shape[2:] == (1, 1):
        return np.take(table[:, :, 0, 0], where, axis=1)
    wide = np.broadcast_to(table, (*table.shape[:2], *where.shape))
    return np.take_along_axis(wide, where[None, None], axis=1)[:, 0]


@entry(actor="state", draws=2)
def sign_contracts(
    milex: Array,
    special_milex: Array,
    procurement_share: Array,
    procurement: Array,
    fund: Array,
    contracts_per_year: Array,
    supplier_appeal: Array,
    offered_quality: Array,
    asked_price: Array,
    price_factor: Array,
    willingness: Array,
    presence: Array,
    embargo: Array,
    export_volume: Array,
    capacity: Array,
    on_order: Array,
    order_rate: Array,
    recent_order: Array,
    dt: Array,
    draws: Array,
    *,
    open_market: Parameter = Parameter(
        12.0,
        "1",
        between=(0.0, 150.0),
        because="weight of all suppliers without a file, where those with one weigh some hundreds each: "
        "they delivered about 3 % of recorded volume",
    ),
    open_price: Parameter = Parameter(
        2.0, "US$2023 m per TIV m", between=(0.6, 5.0), because="between Russian and Turkish prices"
    ),
    no_purchase: Parameter = Parameter(
        200.0,
        "1",
        between=(0.0, 1000.0),
        because="weight of buying nothing, beside suppliers of some hundreds each: about one tender in five fails",
    ),
    spent_at_home: Parameter = Parameter(
        1.0,
        "share",
        between=(0.0, 1.0),
        because="what is not committed by the end of a budget year lapses; the services spend it at home",
    ),
    ahead: Parameter = Parameter(
        3.0,
        "yr",
        between=(0.0, 3.0),
        because="contracts are paid in instalments until delivery, which comes 2.5 years after the order on record",
    ),
    part: Parameter = Parameter(
        0.4,
        "share",
        between=(0.1, 1.0),
        because="the largest contract of a year is rarely more than half of its orders on record",
    ),
    project_share: Parameter = Parameter(
        0.7, "share", between=(0.4, 1.0), because="special defence projects are purchases, most of them abroad"
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
    """Set procurement money aside; now and then put it out to tender and commit it to one supplier, or to none.

    The supplier is drawn by the logit of its appeal times its probability of
    approving the sale; buying nothing is an option beside it (McFadden 1974), upon
    which part of the money is spent at home and the rest waits. A contract is paid
    in instalments, so that money of the years to come is committed, too: more when
    the budget rises, nothing for a while when it falls. No supplier takes on more
    than it can make in reasonable time.
    """
    budget = procurement_budget(milex, special_milex, procurement_share, project_share)
    free = fund + budget * dt + ahead * (budget - procurement)
    approval = presence * (1.0 - embargo) * (offered_quality > 0.0) / (1.0 + np.exp(-willingness))
    suppliers = approval.shape[0]
    options = np.empty((suppliers + 2, *free.shape))
    options[:suppliers] = approval * np.exp(supplier_appeal)
    options[suppliers], options[suppliers + 1] = open_market, no_purchase
    chosen = pick(options, draws[1])
    tender = np.where(draws[0] < 1.0 - np.exp(-contracts_per_year * dt), part * np.maximum(free, 0.0), 0.0)
    paid = np.maximum(asked_price * price_factor, TINY)
    places = np.arange(suppliers, dtype=np.float64)[:, None, None]
    room = np.maximum(order_book * export_volume * capacity - on_order[:suppliers], 0.0)
    placed = np.where(chosen == places, np.minimum(tender, room * paid), 0.0)
    elsewhere = np.where(chosen == suppliers, tender, 0.0)
    money = placed.sum(0) + elsewhere
    released = np.where(chosen > suppliers, spent_at_home * tender, 0.0)
    volume = (placed / paid).sum(0) + elsewhere / open_price
    forgotten = np.exp(-dt / memory)
    return {
        "procurement": budget,
        "fund": free - money - released,
        "order_origin": np.where(chosen >= suppliers, suppliers + len(EXTRA_ORIGINS) - 1.0, chosen),
        "order_volume": volume,
        "order_value": money,
        "order_rate": order_rate * forgotten + volume / memory,
        "recent_order": recent_order * forgotten + placed,
    }


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


def pick(weight: Array, uniform: Array) -> Array:
    """Return the place on the first axis that a uniform number falls on, each having its share of the weight.

    Examples
    --------
    >>> pick(np.array([[1.0], [2.0], [1.0]]), np.array([0.5])).tolist()
    [1.0]
    """
    reached = np.cumulative_sum(weight, axis=0)
    place: Array = (reached[:-1] <= uniform * reached[-1:]).sum(0).astype(np.float64)
    return place


# -- deliver


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
    mean, uniform = np.broadcast_arrays(np.where(waiting > TINY, wanted * dt, 0.0), draws[0])
    flights, busy = np.zeros(mean.shape), mean > 0.0
    flights[busy] = poisson(mean[busy], uniform[busy])
    share = np.minimum(load * flights / np.maximum(waiting, TINY), 1.0)
    return {"flights": flights, "airlifted": share}


@entry(actor="state")
def deliver_orders(
    pipeline: Array,
    stock: Array,
    worth: Array,
    on_order: Array,
    order_volume: Array,
    order_origin: Array,
    wanted_class: Array,
    lag: Array,
    capacity: Array,
    frontier: Array,
    access: Array,
    airlifted: Array,
    decay: Array,
    dt: Array,
    *,
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
) -> Entry:
    """Pass orders through three stages of production, exactly; age stocks and add what is delivered.

    The time in production is Erlang-3 with the supplier's mean lag, lengthened by
    missing capacity. What is flown in comes out of all stages before that, in
    proportion. New orders enter the first stage at the end of the step.
    Most places of the table hold no order, in most runs; those are left alone.
    """
    busy = find_busy(np.any(pipeline > 0.0, axis=0, keepdims=True)[0])
    stages = [stage.reshape(-1)[busy.places] for stage in pipeline]
    of_origin = at_busy(np.arange(on_order.size).reshape(on_order.shape)[:, None], busy)
    early = np.take(padded(airlifted, 0.0), of_origin)
    by_air = (stages[0] + stages[1] + stages[2]) * early
    early = 1.0 - early
    for stage in stages:
        stage *= early
    rate = 3.0 * dt / padded(lag / np.maximum(capacity, 0.02), other_lag)[:, None]
    delivered = pass_on(stages, [at_busy(share, busy) for share in passing(rate)])
    delivered += by_air
    aged = np.exp(-decay * dt)
    held, value = (np.multiply(table, aged, order="C") for table in (stock, worth))
    moved = np.zeros(pipeline.shape)
    for after, stage in zip(moved, stages, strict=True):
        after.reshape(-1)[busy.places] = stage
    held.reshape(-1)[busy.places] += delivered
    quality = at_busy(padded(frontier, other_quality), busy) * at_busy(padded(access, 1.0)[:, None], busy)
    value.reshape(-1)[busy.places] += delivered * quality
    arrived = np.bincount(of_origin, delivered, on_order.size).reshape(on_order.shape)
    waiting = np.maximum(on_order - arrived, 0.0)
    add_orders(moved, waiting, order_volume, order_origin, wanted_class)
    return {"pipeline": moved, "stock": held, "worth": value, "deliveries": arrived, "on_order": waiting}


@dataclass(frozen=True)
class Busy:
    """Places of a ``(origin, weapon, state, run)`` table with anything on order.

    Attributes
    ----------
    shape : tuple of int
        Shape of the table.
    places : ndarray of int
        Where they are in the flat table, in ascending order.
    counts : ndarray of int
        How many there are in each row of runs.
    """

    shape: tuple[int, ...]
    places: Places
    counts: Places


def find_busy(table: npt.NDArray[Any]) -> Busy:
    """Find the places of a table that hold anything.

    Examples
    --------
    >>> busy = find_busy(np.array([[0.0, 2.0], [0.0, 0.0], [3.0, 4.0]]))
    >>> busy.places.tolist(), busy.counts.tolist()
    ([1, 4, 5], [1, 0, 2])
    """
    places = np.flatnonzero(table)
    runs = table.shape[-1]
    return Busy(table.shape, places, np.diff(np.searchsorted(places, np.arange(0, table.size + 1, runs))))


def at_busy(table: npt.NDArray[Any], busy: Busy) -> npt.NDArray[Any]:
    """Return the numbers of a table at busy places; it may have length 1 along any axis.

    Examples
    --------
    >>> busy = find_busy(np.array([[0.0, 2.0], [0.0, 0.0], [3.0, 4.0]]))
    >>> at_busy(np.array([[10.0], [20.0], [30.0]]), busy).tolist()
    [10.0, 30.0, 30.0]
    >>> at_busy(np.array([[1.0, 2.0]]), busy).tolist()
    [2.0, 1.0, 2.0]
    """
    *rows, runs = busy.shape
    row_of = np.broadcast_to(np.arange(table[..., 0].size).reshape(table.shape[:-1]), rows).ravel()
    if table.shape[-1] == 1:
        return np.repeat(table.ravel()[row_of], busy.counts)
    shift = (row_of - np.arange(len(row_of))) * runs  # from a place in the large table to the place in this one
    return np.take(table, busy.places + np.repeat(shift, busy.counts))


def add_orders(pipeline: Array, waiting: Array, volume: Array, origin: Array, weapon: Array) -> None:
    """Let the orders of the step, ``(state, run)`` each, enter the first stage, in place."""
    states, runs = np.nonzero(volume)
    bought = volume[states, runs]
    place, kind = origin[states, runs].astype(np.intp), weapon[states, runs].astype(np.intp)
    pipeline[0, place, kind, states, runs] += bought
    waiting[place, states, runs] += bought


def passing(rate: Array) -> tuple[Array, ...]:
    """Return shares of a stage that pass at least one, two and three stages, none, just one and just two."""
    stay = np.exp(-rate)
    one, two = rate * stay, 0.5 * rate * rate * stay
    return 1.0 - stay, 1.0 - stay - one, 1.0 - stay - one - two, stay, one, two


def pass_on(stages: Iterable[Array], shares: Iterable[Array]) -> Array:
    """Pass what is in production on to the next stage, in place, and return what leaves the last.

    Examples
    --------
    >>> stages = np.array([[1.0], [0.0], [0.0]])
    >>> delivered = pass_on(stages, passing(np.array([0.5])))
    >>> stages.round(3).ravel().tolist(), delivered.round(3).tolist()
    ([0.607, 0.303, 0.076], [0.014])
    """
    from_due, from_made, from_signed, stay, one, two = shares
    signed, made, due = stages
    delivered: Array = signed * from_signed
    delivered += made * from_made
    delivered += due * from_due
    due *= stay
    due += made * one
    due += signed * two
    made *= stay
    made += signed * one
    signed *= stay
    return delivered


def padded(of_suppliers: Array, of_others: Array | float) -> Array:
    """Return values along origins: those of the suppliers, then one value for legacy, home and other."""
    suppliers, *rest = of_suppliers.shape
    values = np.empty((suppliers + len(EXTRA_ORIGINS), *np.broadcast_shapes(tuple(rest), np.shape(of_others))))
    values[:suppliers], values[suppliers:] = of_suppliers, of_others
    return values


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


@entry(actor="state")
def train_crews(
    absorption: Array,
    class_stock: Array,
    stock: Array,
    training_time: Array,
    decay: Array,
    dt: Array,
    *,
    fresh: Parameter = Parameter(
        0.2,
        "share",
        between=(0.0, 1.0),
        because="newly delivered arms are of some use at once, with advisers; 1 means no training is needed (R23)",
    ),
) -> Entry:
    """Let crews learn to use what they have, and new deliveries dilute what they can (R23).

    What arrived is what is held beyond last step's stock after ageing; the skill of
    a class is the mean over old and new arms.
    """
    held = stock.sum(0)
    arrived = np.maximum(held - class_stock * np.exp(-decay * dt), 0.0)
    mixed = absorption + (fresh - absorption) * (arrived / (held + TINY))
    return {"absorption": np.clip(1.0 - (1.0 - mixed) * np.exp(-dt / training_time), 0.0, 1.0)}


@entry(actor="state")
def exercise_together(
    interoperability: Array,
    exercises_per_year: Array,
    dt: Array,
    *,
    lesson: Parameter = Parameter(
        0.05, "share per exercise", between=(0.03, 0.10), because="learning per exercise, R21"
    ),
    memory: Parameter = Parameter(
        2.0, "yr", between=(1.0, 3.0), because="half-life of what is learnt in exercises, R21"
    ),
) -> Entry:
    """Let exercises teach forces to work together, and what is not exercised be forgotten: the exact solution."""
    learning, forgetting = lesson * exercises_per_year, np.log(2.0) / memory
    level = learning / (learning + forgetting)
    return {"interoperability": level + (interoperability - level) * np.exp(-(learning + forgetting) * dt)}


# -- observe


@entry(actor="state")
def remember_alarm(wartime: Array, days_fought: Array, dt: Array) -> Entry:
    """Carry over to the next step how long there was fighting."""
    share = np.minimum(days_fought / (365.25 * dt), 1.0)
    return {"wartime": np.zeros(wartime.shape) + share}


# -- align


@entry(actor="state")
def settle_trust(trust: Array, trust_gain: Array) -> Entry:
    """Add up what has changed trust in suppliers."""
    return {"trust": np.clip(trust + trust_gain, 0.0, 1.0)}
