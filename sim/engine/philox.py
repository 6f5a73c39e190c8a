"""The luck of `sim.model.streams` drawn inside a compiled program: the same words, and the same uniforms, bit for bit.

Philox 4x64 with ten rounds (Salmon et al. 2011) turns a count and a key into four words, without a memory. So every
number of a step has its place, and a device draws its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
from jax import lax

from sim.model.streams import BLOCK, ONE, WORDS_PER_COUNT, key

ROUNDS = 10
MULTIPLIERS = (0xD2E7470EE14C6C93, 0xCA5A826395121157)
INCREMENTS = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)
COUNTS = BLOCK // WORDS_PER_COUNT  # for a number of each run of a block
HALF, LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class Request:
    """What a mechanism draws in a step: name of the stream, numbers for each actor, along which labels."""

    stream: str
    actors: tuple[str, ...]
    draws: int
    per: tuple[str, ...]

    @property
    def rows(self) -> tuple[str, ...]:
        """Names of the streams, one for each label along which every actor takes its own."""
        return tuple(f"{self.stream}\x1f{row}" for row in self.per) if self.per else (self.stream,)

    @property
    def shape(self) -> tuple[int, ...]:
        """Axes before that of the runs."""
        return (self.draws, *((len(self.per),) if self.per else ()), len(self.actors))

    @property
    def size(self) -> int:
        """Numbers drawn for each run."""
        return int(np.prod(self.shape))


@cache
def _keys(request: Request, seed: int, block: int) -> npt.NDArray[np.uint64]:
    """Return the keys ``(2, row * actor)`` of one block."""
    each = [key(seed, row, actor, block) for row in request.rows for actor in request.actors]
    return np.array(each, np.uint64).reshape(-1, 2).T


def keys(requests: Sequence[Request], seed: int, blocks: Sequence[int]) -> npt.NDArray[np.uint64]:
    """Return the keys of all that is drawn in a step, ``(2, number, block)``."""
    return np.concatenate(
        [np.stack([np.tile(_keys(one, seed, b), one.draws) for b in blocks], -1) for one in requests], axis=1
    )


def uniforms(requests: Sequence[Request], keyed: Any, step: Any) -> Any:
    """Return all that is drawn in a step, ``(number, run)``, in the order of the requests.

    Parameters
    ----------
    requests : sequence of Request
        What is drawn.
    keyed : jax.Array ``(2, number, block)``
        Keys.
    step : jax.Array
        Number of the step, an integer.
    """
    each = [(r.draws, draw) for r in requests for draw in range(r.draws) for _ in range(r.size // r.draws)]
    draws, draw = (jnp.asarray(np.array(column, np.uint64)) for column in zip(*each, strict=True))
    first = (step.astype(jnp.uint64) * draws + draw) * np.uint64(COUNTS) + np.uint64(1)  # numpy counts, then draws
    count = (first[:, None, None] + jnp.arange(COUNTS, dtype=jnp.uint64)) + jnp.zeros(
        (1, keyed.shape[2], 1), jnp.uint64
    )
    words = jnp.stack(philox(count, keyed[0][..., None], keyed[1][..., None]), -1)
    fraction = lax.bitcast_convert_type((words >> np.uint64(12)) | ONE, jnp.float64) - (1.0 - 2.0**-53)
    return fraction.reshape(len(each), -1)


def philox(count: Any, first_key: Any, second_key: Any) -> tuple[Any, ...]:
    """Return the four words of counts below 2**64."""

    def turned(turn: Any, words: tuple[Any, ...]) -> tuple[Any, ...]:
        a, b, c, d = words
        first, second = (
            word + turn.astype(jnp.uint64) * np.uint64(by)
            for word, by in zip((first_key, second_key), INCREMENTS, strict=True)
        )
        (high, low), (higher, lower) = _product(a, MULTIPLIERS[0]), _product(c, MULTIPLIERS[1])
        return higher ^ b ^ first, lower, high ^ d ^ second, low

    nothing = jnp.zeros_like(count)
    # A loop, as all rounds at once would be worked out four times, once for each word.
    words: tuple[Any, ...] = lax.fori_loop(0, ROUNDS, turned, (count, nothing, nothing, nothing))
    return words


def _product(word: Any, by: int) -> tuple[Any, Any]:
    """Return the upper and the lower word of a product of two, which needs twice as many bits, from four of halves."""
    upper, lower = word >> HALF, word & LOW
    by_upper, by_lower = np.uint64(by >> 32), np.uint64(by & 0xFFFFFFFF)
    carried = upper * by_lower + ((lower * by_lower) >> HALF)
    across = lower * by_upper + (carried & LOW)
    return upper * by_upper + (carried >> HALF) + (across >> HALF), word * np.uint64(by)
