"""Shares of suppliers foretold without a model: who delivered will deliver, and others may come.

Every forecast is a Dirichlet distribution around some shares. How concentrated it is says the past of all recipients:
the concentration that foretold the shares of earlier windows best.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from sim.answers import Shortened
from sim.model.world import Array
from sim.validation.scores import energy_score

Mask = npt.NDArray[np.bool_]

MEMBERS = 256
LATELY = 5  # years
SPANS = (3, 5, 10)  # years
NEWCOMERS = 0.1  # share that is expected as the world market is shared, so that nobody is impossible
LOOKS_BACK = 5  # earlier windows from which the spread is learnt
ENOUGH = 30.0  # TIV m in a window, of which shares mean something
LEAST = 1e-9
USUAL = 3.0  # concentration where no earlier window tells
CONCENTRATIONS = (1.0, 2.0, 3.0, 4.0, 6.0, 9.0, 14.0)  # that are tried
FEW = 48  # members with which they are tried
KNOWN = 10  # years of deliveries that make a supplier one of a recipient's own


@dataclass(frozen=True, repr=False, eq=False)  # one record is one object, by which what was learnt of it is found
class Market(Shortened):
    """Recorded deliveries of arms [TIV m].

    Attributes
    ----------
    recipients, suppliers, years : tuple
        Names along the axes; years without a gap.
    delivered : ndarray ``(recipient, supplier, year)``
        By year of delivery.
    exported : ndarray ``(supplier, year)``
        To everybody.
    ordered : ndarray ``(recipient, supplier, year, year)`` or None
        By year of order, then of delivery; None where orders are not told apart.
    """

    recipients: tuple[str, ...]
    suppliers: tuple[str, ...]
    years: tuple[int, ...]
    delivered: Array
    exported: Array
    ordered: Array | None = None

    def before(self, origin: int) -> Market:
        """Return what is known at the beginning of a year."""
        gone = np.array(self.years) >= origin
        ordered = None if self.ordered is None else np.where(gone, 0.0, np.where(gone[:, None], 0.0, self.ordered))
        return replace(
            self,
            delivered=np.where(gone, 0.0, self.delivered),
            exported=np.where(gone, 0.0, self.exported),
            ordered=ordered,
        )

    def sums(self, first: int, last: int) -> Array:
        """Return deliveries of some years, both included, ``(recipient, supplier)``."""
        return np.asarray(self.delivered[..., self._within(first, last)].sum(-1))

    def world(self, first: int, last: int) -> Array:
        """Return shares in all exports of some years, ``(supplier,)``."""
        return shares(self.exported[:, self._within(first, last)].sum(-1))

    def _within(self, first: int, last: int) -> Mask:
        years = np.array(self.years)
        return (years >= first) & (years <= last)


def shares(volume: Array) -> Array:
    """Return shares along the last axis; NaN where there is nothing."""
    total = volume.sum(-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        found: Array = np.where(total > 0.0, volume / np.where(total > 0.0, total, 1.0), np.nan)
    return found


Centre = Callable[[Market, int, int], Array]  # (recipient, supplier): shares expected from an origin over some years


def lately(market: Market, origin: int, window: int) -> Array:
    """Expect the shares of the last five years."""
    return _with_newcomers(shares(market.sums(origin - LATELY, origin - 1)), market, origin)


def mixed(market: Market, origin: int, window: int) -> Array:
    """Expect the shares of the last 3, 5 and 10 years and those of the world market, in equal parts."""
    known = [shares(market.sums(origin - span, origin - 1)) for span in SPANS]
    world = np.broadcast_to(market.world(origin - LATELY, origin - 1), known[0].shape)
    parts = np.stack([*known, world])
    there = np.isfinite(parts)
    return np.asarray(np.where(there, parts, 0.0).sum(0) / np.maximum(there.sum(0), 1))


def first_year_known(market: Market, origin: int, window: int) -> Array:
    """Expect half of what the first year of the window brought, which is known afterwards, and half of the mix."""
    usual, first = mixed(market, origin, window), shares(market.sums(origin, origin))
    return np.where(np.isfinite(first), 0.5 * first + 0.5 * usual, usual)


def order_book(market: Market, origin: int, window: int) -> Array:
    """Expect what was ordered before and is delivered within the window, and the mix for the rest of a usual volume.

    Only the register of later years tells which orders those were.
    """
    assert market.ordered is not None
    years = np.array(market.years)
    due = market.ordered[:, :, years < origin][..., (years >= origin) & (years < origin + window)].sum((-2, -1))
    usual = market.sums(origin - LATELY, origin - 1).sum(-1) * window / LATELY
    rest = np.maximum(usual - due.sum(-1), 0.0)
    whole = due + rest[:, None] * mixed(market, origin, window)
    return np.where(np.isfinite(expected := shares(whole)), expected, mixed(market, origin, window))


def _with_newcomers(expected: Array, market: Market, origin: int) -> Array:
    """Return shares with a part that goes as the world market does; all of it where nothing was delivered."""
    world = market.world(origin - LATELY, origin - 1)
    return np.where(np.isfinite(expected), (1.0 - NEWCOMERS) * expected + NEWCOMERS * world, world)


def own_suppliers(market: Market, recipient: str, origin: int) -> Mask:
    """Return who delivered to a recipient in the ten years before an origin, ``(supplier,)`` bool."""
    past: Mask = market.sums(origin - KNOWN, origin - 1)[market.recipients.index(recipient)] > 0.0
    return past


def gathered(of_all: Array, own: Mask) -> Array:
    """Return volumes or shares of a recipient's own suppliers and, last, of all others together."""
    return np.concatenate([of_all[..., own], of_all[..., ~own].sum(-1, keepdims=True)], -1)


