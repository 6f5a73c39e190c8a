"""The workbook of military expenditure, as it is served: constant dollars and shares of GDP by state and year."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.observed.sipri import FIRST_YEAR, LAST_YEAR, UnreadableError

SPENDING, BURDEN = "Constant (2023) US$", "Share of GDP"
COUNTRY = "Country"
MISSING = ("...", ". .", "..", "xxx", None, "")


@dataclass(frozen=True)
class Budget:
    """A state's year: military expenditure [constant 2023 US$ m] and its share of GDP, None where unknown."""

    state: str
    year: int
    spending: float | None
    share: float | None

    @property
    def output(self) -> float | None:
        """The one divided by the other [constant 2023 US$ m], None where either is unknown."""
        return self.spending / self.share if self.spending is not None and self.share else None


def read_workbook(
    path: Path, states: Mapping[str, str], until: int = LAST_YEAR
) -> tuple[tuple[Budget, ...], Collection[str]]:
    """Read the workbook of military expenditure.

    Parameters
    ----------
    path : Path
        The file as it was downloaded.
    states : Mapping of str to str
        ISO 3 code of each state, by its name in the workbook.
    until : int, optional
        Last year that is taken over.

    Returns
    -------
    tuple of Budget, and the codes of states without a row

    Raises
    ------
    UnreadableError
        With file, sheet and cell, if the layout is another.
    """
    from openpyxl import load_workbook  # half a second, and few need it
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError):
        raise UnreadableError(f"{path}: this is no Excel workbook; download the spending workbook as .xlsx") from None
    try:
        tables = [_table(path, book, sheet, states, until) for sheet in (SPENDING, BURDEN)]
    finally:
        book.close()
    spending, shares = tables
    years = sorted(spending.keys() | shares.keys())
    budgets = tuple(Budget(*key, spending.get(key), shares.get(key)) for key in years)
    return budgets, sorted(set(states.values()) - {budget.state for budget in budgets})


def _table(path: Path, book: Any, sheet: str, states: Mapping[str, str], until: int) -> dict[tuple[str, int], float]:
    """Return a sheet by state and year."""
    if sheet not in book.sheetnames:
        raise UnreadableError(
            f"{path}: no sheet '{sheet}' among {', '.join(book.sheetnames)}; the panel is in dollars of 2023, "
            "which the edition of 2025 has"
        )
    years: dict[int, int] = {}
    found: dict[tuple[str, int], float] = {}
    for number, row in enumerate(book[sheet].iter_rows(values_only=True), start=1):
        if row and row[0] == COUNTRY:
            years = {place: year for place, year in enumerate(row) if isinstance(year, int)}
        if not years or not row or row[0] not in states:
            continue
        for place, year in years.items():
            cell = row[place] if place < len(row) else None
            if FIRST_YEAR <= year <= until and cell not in MISSING:
                found[states[row[0]], year] = _number(path, sheet, number, place, cell)
    if not found:
        raise UnreadableError(
            f"{path}: sheet '{sheet}' has no row that begins with '{COUNTRY}' and goes on with years, "
            "or no state of the panel below it; download it anew"
        )
    return found


def _number(path: Path, sheet: str, row: int, place: int, cell: object) -> float:
    if isinstance(cell, int | float):
        return float(cell)
    from openpyxl.utils import get_column_letter

    where = f"{path}, sheet '{sheet}', cell {get_column_letter(place + 1)}{row}"
    raise UnreadableError(f"{where}: '{cell}' is neither a number nor a mark for a missing one; correct it")


def quality(state: str, year: int, doubtful: Iterable[Mapping[str, str]]) -> str:
    """Return what is thought of a state's year: ok, or what the table of doubtful years says.

    Examples
    --------
    >>> quality("ABC", 1980, [{"state": "ABC", "first": "1970", "last": "1985", "quality": "broken"}])
    'broken'
    """
    judged = (row for row in doubtful if row["state"] == state and int(row["first"]) <= year <= int(row["last"]))
    return next((row["quality"] for row in judged), "ok")
