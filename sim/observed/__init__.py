"""Real series: spending, deliveries, economies, oil, conflict, events.

Plain readers over the CSV tables of this folder. ``sources.yaml`` says where each
table comes from and in which units; the keys are those of the evidence register.
``arsenal`` works out from them what a state held and awaited on a date. ``panel`` has
spending, deliveries and disputes of many rivalries, ``sipri`` reads the files it was made of.
A missing value is absent from the result, never zero. Spending of Armenia and
Azerbaijan and recorded transfers end in 2021: later years are held back for a blind
score.
"""

from __future__ import annotations

import csv
import datetime
import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import geometric_mean
from types import MappingProxyType
from typing import NamedTuple

import yaml

LEVEL_YEARS = 10  # latest years whose recorded shares of GDP set its level

ANNUAL: tuple[str, ...] = ("military_expenditure", "economy", "un_ideal_points", "cinc")

# How the events table marks what no page was kept for.
_UNSOURCED = {"general knowledge": "events_register"}

Row = Mapping[str, str]


@dataclass(frozen=True)
class Delivery:
    """One line of the transfer register: a type delivered in a year.

    ``tiv_m`` is a volume [TIV m], already discounted for second-hand items; ``role``
    is combat, support or component.
    """

    delivery_year: int
    order_year: int
    supplier: str
    recipient: str
    weapon_class: str
    role: str
    designation: str
    description: str
    number: int
    condition: str
    tiv_m: float
    local_production: bool


@dataclass(frozen=True)
class EarlyTransfer:
    """All a recipient got from one supplier in a year before the line register [TIV m]."""

    year: int
    supplier: str
    recipient: str
    tiv_m: float


@dataclass(frozen=True)
class Event:
    """A dated treaty, war or shock; ``source_keys`` are those of the evidence register."""

    date: datetime.date
    kind: str
    actors: tuple[str, ...]
    what: str
    source: str
    source_keys: tuple[str, ...]


@dataclass(frozen=True)
class Fact:
    """A single fact with the page it was read on; ``value`` is a number, save where ``unit`` is text."""

    fact_id: str
    topic: str
    subject: str
    object: str
    period: str
    variable: str
    value: str
    unit: str
    note: str
    page_url: str
    page_date: str

    @property
    def number(self) -> float:
        """The value as a number, in ``unit``.

        Raises
        ------
        ValueError
            If it is text.
        """
        return float(self.value)

    @property
    def months(self) -> range:
        """The calendar months it is about, counted from January of year 0; an open end is left out.

        Raises
        ------
        ValueError
            If the period names no year.
        """
        dates = re.findall(r"(\d{4})(?:-(\d{2})(?!\d))?", self.period)
        if not dates:
            raise ValueError(f"fact {self.fact_id} is of no period: '{self.period}'")
        (first, begin), (last, end) = dates[0], dates[-1]
        return range(int(first) * 12 + int(begin or 1) - 1, int(last) * 12 + int(end or 12))


class Fight(NamedTuple):
    """A year of the conflict: intensity 0, 1 or 2 and battle deaths [persons], if counted."""

    intensity: int
    deaths: float | None
    low: float | None
    high: float | None


class _Origin(NamedTuple):
    sources: tuple[str, ...]
    units: str
    credit: str


def annual(table: str, column: str, state: str) -> dict[int, float]:
    """Return one column of a state-year table, without the missing years.

    Parameters
    ----------
    table : {"military_expenditure", "economy", "un_ideal_points", "cinc"}
        Which table; units stand in ``sources.yaml``.
    column : str
        Which column.
    state : str
        Three-letter code.

    Raises
    ------
    ValueError
        If the table, column or state is unknown; names the choices.

    Examples
    --------
    >>> annual("military_expenditure", "milex_pct_gdp", "ARM")[2020]
    4.98
    >>> 1994 in annual("military_expenditure", "milex_usd2023_m", "ARM")
    False
    """
    _known("table", table, ANNUAL)
    rows = _rows(table)
    _known(f"column of {table}", column, [name for name in rows[0] if name not in ("year", "state")])
    _known(f"state of {table}", state, {row["state"] for row in rows})
    return {int(row["year"]): float(row[column]) for row in rows if row["state"] == state and row[column]}


def oil_price() -> dict[int, float]:
    """Return the Brent price by year [nominal US$ per barrel].

    Examples
    --------
    >>> oil_price()[2014], oil_price()[2016]
    (98.97, 43.64)
    """
    return {int(row["year"]): float(row["brent_usd_per_barrel"]) for row in _rows("oil_price")}


