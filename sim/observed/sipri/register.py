"""The register of transfers, as it is served: deliveries by class and year, and exports of every supplier.

ISO-8859-1, some lines of notes before the header, columns without a name that hold a '?', several years of delivery in
one cell. A line of several years is spread evenly over them; it says no more.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.observed.sipri import FIRST_YEAR, LAST_YEAR, UnreadableError

NOTES = 40  # lines in which the header must have come
COLUMNS = ("Recipient", "Supplier", "Weapon description", "Year(s) of delivery", "SIPRI TIV of delivered weapons")

DeliveryKey = tuple[str, str, int, str, str]  # recipient, supplier, year, weapon class, role


@dataclass(frozen=True)
class Register:
    """What the register says, each [TIV m]; and the recipients that are no state of the panel."""

    deliveries: Mapping[DeliveryKey, float]
    exports: Mapping[tuple[str, int], float]
    left_out: Collection[str]


def read_register(
    path: Path,
    recipients: Mapping[str, str],
    classes: Mapping[str, tuple[str, str]],
    until: int = LAST_YEAR,
) -> Register:
    """Read the register of transfers.

    Parameters
    ----------
    path : Path
        The CSV file as it was downloaded.
    recipients : Mapping of str to str
        ISO 3 code of each recipient, by its name in the register.
    classes : Mapping of str to (str, str)
        Weapon class and role of each weapon description.
    until : int, optional
        Last year that is taken over.

    Raises
    ------
    UnreadableError
        With file and line, if the layout is another or a description is not among the classes.
    """
    deliveries: dict[DeliveryKey, float] = {}
    exports: dict[tuple[str, int], float] = {}
    left_out: dict[str, None] = {}
    for where, row in _lines(path):
        recipient, supplier, description, years, tiv = row
        if description not in classes:
            raise UnreadableError(
                f"{where}: weapon_descriptions.csv has no class for '{description}'; "
                "add a line for it to a copy of that table in the folder of --out"
            )
        spread = [_whole(where, year) for year in years.split(";") if year.strip()]
        each = _volume(where, tiv) / max(len(spread), 1)
        for year in spread:
            if not FIRST_YEAR <= year <= until:
                continue
            exports[supplier, year] = exports.get((supplier, year), 0.0) + each
            if recipient in recipients:
                key = (recipients[recipient], supplier, year, *classes[description])
                deliveries[key] = deliveries.get(key, 0.0) + each
            else:
                left_out[recipient] = None
    return Register(dict(sorted(deliveries.items())), dict(sorted(exports.items())), tuple(left_out))


def _lines(path: Path) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield where each line of the register stands, and its cells in the order of `COLUMNS`."""
    with path.open(encoding="iso-8859-1", newline="") as file:
        reader = csv.reader(file)
        header = next((row for row in reader if row[:1] == [COLUMNS[0]] or reader.line_num > NOTES), [])
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            raise UnreadableError(
                f"{path}:{reader.line_num}: no header of a transfer register with the column '{missing[0]}' "
                f"in the first {NOTES} lines; download it as CSV, all recipients and suppliers"
            )
        places = [header.index(name) for name in COLUMNS]
        for row in reader:
            if not row:
                continue
            where = f"{path}:{reader.line_num}"
            if len(row) != len(header):
                raise UnreadableError(f"{where}: {len(row)} cells where the header has {len(header)}; download it anew")
            yield where, [row[place].strip() for place in places]


def _whole(where: str, cell: str) -> int:
    try:
        return int(cell)
    except ValueError:
        raise UnreadableError(f"{where}: '{cell.strip()}' is no year of delivery; correct the line") from None


def _volume(where: str, cell: str) -> float:
    try:
        return float(cell or 0.0)
    except ValueError:
        raise UnreadableError(f"{where}: '{cell}' is no volume in TIV; correct the line") from None
