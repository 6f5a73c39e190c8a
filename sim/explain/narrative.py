"""One run retold in dated sentences, with the largest reasons, the rule and the article behind each."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from sim import evidence
from sim.engine.model import Reason
from sim.explain import kinds
from sim.explain.happening import Happening, History, Story
from sim.explain.seen import shown
from sim.model.rule import Rule

LARGEST = 3
NEGLIGIBLE = 1e-3
WIDTH = 100


def narrate(history: History, largest: int = LARGEST) -> Story:
    """Tell a run in dated sentences.

    Parameters
    ----------
    history : History
        A run played by the agents.
    largest : int
        How many reasons to give for each event.

    Returns
    -------
    Story
        A heading, then a paragraph for each happening.
    """
    head = f"{history.title()}. One simulated history, not a forecast."
    told = [
        "\n".join([f"{happening.date:%Y-%m}  {happening.what}.", *reason_lines(history, happening, largest)])
        for happening in history.happenings
    ]
    return Story([head, *(told or ["Nothing happened that is worth telling."])])


def reason_lines(history: History, happening: Happening, largest: int = LARGEST) -> Iterator[str]:
    """Yield one indented line for each of the largest reasons, biggest first."""
    weigh = kinds.of(happening).weigh
    weighed = [(weigh(history, reason, happening.place), reason) for reason in happening.reasons]
    weighed = [(term, reason) for term, reason in weighed if abs(term) > NEGLIGIBLE]
    weighed.sort(key=lambda pair: -abs(pair[0]))
    for term, reason in weighed[:largest]:
        text = f"{term:+.2f}  {sentence(history, happening, reason)} [{reason.rule.name}; {sources(reason.rule)}]"
        yield textwrap.fill(text, WIDTH, initial_indent=" " * 9, subsequent_indent=" " * 16)


def sentence(history: History, happening: Happening, reason: Reason) -> str:
    """Return the reason sentence of a rule, filled with what the actor saw."""
    rule, titles = reason.rule, history.position.titles
    words: dict[str, Any] = {
        "actor": titles[reason.actor],
        "other": titles.get(happening.other, happening.other),
    }
    words.update({name: float(value) for name, value in rule.parameters.items()})
    for word, seen in reason.seen.items():
        words[word] = shown(rule, word, seen, happening.place)
    return rule.says.format(**words)


def sources(rule: Rule) -> str:
    """Return the outlets behind a rule, or say that it is an assumption."""
    names = [_outlet(key) for key in rule.evidence]
    return ", ".join(dict.fromkeys(names)) or "assumption"


def _outlet(key: str) -> str:
    """Return a short name of a source."""
    source = evidence.source(key)
    return source.outlet if source.kind == "article" and source.outlet else key