@lru_cache(maxsize=256)  # every mode asks for the same
def concentration(whole: Market, centre: Centre, origin: int, window: int) -> float:
    """Return the concentration around expected shares that foretold earlier windows best, of all recipients together.

    Of `whole` only what was known at the origin is looked at; each earlier window is foretold from what was known
    before it.
    """
    market, losses = whole.before(origin), np.zeros(len(CONCENTRATIONS))
    for back in range(1, LOOKS_BACK + 1):
        then = origin - back * window
        if then - KNOWN < market.years[0]:
            break
        known = market if centre in (first_year_known, order_book) else market.before(then)
        expected, came = centre(known, then, window), market.sums(then, then + window - 1)
        enough = (came.sum(-1) >= ENOUGH) & (market.sums(then - LATELY, then - 1).sum(-1) > 0.0)
        for row in np.flatnonzero(enough).tolist():
            own = own_suppliers(market, market.recipients[row], then)
            mean, seen = gathered(expected[row], own), gathered(shares(came[row]), own)
            losses += [energy_score(_drawn(k * mean, FEW, (row, then)), seen) for k in CONCENTRATIONS]
    return CONCENTRATIONS[int(losses.argmin())] if losses.any() else USUAL


def _drawn(alpha: Array, members: int, key: tuple[int, ...]) -> Array:
    """Return draws of a Dirichlet distribution, ``(member, supplier)``; nobody's share is none beforehand."""
    luck = np.random.default_rng(key)
    return shares(np.maximum(luck.gamma(np.maximum(alpha, LEAST), size=(members, len(alpha))), 1e-300))


def foretold(
    market: Market,
    centre: Centre,
    origin: int,
    window: int,
    *,
    like: Market | None = None,
    as_centre: Centre | None = None,
) -> Array:
    """Return shares foretold for the years from an origin on, ``(member, recipient, supplier)``.

    Parameters
    ----------
    market : Market
        Cut at the origin by the caller, unless the expectation rests on what is known afterwards.
    centre : callable
        Which shares are expected.
    origin, window : int
        First year, and how many years together.
    like : Market, optional
        Where how far to trust it is learnt, from years before the origin; the same market unless given.
    as_centre : callable, optional
        For which expectation that is learnt there, where orders are not told apart.
    """
    around = concentration(like or market, as_centre or centre, origin, window)
    expected = around * centre(market, origin, window)
    return np.stack([_drawn(alpha, MEMBERS, (origin, window, row)) for row, alpha in enumerate(expected)], 1)


NAIVE: Mapping[str, Centre] = {
    "last five years": lately,
    "3, 5, 10 years and the world market": mixed,
}
INFORMED: Mapping[str, Centre] = {"first year known": first_year_known}
WITH_ORDERS: Mapping[str, Centre] = {"order book": order_book}
