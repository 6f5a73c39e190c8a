"""Display names: what can be shown wherever a name is shown, and what nobody could tell apart there."""

from __future__ import annotations

import unicodedata

JOINERS = "\u200c\u200d"  # invisible, but the spelling of some languages needs them


def unshowable(text: str) -> str:
    r"""Say why a text is no display name; empty where it is one.

    Examples
    --------
    >>> unshowable("Türkiye"), unshowable("a\u202eb")
    ('', 'the character U+202E cannot be shown; remove it')
    """
    for letter in text:
        if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") and letter not in JOINERS:
            return f"the character U+{ord(letter):04X} cannot be shown; remove it"
    return "" if alike(text) else "this shows nothing; write at least one letter"


def alike(name: str) -> str:
    """Return what is the same for names that look the same: width, case and spaces make no difference.

    Examples
    --------
    >>> alike("Union ") == alike("UNION")
    True
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    return " ".join("".join(letter for letter in plain if letter not in JOINERS).split())
