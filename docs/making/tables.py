"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from sim.explain import cards


def table(head: tuple[str, ...], rows: Iterable[Iterable[object]]) -> str:
    r"""Return a table; what is said over several lines stands on one.

    Examples
    --------
    >>> print(table(("key",), [("of two\nlines",)]))
    | key |
    |---|
    | of two lines |
    """
    return cards.table(head, ([" ".join(str(cell).split()) for cell in row] for row in rows))
