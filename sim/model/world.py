"""The world as named arrays, and what one kind of actor sees of it.

Every array is stored as ``(*axes, actor, run)`` (see `sim.model.variables`). A kind
of actor sees its own quantities as they are stored, a counterpart's as
``their_x`` with a ``(rival,)`` axis in front, and those of another kind with
one axis over that kind in front; the last two axes are always its own
``(actor, run)``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import EllipsisType
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.answers import Shortened
from sim.model.variables import CONTRACTS, LOOKBACKS, SCALES, VARIABLES, Variable

Array = npt.NDArray[np.float64]
Index = tuple[slice | EllipsisType | None, ...]

COUNTERPART = "their_"

# What one kind of actor is called on the axes of another kind's quantities.
SIDE = {"state": "client", "supplier": "supplier", "mediator": "mediator", "region": "region"}

# What the axis over another kind is called by the kind that looks.
ROW = {("supplier", "state"): "client"}


@dataclass(frozen=True)
class Sight:
    """How one kind of actor sees one quantity: its variable, axes and array view."""

    variable: Variable
    axes: tuple[str, ...]
    counterpart: bool
    order: tuple[int, ...] | None
    index: Index | None


@cache
def sight(kind: str, word: str) -> Sight:
    """Return how actors of `kind` see the quantity called `word`.

    Raises
    ------
    KeyError
        If there is no such quantity, with a suggestion.

    Examples
    --------
    >>> sight("state", "their_stock").axes
    ('rival', 'origin', 'weapon')
    >>> sight("state", "willingness").axes, sight("supplier", "willingness").axes
    (('supplier',), ('client',))
    """
    if word.startswith(COUNTERPART):
        variable = VARIABLES[word.removeprefix(COUNTERPART)]
        if variable.actor != kind or kind != "state":
            raise KeyError(f"'{word}': a {kind} has no counterparts with a '{variable.name}'")
        return Sight(variable, ("rival", *variable.axes), True, None, None)
    variable = VARIABLES[word]
    if variable.actor in (kind, "region"):
        return Sight(variable, variable.axes, False, None, None)
    return _sight_of_another_kind(kind, variable)


def _sight_of_another_kind(kind: str, variable: Variable) -> Sight:
    """Move the other kind's actor axis to the front; meet on the shared axis if there is one."""
    row = ROW.get((kind, variable.actor), variable.actor)
    depth = len(variable.axes)
    if SIDE[kind] in variable.axes:
        meeting = variable.axes.index(SIDE[kind])
        rest = tuple(i for i in range(depth) if i != meeting)
        axes = (row, *(variable.axes[i] for i in rest))
        return Sight(variable, axes, False, (depth, *rest, meeting, depth + 1), None)
    order = (depth, *range(depth), depth + 1)
    return Sight(variable, (row, *variable.axes), False, order, (Ellipsis, None, slice(None)))


