"""How the command prints a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(rows: Iterable[Sequence[str]]) -> None:
    """Print rows in aligned columns."""
    from sim.answers import aligned

    for line in aligned(rows):
        print(line)
