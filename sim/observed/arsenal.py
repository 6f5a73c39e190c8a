"""What a state held and awaited on the first of January, from the transfer register.

A perpetual inventory: every recorded delivery, aged from the middle of the year in
which it arrived, plus what was inherited in 1992. In TIV, so it measures volume: a
share of this stock is not a share of imports, and munitions are hardly in it.
Nothing of a supplier the scenario does not know is lost; it is kept under "other".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.observed import Delivery, deliveries, early_transfers

INHERITED = 1992  # legacy stocks are counted, and age, from the first of January of this year
LATEST = 1.5  # times the mean lag within which all of an open book is delivered: some of it is new, some nearly due
RATE_YEARS = 5  # before the opening, whose deliveries stand for what is ordered: single years jump
LEGACY = "legacy"
OTHER = "other"

Table = NDArray[np.float64]


class OpenOrder(NamedTuple):
    """Arms on order on the first of January: origin, class, volume, and the years from then within which they come."""

    origin: str
    weapon: str
    tiv_m: float
    begins: float
    ends: float


class _Holding(NamedTuple):
    origin: str
    weapon: str
    tiv_m: float
    age: float


def opening_stock(
    recipient: str,
    year: int,
    origins: Sequence[str],
    weapons: Sequence[str],
    decay: Mapping[str, float],
    supplier_codes: Mapping[str, str],
    legacy: Mapping[str, float],
) -> Table:
    """Return the stock of a state at 1 January, by origin and weapon class.

    Parameters
    ----------
    recipient : str
        Three-letter code of the state.
    year : int
        1992 or later; deliveries of earlier years count.
    origins, weapons : sequence of str
        Names along the two axes; origins include "other", and "legacy" if any is given.
    decay : Mapping of weapon to float
        Exponential decay of each class [per yr], from the middle of the delivery year.
    supplier_codes : Mapping of three-letter code to origin
        Suppliers with an origin of their own; every other one goes to "other".
    legacy : Mapping of weapon to float
        Inherited stock in January 1992 [TIV m]. Transfers of 1992 to 1994, recorded
        without class, are spread over the classes in the same shares (evenly if there
        is no legacy to copy).

    Returns
    -------
    array of float, (origin, weapon)
        Stock [TIV m].

    Raises
    ------
    ValueError
        If a delivery has no place on the axes, or a class no decay.

    Examples
    --------
    >>> opening_stock("ARM", 1994, ["legacy", "other"], ["armour", "artillery"],
    ...               {"armour": 0.0, "artillery": 0.0}, {}, {"armour": 60.0, "artillery": 40.0})
    array([[60. , 40. ],
           [ 1.2,  0.8]])
    """
    holdings = [
        *_inherited(year, legacy),
        *_early(recipient, year, weapons, supplier_codes, legacy),
        *_delivered(recipient, year, supplier_codes),
    ]
    return _table(holdings, origins, weapons, decay)


def open_orders(
    recipient: str,
    year: int,
    origins: Sequence[str],
    weapons: Sequence[str],
    supplier_codes: Mapping[str, str],
) -> list[OpenOrder]:
    """Return what was ordered before `year` and delivered in it or later, by origin and class, largest first.

    The register holds only orders that were delivered, so what was never delivered is absent.

    Parameters
    ----------
    recipient, year, origins, weapons, supplier_codes
        As in `opening_stock`.

    Raises
    ------
    ValueError
        If an order has no place on the axes.

    Examples
    --------
    >>> open_orders("ARM", 2021, ["other"], ["sensors"], {})
    [OpenOrder(origin='other', weapon='sensors', tiv_m=32.0, begins=0, ends=1)]
    """
    lines: dict[tuple[str, str], list[Delivery]] = {}
    for line in deliveries(recipient):
        if line.order_year < year <= line.delivery_year:
            origin = supplier_codes.get(line.supplier, OTHER)
            _placed("origin", origin, origins)
            _placed("weapon class", line.weapon_class, weapons)
            lines.setdefault((origin, line.weapon_class), []).append(line)
    book = []
    for (origin, weapon), found in lines.items():
        years = [line.delivery_year - year for line in found]
        book.append(OpenOrder(origin, weapon, sum(line.tiv_m for line in found), min(years), max(years) + 1))
    return sorted(book, key=lambda order: -order.tiv_m)


def expected_orders(
    recipient: str,
    year: int,
    origins: Sequence[str],
    weapons: Sequence[str],
    supplier_codes: Mapping[str, str],
) -> list[OpenOrder]:
    """Return what is to be expected on order at 1 January from earlier deliveries alone, largest first.

    By Little's law what waits is what comes in a year, the mean of the five years before, times how long it waits, the
    mean time from order to delivery of all that the origin has delivered before.

    Parameters
    ----------
    recipient, year, origins, weapons, supplier_codes
        As in `opening_stock`.

    Raises
    ------
    ValueError
        If an order has no place on the axes.

    Examples
    --------
    >>> classes = ["air_defence", "aircraft", "armour", "artillery"]
    >>> first, *_ = expected_orders("ARM", 2014, ["other"], classes, {})
    >>> first.weapon, round(first.tiv_m, 1), round(first.ends, 1)
    ('air_defence', 23.2, 1.6)
    """
    rate: dict[tuple[str, str], float] = {}
    volume: dict[str, float] = {}
    waited: dict[str, float] = {}
    for line in deliveries(recipient):
        if line.delivery_year < year:
            origin = supplier_codes.get(line.supplier, OTHER)
            volume[origin] = volume.get(origin, 0.0) + line.tiv_m
            waited[origin] = waited.get(origin, 0.0) + line.tiv_m * (line.delivery_year - line.order_year)
            if line.delivery_year >= year - RATE_YEARS:
                _placed("origin", origin, origins)
                _placed("weapon class", line.weapon_class, weapons)
                place = (origin, line.weapon_class)
                rate[place] = rate.get(place, 0.0) + line.tiv_m / RATE_YEARS
    lag = {origin: waited[origin] / volume[origin] for origin in volume if waited[origin] > 0.0}
    book = [
        OpenOrder(origin, weapon, yearly * lag[origin], 0.0, LATEST * lag[origin])
        for (origin, weapon), yearly in rate.items()
        if origin in lag
    ]
    return sorted(book, key=lambda order: -order.tiv_m)


def stock_path(
    recipient: str,
    years: Iterable[int],
    decay: Mapping[str, float],
    *,
    legacy: Mapping[str, float] | None = None,
) -> dict[int, float]:
    """Return the import-fed stock of a state at 1 January of each year [TIV m].

    Parameters
    ----------
    recipient : str
        Three-letter code of the state.
    years : iterable of int
        1992 or later. From 2021 on recorded imports of Azerbaijan are censored.
    decay : Mapping of weapon to float
        Decay of every weapon class of the register [per yr].
    legacy : Mapping of weapon to float, optional
        Inherited stock in January 1992 [TIV m]; none by default.

    Raises
    ------
    ValueError
        If a delivered class has no decay.

    Examples
    --------
    >>> stock_path("AZE", [1994, 1995], {"armour": 0.0})
    {1994: 50.0, 1995: 75.0}
    """
    return {
        year: float(opening_stock(recipient, year, (LEGACY, OTHER), tuple(decay), decay, {}, legacy or {}).sum())
        for year in years
    }


def recorded_by_supplier(recipient: str, years: Iterable[int]) -> dict[tuple[int, str], float]:
    """Return recorded deliveries by year and supplier, in all roles [TIV m].

    Where nothing is recorded the pair is absent. Israel after 2020 is censored, not zero.

    Parameters
    ----------
    recipient : str
        Three-letter code of the state.
    years : iterable of int
        Delivery years.

    Returns
    -------
    dict of (int, str) to float
        Sorted by year and supplier.

    Examples
    --------
    >>> recorded_by_supplier("ARM", range(1993, 1995))
    {(1993, 'RUS'): 2.0, (1994, 'RUS'): 181.0}
    """
    wanted = set(years)
    total: dict[tuple[int, str], float] = {}
    early = ((line.year, line.supplier, line.tiv_m) for line in early_transfers(recipient))
    late = ((line.delivery_year, line.supplier, line.tiv_m) for line in deliveries(recipient))
    for year, supplier, tiv_m in (*early, *late):
        if year in wanted:
            total[year, supplier] = total.get((year, supplier), 0.0) + tiv_m
    return dict(sorted(total.items()))


def _inherited(year: int, legacy: Mapping[str, float]) -> Iterator[_Holding]:
    if year < INHERITED:
        raise ValueError(f"stock is known from {INHERITED} on; {year} is too early")
    for weapon, tiv_m in legacy.items():
        yield _Holding(LEGACY, weapon, tiv_m, float(year - INHERITED))


def _early(
    recipient: str,
    year: int,
    weapons: Sequence[str],
    supplier_codes: Mapping[str, str],
    legacy: Mapping[str, float],
) -> Iterator[_Holding]:
    model = legacy if sum(legacy.values()) > 0.0 else dict.fromkeys(weapons, 1.0)
    whole = sum(model.values())
    for line in early_transfers(recipient):
        if line.year < year:
            origin = supplier_codes.get(line.supplier, OTHER)
            for weapon, part in model.items():
                yield _Holding(origin, weapon, line.tiv_m * part / whole, year - line.year - 0.5)


def _delivered(recipient: str, year: int, supplier_codes: Mapping[str, str]) -> Iterator[_Holding]:
    for line in deliveries(recipient):
        if line.delivery_year < year:
            yield _holding(line, year, supplier_codes)


def _holding(line: Delivery, year: int, supplier_codes: Mapping[str, str]) -> _Holding:
    # The register gives years only; half a year is the mean delay within one.
    age = year - line.delivery_year - 0.5
    return _Holding(supplier_codes.get(line.supplier, OTHER), line.weapon_class, line.tiv_m, age)


def _table(
    holdings: Iterable[_Holding],
    origins: Sequence[str],
    weapons: Sequence[str],
    decay: Mapping[str, float],
) -> Table:
    row = {origin: index for index, origin in enumerate(origins)}
    column = {weapon: index for index, weapon in enumerate(weapons)}
    table = np.zeros((len(origins), len(weapons)))
    for held in holdings:
        _placed("origin", held.origin, origins)
        _placed("weapon class", held.weapon, weapons)
        _placed("decay of weapon class", held.weapon, decay)
        left = math.exp(-decay[held.weapon] * held.age)
        table[row[held.origin], column[held.weapon]] += held.tiv_m * left
    return table


def _placed(what: str, name: str, choices: Iterable[str]) -> None:
    known = tuple(choices)
    if name not in known:
        raise ValueError(f"recorded deliveries need {what} '{name}', which is not among {', '.join(known)}")
