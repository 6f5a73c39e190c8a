"""What a user got wrong, in one sentence with the fix; names as they are typed, commands as they are proposed."""

from __future__ import annotations

import difflib
import os
import shlex
import string
import unicodedata
from collections.abc import Iterable

from sim.terminal import clean

JOINERS = "\u200c\u200d"  # invisible, but the spelling of some languages needs them


class Mistake(ValueError):
    """What a user got wrong, in one sentence with the fix; the command line prints it and exits with 2."""

    def __str__(self) -> str:
        """Return the sentence; what it quotes does nothing to a terminal."""
        return clean(super().__str__())


def suggest(word: str, choices: Iterable[str]) -> str:
    """Offer the choice that was probably meant, as the end of a sentence; empty when none is close.

    Examples
    --------
    >>> "unknown key" + suggest("Paramters", ["parameters", "timeline"])
    "unknown key, did you mean 'parameters'?"
    """
    spelled = {alike(choice): choice for choice in choices}
    close = difflib.get_close_matches(alike(word), spelled, n=1)
    return f", did you mean '{spelled[close[0]]}'?" if close else ""


def alike(name: str) -> str:
    r"""Return what is the same for names that look the same, however they are typed: case, width, spaces, composition.

    Examples
    --------
    >>> alike("Tu\u0308rkiye ") == alike("T\xdcRKIYE") == "t\xfcrkiye"
    True
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    return " ".join("".join(letter for letter in plain if letter not in JOINERS).split())


def find(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice that somebody has typed, in whatever letters; None if it is none of them.

    Examples
    --------
    >>> find("MILEX", ["milex", "gdp"])
    'milex'
    """
    known = {choice: choice for choice in choices}
    return known.get(word) or {alike(choice): choice for choice in known}.get(alike(word))


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
        return shlex.quote(text) if text.isprintable() else _spelled(text)
    return text if shlex.quote(text.replace("\\", "/")) == text.replace("\\", "/") else f'"{text}"'


def _spelled(text: str) -> str:
    r"""Return a word of which not all is shown as bash and zsh read it back.

    Examples
    --------
    >>> print(_spelled("a\nb"))
    $'a\x0ab'
    """
    plain = {*map(ord, string.ascii_letters + string.digits + " ./_-")}
    return "$'" + "".join(chr(byte) if byte in plain else f"\\x{byte:02x}" for byte in os.fsencode(text)) + "'"
