"""What a user got wrong, in one sentence with the fix."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class Mistake(ValueError):
    """What a user got wrong, in one sentence with the fix; the command line prints it and exits with 2."""


def suggest(word: str, choices: Iterable[str]) -> str:
    """Offer the choice that was probably meant, as the end of a sentence; empty when none is close.

    Examples
    --------
    >>> "unknown key" + suggest("Paramters", ["parameters", "timeline"])
    "unknown key, did you mean 'parameters'?"
    """
    spelled = {choice.lower(): choice for choice in choices}
    close = difflib.get_close_matches(word.lower(), spelled, n=1)
    return f", did you mean '{spelled[close[0]]}'?" if close else ""


def unknown(word: str, choices: Iterable[str], what: str) -> str:
    """Return one sentence saying that a name is unknown, with a suggestion.

    Examples
    --------
    >>> unknown("milx", ["milex", "gdp"], "quantity")
    "unknown quantity 'milx', did you mean 'milex'?"
    """
    return f"unknown {what} '{word}'{suggest(word, choices)}"
