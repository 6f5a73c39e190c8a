"""Tables of the panel from the two files that a researcher downloads from SIPRI."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.answers import Answer
from sim.model.mistakes import Mistake
from sim.observed import panel
from sim.observed.sipri import LAST_YEAR, UnreadableError
from sim.observed.sipri.register import read_register
from sim.observed.sipri.workbook import quality, read_workbook

TABLES = {
    "deliveries": ("recipient", "supplier", "weapon_class", "role", "year", "tiv_m"),
    "exports": ("supplier", "year", "tiv_exports_m"),
    "spending": ("year", "state", "milex_usd2023_m", "milex_pct_gdp", "gdp_usd2023_m", "quality"),
}


@dataclass(frozen=True, repr=False)
class Imported(Answer):
    """The tables that were written, with their rows, and what was not taken over."""

    files: dict[Path, int]
    recipients_left_out: tuple[str, ...]
    states_without_spending: tuple[str, ...]

    def __str__(self) -> str:
        """Return a line for each table, and what was left out."""
        lines = [f"{path}  {rows:,} rows" for path, rows in self.files.items()]
        if self.recipients_left_out:
            lines.append(f"recipients that are no state of the panel: {', '.join(self.recipients_left_out)}")
        if self.states_without_spending:
            lines.append(f"states without spending: {', '.join(self.states_without_spending)}")
        return "\n".join(lines)


def import_sipri(register: Path | str, milex: Path | str, out: Path | str, *, until: int = LAST_YEAR) -> Imported:
    """Make tables of the panel from the transfer register and the spending workbook, as they are served.

    Parameters
    ----------
    register : path
        The transfer register (CSV, all recipients and suppliers).
    milex : path
        The workbook of military expenditure (xlsx).
    out : path
        Folder for the tables; ``--tables`` takes it. A ``weapon_descriptions.csv``, ``states.csv`` or
        ``doubtful_years.csv`` that lies there is used instead of the shipped one.
    until : int, optional
        Last year taken over; later years are what a blind score is held against.

    Returns
    -------
    Imported
        Files written and what was left out.

    Raises
    ------
    Mistake
        With file and line, or sheet and cell, if a file is laid out otherwise.
    """
    out = Path(out)
    states = panel.states(tables=out)
    classes = {row["description"]: (row["weapon_class"], row["role"]) for row in panel.rows("weapon_descriptions", out)}
    codes = {name: state.iso3 for state in states.values() for name in state.register_names}
    try:
        transfers = read_register(Path(register), codes, classes, until)
        budgets, silent = read_workbook(
            Path(milex), {state.workbook_name: state.iso3 for state in states.values()}, until
        )
    except UnreadableError as error:
        raise Mistake(str(error)) from None
    doubtful = panel.rows("doubtful_years", out)
    contents: dict[str, Iterable[tuple[Any, ...]]] = {
        "deliveries": [
            (recipient, supplier, weapon, role, year, round(tiv_m, 2))
            for (recipient, supplier, year, weapon, role), tiv_m in transfers.deliveries.items()
        ],
        "exports": [(supplier, year, round(tiv_m, 1)) for (supplier, year), tiv_m in transfers.exports.items()],
        "spending": [
            (
                b.year,
                b.state,
                _rounded(b.spending, 1),
                _rounded(100.0 * b.share if b.share is not None else None, 3),
                _rounded(b.output, None),
                quality(b.state, b.year, doubtful),
            )
            for b in budgets
        ],
    }
    out.mkdir(parents=True, exist_ok=True)
    files = {out / f"{name}.csv": _write(out / f"{name}.csv", TABLES[name], rows) for name, rows in contents.items()}
    return Imported(files, tuple(transfers.left_out), tuple(silent))


def _rounded(number: float | None, digits: int | None) -> float | int | str:
    return "" if number is None else round(number, digits)


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> int:
    written = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(written)
    return len(written)
