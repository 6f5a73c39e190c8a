"""What a user got wrong, in one sentence with the fix; the commands that are proposed."""

from __future__ import annotations

import difflib
import os
import shlex
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


def command(verb: str, *words: str | os.PathLike[str]) -> str:
    """Return a command as a sentence proposes it: in backquotes, and so that it can be pasted, whatever a path is.

    Parameters
    ----------
    verb : str
        Of the command line.
    *words : str or path
        What follows it, one argument each.

    Examples
    --------
    >>> command("verify", "my results", "--repair")
    "`armsrace verify 'my results' --repair`"
    """
    return f"`{' '.join(['armsrace', verb, *map(_pasted, words)])}`"


def _pasted(word: str | os.PathLike[str]) -> str:
    """Return a word as the shell reads it back; a path is no option, whatever it begins with."""
    text = os.fspath(word)
    if isinstance(word, os.PathLike) and text.startswith("-"):
        text = os.path.join(os.curdir, text)
    if os.name != "nt":
        return shlex.quote(text)
    return text if shlex.quote(text.replace("\\", "/")) == text.replace("\\", "/") else f'"{text}"'