def conflict() -> dict[int, Fight]:
    """Return the conflict over Karabakh (Artsakh) by year, as UCDP and PRIO code it.

    No count of deaths means fewer than 25, not none.

    Examples
    --------
    >>> conflict()[2020].intensity, conflict()[2020].deaths, conflict()[2019].deaths
    (2, 7646.0, None)
    """
    return {
        int(row["year"]): Fight(
            int(row["acd_intensity"]),
            *(_number(row[f"battle_deaths_{bound}"]) for bound in ("best", "low", "high")),
        )
        for row in _rows("conflict")
    }


@cache
def _events() -> tuple[Event, ...]:
    return tuple(
        Event(
            date=datetime.date.fromisoformat(row["date"]),
            kind=row["kind"],
            actors=tuple(row["actors"].split(";")),
            what=row["what"],
            source=row["source"],
            source_keys=tuple(_source_key(cited) for cited in row["source"].split(";")),
        )
        for row in _rows("events")
    )


def events() -> list[Event]:
    """Return the dated treaties, wars and shocks, in order of date.

    Examples
    --------
    >>> [event.what for event in events() if event.date.year == 2010]
    ['strategic partnership and mutual assistance treaty']
    """
    return sorted(_events(), key=lambda event: event.date)


@cache
def known_facts() -> tuple[Fact, ...]:
    """Return single facts with the page each was read on, in the order of the register.

    Examples
    --------
    >>> flights = next(fact for fact in known_facts() if fact.fact_id == "F027")
    >>> flights.number, len(flights.months)
    (92.0, 87)
    """
    return tuple(Fact(**row) for row in _rows("known_facts"))


@cache
def recipients() -> tuple[str, ...]:
    """Return the codes of the states with recorded deliveries.

    Examples
    --------
    >>> recipients()
    ('ARM', 'AZE')
    """
    return tuple(sorted({row["recipient"] for row in _rows("arms_deliveries")}))


@cache
def deliveries(recipient: str) -> tuple[Delivery, ...]:
    """Return the recorded deliveries to a state from 1995, in the order of the register.

    Raises
    ------
    ValueError
        If nothing is recorded for the recipient; names the choices.

    Examples
    --------
    >>> sum(line.tiv_m for line in deliveries("ARM") if line.delivery_year == 2021)
    32.0
    """
    rows = _rows("arms_deliveries")
    _known("recipient of arms_deliveries", recipient, {row["recipient"] for row in rows})
    return tuple(_delivery(row) for row in rows if row["recipient"] == recipient)


@cache
def early_transfers(recipient: str) -> tuple[EarlyTransfer, ...]:
    """Return what is recorded for 1992 to 1994, by supplier and year, without weapon class.

    Raises
    ------
    ValueError
        If nothing is recorded for the recipient; names the choices.

    Examples
    --------
    >>> [(line.year, line.supplier, line.tiv_m) for line in early_transfers("AZE")]
    [(1993, 'UKR', 50.0), (1994, 'UKR', 25.0)]
    """
    rows = _rows("arms_transfers_1992_1994")
    _known("recipient of arms_transfers_1992_1994", recipient, {row["recipient"] for row in rows})
    return tuple(
        EarlyTransfer(int(row["year"]), row["supplier"], recipient, float(row["tiv_m"]))
        for row in rows
        if row["recipient"] == recipient
    )


def exports(supplier: str) -> dict[int, float]:
    """Return all recorded arms exports of a supplier [TIV m per year].

    An absent year is zero recorded, not missing, as far as the table goes.

    Raises
    ------
    ValueError
        If the supplier is unknown; names the choices.

    Examples
    --------
    >>> round(sum(exports("ISR")[year] for year in range(2017, 2021)), 1)
    3111.2
    """
    rows = _rows("arms_exports_total")
    _known("supplier of arms_exports_total", supplier, {row["supplier"] for row in rows})
    covered = {int(row["year"]) for row in rows}
    found = {int(row["year"]): float(row["tiv_exports_m"]) for row in rows if row["supplier"] == supplier}
    return {year: found.get(year, 0.0) for year in range(min(covered), max(covered) + 1)}


def exports_to_others(supplier: str, states: Iterable[str]) -> dict[int, float]:
    """Return all recorded arms exports of a supplier but those to some states [TIV m per year].

    Examples
    --------
    >>> exports("ISR")[2016] > exports_to_others("ISR", ["AZE", "ARM"])[2016]
    True
    """
    rest = dict(exports(supplier))
    for state in states:
        try:
            lines = deliveries(state)
        except ValueError:
            continue
        for line in lines:
            if line.supplier == supplier and line.delivery_year in rest:
                rest[line.delivery_year] -= line.tiv_m
    return {year: max(volume, 0.0) for year, volume in rest.items()}  # exports are spread over years, lines are not


