"""What is done only where, and only as long as, there is something to do; and numbers put in their places.

The formula is the same for whoever computes. numpy picks the busy places out, stops when all is done, and writes into
an array of its own; an array that is a step of a compiled program (`sim.engine.traced`) has its own way, for which it
is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

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
    here: Any = (..., *np.nonzero(busy))
    made = formula(*(table[here] for table in (*tables, *seen)))
    new = tuple(table.copy() for table in tables)
    for table, values in zip(new, made, strict=True):
        table[here] = values
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


def places_where(busy: Any) -> Any:
    """Return the flat places at which something is the case; a compiled program returns all, busy or not.

    So what is worked out at them has to come to nothing where nothing is the case.
    """
    return busy.everywhere() if hasattr(busy, "everywhere") else np.flatnonzero(busy)


def summed_by(places: Any, amounts: Any, like: Any) -> Any:
    """Return amounts added up at flat places of a table like another.

    Examples
    --------
    >>> summed_by(np.array([1, 2, 2]), np.array([1.0, 2.0, 3.0]), np.zeros((2, 2))).tolist()
    [[0.0, 1.0], [5.0, 0.0]]
    """
    if hasattr(amounts, "summed_by"):
        return amounts.summed_by(places, like)
    return np.bincount(places, amounts, like.size).astype(np.float64).reshape(like.shape)


def with_added(table: Any, places: Any, amounts: Any, *, own: bool = False) -> Any:
    """Return a table with amounts added one after the other at flat places; its own numbers may be lost if it is `own`.

    Examples
    --------
    >>> with_added(np.zeros((2, 2)), np.array([1, 2, 2]), np.array([1.0, 2.0, 3.0])).tolist()
    [[0.0, 1.0], [5.0, 0.0]]
    """
    if hasattr(amounts, "with_added"):
        return amounts.with_added(table, places)
    new = np.ascontiguousarray(table) if own else np.array(table, order="C")
    np.add.at(new.reshape(-1), places, amounts)
    return new


def with_put(table: Any, places: Any, values: Any) -> Any:
    """Return a table with other numbers at flat places; one beyond the last is none.

    Examples
    --------
    >>> with_put(np.zeros((2, 2)), np.array([1]), np.array([7.0])).tolist()
    [[0.0, 7.0], [0.0, 0.0]]
    """
    if hasattr(values, "with_put"):
        return values.with_put(table, places)
    new = np.array(table, order="C")
    new.reshape(-1)[places] = values
    return new


def worked_out(array: Any) -> Any:
    """Return an array that is used again and again; a compiled program works it out before, and not in every place.

    Examples
    --------
    >>> worked_out(np.exp(np.zeros(2))).tolist()
    [1.0, 1.0]
    """
    return array.worked_out() if hasattr(array, "worked_out") else array
