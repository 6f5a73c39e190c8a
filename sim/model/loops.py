"""What numpy does only where, and only as long as, there is something to do.

Both ways of saying it leave the formula alone: numpy picks the busy places out and stops when it is done; an array that
is a step of a compiled program (`sim.engine.traced`) has its own way, which it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sim.model.world import Array


def where_busy(
    busy: Any, formula: Callable[..., tuple[Array, ...]], tables: Sequence[Array], seen: Sequence[Array] = ()
) -> tuple[Array, ...]:
    """Return tables with what a formula makes of them in the busy places, and as they are in all others.

    Parameters
    ----------
    busy : ndarray of bool
        As long as the last axes of the tables.
    formula : callable
        Given the tables and what it sees beside them at these places; it works element by element.
    tables, seen : sequence of ndarray
        With the axes of `busy` last.

    Examples
    --------
    >>> import numpy as np
    >>> stock, days = np.array([[4.0, 4.0]]), np.array([0.0, 1.0])
    >>> where_busy(days > 0.0, lambda stock, days: (stock / (1.0 + days),), [stock], [days])[0].tolist()
    [[4.0, 2.0]]
    """
    if hasattr(busy, "where_busy"):
        own: tuple[Array, ...] = busy.where_busy(formula, tables, seen)
        return own
    if not busy.any():
        return tuple(tables)
    made = formula(*(table[..., busy] for table in (*tables, *seen)))
    new = tuple(table.copy() for table in tables)
    for table, values in zip(new, made, strict=True):
        table[..., busy] = values
    return new


def repeated(going: Callable[..., Any], step: Callable[..., tuple[Any, ...]], state: tuple[Any, ...]) -> Any:
    """Return a state after as many steps as it takes until nothing is going on any more.

    Parameters
    ----------
    going, step : callable
        Given the parts of the state: whether it goes on, and the parts after one more step.
    state : tuple
        Its first part tells who computes: numpy, or a compiled program.

    Examples
    --------
    >>> repeated(lambda left, sum: left > 0, lambda left, sum: (left - 1, sum + left), (4, 0))
    (0, 10)
    """
    if hasattr(state[0], "repeated"):
        return state[0].repeated(going, step, state)
    while going(*state):
        state = step(*state)
    return state
