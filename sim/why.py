"""Why something happened in a run, or did not: the whole chain behind one decision, in plain sentences.

What is asked has the form ``[KIND] [NAME ...] [DATE]``, in any order: a kind of happening
(`KINDS`), keys or names of actors, zones or classes, and a month ``2020-09`` or a year
``2020``. Examples: ``war 2020-09``, ``budget armenia 2021``, ``entry france armenia``.
"""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from sim import decisions
from sim.decisions import Decision, Lot
from sim.history import Happening, History
from sim.narrative import WIDTH, sentence, shown, sources
from sim.reckoning import SETTING, Worth, digits, number, parameter_words, rounded, step_back, worths
from sim.variables import VARIABLES, Mistake, suggest
from sim.world import COUNTERPART

# What can be asked for, and other words for it.
KINDS = ("war", "war end", "order", "budget", "entry", "talks", "alliance")
OTHER_WORDS = {"attack": "war", "ceasefire": "war end", "contract": "order", "spending": "budget", "patron": "alliance"}
GRAMMAR = (
    f"write a kind ({', '.join(KINDS)}), an actor, and a month or a year, "
    "for example \"war 2020-09\" or \"budget armenia 2021\""
)  # fmt: skip

ABSENT = {  # why a kind cannot come about at all
    "war": "there is no disputed zone",
    "order": "there is no supplier",
    "entry": "no supplier is still to enter a market",
    "budget": "budgets are decided in January",
}
MOST_EXPLAINED = 3  # of more matches than these only the list is given
CODES = ("1", "flag", "code", "index")  # units that say nothing

# What the sum of reasons means, by the quantity decided.
MEANINGS: dict[str, Callable[[float], str]] = {
    "presence": lambda x: "it sells there" if x > 0 else "it does not sell there",
    "attack_score": lambda x: f"this attack {how_often(np.exp(min(x, 5.0)))}, were it always so",
    "willingness": lambda x: f"{1 / (1 + np.exp(-x)):.0%} of requests are approved",
    "supplier_appeal": lambda x: f"a weight of {np.exp(x):.3g} among suppliers, before approval",
    "weapon_appeal": lambda x: f"a weight of {np.exp(x):.2f} among classes",
    "milex_target_log": lambda x: (
        f"{np.exp(x):.2f} times the opening spending, before the ceiling of what the economy bears"
    ),
    "milex_change": lambda x: "more each year, were it always so" if x > 0 else "less each year, were it always so",
    "talks_progress": lambda x: f"progress {np.exp(x):.2f} times as fast as without any reason",
    "exit_score": lambda x: f"such a step {how_often(np.exp(min(x, 5.0)))}, were it always so",
}


def how_often(rate: float) -> str:
    """Return a yearly rate in words.

    Examples
    --------
    >>> how_often(1.25), how_often(0.04), how_often(1e-9)
    ('1.2 times a year', 'once in 25 years', 'practically never')
    """
    if rate < 1e-5:
        return "practically never"
    return f"{rate:.1f} times a year" if rate > 0.5 else f"once in {1 / rate:,.0f} years"


def per_day(rate: float) -> str:
    """Return a daily hazard in words."""
    return f"after {1 / rate:,.0f} days on average, were it alone" if rate > 0 else "never"


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


# -- the chain behind a decision


def chain(history: History, decision: Decision) -> Iterator[str]:
    """Yield what was seen, the reasons with their size, their sum, what luck decided, and one step back."""
    weighed = worths(history, decision)
    if not weighed:
        yield f"{decision.heading}: no rule of this scenario has a say, so it is left to base rates and luck."
    else:
        heavy = [worth for worth in weighed if abs(worth.now) >= rounded(decision)]
        yield "\n".join([f"{decision.heading}.", *seen_lines(history, decision, heavy or weighed)])
        for words, sign in (("for", 1.0), ("against", -1.0)):
            told = [worth for worth in heavy if worth.now * sign > 0]
            if told:
                unit = bracketed(decision)
                head = f"Reasons {words}, the largest first{unit}; in brackets what each was worth at the opening"
                yield "\n".join([head, *(text for worth in told for text in worth_lines(history, decision, worth))])
        idle = dict.fromkeys(w.reason.rule.name for w in weighed if w not in heavy)
        if idle:
            yield wrapped(f"Of no weight here: {', '.join(idle)}.")
        yield sum_line(history, decision)
    luck = [lot_line(lot) for lot in decision.lots]
    if luck:
        yield "\n".join(["Luck", *luck])
    backwards = list(step_back(history, decision, weighed))
    if backwards:
        yield "\n".join(["One step back", *(wrapped(part, "  ", "    ") for part in backwards)])


