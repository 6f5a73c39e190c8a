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
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from sim.answers import ONE_LINE
from sim.plots.house import FAMILIES, in_force
from sim.terminal import clean

MORE = "…"
UNKNOWN = "\ufffd"
NO_LETTERS = re.compile("[\ud800-\udfff\ufffe\uffff]")
BOXES = "Last Resort"  # a font that draws every letter as a box
LAST_LINE = 0.25  # of the room: the least that the last line of a text fills, where it can be had
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
        The fonts of the house, then, as long as each adds letters, the one that adds most.
    lacking : str
        In the order of their code points.

    Examples
    --------
    >>> families("Ցе")
    (('Source Sans 3 of armsrace', 'DejaVu Sans'), '')
    """
    names, lacking = [*FAMILIES], set(letters)
    for name in FAMILIES:
        lacking = _lacking(lacking, font_manager.findfont(name))
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
    'no font of this machine has the letters 日 本: boxes stand for them in figures, their tables keep them'
    """
    if not lacking:
        return ""
    more = f" and {len(lacking) - MOST_LETTERS} more" if len(lacking) > MOST_LETTERS else ""
    return (
        f"no font of this machine has the letters {' '.join(lacking[:MOST_LETTERS])}{more}: "
        "boxes stand for them in figures, their tables keep them"
    )


# -- room


@cache
def _width(text: str, size: float, bold: bool, fonts: tuple[str, ...]) -> float:
    """Return the width of a line in these fonts [points], as matplotlib draws it."""
    font = font_manager.FontProperties(family=list(fonts), size=size, weight="bold" if bold else "normal")
    wide: float = text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]
    return wide


def width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of a line in the fonts of the figure that is being drawn [points].

    Words are measured one by one, and each once, with the room at their sides.
    """
    fonts = in_force()
    bare = _width("||", size, bold, fonts)
    words = text.split(" ")
    return sum(_width(f"|{word}|", size, bold, fonts) - bare for word in words) + (len(words) - 1) * (
        _width("| |", size, bold, fonts) - bare
    )


def wrapped(text: str, room: float, size: float, *, bold: bool = False, most: int = 0) -> list[str]:
    """Return a text in lines that fit into a width, broken between words, or within one that is longer than a line.

    Lines are a little shorter than they could be where a word or two would stand alone on the last.

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
    >>> wrapped("one two three four", 52.0, 8.0)
    ['one two three', 'four']
    >>> wrapped("Llanfairpwllgwyngyllgogery", 40.0, 8.0, most=2)
    ['Llanfairpwll', 'gwyngyll…']
    """
    words = text.split()
    lines = _broken(words, room, size, bold)
    if most and len(lines) > most:
        last = lines[most - 1]
        while last and width(last + MORE, size, bold) > room:
            last = last[:-1]
        return [*lines[: most - 1], last + MORE]
    if len(lines) < 2:
        return lines
    longest = max(width(word, size, bold) for word in words)
    for narrower in room * np.arange(1.0, LAST_LINE, -0.02):
        tried = _broken(words, narrower, size, bold)
        if len(tried) > len(lines) or longest > narrower:
            break
        if width(tried[-1], size, bold) >= LAST_LINE * room:
            return tried
    return lines


def _broken(words: Iterable[str], room: float, size: float, bold: bool) -> list[str]:
    """Return words in lines that are as long as they can be."""
    lines: list[str] = []
    for word in words:
        if lines and width(f"{lines[-1]} {word}", size, bold) <= room:
            lines[-1] += f" {word}"
        elif width(word, size, bold) <= room:
            lines.append(word)
        else:
            lines.append("")
            for letter in word:
                if width(lines[-1] + letter, size, bold) > room and lines[-1]:
                    lines.append("")
                lines[-1] += letter
    return lines
