"""What every printed form of a brief has in common: legible words, pictures side by side, columns as wide as they need.

A picture is printed at the width at which it was drawn if the sheet has room, so that its letters have the size they
were made in, and smaller where it has not; those that fit stand side by side. Draw at `FULL` or `HALF`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import groupby
from xml.etree import ElementTree

from sim.briefs.blocks import Block, Picture, Section, Table, Text
from sim.plots.words import legible

FULL, HALF, GAP = 176.0, 86.0, 4.0  # mm: the width of text on A4, of a column of two, and what is between them
MM = 72 / 25.4  # points
LONG = 40  # letters: a column of texts asks for no more
SHORT = 18  # letters that stand on one line
PERCENT = re.compile(r"(?<=\d) %")
NARROW = 3  # columns of a table that fits beside another section


def words(text: Text) -> str:
    """Return a text as it is printed, with what acts on a reader spelled out; no line ends before its per cent."""
    return PERCENT.sub("\u00a0%", legible(str(text)))


def extent(picture: Picture) -> tuple[float, float]:
    """Return width and height of a picture as it was drawn [mm].

    Raises
    ------
    ValueError
        If its SVG does not say so in points.
    """
    _, root = next(ElementTree.iterparse(BytesIO(picture.svg), events=("start",)))
    sizes = [root.get(side, "") for side in ("width", "height")]
    if not all(size.endswith("pt") for size in sizes):
        raise ValueError(f"the picture {picture.name} has no width and height in points")
    width, height = (float(size.removesuffix("pt")) / MM for size in sizes)
    return width, height


def gathered(blocks: Sequence[Block]) -> Iterator[Block | tuple[Picture, ...]]:
    """Yield blocks in their order, pictures that follow each other as one."""
    for pictures, group in groupby(blocks, lambda block: isinstance(block, Picture)):
        if pictures:
            yield tuple(block for block in group if isinstance(block, Picture))
        else:
            yield from group


def is_narrow(section: Section) -> bool:
    """Say whether a section can be set in half the width: running text, and tables of few columns."""
    return not any(
        isinstance(block, Picture) or (isinstance(block, Table) and len(block.columns) > NARROW)
        for block in section.blocks
    )


def is_numeric(table: Table) -> list[bool]:
    """Return which columns are set flush right."""
    return [*table.numeric, *[False] * len(table.columns)][: len(table.columns)]


def is_short(table: Table) -> list[bool]:
    """Return which columns hold nothing that has to be broken into lines."""
    return [all(len(words(row[place])) <= SHORT for row in table.rows) for place in range(len(table.columns))]


def weights(table: Table) -> list[float]:
    """Return how wide the columns want to be, in letters: short ones as their longest, others by what they hold."""
    wanted = []
    for place, short in enumerate(is_short(table)):
        cells = [words(row[place]) for row in table.rows]
        lengths = [len(cell) for cell in cells] or [0]
        longest = max((len(word) for cell in [words(table.columns[place]), *cells] for word in cell.split()), default=0)
        own = max(lengths) + 3 if short else (sum(lengths) / len(lengths) + max(lengths)) / 2
        wanted.append(float(max(min(own, LONG), min(longest, LONG / 2) + 4)))
    return wanted
