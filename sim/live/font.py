"""The font of the house, as far as the page uses its letters."""

from __future__ import annotations

from functools import cache

from sim.briefs.html import letters
from sim.plots import house

LETTERS = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180)])) + "–—‘’“”…×−≤≥→‹›▸▾•"  # of Latin, and signs
WEIGHTS = tuple(house.FILES)


@cache
def woff(weight: str) -> bytes:
    """Return a weight of it as WOFF."""
    return letters(house.FILES[weight], LETTERS)
