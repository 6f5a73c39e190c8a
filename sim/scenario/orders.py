"""What is on order at the opening: from the register, or stated where the register is silent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sim.model.world import Array
from sim.observed.arsenal import LATEST, OpenOrder

Labels = Mapping[str, tuple[str, ...]]


def stated_orders(arrays: Mapping[str, Array], labels: Labels, column: int) -> list[OpenOrder]:
    """Return the orders that a state's scenario states: money by supplier, split over what it makes as is customary.

    Where there are more than places for contracts, each supplier keeps its largest, which stand for its others.
    """
    orders = list(_stated(arrays, labels, column))
    room = len(labels["contract"]) - int((arrays["contract_volume"][:, column, 0] > 0.0).sum())
    each = max(room // max(len({order.origin for order in orders}), 1), 1)
    return orders if len(orders) <= room else list(_gathered(orders, each))


def _gathered(orders: Iterable[OpenOrder], each: int) -> Iterator[OpenOrder]:
    """Yield some of the orders with each supplier, the largest, as much in all as before."""
    by_origin: dict[str, list[OpenOrder]] = {}
    for order in orders:
        by_origin.setdefault(order.origin, []).append(order)
    for theirs in by_origin.values():
        kept = sorted(theirs, key=lambda order: -order.tiv_m)[:each]
        larger = sum(order.tiv_m for order in theirs) / sum(order.tiv_m for order in kept)
        for order in kept:
            yield order._replace(tiv_m=order.tiv_m * larger)


def _stated(arrays: Mapping[str, Array], labels: Labels, column: int) -> Iterator[OpenOrder]:
    """Yield an order for each supplier and class."""
    for s, supplier in enumerate(labels["supplier"]):
        money = float(arrays["order_book"][s, column, 0])
        mix = arrays["service_mix"][:, column, 0] * (arrays["frontier"][:, s, 0] > 0.0)
        if money <= 0.0 or mix.sum() <= 0.0:
            continue
        last = LATEST * float(arrays["lag"][s, 0])
        for w, weapon in enumerate(labels["weapon"]):
            if mix[w] > 0.0:
                volume = money * mix[w] / mix.sum() / arrays["price"][w, s, 0]
                yield OpenOrder(supplier, weapon, float(volume), 0.0, last)


def write_contracts(arrays: Mapping[str, Array], labels: Labels, column: int, book: Iterable[OpenOrder]) -> None:
    """Write what a state has on order into its places for contracts; what finds none joins the last of them."""
    taken = int((arrays["contract_volume"][:, column, 0] > 0.0).sum())
    for number, order in enumerate(book, taken):
        here = (min(number, len(labels["contract"]) - 1), column)
        origin, weapon = labels["origin"].index(order.origin), labels["weapon"].index(order.weapon)
        arrays["contract_volume"][here] += order.tiv_m
        arrays["contract_begins"][here], arrays["contract_ends"][here] = order.begins, order.ends
        arrays["contract_place"][here] = origin * len(labels["weapon"]) + weapon
        arrays["on_order"][origin, column] += order.tiv_m
