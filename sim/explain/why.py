"""Why something happened in a run, or did not: the whole chain behind one decision, in plain sentences.

What is asked has the form ``[KIND] [NAME ...] [DATE]``, in any order: a kind of happening
(`sim.explain.kinds`), keys or names of actors, zones or classes, and a month ``2020-09`` or a year
``2020``. Examples: ``war 2020-09``, ``budget 2021``, ``talks 2015-03``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sim.explain import kinds
from sim.explain.decisions import Decision
from sim.explain.explanation import explanation
from sim.explain.happening import Happening, History, Story
from sim.explain.lead import leading, mainly
from sim.explain.sentences import wrapped
from sim.model.mistakes import Mistake, alike, suggest

MOST_EXPLAINED = 3  # of more matches than these only the list is given


def grammar() -> str:
    """Return what to write."""
    return (
        f"write a kind ({', '.join(kinds.names())}), an actor, a month or a year, "
        "for example 'war 2020-09' or 'budget 2021'"
    )


@dataclass(frozen=True)
class Query:
    """What is asked.

    Attributes
    ----------
    kind : str
        Kind of happening, "" for any.
    names : tuple of str
        Keys that must all be involved.
    date : str
        ``YYYY-MM``, ``YYYY`` or "" for the whole run.
    """

    kind: str
    names: tuple[str, ...]
    date: str

    def covers(self, date: dt.date) -> bool:
        """Tell whether a month is asked for."""
        return f"{date:%Y-%m}".startswith(self.date)


def parse(history: History, text: str) -> Query:
    """Read a query.

    Raises
    ------
    Mistake
        If a word is neither kind, name nor date, or the date is not played.
    """
    keys = {_words(key): key for key in history.position.titles}
    keys |= {_words(title): key for key, title in history.position.titles.items()}
    rest = _words(text)
    kind, date, names = "", "", list[str]()
    words = {word: kind for kind, has in kinds.catalogue().items() for word in (kind, *has.other_words)} | keys
    for word in sorted(words, key=len, reverse=True):  # the longest first: a word may begin or hold another
        found = re.search(rf"(?<!\S){re.escape(word)}(?!\S)", rest)
        if found:
            rest = f"{rest[: found.start()]} {rest[found.end() :]}"
            if word in keys:
                names.append(keys[word])
            elif kind and kind != words[word]:
                raise Mistake(f"'{text}' asks for {kind} and {words[word]}; ask for one kind at a time")
            else:
                kind = words[word]
    for word in rest.split():
        if date or not re.fullmatch(r"[12]\d{3}(-(0[1-9]|1[0-2]))?", word):
            raise Mistake(f"'{word}' is no kind, name or date of this run{suggest(word, words)}; {grammar()}")
        date = word
    query = Query(kind, tuple(names), date)
    months = [moment.date for moment in history.moments]
    if not any(map(query.covers, months)):
        raise Mistake(f"{date} is not played; this run goes from {months[0]:%Y-%m} to {months[-1]:%Y-%m}")
    if not (kind or names or date):
        raise Mistake(f"there is nothing to explain; {grammar()}")
    return query


def _words(text: str) -> str:
    """Return a text as it is compared: its words with one blank between them."""
    return alike(text.replace(",", " "))


def why(history: History, query: str) -> Story:
    """Explain something that happened in a run, or why it did not.

    Parameters
    ----------
    history : History
        A run played by the agents.
    query : str
        What is asked, for example ``"war 2020-09"``.

    Returns
    -------
    Story
        The answer, paragraph by paragraph.

    Raises
    ------
    Mistake
        If the query is not understood, or no step of the run was played.
    """
    if not history.moments:
        raise Mistake(f"there is nothing to explain, no step of this run was played; {history.broke}".rstrip("; "))
    asked = parse(history, query)
    found = [happening for happening in history.happenings if _matches(asked, happening)]
    if (asked.kind and found and len(found) <= MOST_EXPLAINED) or len(found) == 1:
        return Story(part for happening in found for part in _explained(history, happening))
    if found:
        many = f"{len(found)} happenings match '{query}'; name a kind and a month, or an actor, to have one explained."
        return Story([many, "\n".join(map(line, found))])
    return Story(_absent(history, asked, query))


def _explained(history: History, happening: Happening) -> Iterator[str]:
    """Yield a happening and what lies behind it, decision by decision."""
    behind = kinds.of(happening).decisions(history, happening)
    yield from _opened(history, f"{happening.date:%Y-%m}  {happening.what}.", behind)
    for decision in behind:
        yield from explanation(history, decision)


def _opened(history: History, head: str, behind: list[Decision]) -> Iterator[str]:
    """Yield the first line of an explanation with what mattered, in one sentence."""
    main = mainly(history, leading(behind)) if behind else ""
    yield "\n".join([head, *([wrapped(main, "         ", "         ")] if main else [])])


def _matches(query: Query, happening: Happening) -> bool:
    return (
        query.kind in ("", happening.kind)
        and query.covers(happening.date)
        and set(query.names) <= {happening.actor, happening.other}
    )


def line(happening: Happening) -> str:
    """Return a happening as one line of a list."""
    return f"{happening.date:%Y-%m}  {happening.kind:<8}  {happening.what}"


# -- what did not happen


def _absent(history: History, query: Query, text: str) -> Iterator[str]:
    """Say that nothing matches, what happened near, and how it might have come."""
    yield f"Nothing in this run matches '{text}'."
    near = _near(history, query)
    if near:
        yield "\n".join(["What happened near that date:", *map(line, near)])
    if not query.date:
        yield "Name a month to see how close it came."
        return
    if not query.kind:
        return
    steps = [step for step, moment in enumerate(history.moments) if query.covers(moment.date)]
    kind = kinds.catalogue()[query.kind]
    closest = kind.closest(history, query.names, steps)
    if closest:
        head = f"{history.moments[closest[0].step].date:%Y-%m}  What was weighed, and how close it came."
        yield from _opened(history, head, closest)
    elif kind.impossible:
        yield f"Nothing in this scenario could bring it about then: {kind.impossible}."
    for decision in closest:
        yield from explanation(history, decision)


def _near(history: History, query: Query) -> list[Happening]:
    """Return what happened within a year of the date, of the kind asked if there is any."""
    if not query.date:
        return []
    middle = float(query.date[:4]) + (float(query.date[5:]) - 0.5 if query.date[5:] else 6.0) / 12
    near = [h for h in history.happenings if abs(h.date.year + (h.date.month - 0.5) / 12 - middle) <= 1.0]
    named = [h for h in near if set(query.names) <= {h.actor, h.other}] or near
    return [h for h in named if h.kind == query.kind] or [h for h in named if not kinds.of(h).common]
