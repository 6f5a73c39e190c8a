"""Deliveries: orders pass through production or are flown in, stocks age, and a register sees part of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.model.accounting.contracts import capability
from sim.model.accounting.entry import TINY, Entry, entry
from sim.model.parameter import Parameter
from sim.model.streams import poisson
from sim.model.variables import EXTRA_ORIGINS
from sim.model.world import Array

Places = npt.NDArray[np.intp]


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


@entry(
    actor="state",
    borrows={
        "other_price": "sign_contracts.open_price",
        "generations": "call_for_tender.generations",
        "worth_its_price": "call_for_tender.worth_its_price",
    },
)
def deliver_orders(
    pipeline: Array,
    stock: Array,
    worth: Array,
    generation: Array,
    on_order: Array,
    order_volume: Array,
    order_origin: Array,
    wanted_class: Array,
    lag: Array,
    capacity: Array,
    frontier: Array,
    access: Array,
    price: Array,
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
    other_price: Array | float,
    generations: Array | float,
    worth_its_price: Array | float,
) -> Entry:
    """Pass orders through three stages of production, exactly; age stocks and add what is delivered.

    The time in production is Erlang-3 with the supplier's mean lag, lengthened by
    missing capacity. What is flown in comes out of all stages before that, in
    proportion. New orders enter the first stage at the end of the step.
    """
    # The table of stage, origin, weapon, state and run is the largest of the model and nearly empty, so only the places
    # in use are worked on.
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
    older = held.sum(0)
    held.reshape(-1)[busy.places] += delivered
    quality = at_busy(padded(frontier, other_quality), busy) * at_busy(padded(access, 1.0)[:, None], busy)
    listed = at_busy(padded(price, other_price), busy)
    value.reshape(-1)[busy.places] += delivered * capability(quality, listed, generations, worth_its_price)
    of_class = busy.places % older.size
    fresh, good = (np.bincount(of_class, amount, older.size).reshape(older.shape) for amount in (delivered, delivered * quality))
    modern = (generation * older + good) / np.maximum(older + fresh, TINY)
    arrived = np.bincount(of_origin, delivered, on_order.size).reshape(on_order.shape)
    waiting = np.maximum(on_order - arrived, 0.0)
    add_orders(moved, waiting, order_volume, order_origin, wanted_class)
    return {
        "pipeline": moved,
        "stock": held,
        "worth": value,
        "generation": np.where(older + fresh > TINY, modern, generation),
        "deliveries": arrived,
        "on_order": waiting,
    }


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