def bracketed(decision: Decision) -> str:
    """Return the unit of a decision in brackets, where it has one."""
    unit = VARIABLES[decision.quantity].unit
    return "" if unit in CODES else f" [{unit}]"


def seen_lines(history: History, decision: Decision, weighed: list[Worth]) -> Iterator[str]:
    """Yield one line for each quantity that the reasons rest on, as the actor saw it."""
    rows: dict[tuple[str, str], tuple[str, str, str]] = {}
    several = len({worth.reason.actor for worth in weighed}) > 1
    for worth in weighed:
        rule, actor = worth.reason.rule, worth.reason.actor
        for word in rule.reads:
            if word in SETTING or (actor, word) in rows:
                continue
            variable = VARIABLES[word.removeprefix(COUNTERPART)]
            now = number(shown(rule, word, worth.reason.seen[word], decision.place))
            then = number(shown(rule, word, worth.first.seen[word], decision.place)) if worth.first else "?"
            value = now if now == then else f"{now} ({then})"
            unit = "" if variable.unit in CODES else f" {variable.unit}"
            side = "rival's " if word.startswith(COUNTERPART) else ""
            who = f"{history.position.titles.get(actor, actor)}: " if several else ""
            rows[actor, word] = f"{who}{side}{variable.name}", f"{value}{unit}", variable.meaning
    if not rows:
        return
    yield "What was seen, in brackets what it was at the opening where that differs"
    wide, long = (max(len(row[i]) for row in rows.values()) for i in (0, 1))
    for row in rows.values():
        text = f"  {row[0]:<{wide}}  {row[1]:<{long}}  {row[2]}"
        yield textwrap.fill(text, WIDTH + 20, subsequent_indent=" " * (wide + long + 6))


def worth_lines(history: History, decision: Decision, worth: Worth) -> Iterator[str]:
    """Yield a reason's size and sentence, then its rule, outlets and parameters."""
    happening = Happening(
        history.moments[decision.step].date, "", decision.actor, decision.other, "", (), decision.place
    )
    places = digits(decision)
    compared = "" if worth.others is None else f", other suppliers {worth.others:+.{places}f} on average"
    head = f"{worth.now:+7.{places}f} ({worth.opening:+.{places}f}{compared})  "
    yield wrapped(f"{head}{sentence(history, happening, worth.reason)}", "", " " * 9)
    rule = worth.reason.rule
    yield wrapped(f"{rule.name} (card {rule.card}); {sources(rule)}", " " * 9, " " * 11)
    words = parameter_words(history, worth.reason)
    if words:
        yield wrapped(words, " " * 9, " " * 11)


def sum_line(history: History, decision: Decision) -> str:
    """Return what the reasons came to, now and at the opening, and what that means."""
    variable = VARIABLES[decision.quantity]
    now, then = decisions.total(history, decision), decisions.total(history, decision, 0)
    meaning = MEANINGS.get(decision.quantity, per_day)
    base = f", counted from {variable.neutral:+.0f} without any reason" if variable.neutral else ""
    places, unit = digits(decision), "" if variable.unit in CODES else f" {variable.unit}"
    return "\n".join(
        [
            wrapped(f"Together{base}: {now:+.{places}f}{unit}, {meaning(now)}.", "", "  "),
            wrapped(f"At the opening: {then:+.{places}f}, {meaning(then)}.", "  ", "  "),
        ]
    )


def lot_line(lot: Lot) -> str:
    """Return what a draw decided, against the chances of all it could have decided."""
    chances = ", ".join(f"{name} {_percent(chance)}" for name, chance in lot.chances().items())
    ranges = [(low, high) for low, high, code in lot.stretches if lot.names[int(code)] == lot.result]
    low, high = next(((a, b) for a, b in ranges if a <= lot.draw <= b), ranges[0] if ranges else (0.0, 0.0))
    luck = f"the draw was {lot.draw:.4f}, and {low:.4f} to {high:.4f} means: {lot.result}"
    return wrapped(f"  {lot.question[0].upper()}{lot.question[1:]}: {chances}; {luck}.", "", "    ")


def _percent(chance: float) -> str:
    if 0.995 <= chance < 1.0:
        return f"{chance:.2%}"
    return f"{chance:.0%}" if chance >= 0.095 else f"{chance:.1%}" if chance >= 0.0095 else f"{chance:.2%}"


def wrapped(text: str, first: str = "", rest: str = "") -> str:
    """Return text in lines of readable length."""
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=rest)
