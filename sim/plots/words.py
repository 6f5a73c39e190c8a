"""Words on a page: what can be printed of them, the room they take, and the letters that no font has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import numpy as np
import xarray as xr
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.text import Text

from sim.answers import ONE_LINE
from sim.plots.house import FAMILY
from sim.terminal import clean

MORE = "…"
UNKNOWN = "\ufffd"
NO_LETTERS = re.compile("[\ud800-\udfff\ufffe\uffff]")
BOXES = "Last Resort"  # a font that draws every letter as a box
MOST_LETTERS = 8  # told of those that no font has


# -- what can be printed


def legible(text: str) -> str:
    r"""Return a text of one line with what acts on a reader spelled out, and without what no XML can hold.

    Examples
    --------
    >>> legible("Ar\x1bdania\tand\ud800"), legible("$x_{$ <b>&")
    ('Ar\\x1bdania and�', '$x_{$ <b>&')
    """
    return NO_LETTERS.sub(UNKNOWN, clean(text).translate(ONE_LINE))


def printed(dataset: xr.Dataset) -> xr.Dataset:
    """Return a Dataset of which all names and attributes are legible."""
    names = {name: array for name, array in dataset.coords.items() if array.dtype.kind in "OTU"}
    made = {name: [legible(str(text)) for text in array.values.ravel()] for name, array in names.items()}
    changed = {
        name: (array.dims, np.array(made[name]).reshape(array.shape))
        for name, array in names.items()
        if made[name] != array.values.ravel().tolist()
    }
    attrs = {name: _legible_within(value) for name, value in dataset.attrs.items()}
    return dataset.assign_coords(changed).assign_attrs(attrs)


def _legible_within(value: Any) -> Any:
    """Make texts legible, alone or in a list."""
    if isinstance(value, str):
        return legible(value)
    return [_legible_within(each) for each in value] if isinstance(value, list | tuple) else value


# -- fonts


def letters_of(dataset: xr.Dataset) -> set[str]:
    """Return the letters that a figure of a Dataset can show."""
    texts: list[Any] = [*dataset.attrs.values()]
    texts += [array.values.tolist() for array in dataset.coords.values() if array.dtype.kind in "OTU"]
    return {letter for letter in str(texts) if letter.isprintable()}


@cache
def _has(path: str) -> frozenset[int]:
    """Return the letters of a font file, by code point."""
    return frozenset(FT2Font(path).get_charmap())


def _lacking(letters: Iterable[str], path: str) -> set[str]:
    """Return the letters that a font lacks and that take room of their own."""
    return {
        letter
        for letter in letters
        if ord(letter) not in _has(path) and unicodedata.category(letter) not in ("Cf", "Mn")
    }


def families(letters: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """Return the fonts that together show letters, and those letters that no font of this machine has.

    Returns
    -------
    names : tuple of str
        The font of the house, then, as long as each adds letters, the one that adds most.
    lacking : str
        In the order of their code points.

    Examples
    --------
    >>> families("Ցе")
    (('DejaVu Sans',), '')
    """
    names, lacking = [FAMILY], _lacking(letters, font_manager.findfont(FAMILY))
    others = {entry.name: entry.fname for entry in _fonts() if lacking}
    while lacking and others:
        left = {name: len(_lacking(lacking, path)) for name, path in others.items()}
        best = min(left, key=lambda name: (left[name], name))
        if left[best] == len(lacking):
            break
        names.append(best)
        lacking = _lacking(lacking, others.pop(best))
    return tuple(names), "".join(sorted(lacking))


def _fonts() -> Iterator[font_manager.FontEntry]:
    """Yield the upright fonts of this machine."""
    for entry in font_manager.fontManager.ttflist:
        if entry.style == "normal" and not entry.name.startswith(BOXES):
            yield entry


def lacking_in(figures: Iterable[Figure]) -> str:
    """Return the letters of figures that no font of this machine has."""
    texts = (text.get_text() for figure in figures for text in figure.findobj(Text))
    return families({letter for text in texts for letter in text if letter.isprintable()})[1]


def without_a_font(lacking: str) -> str:
    """Say which letters cannot be drawn; nothing if all can.

    Examples
    --------
    >>> without_a_font("日本")
    'no font of this machine has the letters 日 本: boxes stand for them in PNG files, SVG files keep them as letters'
    """
    if not lacking:
        return ""
    more = f" and {len(lacking) - MOST_LETTERS} more" if len(lacking) > MOST_LETTERS else ""
    return (
        f"no font of this machine has the letters {' '.join(lacking[:MOST_LETTERS])}{more}: "
        "boxes stand for them in PNG files, SVG files keep them as letters"
    )


# -- room


@cache
def _advance(letter: str, bold: bool) -> float:
    """Return the width of a letter in parts of the font size; of one that the font of the house lacks, a full one."""
    path = font_manager.findfont(font_manager.FontProperties(family=FAMILY, weight="bold" if bold else "normal"))
    if ord(letter) not in _has(path):
        return 1.0
    font = FT2Font(path)
    font.set_size(100, 72)
    width: float = font.load_char(ord(letter), flags=LoadFlags.NO_HINTING).linearHoriAdvance
    return width / 65536 / 100


def width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of a line [points]."""
    return size * sum(_advance(letter, bold) for letter in text)


def wrapped(text: str, room: float, size: float, *, bold: bool = False, most: int = 0) -> list[str]:
    """Return a text in lines that fit into a width, broken between words, or within one that is longer than a line.

    Parameters
    ----------
    text : str
    room, size : float
        Width of a line and size of the font [points].
    bold : bool
    most : int
        Lines at most, the last of which then ends in "…"; as many as it takes if 0.

    Examples
    --------
    >>> wrapped("one two three", 40.0, 8.0)
    ['one two', 'three']
    >>> wrapped("Llanfairpwllgwyngyll", 40.0, 8.0, most=2)
    ['Llanfairp', 'wllgwy…']
    """
    lines = [""]
    for piece in re.findall(r"\s+|\S+", " ".join(text.split())):
        if piece != " " and width(lines[-1] + piece, size, bold) > room and lines[-1]:
            lines.append("")
        for letter in piece:
            if width(lines[-1] + letter, size, bold) > room and lines[-1]:
                lines.append("")
            lines[-1] += letter
    lines = [line.strip() for line in lines if line.strip()]
    if not most or len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and width(last + MORE, size, bold) > room:
        last = last[:-1]
    return [*lines[: most - 1], last + MORE]
