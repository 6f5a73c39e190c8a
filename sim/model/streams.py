"""Named random streams with random access: common random numbers.

Run 17 here and run 17 there share their luck: run *k* of a stream is the same uniform number whatever else is
simulated, under other parameters, in another scenario, with a rule left out. So the difference between two cases is
taken run by run, and what luck does to both alike drops out of it. The key of a stream is a hash of seed, stream
name, actor and block of 256 runs; the position in it is the step, so that any step of any run can be looked up
without drawing those before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.model.loops import repeated, worked_out
from sim.model.world import Array

Words = npt.NDArray[np.uint64]

BLOCK = 256
WORDS_PER_COUNT = 4  # a Philox counter yields four 64-bit words
ONE = np.float64(1.0).view(np.uint64)  # its bits
PAGE = 8  # steps drawn at a time: a call of the generator costs as much as a thousand of its numbers


def key(seed: int, stream: str, actor: str, block: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """Return the two-word Philox key of one block of one actor's stream."""
    text = f"{seed}\x1f{stream}\x1f{actor}\x1f{block}".encode()
    return np.frombuffer(hashlib.blake2b(text, digest_size=16).digest(), dtype="<u8").astype(np.uint64)


class Stream:
    """Raw words of one actor and one block of runs, by step.

    Parameters
    ----------
    seed, stream, actor, block : int, str, str, int
        What the key is made of.
    draws : int
        Numbers each run takes per step.

    Examples
    --------
    >>> forward = Stream(1, "onset", "azerbaijan", 0, draws=2)
    >>> first, second = forward.at(0), forward.at(1)
    >>> bool((Stream(1, "onset", "azerbaijan", 0, draws=2).at(1) == second).all())
    True
    """

    def __init__(self, seed: int, stream: str, actor: str, block: int, *, draws: int) -> None:
        self._key = key(seed, stream, actor, block)
        self._draws = draws
        self._next = 0
        self._bits = np.random.Philox(key=self._key)

    def at(self, step: int) -> Words:
        """Return the 64-bit words of one step, shape ``(draws, 256)``."""
        words: Words = self.page(step, 1)[0]
        return words

    def page(self, step: int, steps: int) -> Words:
        """Return the 64-bit words of several steps from `step` on, shape ``(steps, draws, 256)``."""
        words = self._draws * BLOCK
        if step != self._next:
            self._bits = np.random.Philox(key=self._key, counter=step * (words // WORDS_PER_COUNT))
        self._next = step + steps
        return self._bits.random_raw(steps * words).reshape(steps, self._draws, BLOCK)


class Luck:
    """The uniforms of whole blocks of runs, for every stream that is asked for.

    Parameters
    ----------
    seed : int
        Seed of the sweep.
    blocks : sequence of int
        The blocks of 256 runs on the run axis.
    column : int or None
        If given, only this run of the one block, several times.
    copies : int
        How many times: twice for the agents' engine, more where one luck is played in several ways.
    """

    def __init__(self, seed: int, blocks: Sequence[int], column: int | None = None, copies: int = 2) -> None:
        self._seed, self._blocks, self._column, self._copies = seed, tuple(blocks), column, copies
        self._streams: dict[tuple[str, str, int], list[Stream]] = {}
        self._pages: dict[tuple[str, int, tuple[str, ...], tuple[str, ...]], tuple[int, Array]] = {}

    @property
    def runs(self) -> int:
        """Length of the run axis."""
        return len(self._blocks) * BLOCK if self._column is None else self._copies

    def of_runs(self, numbers: Any) -> Any:
        """Return the numbers of these runs out of a sample along the last axis: run *k* has row *k* modulo its length.

        What is the same in all runs, a plain number or an array of length 1 there, is returned as it is.
        """
        rows = numbers.shape[-1] if np.ndim(numbers) else 1
        return numbers if rows == 1 else numbers[..., self._numbers % rows]

    @cached_property
    def _numbers(self) -> npt.NDArray[np.int64]:
        """The numbers of the runs on the run axis, ``(run,)``."""
        if self._column is not None:
            return np.full(self._copies, self._blocks[0] * BLOCK + self._column)
        return (np.array(self._blocks)[:, None] * BLOCK + np.arange(BLOCK)).ravel()

    def _line(self, stream: str, actor: str, draws: int) -> list[Stream]:
        """Return one actor's streams, one for each block."""
        line = self._streams.get((stream, actor, draws))
        if line is None:
            line = [Stream(self._seed, stream, actor, block, draws=draws) for block in self._blocks]
            self._streams[stream, actor, draws] = line
        return line

    def draw(self, stream: str, actors: Sequence[str], draws: int, step: int, per: Sequence[str] = ()) -> Array:
        """Return uniforms in (0, 1) for several actors.

        Parameters
        ----------
        stream, draws, step : str, int, int
            Name of the stream, numbers taken per step, the step.
        actors : sequence of str
            Keys of the actors.
        per : sequence of str
            Labels of an axis along which each actor takes its own.

        Returns
        -------
        ndarray ``(draws, [per,] actor, run)``
        """
        place = (stream, draws, tuple(actors), tuple(per))
        first, page = self._pages.get(place, (0, None))
        if page is None or not first <= step < first + len(page):
            # What is asked for once or now and then, as uncertain parameters are, is not drawn ahead.
            follows = page is not None and step == first + len(page)
            first, page = step, self._page(*place, step, PAGE if follows else 1)
            self._pages[place] = first, page
        numbers: Array = page[step - first]
        return numbers if per else numbers[:, 0]

    def _page(self, stream: str, draws: int, actors: Sequence[str], per: Sequence[str], step: int, steps: int) -> Array:
        """Return the uniforms of several steps, ``(steps, draws, per or 1, actor, run)``."""
        rows = [f"{stream}\x1f{row}" for row in per] if per else [stream]
        page = np.empty((steps, draws, len(rows), len(actors), self.runs))
        for i, row in enumerate(rows):
            for j, actor in enumerate(actors):
                for k, block in enumerate(self._line(row, actor, draws)):
                    words = block.page(step, steps)
                    if self._column is None:
                        page[:, :, i, j, k * BLOCK : (k + 1) * BLOCK] = uniform(words)
                    else:
                        page[:, :, i, j] = uniform(words[..., self._column, None])
        return page


def uniform(words: Words) -> Array:
    """Turn 64-bit words into uniforms in the open interval (0, 1), 52 bits each.

    Examples
    --------
    >>> largest = uniform(np.array([2**64 - 1], np.uint64))
    >>> bool(largest[0] < 1.0), float(uniform(np.zeros(1, np.uint64))[0]) > 0.0
    (True, True)
    """
    # The upper 52 bits become the fraction of a number from 1 to 2; the difference is exact.
    bits = words >> np.uint64(12)
    bits |= ONE
    numbers: Array = bits.view(np.float64) - (1.0 - 2.0**-53)
    return numbers


def normal(first: Array, second: Array) -> Array:
    """Turn two uniforms into one standard normal number (Box and Muller 1958).

    Examples
    --------
    >>> round(float(normal(np.array(0.5), np.array(1.0))), 4)
    1.1774
    """
    spread: Array = np.sqrt(-2.0 * np.log(first))
    return spread * np.cos(2.0 * np.pi * second)


def poisson(mean: Array, uniform: Array) -> Array:
    """Turn a uniform into a count with a Poisson distribution, by inversion of that distribution.

    Examples
    --------
    >>> poisson(np.array([0.0, 1.0, 1.0, 20.0]), np.array([0.9, 0.3, 0.7, 0.5])).tolist()
    [0.0, 0.0, 1.0, 20.0]
    """
    most = np.floor(mean + 12.0 * np.sqrt(mean) + 30.0)  # rounding must not send the last uniform further

    def step(exceeded: Any, count: Array, chance: Array, reached: Array, k: Array, *given: Array) -> tuple[Any, ...]:
        mean, uniform, most = given
        chance = chance * mean / k
        reached = reached + chance
        exceeded, count = (uniform > reached) & (k + 1.0 <= most), count + exceeded
        return exceeded, count, chance, reached, k + 1.0, *given

    mean, uniform, most = np.broadcast_arrays(mean, uniform, most)
    none = np.exp(-mean)
    exceeded = (uniform > none) & (most >= 1.0)
    state = (exceeded, np.zeros(mean.shape), none, none, np.ones(mean.shape), mean, uniform, most)
    count: Array = repeated(lambda exceeded, *_: exceeded.any(), step, state)[1]
    return count


def pick(weight: Array, uniform: Array) -> Array:
    """Return the place on the first axis that a uniform number falls on, each having its share of the weight.

    Examples
    --------
    >>> pick(np.array([[1.0], [2.0], [1.0]]), np.array([0.5])).tolist()
    [1.0]
    """
    reached = list(accumulate(weight))  # row by row, as numpy's own running sum along the first axis is slow
    place: Array = np.zeros(np.broadcast_shapes(weight.shape[1:], uniform.shape))
    for edge in reached[:-1]:
        place += edge <= uniform * reached[-1]
    return worked_out(place)  # type: ignore[no-any-return]
