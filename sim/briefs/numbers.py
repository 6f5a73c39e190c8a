"""How a number is printed in a brief: rounded here and nowhere else, with what it was kept beside it.

A share of histories is "of 100 histories"; money is in US$ bn, arms in TIV, shares of deliveries in per cent and their
differences in percentage points, a log ratio as the ratio it is. What rounds to nothing has no sign.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from sim.briefs.blocks import Number, Text
from sim.measures import intervals
from sim.model.outcomes import Outcome
from sim.plots import scales

MINUS, NOTHING = "\u2212", "\u2013"
PERCENT, FIGURES = 100.0, 2  # figures of a number that has no fixed places
NEAR = 10.0  # of one is a factor that is told with fixed places
MOST_PLACES = 3  # more than usual, to tell two numbers apart


def plain(value: float, places: int = 0, *, signed: bool = False) -> str:
    """Return a number with a fixed number of places; minus nothing is nothing.

    Examples
    --------
    >>> plain(-0.2), plain(1234.5), plain(0.31, 1, signed=True), plain(float("nan"))
    ('0', '1,234', '+0.3', '–')
    """
    if not math.isfinite(value):
        return NOTHING
    text = f"{abs(value):,.{places}f}"
    if not any(digit in text for digit in "123456789"):
        return text
    return (MINUS if value < 0 else "+" if signed else "") + text


def rounded(value: float, more: int = 0, *, signed: bool = False) -> str:
    """Return a number to two figures, three from a hundred on, so that nothing is told that luck made.

    Examples
    --------
    >>> rounded(2764.3), rounded(0.0123), rounded(8.83), rounded(-175.7, signed=True)
    ('2,760', '0.012', '8.8', '−176')
    """
    if not math.isfinite(value) or value == 0.0:
        return plain(value)
    size = math.floor(math.log10(abs(value)))
    places = (FIGURES if size >= FIGURES else FIGURES - 1) - size + more
    return plain(round(value, places), max(places, 0), signed=signed)


def whole(value: float, source: str, unit: str = "") -> Number:
    """Return a count."""
    return Number(float(value), plain(value), unit, source)


def figures(value: float, source: str, unit: str = "", *, signed: bool = False) -> Number:
    """Return a number of two or three figures."""
    return Number(float(value), rounded(value, signed=signed), unit, source)


ALL = Number(PERCENT, plain(PERCENT), "histories", "what shares of histories are told of")
LEVEL = Number(intervals.LEVEL, plain(PERCENT * intervals.LEVEL), "share", "the level of every interval")


def hundred(share: float, source: str, more: int = 0) -> Number:
    """Return a share of histories as so many of 100; some are never told as none, nor many as all.

    Examples
    --------
    >>> [str(hundred(share, "")) for share in (0.633, 0.004, 0.0, 0.997)]
    ['63', 'fewer than 1', '0', 'more than 99']
    """
    return Number(share, scales.hundred(share, more) if math.isfinite(share) else NOTHING, "share", source)


def short_hundred(share: float, source: str) -> Number:
    """Return the same for a cell of a table, where a share below one of 100 is never told as one.

    Examples
    --------
    >>> [str(short_hundred(share, "")) for share in (0.633, 0.009, 0.0, 0.997)]
    ['63', '< 1', '0', '> 99']
    """
    told, least, most = hundred(share, source), 1.0 / PERCENT, 1.0 - 1.0 / PERCENT
    if 0.0 < share < least:
        return replace(told, shown=f"< {plain(PERCENT * least)}")
    return replace(told, shown=f"> {plain(PERCENT * most)}") if most < share < 1.0 else told


@dataclass(frozen=True)
class Scale:
    """How values and differences of an outcome are printed.

    Attributes
    ----------
    unit : Text
        Of a value, as it stands behind the number.
    value : callable
        ``(number, more)`` to what is printed, with so many places more than usual.
    difference : callable
        The same of a difference, with its sign; of log ratios the factor.
    before : str
        The part of the unit that stands before the number in a sentence.
    """

    unit: Text
    value: Callable[[float, int], str]
    difference: Callable[[float, int], str]
    before: str = ""


def _exp(log: float) -> float:
    return math.exp(min(log, LARGEST_LOG))


def _factor(factor: float, more: int) -> str:
    """Return a factor so that what is near one is told apart from it."""
    if not math.isfinite(factor):
        return NOTHING
    near = 1.0 / NEAR < factor < NEAR
    return f"×{plain(factor, FIGURES + more) if near else rounded(factor, more)}"


def _both(figures: Callable[..., str]) -> tuple[Callable[[float, int], str], Callable[[float, int], str]]:
    """Return how a value and how a difference is printed, the second with its sign."""
    return lambda n, more: figures(n, more), lambda n, more: figures(n, more, signed=True)


LARGEST_LOG = 700.0  # of what has a number
HISTORIES = Scale(
    Text("of {all} histories", {"all": ALL}), lambda share, more: hundred(share, "", more).shown,
    lambda share, more: plain(PERCENT * share, 1 + more, signed=True),
)  # fmt: skip
LOG_RATIO = Scale(Text("times"), lambda log, more: rounded(_exp(log), more), lambda log, more: _factor(_exp(log), more))
PLACES = {"share": (0, 1), "US$2023 m per yr": (2, 2)}  # of a value and of a difference, where they are fixed
BEFORE = {"US$2023 m per yr": "US$ "}


def _scale(unit: str) -> Scale:
    """Return how numbers of a unit are printed for readers."""
    factor, words = scales.READERS[unit]
    if unit not in PLACES:
        return Scale(Text(words), *_both(rounded))
    value, difference = PLACES[unit]
    return Scale(
        Text(words), lambda n, more: plain(factor * n, value + more),
        lambda n, more: plain(factor * n, difference + more, signed=True), BEFORE.get(unit, ""),
    )  # fmt: skip


SCALES = {"log ratio": LOG_RATIO, **{unit: _scale(unit) for unit in scales.READERS}}
OTHER = Scale(Text(""), *_both(rounded))


def scale(outcome: Outcome) -> Scale:
    """Return how an outcome is printed."""
    return HISTORIES if outcome.share else SCALES.get(outcome.unit, OTHER)


def value(number: float, outcome: Outcome, source: str, more: int = 0) -> Number:
    """Return a value of an outcome as it is printed."""
    return Number(number, scale(outcome).value(number, more), outcome.unit, source)


def difference(number: float, outcome: Outcome, source: str, more: int = 0) -> Number:
    """Return a difference of an outcome as it is printed, with its sign; of log ratios the factor."""
    return Number(number, scale(outcome).difference(number, more), outcome.unit, source)


def apart(first: float, second: float, outcome: Outcome, source: str) -> tuple[Number, Number]:
    """Return two values with as many places as it takes to tell them apart, if that is not too many."""
    for more in range(MOST_PLACES):
        one, two = value(first, outcome, f"{source}.first", more), value(second, outcome, f"{source}.second", more)
        if one.shown != two.shown or first == second:
            break
    return one, two


def share_of(percent: float, source: str, places: int = 0) -> Number:
    """Return a share in per cent."""
    return Number(percent, plain(PERCENT * percent, places), "share", source)
