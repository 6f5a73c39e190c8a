"""Which runs are played together: blocks of 256 that draw their luck at once, and chunks of a few blocks.

A block is the unit of luck (`sim.model.streams`): run 300 is number 44 of block 1 in every sweep, so a result does not
depend on the chunks. A chunk is a matter of speed only: large enough that numpy's overhead is spread over many runs,
small enough that its arrays stay in the cache.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.model.streams import BLOCK

CHUNK_BLOCKS = 8  # 2,048 runs at once: the fastest of 1 to 16, with one worker and with two (run_month_cost.py)


def chunks(first: int, runs: int, chunk_blocks: int = CHUNK_BLOCKS) -> Iterator[tuple[int, int]]:
    """Yield first run and number of runs of each chunk.

    Examples
    --------
    >>> list(chunks(0, 600, 2))
    [(0, 512), (512, 88)]
    """
    size = chunk_blocks * BLOCK
    for start in range(first, first + runs, size):
        yield start, min(size, first + runs - start)


def blocks_of(first: int, count: int) -> tuple[int, ...]:
    """Return the blocks of 256 that hold some runs."""
    return tuple(range(first // BLOCK, -(-(first + count) // BLOCK)))
