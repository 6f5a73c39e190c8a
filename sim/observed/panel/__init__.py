"""The world panel: spending, deliveries, disputes and wars of 44 strategic rivalries, 1970-2021.

Plain readers over the CSV tables of this folder, which end in 2021: later years are held
back for a blind score. Each takes ``before=``, which leaves out every row of that year
and later, and ``tables=``, a folder of a user's own tables with the same columns (what
``armsrace import sipri`` writes); a table that is not there is the shipped one.
A missing value is absent from the result, never zero.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from sim.observed import _known

SHIPPED = Path(__file__).parent

# The last year each record of conflict speaks of; a pair-year absent from it has no dispute or war until then.
DISPUTES_END = 2014
WARS_END = 2007
UCDP_END = 2021

Span = tuple[int, int]
Row = Mapping[str, str]


class State(NamedTuple):
    """A state of the panel: ISO 3 and Correlates of War codes, and what the two SIPRI files call it.

    ``register_names`` are several where the register counts a predecessor by itself.
    """

    iso3: str
    cow: int
    workbook_name: str
    register_names: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it is called today, in common order."""
        return self.register_names[0]


class Rivalry(NamedTuple):
    """Two states, their spells of strategic rivalry and mutual military build-ups, as first and last year."""

    a: str
    b: str
    spells: tuple[Span, ...]
    build_ups: tuple[Span, ...]


class Delivery(NamedTuple):
    """What a recipient got from a supplier in a year, of one class and role [TIV m]."""

    supplier: str
    weapon_class: str
    role: str
    year: int
    tiv_m: float


class PairYear(NamedTuple):
    """A year of two states with a dispute or war: how many, how grave; None where no record speaks.

    ``hostility`` (1-5) and ``fatality`` (0-6) are the highest of either side in the disputes
    open in that year, ``ucdp_interstate`` 0, 1 (armed conflict) or 2 (war).
    """

    disputes: int | None
    onsets: int | None
    hostility: int | None
    fatality: int | None
    both_originators: bool | None
    cow_war: bool | None
    ucdp_interstate: int | None


def states(*, tables: Path = SHIPPED) -> dict[str, State]:
    """Return the states of the panel by ISO 3 code.

    Examples
    --------
    >>> states()["RUS"]
    State(iso3='RUS', cow=365, workbook_name='Russia', register_names=('Russia', 'Soviet Union'))
    """
    return {
        row["iso3"]: State(row["iso3"], int(row["cow"]), row["name_in_workbook"], _parts(row["names_in_register"]))
        for row in rows("states", tables)
    }


def rivalries(*, before: int | None = None) -> tuple[Rivalry, ...]:
    """Return the rivalries of the panel; spells still on in the year before `before` are cut there.

    Examples
    --------
    >>> next(rivalry for rivalry in rivalries(before=1990) if rivalry.a == "DZA")
    Rivalry(a='DZA', b='MAR', spells=((1962, 1989),), build_ups=((1972, 1977),))
    """
    return tuple(
        Rivalry(row["a"], row["b"], _spans(row["rivalry_spells"], before), _spans(row["grh_arms_races"], before))
        for row in rows("rivalries", SHIPPED)
    )


def spending(
    state: str, *, usable_only: bool = True, before: int | None = None, tables: Path = SHIPPED
) -> dict[int, float]:
    """Return the military expenditure of a state [constant 2023 US$ m per year].

    Parameters
    ----------
    state : str
        ISO 3 code of a state of the panel.
    usable_only : bool, optional
        Leave out years of which the table says coarse or broken.
    before : int, optional
        Leave out this year and all later ones.
    tables : Path, optional
        Folder of a user's own tables.

    Raises
    ------
    ValueError
        If the panel has no such state; names the choices.

    Examples
    --------
    >>> list(spending("MAR", before=1973))
    [1970, 1971, 1972]
    >>> spending("PRK")
    {}
    """
    return _series("milex_usd2023_m", state, usable_only, before, tables)


def burden(
    state: str, *, usable_only: bool = True, before: int | None = None, tables: Path = SHIPPED
) -> dict[int, float]:
    """Return the military expenditure of a state [per cent of GDP], as `spending` does.

    Examples
    --------
    >>> burden("ARM")[2020]
    4.983
    """
    return _series("milex_pct_gdp", state, usable_only, before, tables)


def output(
    state: str, *, usable_only: bool = True, before: int | None = None, tables: Path = SHIPPED
) -> dict[int, float]:
    """Return spending over its share of GDP [constant 2023 US$ m per year], as `spending` does.

    Derived: its growth is more variable than real growth, and its error goes with spending.

    Examples
    --------
    >>> output("AFG")[1970]
    4223.0
    """
    return _series("gdp_usd2023_m", state, usable_only, before, tables)


