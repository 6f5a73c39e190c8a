"""Why something happened in a run, or did not: the whole chain behind one decision, in plain sentences.

What is asked has the form ``[KIND] [NAME ...] [DATE]``, in any order: a kind of happening
(`KINDS`), keys or names of actors, zones or classes, and a month ``2020-09`` or a year
``2020``. Examples: ``war 2020-09``, ``budget 2021``, ``talks 2015-03``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.explain import decisions
from sim.explain.decisions import Decision
from sim.explain.explanation import chain
from sim.explain.history import Happening, History
from sim.model.mistakes import Mistake, suggest

# What can be asked for, and other words for it.
KINDS = ("war", "war end", "order", "budget", "entry", "talks", "alliance")
OTHER_WORDS = {"attack": "war", "ceasefire": "war end", "contract": "order", "spending": "budget", "patron": "alliance"}
GRAMMAR = f"write a kind ({', '.join(KINDS)}), an actor, a month or a year, for example 'war 2020-09' or 'budget 2021'"

ABSENT = {  # why a kind cannot come about at all
    "war": "there is no disputed zone",
    "order": "there is no supplier",
    "entry": "no supplier is still to enter a market",
    "budget": "budgets are decided in January",
}
MOST_EXPLAINED = 3  # of more matches than these only the list is given


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
    keys = {key.lower(): key for key in history.position.titles}
    keys |= {title.lower(): key for key, title in history.position.titles.items()}
    rest = " ".join(text.lower().replace(",", " ").split())
    kind, date, names = "", "", list[str]()
    words = {**{word: word for word in KINDS}, **OTHER_WORDS, **keys}
    for word in sorted(words, key=len, reverse=True):  # "war end" before "war", "the seven districts" as one
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
            raise Mistake(f"'{word}' is no kind, name or date of this run{suggest(word, words)}; {GRAMMAR}")
        date = word
    query = Query(kind, tuple(names), date)
    months = [moment.date for moment in history.moments]
    if not any(map(query.covers, months)):
        raise Mistake(f"{date} is not played; this run goes from {months[0]:%Y-%m} to {months[-1]:%Y-%m}")
    if not (kind or names or date):
        raise Mistake(f"there is nothing to explain; {GRAMMAR}")
    return query


def explain(history: History, query: str) -> Iterator[str]:
    """Yield the answer to a query, paragraph by paragraph.

    Parameters
    ----------
    history : History
        A run played by the agents.
    query : str
        What is asked, for example ``"war 2020-09"``.

    Raises
    ------
    Mistake
        If the query is not understood.
    """
    asked = parse(history, query)
    found = [happening for happening in history.happenings if _matches(asked, happening)]
    if (asked.kind and found and len(found) <= MOST_EXPLAINED) or len(found) == 1:
        for happening in found:
            yield f"{happening.date:%Y-%m}  {happening.what}."
            for decision in decisions.decisions(history, happening):
                yield from chain(history, decision)
    elif found:
        yield f"{len(found)} happenings match '{query}'; name a kind and a month, or an actor, to have one explained."
        yield "\n".join(map(line, found))
    else:
        yield from _absent(history, asked, query)


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
    steps = [i for i, moment in enumerate(history.moments) if query.covers(moment.date)]
    closest = _closest(history, query, steps)
    if closest:
        yield f"{history.moments[closest[0].step].date:%Y-%m}  What was weighed, and how close it came."
    elif query.kind not in ("", "war end"):
        yield f"Nothing in this scenario could bring it about then: {ABSENT[query.kind]}."
    for decision in closest:
        yield from chain(history, decision)


def _near(history: History, query: Query) -> list[Happening]:
    """Return what happened within a year of the date, of the kind asked if there is any."""
    if not query.date:
        return []
    middle = float(query.date[:4]) + (float(query.date[5:]) - 0.5 if query.date[5:] else 6.0) / 12
    near = [h for h in history.happenings if abs(h.date.year + (h.date.month - 0.5) / 12 - middle) <= 1.0]
    named = [h for h in near if set(query.names) <= {h.actor, h.other}] or near
    return [h for h in named if h.kind == query.kind] or [h for h in named if h.kind != "order"]


def _closest(history: History, query: Query, steps: list[int]) -> list[Decision]:
    """Return what was decided where the kind asked came closest; nothing for a kind that is not a decision."""
    labels = history.position.labels
    states = [key for key in labels["state"] if key in query.names] or list(labels["state"])

    def most(quantity: str) -> tuple[int, str]:
        """Return the step and the state in which a quantity of states is largest."""
        found = [(history.moments[step].arrays[quantity], step, key) for step in steps for key in states]
        sizes = [array[..., labels["state"].index(key), 0].max(initial=-np.inf) for array, _, key in found]
        return found[int(np.argmax(sizes))][1:]

    if query.kind == "war" and labels["zone"]:
        return [decisions.attack(history, *most("attack_score"))]
    if query.kind == "order" and labels["supplier"]:
        return decisions.order(history, *most("order_value"))
    if query.kind == "budget":
        january = [step for step in steps if history.moments[step].arrays["january"][0, 0] > 0]
        return [part for step in january[:1] for key in states for part in decisions.budget(history, step, key)]
    if query.kind == "entry":
        return _closest_entry(history, query, steps[0], states)
    if query.kind == "talks":
        return [decisions.talks(history, steps[0])]
    if query.kind == "alliance":
        return [decisions.exit_(history, *most("exit_score"))]
    return []


def _closest_entry(history: History, query: Query, step: int, states: list[str]) -> list[Decision]:
    """Return the weighing of the supplier most likely to enter a market in a month."""
    suppliers = history.position.labels["supplier"]
    asked = [key for key in suppliers if key in query.names] or list(suppliers)
    pairs = [decisions.entry(history, step, seller, key) for seller in asked for key in states]
    open_ = [pair for pair in pairs if pair[0].lots and len(pair[0].lots[0].stretches) > 1]
    return max(open_, key=lambda pair: min(pair[0].lots[0].chances().values()), default=[])
