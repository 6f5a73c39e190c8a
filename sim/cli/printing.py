"""How the command prints a table."""

from __future__ import annotations

from collections.abc import Iterable

from sim.answers import aligned


def table(rows: Iterable[Iterable[str]]) -> None:
    """Print rows in aligned columns."""
    for line in aligned([tuple(row) for row in rows]):
        print(line)