@dataclass(repr=False)
class World(Shortened):
    """Named arrays of shape ``(*axes, actor, run)``.

    Attributes
    ----------
    labels : mapping of str to tuple of str
        Names along every axis and of the actors of every kind.
    runs : int
        Length of the run axis (givens may have 1 there and broadcast).
    """

    labels: Mapping[str, tuple[str, ...]]
    runs: int
    arrays: dict[str, Array] = field(default_factory=dict)
    _neutral: dict[str, Array] = field(default_factory=dict, init=False)
    _shapes: dict[str, tuple[int, ...]] = field(default_factory=dict, init=False)

    def __getitem__(self, name: str) -> Array:
        """Return a stored array."""
        return self.arrays[name]

    def size(self, axis: str) -> int:
        """Return the length of an axis."""
        return len(self.labels[axis])

    def shape(self, variable: Variable) -> tuple[int, ...]:
        """Return the stored shape of a quantity."""
        shape = self._shapes.get(variable.name)
        if shape is None:
            shape = (*(self.size(axis) for axis in variable.axes), self.size(variable.actor), self.runs)
            self._shapes[variable.name] = shape
        return shape

    def size_of(self, name: str) -> int:
        """Return how many numbers a run has of a quantity."""
        return math.prod(self.shape(VARIABLES[name])[:-1])

    def update(self, values: Mapping[str, Array]) -> None:
        """Replace arrays; nothing is ever changed in place."""
        self.arrays.update(values)

    def laid_out(self, array: Array | float, variable: Variable) -> Array:
        """Return a quantity in its full shape; what is the same in all runs is not copied but repeated (stride 0)."""
        array, shape = np.asarray(array), self.shape(variable)
        if array.shape == shape:
            return array
        view = np.broadcast_to(array, shape)
        return view if view.strides[-1] == 0 else np.ascontiguousarray(view)

    def neutral(self, variable: Variable) -> Array:
        """Return a quantity to which nobody contributes; the same array every time."""
        if variable.name not in self._neutral:
            self._neutral[variable.name] = self.laid_out(variable.neutral, variable)
        return self._neutral[variable.name]

    def once(self, name: str) -> Array:
        """Return a stored array with one run only where all are the same, so that whoever reads it computes once."""
        array = self.arrays[name]
        return array[..., :1] if array.strides[-1] == 0 else array

    def see(self, kind: str, word: str) -> Array:
        """Return the quantity called `word` as actors of `kind` see it.

        Returns
        -------
        ndarray ``(*axes, actor, run)``
            `actor` or `run` may be 1 where the quantity does not differ.
        """
        return self.seen(sight(kind, word))

    def seen(self, how: Sight) -> Array:
        """Return a quantity as it is seen so, ``(*axes, actor, run)``."""
        array = self.once(how.variable.name)
        if how.counterpart:
            return self._counterparts(array)
        if how.order is not None:
            array = array.transpose(how.order)
        return array if how.index is None else array[how.index]

    def filed(self, kind: str, name: str, term: Array) -> Array:
        """Return a contribution by actors of `kind` to a quantity in the order it is stored in.

        The way back of `see`: a state's contribution to a supplier's quantity is
        moved from ``(supplier, ..., state, run)`` to ``(client, ..., supplier, run)``.
        Contributions to the region are left as they are and summed over actors later.
        """
        how = sight(kind, name)
        if how.order is None:
            return term
        back = tuple(int(i) for i in np.argsort(how.order))
        return term.transpose(back)

    def _counterparts(self, array: Array) -> Array:
        """Return ``(rival, *axes, state, run)``: each state's rivals in the order of the states."""
        states = self.size("state")
        if states == 2:
            return array[None, ..., ::-1, :]
        index = np.array([[(i + k) % states for i in range(states)] for k in range(1, states)])
        return np.moveaxis(array[..., index, :], -3, 0)


def axis_labels(
    states: Iterable[str],
    suppliers: Iterable[str],
    mediators: Iterable[str],
    weapons: Iterable[str],
    zones: Iterable[str],
    extra_origins: Iterable[str],
) -> dict[str, tuple[str, ...]]:
    """Return the names along every axis of a world."""
    state, supplier = tuple(states), tuple(suppliers)
    return {
        "state": state,
        "client": state,
        "supplier": supplier,
        "mediator": tuple(mediators),
        "region": ("region",),
        "origin": (*supplier, *extra_origins),
        "weapon": tuple(weapons),
        "zone": tuple(zones),
        "scale": SCALES,
        "contract": CONTRACTS,
        "rival": tuple(f"rival {k}" for k in range(1, len(state))),
        "lookback": LOOKBACKS,
    }


def evaluate(
    function: Callable[..., Any],
    reads: Iterable[str],
    see: Callable[[str], Array],
    parameters: Mapping[str, Any],
    luck: Array | None,
) -> Any:
    """Call a mechanism with what it reads, its parameters and its luck."""
    seen = [luck if word == "draws" else see(word) for word in reads]
    return function(*seen, **parameters)