def deliveries(state: str, *, before: int | None = None, tables: Path = SHIPPED) -> tuple[Delivery, ...]:
    """Return what a state got, by supplier, class, role and year; suppliers by the names of the register.

    Lines of several delivery years are spread evenly over them, so only windows of three
    years or more mean something.

    Raises
    ------
    ValueError
        If the panel has no such state; names the choices.

    Examples
    --------
    >>> deliveries("AFG")[0]
    Delivery(supplier='Belarus', weapon_class='aircraft', role='combat', year=2019, tiv_m=13.6)
    """
    _known("state of the panel", state, states(tables=tables))
    return tuple(d for d in _delivered(tables).get(state, ()) if before is None or d.year < before)


def suppliers(*, tables: Path = SHIPPED) -> tuple[str, ...]:
    """Return every supplier with recorded exports, by the register's names.

    Examples
    --------
    >>> "Soviet Union" in suppliers()
    True
    """
    return tuple(_exported(tables))


def exports(supplier: str, *, before: int | None = None, tables: Path = SHIPPED) -> dict[int, float]:
    """Return all recorded exports of a supplier [TIV m per year]; an absent year is zero recorded.

    Raises
    ------
    ValueError
        If the supplier is unknown; names the choices.

    Examples
    --------
    >>> exports("Algeria")
    {1980: 6.0, 2016: 0.3}
    """
    _known("supplier of the panel", supplier, _exported(tables))
    return {year: tiv_m for year, tiv_m in _exported(tables)[supplier].items() if before is None or year < before}


def conflict(a: str, b: str, *, before: int | None = None) -> dict[int, PairYear]:
    """Return the years of two states with a dispute or war on record, in either order of the states.

    A year that is absent has no dispute to 2014; afterwards only UCDP speaks.

    Raises
    ------
    ValueError
        If the panel has no such state; names the choices.

    Examples
    --------
    >>> conflict("PAK", "AFG")[1979].hostility
    4
    """
    for state in (a, b):
        _known("state of the panel", state, states())
    found = _disputed().get(frozenset((a, b)), {})
    return {year: row for year, row in found.items() if before is None or year < before}


@cache
def rows(table: str, tables: Path = SHIPPED) -> tuple[Row, ...]:
    """Return a table of the panel as it stands, from a folder of one's own if it is there.

    Parameters
    ----------
    table : str
        Name of the file without ``.csv``.
    tables : Path, optional
        Folder of a user's own tables.
    """
    path = tables / f"{table}.csv"
    with (path if path.exists() else SHIPPED / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _series(column: str, state: str, usable_only: bool, before: int | None, tables: Path) -> dict[int, float]:
    _known("state of the panel", state, states(tables=tables))
    return {
        int(row["year"]): float(row[column])
        for row in _by_state(tables).get(state, ())
        if row[column] and (row["quality"] == "ok" or not usable_only) and (before is None or int(row["year"]) < before)
    }


@cache
def _by_state(tables: Path) -> Mapping[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    for row in sorted(rows("spending", tables), key=lambda row: int(row["year"])):
        found.setdefault(row["state"], []).append(row)
    return MappingProxyType({state: tuple(years) for state, years in found.items()})


@cache
def _delivered(tables: Path) -> Mapping[str, tuple[Delivery, ...]]:
    found: dict[str, list[Delivery]] = {}
    for row in rows("deliveries", tables):
        found.setdefault(row["recipient"], []).append(
            Delivery(row["supplier"], row["weapon_class"], row["role"], int(row["year"]), float(row["tiv_m"]))
        )
    return MappingProxyType({state: tuple(lines) for state, lines in found.items()})


@cache
def _exported(tables: Path) -> Mapping[str, Mapping[int, float]]:
    found: dict[str, dict[int, float]] = {}
    for row in rows("exports", tables):
        found.setdefault(row["supplier"], {})[int(row["year"])] = float(row["tiv_exports_m"])
    return MappingProxyType(found)


@cache
def _disputed() -> Mapping[frozenset[str], Mapping[int, PairYear]]:
    found: dict[frozenset[str], dict[int, PairYear]] = {}
    for row in rows("conflict", SHIPPED):
        found.setdefault(frozenset((row["a"], row["b"])), {})[int(row["year"])] = PairYear(
            _count(row["disputes"]),
            _count(row["onsets"]),
            _count(row["hostility"]),
            _count(row["fatality"]),
            _flag(row["both_originators"]),
            _flag(row["cow_war"]),
            _count(row["ucdp_interstate"]),
        )
    return MappingProxyType(found)


def _spans(cell: str, before: int | None) -> tuple[Span, ...]:
    spans = [(int(first), int(last)) for first, last in (span.split("-") for span in _parts(cell))]
    if before is not None:
        spans = [(first, min(last, before - 1)) for first, last in spans if first < before]
    return tuple(spans)


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)


def _count(cell: str) -> int | None:
    return int(cell) if cell else None


def _flag(cell: str) -> bool | None:
    return bool(int(cell)) if cell else None
