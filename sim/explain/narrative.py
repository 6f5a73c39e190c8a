"""One run retold in dated sentences, with the largest reasons, the rule and the article behind each."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sim import evidence
from sim.engine.model import Reason
from sim.explain.history import Happening, History
from sim.model.rule import Rule
from sim.model.world import Array, sight

LARGEST = 3
NEGLIGIBLE = 1e-3
WIDTH = 100


def tell(history: History, largest: int = LARGEST) -> Iterator[str]:
    """Yield the story of a run, paragraph by paragraph.

    Parameters
    ----------
    history : History
        A run played by the agents.
    largest : int
        How many reasons to give for each event.
    """
    scenario = history.position.scenario
    number, seed = history.run, history.position.seed
    yield f"{scenario.title}: run {number} of seed {seed}. One simulated history, not a forecast."
    if not history.happenings:
        yield "Nothing happened that is worth telling."
    for happening in history.happenings:
        yield "\n".join([f"{happening.date:%Y-%m}  {happening.what}.", *reason_lines(history, happening, largest)])


def reason_lines(history: History, happening: Happening, largest: int = LARGEST) -> Iterator[str]:
    """Yield one indented line for each of the largest reasons, biggest first."""
    weighed = [(size(reason, happening), reason) for reason in happening.reasons]
    weighed = [(term, reason) for term, reason in weighed if abs(term) > NEGLIGIBLE]
    weighed.sort(key=lambda pair: -abs(pair[0]))
    for term, reason in weighed[:largest]:
        text = f"{term:+.2f}  {sentence(history, happening, reason)} [{reason.rule.name}; {sources(reason.rule)}]"
        yield textwrap.fill(text, WIDTH, initial_indent=" " * 9, subsequent_indent=" " * 16)


def size(reason: Reason, happening: Happening) -> float:
    """Return the size of a reason at the place of the event, set against what it could be compared with.

    An order is one supplier among several, so the mean over suppliers is taken off. An
    attack is one month among many, so what the reason was worth at the opening is taken
    off: what remains is why now.
    """
    here = chosen(reason.term, happening.place)
    if happening.kind == "order":
        return here - float(np.mean(reason.term))
    if happening.kind == "war":
        return here - chosen(reason.opening, happening.place)
    return here


def chosen(array: Array, place: Sequence[int]) -> float:
    """Return an array's value at a place; it may lack leading axes, and axes of length one broadcast.

    Without a place, or with axes the place does not tell, it is the mean over them.
    """
    value = np.asarray(array)
    if not place:
        return float(value.mean())
    here = place[max(len(place) - value.ndim, 0) :] if value.ndim else ()
    index = tuple(min(i, n - 1) for i, n in zip(here, value.shape, strict=False))
    return float(np.mean(value[index]))


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


def shown(rule: Rule, word: str, seen: Array, place: Sequence[int]) -> float:
    """Return what was seen of a quantity at the place of the event: one number, the mean over axes left open."""
    return float(np.mean(_here(rule, word, seen, place)[0]))


def averaged(rule: Rule, word: str, seen: Array, place: Sequence[int]) -> tuple[str, ...]:
    """Return the axes of a quantity that the place of the event leaves open and that are longer than one."""
    values, axes = _here(rule, word, seen, place)
    return tuple(axis for axis, length in zip(axes, values.shape, strict=True) if length > 1)


def _here(rule: Rule, word: str, seen: Array, place: Sequence[int]) -> tuple[Array, list[str]]:
    """Return what was seen of a quantity at the place of the event, and the axes that are left."""
    written = sight(rule.actor, rule.writes).axes if rule.variable.actor != "region" else rule.variable.axes
    axes = sight(rule.actor, word).axes
    fixed = [axis in written and len(place) > written.index(axis) for axis in axes]
    index = tuple(place[written.index(axis)] if known else slice(None) for axis, known in zip(axes, fixed, strict=True))
    return np.asarray(seen)[index], [axis for axis, known in zip(axes, fixed, strict=True) if not known]


def sources(rule: Rule) -> str:
    """Return the outlets behind a rule, or say that it is an assumption."""
    names = [_outlet(key) for key in rule.evidence]
    return ", ".join(dict.fromkeys(names)) or "assumption"


def _outlet(key: str) -> str:
    """Return a short name of a source."""
    source = evidence.source(key)
    return source.outlet if source.kind == "article" and source.outlet else key
