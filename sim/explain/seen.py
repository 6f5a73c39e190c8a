"""What an array says at the place of a decision.

A place is an index on the axes of the quantity decided. What a reason is worth and what its rule read may lack some
of these axes (they hold for all of them) or have others (each option was looked at), so neither can simply be indexed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.model.rule import Rule
from sim.model.seats import LEAST
from sim.model.variables import VARIABLES
from sim.model.world import Array, sight


def chosen(array: Array, place: Sequence[int]) -> float:
    """Return an array's value at a place; it may lack leading axes, and axes of length one broadcast.

    Without a place, or with axes the place does not tell, it is the mean over them.
    """
    value = np.asarray(array)
    if not place:
        return float(value.mean())
    here = place[max(len(place) - value.ndim, 0) :] if value.ndim else ()
    index = tuple(min(i, n - 1) for i, n in zip(here, value.shape, strict=False))
    return float(np.mean(value[index]))


def weight(quantity: str, term: float) -> float:
    """Return what a term adds to a decision: its logarithm where terms are factors.

    Examples
    --------
    >>> weight("milex_target_log", 0.5), weight("price_factor", 1.0)
    (0.5, 0.0)
    """
    return math.log(max(term, LEAST)) if VARIABLES[quantity].fold == "product" else term


def shown(rule: Rule, word: str, seen: Array, place: Sequence[int]) -> float:
    """Return what was seen of a quantity at the place of the event: one number, the mean over axes left open."""
    return float(np.mean(_here(rule, word, seen, place)[0]))


def averaged(rule: Rule, word: str, seen: Array, place: Sequence[int]) -> tuple[str, ...]:
    """Return the axes of a quantity that the place of the event leaves open and that are longer than one."""
    values, axes = _here(rule, word, seen, place)
    return tuple(axis for axis, length in zip(axes, values.shape, strict=True) if length > 1)


def _here(rule: Rule, word: str, seen: Array, place: Sequence[int]) -> tuple[Array, list[str]]:
    """Return what was seen of a quantity at the place of the event, and the axes that are left.

    Axes are matched by name and not by position: what is read may have them in another order than what is written.
    """
    written = sight(rule.actor, rule.writes).axes if rule.variable.actor != "region" else rule.variable.axes
    axes = sight(rule.actor, word).axes
    fixed = [axis in written and len(place) > written.index(axis) for axis in axes]
    index = tuple(place[written.index(axis)] if known else slice(None) for axis, known in zip(axes, fixed, strict=True))
    return np.asarray(seen)[index], [axis for axis, known in zip(axes, fixed, strict=True) if not known]
