"""What the pages of a brief are made of: words with the numbers behind them, tables and pictures.

Nothing here knows a format: a renderer prints blocks, ``brief.json`` holds them. A template has no digits; what is
printed as a number is a `Number`, which knows what it was before it was rounded and where it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sim.answers import Shortened

DIGIT = re.compile(r"\d")
SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Number:
    """A number as it is printed.

    Attributes
    ----------
    value : float
        In full, in its unit.
    shown : str
        As it is printed, rounded, without its unit.
    unit : str
        Of the value.
    source : str
        Where it stands, as ``effects.war_probability.difference``.
    """

    value: float
    shown: str
    unit: str = ""
    source: str = ""

    def __str__(self) -> str:
        """Return it as it is printed."""
        return self.shown


Slot: TypeAlias = Number | str  # a string is a name or a date from a scenario, a source or a manifest


@dataclass(frozen=True)
class Text:
    """A sentence, a heading or a cell, with what stands in its slots.

    Attributes
    ----------
    words : str
        The template, with ``{name}`` for each slot.
    slots : mapping of str to Number or str
        What is printed there.

    Examples
    --------
    >>> str(Text("{n} of {all} histories", {"n": Number(0.633, "63"), "all": Number(100, "100")}))
    '63 of 100 histories'
    """

    words: str
    slots: Mapping[str, Slot] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a number that nobody computed."""
        if DIGIT.search(SLOT.sub("", self.words)):
            raise ValueError(f"a number is typed in '{self.words}'; put it into a slot")

    @classmethod
    def filled(cls, words: str, given: Mapping[str, Slot]) -> Text:
        """Return a sentence with those of the given that it has slots for."""
        return cls(words, {name: given[name] for name in SLOT.findall(words)})

    def __str__(self) -> str:
        """Return it as it is printed."""
        return SLOT.sub(lambda found: str(self.slots[found[1]]), self.words)

    def numbers(self) -> Iterator[Number]:
        """Yield its numbers."""
        yield from (slot for slot in self.slots.values() if isinstance(slot, Number))


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: Text


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: Sequence[Text]


@dataclass(frozen=True)
class Table:
    """A table: names of the columns, then rows as wide as they are.

    Attributes
    ----------
    title : Text
    columns : sequence of Text
    rows : sequence of sequence of Text
    note : Text
        What stands beneath it; empty words for nothing.
    numeric : sequence of bool
        Which columns are set flush right.
    """

    title: Text
    columns: Sequence[Text]
    rows: Sequence[Sequence[Text]]
    note: Text = field(default_factory=lambda: Text(""))
    numeric: Sequence[bool] = ()


@dataclass(frozen=True)
class Picture:
    """A figure of the catalogue, drawn.

    Attributes
    ----------
    name : str
        Of the figure.
    svg, png : bytes
        The picture, text outlined in the first, 300 dots per inch in the second.
    caption, alt : Text
        What it says, and its description for readers who do not see it.
    rows : sequence of mapping
        The plotted numbers.
    """

    name: str
    svg: bytes
    png: bytes
    caption: Text
    alt: str
    rows: Sequence[Mapping[str, Any]] = ()


Block: TypeAlias = Paragraph | Bullets | Table | Picture


@dataclass(frozen=True)
class Section:
    """Blocks under a heading; no words for none."""

    heading: Text
    blocks: Sequence[Block]


@dataclass(frozen=True, repr=False)
class Page(Shortened):
    """What is printed on one sheet."""

    sections: Sequence[Section]


@dataclass(frozen=True, repr=False)
class Brief(Shortened):
    """A question and its answer, in blocks.

    Attributes
    ----------
    title, headline, standfirst : Text
        What is asked; the answer in at most fourteen words; a sentence on what was played.
    pages : sequence of Page
        Two.
    footer : Text
        At the foot of each page.
    about : mapping
        What identifies it: digests, version, seed, the command.
    """

    title: Text
    headline: Text
    standfirst: Text
    pages: Sequence[Page]
    footer: Text
    about: Mapping[str, Any]
