"""Arrays of a program that is being written: numpy's own functions, asked of them, become its steps.

numpy asks its operands who they are before it computes (NEP 13 for functions of elements, NEP 18 for the others). A
`Traced` answers with the function of the same name in `jax.numpy`. So a rule that says ``np.exp(-pace * dt)`` is played
by numpy where it is given arrays of numpy, and is a step of a compiled program where it is given these. No rule knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from numpy.lib.mixins import NDArrayOperatorsMixin

# Whose places are known to exist, which saves a check of each.
TRUSTED = {"take", "take_along_axis"}
STEPS = 8  # of a loop between two looks at whether it goes on


def power(base: Any, exponent: Any) -> Any:
    """Return powers of what is not below zero, for half of what XLA takes for those of anything."""
    return jnp.exp(exponent * jnp.log(base))


def floor_divide(amount: Any, by: Any) -> Any:
    """Return the whole part of a quotient of whole numbers that are not below zero."""
    return lax.div(amount, jnp.asarray(by, amount.dtype))


OWN: dict[np.ufunc, Callable[..., Any]] = {np.power: power, np.floor_divide: floor_divide}


def written_down(arrays: list[Any]) -> list[Any]:
    """Return the same arrays behind a choice that XLA cannot look through, or it works them out at every use."""
    if not arrays:
        return []
    first = arrays[0].reshape(-1)[0]
    always = (first == first) | (first != first)
    kept: list[Any] = lax.cond(
        always, lambda given: given, lambda given: [jnp.zeros_like(one) for one in given], arrays
    )
    return kept


class Traced(NDArrayOperatorsMixin):
    """An array of a program: how it will be computed, and not yet its numbers.

    Parameters
    ----------
    array : jax.Array
        The array as jax knows it.
    kind : numpy dtype
        Of the program's numbers, float64 or float32; constants become such.
    """

    __slots__ = ("array", "kind")

    def __init__(self, array: Any, kind: Any) -> None:
        self.array, self.kind = array, kind

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **options: Any) -> Any:
        """Answer a function of elements. Nothing is overwritten in a program, so `out` says nothing here."""
        if method != "__call__" or options:
            return NotImplemented
        return self._like(OWN.get(ufunc, getattr(jnp, ufunc.__name__))(*(self._bare(given) for given in inputs)))

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        """Answer any other function of numpy."""
        if function.__name__ in TRUSTED:
            kwargs = kwargs | {"mode": "clip"}
        return self._like(getattr(jnp, function.__name__)(*self._bare(args), **self._bare(kwargs)))

    def _bare(self, given: Any) -> Any:
        """Return what jax is given: its own arrays, constants in the program's numbers."""
        if isinstance(given, Traced):
            return given.array
        if isinstance(given, float):  # also a Parameter, of which jax knows nothing
            return float(given)
        if isinstance(given, np.ndarray):
            return given.astype(self.kind) if given.dtype.kind == "f" else given
        if isinstance(given, tuple | list):
            return type(given)(self._bare(one) for one in given)
        if isinstance(given, dict):
            return {name: self._bare(one) for name, one in given.items()}
        return given

    def _like(self, made: Any) -> Any:
        """Return arrays of jax as arrays of the program."""
        if isinstance(made, tuple | list):
            return type(made)(self._like(one) for one in made)
        if not isinstance(made, jax.Array):
            return made
        return Traced(made.astype(self.kind) if made.dtype.kind == "f" else made, self.kind)

    # -- what an array of numpy can be asked

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return tuple(self.array.shape)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return int(self.array.ndim)

    @property
    def size(self) -> int:
        """Number of elements."""
        return int(self.array.size)

    def __len__(self) -> int:
        return int(self.array.shape[0])

    def __iter__(self) -> Iterator[Traced]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, Everywhere) or (isinstance(place, tuple) and isinstance(place[-1], Everywhere)):
            return self
        if isinstance(place, Traced):
            return self._like(self.array.at[place.array].get(mode="promise_in_bounds", wrap_negative_indices=False))
        return self._like(self.array[self._bare(place)])

    def astype(self, kind: Any) -> Any:
        """Return it as numbers of another kind; of fractions there is only one in a program."""
        kind = np.dtype(kind)
        return self._like(self.array.astype(self.kind if kind.kind == "f" else np.int32 if kind.kind == "i" else kind))

    def __getattr__(self, name: str) -> Any:
        """Return a method of the array, such as ``sum`` or ``reshape``."""
        method = getattr(self.array, name)
        return lambda *args, **kwargs: self._like(method(*self._bare(args), **self._bare(kwargs)))

    # -- what a program does in its own way

    def where_busy(self, formula: Callable[..., Any], tables: Any, seen: Any) -> Any:
        """Return tables with what a formula makes of them where this is true; see `sim.model.loops.where_busy`."""
        given = tuple(self._number(one) for one in (*tables, *seen))
        if self.ndim < 3:
            return tuple(np.where(self, new, old) for new, old in zip(formula(*self._like(given)), tables, strict=True))

        def row(bare: Any) -> Any:
            busy, *given = bare
            old = tuple(given[: len(tables)])

            def made() -> Any:
                new = self._bare(formula(*self._like(given)))
                return tuple(jnp.where(busy, *both) for both in zip(new, old, strict=True))

            return lax.cond(busy.any(), made, lambda: old)

        return self._like(lax.map(row, (self.array, *given)))  # row by row, since most have nothing to do

    def repeated(self, going: Callable[..., Any], step: Callable[..., Any], state: tuple[Any, ...]) -> Any:
        """Take steps while something is going on, several between two looks; see `sim.model.loops.repeated`."""

        def steps(bare: Any) -> Any:
            parts = self._like(bare)
            for _ in range(STEPS):
                parts = step(*parts)
            return self._bare(parts)

        first = tuple(self._number(one) for one in state)
        return self._like(lax.while_loop(lambda bare: self._bare(going(*self._like(bare))), steps, first))

    def everywhere(self) -> Everywhere:
        """Return all flat places; see `sim.model.loops.places_where`."""
        return Everywhere(jnp.arange(self.size, dtype=np.int32), self.kind)

    def summed_by(self, places: Any, like: Any) -> Any:
        """Return these amounts added up by place; see `sim.model.loops.summed_by`."""
        return self.with_added(np.zeros(like.shape), places)

    def with_added(self, table: Any, places: Any) -> Any:
        """Return a table with these amounts added; see `sim.model.loops.with_added`."""
        if isinstance(places, Everywhere):
            return table + self.reshape(table.shape)
        added = (
            self._number(table)
            .reshape(-1)
            .at[places.array]
            .add(self.array, mode="promise_in_bounds", wrap_negative_indices=False)
        )
        return self._like(added.reshape(table.shape))

    def with_put(self, table: Any, places: Any) -> Any:
        """Return a table with these values put in their places; see `sim.model.loops.with_put`."""
        put = (
            self._number(table)
            .reshape(-1)
            .at[places.array]
            .set(self.array, mode="drop", unique_indices=True, wrap_negative_indices=False)
        )
        return self._like(put.reshape(table.shape))

    def worked_out(self) -> Any:
        """Return it worked out; see `sim.model.loops.worked_out`."""
        return self._like(written_down([self.array])[0] if self.size else self.array)

    def _number(self, given: Any) -> Any:
        """Return anything as an array of jax, fractions as numbers of the program."""
        bare = self._bare(given)
        return bare if isinstance(bare, jax.Array) else jnp.asarray(bare, self.kind)


class Everywhere(Traced):
    """All flat places of an array, in their order: what is taken at them is the array."""
