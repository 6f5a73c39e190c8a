"""A reason as a sentence, filled with what its actor saw, and the outlets behind it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from sim import evidence
from sim.engine.model import Reason
from sim.explain.seen import shown
from sim.model.rule import Rule

WIDTH = 100


def sentence(titles: Mapping[str, str], reason: Reason, other: str, place: Sequence[int]) -> str:
    """Return the reason sentence of a rule, filled with what the actor saw at the place of the decision."""
    rule = reason.rule
    words: dict[str, Any] = {"actor": titles[reason.actor], "other": titles.get(other, other)}
    words.update({name: float(value) for name, value in rule.parameters.items()})
    for word, seen in reason.seen.items():
        words[word] = shown(rule, word, seen, place)
    return rule.says.format(**words)


def sources(rule: Rule) -> str:
    """Return the outlets behind a rule, or say that it is an assumption."""
    names = [_outlet(key) for key in rule.evidence]
    return ", ".join(dict.fromkeys(names)) or "assumption"


def _outlet(key: str) -> str:
    """Return a short name of a source."""
    source = evidence.source(key)
    return source.outlet if source.kind == "article" and source.outlet else key


def wrapped(text: str, first: str = "", rest: str = "") -> str:
    """Return text in lines of readable length."""
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=rest)


def percent(share: float) -> str:
    """Return a share with as many digits as tell it from none and from all.

    Examples
    --------
    >>> [percent(share) for share in (0.0, 1e-9, 0.0004, 0.05, 0.3, 0.9987, 1.0)]
    ['0%', 'less than 0.01%', '0.04%', '5.0%', '30%', '99.87%', '100%']
    """
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    if share < 0.0001 or share > 0.9999:
        return "less than 0.01%" if share < 0.5 else "more than 99.99%"
    if share >= 0.995:
        return f"{share:.2%}"
    return f"{share:.0%}" if share >= 0.095 else f"{share:.1%}" if share >= 0.0095 else f"{share:.2%}"