@cache
def _gdp_usd2023(state: str, before: int | None) -> Mapping[int, float]:
    spending = annual("military_expenditure", "milex_usd2023_m", state)
    burden = annual("military_expenditure", "milex_pct_gdp", state)
    real = annual("economy", "gdp_usd2015", state)
    years = [y for y in sorted(spending.keys() & burden.keys() & real.keys()) if before is None or y < before]
    if not years:
        raise ValueError(f"no share of GDP is on record for '{state}' before {before}; choose a later year")
    level = geometric_mean(spending[y] / (burden[y] / 100) / real[y] for y in years[-LEVEL_YEARS:])
    return MappingProxyType({year: level * real[year] for year in sorted(real)})


def gdp_usd2023(state: str, before: int | None = None) -> dict[int, float]:
    """Return the model's GDP of a state [constant 2023 US$ m per year].

    Its path is chained real output, so its growth is real growth and says nothing of spending. Its level is that of
    spending over its recorded share of GDP, the geometric mean of the last ten years known, so that the burden under
    observed spending is the recorded burden on the average; spending over GDP in another base year is not.

    Parameters
    ----------
    state : str
        Three-letter code.
    before : int, optional
        Years from this one on have no say in the level.

    Raises
    ------
    ValueError
        If the state has no spending or output series, or none before that year.

    Examples
    --------
    >>> round(gdp_usd2023("ARM")[2020]), round(gdp_usd2023("ARM", 2010)[2020])
    (18603, 19420)
    """
    return dict(_gdp_usd2023(state, before))


def oil_revenue_usd2023(state: str, before: int | None = None) -> dict[int, float]:
    """Return resource rents of a state [constant 2023 US$ m per year], to 2021.

    For Azerbaijan these are oil and gas; for Armenia, which has none, mostly ores.

    Parameters
    ----------
    state, before
        As in `gdp_usd2023`.

    Raises
    ------
    ValueError
        As in `gdp_usd2023`.

    Examples
    --------
    >>> max(oil_revenue_usd2023("AZE"))
    2021
    """
    gdp = _gdp_usd2023(state, before)
    share = annual("economy", "resource_rents_pct_gdp", state)
    return {year: share[year] / 100 * gdp[year] for year in gdp if year in share}


def file_sources(table: str) -> tuple[str, ...]:
    """Return the evidence keys a table rests on.

    Raises
    ------
    ValueError
        If there is no such table; names the choices.

    Examples
    --------
    >>> file_sources("conflict")
    ('ucdp_prio_acd_25_1', 'ucdp_brd_24_1')
    """
    origins = _origins()
    stem = table.removesuffix(".csv")
    _known("table", stem, origins)
    return origins[stem].sources


def file_digest(table: str) -> str:
    """Return a digest of a table, by which what was printed from it is found again.

    Raises
    ------
    ValueError
        As in `file_sources`.
    """
    _known("table", table, _origins())
    return hashlib.blake2b(files(__name__).joinpath(f"{table}.csv").read_bytes(), digest_size=8).hexdigest()


def credits() -> list[str]:
    """Return the credit lines the tables ask for, each once.

    Examples
    --------
    >>> "World Bank, World Development Indicators (CC BY 4.0)." in credits()
    True
    """
    return list(dict.fromkeys(origin.credit for origin in _origins().values() if origin.credit))


@cache
def _origins() -> Mapping[str, _Origin]:
    raw = yaml.safe_load(files(__name__).joinpath("sources.yaml").read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            name.removesuffix(".csv"): _Origin(tuple(entry["sources"]), entry["units"], entry["credit"])
            for name, entry in raw.items()
        }
    )


@cache
def _rows(table: str) -> tuple[Row, ...]:
    text = files(__name__).joinpath(f"{table}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _delivery(row: Row) -> Delivery:
    return Delivery(
        delivery_year=int(row["delivery_year"]),
        order_year=int(row["order_year"]),
        supplier=row["supplier"],
        recipient=row["recipient"],
        weapon_class=row["weapon_class"],
        role=row["role"],
        designation=row["designation"],
        description=row["description"],
        number=int(row["number"]),
        condition=row["condition"],
        tiv_m=float(row["tiv_m"]),
        local_production=row["local_production"] == "Yes",
    )


def _source_key(cited: str) -> str:
    # "known_facts F069" cites one row of a register; the key is the register.
    cited = cited.strip()
    return _UNSOURCED.get(cited) or cited.split()[0]


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _known(what: str, name: str, choices: Iterable[str]) -> None:
    names = sorted(choices)
    if name in names:
        return
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean '{near[0]}'? " if near else ""
    raise ValueError(f"unknown {what} '{name}'; {hint}choose from {', '.join(names)}")
