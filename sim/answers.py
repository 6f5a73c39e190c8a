"""How an answer shows itself: text in a terminal, its first lines and HTML in a notebook, a CSV file on disk.

The standard library only, and at the bottom beside the version: every room may answer, and one that is only looked at
must not import what is heavy.
"""

from __future__ import annotations

import csv
import reprlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from functools import wraps
from html import escape
from pathlib import Path
from typing import Any

from sim.terminal import clean, width

ONE_LINE = str.maketrans("\n\t", "  ")
LINES, CHARACTERS = 30, 1800  # of an answer that a notebook or an interpreter shows unasked

_PARTS = reprlib.Repr()  # of what is no answer but holds much
_PARTS.maxlevel, _PARTS.maxdict, _PARTS.maxlist, _PARTS.maxtuple = 2, 3, 3, 3
_PARTS.maxstring = _PARTS.maxother = 60


class Answer(ABC):
    """What a function of the public face returns where it is no Dataset.

    ``print`` shows all of it, as the command line does; alone on a line it shows its beginning. What would act upon a
    terminal is spelled out: the words of an answer may be a stranger's.
    """

    def __init_subclass__(cls) -> None:
        """Let every answer say clean text, whatever words it is made of."""
        super().__init_subclass__()
        said = cls.__str__

        @wraps(said)
        def cleaned(self: Answer) -> str:
            return clean(said(self))

        cls.__str__ = cleaned  # type: ignore[method-assign]

    @abstractmethod
    def __str__(self) -> str:
        """Return all that is said."""

    def __repr__(self) -> str:
        """Return the first lines of what is said, and how many more there are."""
        lines, first, room = str(self).splitlines(), list[str](), CHARACTERS
        for line in lines[:LINES]:
            if first and len(line) > room:
                break
            first.append(line if len(line) <= room else f"{line[:room]}...")
            room -= len(line) + 1
        rest = len(lines) - len(first)
        return "\n".join([*first, f"... {rest} lines more; print() shows them"] if rest > 0 else first)

    def _repr_html_(self) -> str:
        """Return what is said as it stands, for a notebook."""
        return f"<pre>{escape(str(self))}</pre>"


class Brief:
    """What is no answer but holds much: it shows its kind and its parts, each shortened."""

    def __repr__(self) -> str:
        """Return a line or a few, whatever is in it."""
        parts = (f"{name}={_PARTS.repr(part)}" for name, part in vars(self).items() if not name.startswith("_"))
        return f"{type(self).__name__}({', '.join(parts)})"

    def __str__(self) -> str:
        """Return the same."""
        return repr(self)


class Rows(Answer, list[dict[str, Any]]):
    """Rows with the same columns; ``pandas.DataFrame(rows)`` makes a frame of them.

    Examples
    --------
    >>> Rows([{"measure": "deaths", "value": 1234.5678}, {"measure": "war", "value": 0.25}])
    measure  value
    deaths   1.23e+03
    war      0.25
    """

    def __str__(self) -> str:
        """Return the rows in aligned columns."""
        return "\n".join(aligned(self._cells())) if self else "no rows"

    def _repr_html_(self) -> str:
        """Return the rows as a table of a notebook."""
        head, *body = self._cells() or [("no rows",)]
        lines = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in body]
        names = "".join(f"<th>{escape(name)}</th>" for name in head)
        return f"<table><tr>{names}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"

    def _cells(self) -> list[tuple[str, ...]]:
        """Return the names of the columns, then each row as text."""
        return [tuple(self[0]), *(tuple(map(_text, row.values())) for row in self)] if self else []

    def write(self, path: Path) -> None:
        """Write a CSV file, numbers in full."""
        write_rows(self, path)


class Files(Answer, list[Path]):
    """Files that were written, one a line.

    Examples
    --------
    >>> Files([Path("figures/fan.png"), Path("figures/fan.svg")])
    figures/fan.png
    figures/fan.svg
    """

    def __str__(self) -> str:
        """Return the paths, one a line."""
        return "\n".join(map(str, self)) if self else "no files"


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3g}" if value == value else "-"
    return clean(str(value))


def aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return rows of cells as lines in aligned columns, the last one ragged.

    Examples
    --------
    >>> aligned([("war", "0.25"), ("deaths", "7")])
    ['war     0.25', 'deaths  7']
    """
    lines = [[clean(str(cell)).translate(ONE_LINE) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)] if lines else []
    return [
        "  ".join(
            [*(cell + " " * (wide - width(cell)) for cell, wide in zip(line[:-1], widths, strict=False)), line[-1]]
        )
        for line in lines
    ]


def amount(size: float) -> str:
    """Return a number of bytes for people.

    Examples
    --------
    >>> amount(1_300_000)
    '1.3 MB'
    """
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000.0:
            return f"{size:.3g} {unit}"
        size /= 1000.0
    return f"{size:.3g} TB"


def write_rows(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write rows of one form as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows(rows)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file as they are written."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
