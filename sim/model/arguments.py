"""What a caller hands over, as the program takes it: every seed, every count and every list of names.

Whoever asks, at the command line, in Python or in a document, is told the same.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

from sim.model.mistakes import Mistake

MOST = 2**63 - 1  # what the arrays and attributes of a result can hold
MOST_RUNS = 10**9  # of a case; more batches than their names can count would be needed


def whole_number(value: Any, what: str = "", *, least: int = 0, most: int = MOST) -> int:
    """Return a seed, a count or the number of something as an `int`.

    Parameters
    ----------
    value : int or integer of numpy
        What was handed over.
    what : str
        What it is, to begin the sentence with.
    least, most : int
        The smallest and the largest possible.

    Raises
    ------
    Mistake
        If it is something else: a fraction, a text, true or false, too small or too large.

    Examples
    --------
    >>> whole_number(-1, "seed")
    Traceback (most recent call last):
    sim.model.mistakes.Mistake: seed: write 0 or more, not -1
    """
    try:
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is not None and least <= number <= most:
        return number
    wanted = "a whole number" if number is None else f"{least} or more" if number < least else f"{most:,} or less"
    shown = (
        " ".join(repr(value).split())
        if number is None
        else str(number)
        if abs(number) < 10**30
        else "a number of more than 30 digits"
    )
    raise Mistake(f"{what}{': ' if what else ''}write {wanted}, not {shown:.40}")


def each_name(names: str | Iterable[str]) -> tuple[str, ...]:
    """Return names as a tuple; a text is one name.

    Examples
    --------
    >>> each_name("repay_oil"), each_name(["repay_oil"])
    (('repay_oil',), ('repay_oil',))
    """
    return (names,) if isinstance(names, str) else tuple(names)
