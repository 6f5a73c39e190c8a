"""Display names: what can be shown wherever a name is shown."""

from __future__ import annotations

import unicodedata

from sim.model.mistakes import JOINERS, alike


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
