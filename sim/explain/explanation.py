"""One decision explained in plain sentences: what was seen, reasons, sum, luck, one step back."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from sim.explain.contributions import (
    SETTING,
    Contribution,
    Worth,
    contributions,
    digits,
    number,
    parameter_words,
    rounded,
    step_back,
    unit_of,
)  # fmt: skip
from sim.explain.decisions import Decision
from sim.explain.draws import Draw
from sim.explain.happening import History
from sim.explain.lead import clause
from sim.explain.seen import averaged, shown
from sim.explain.sentences import WIDTH, percent, sources, wrapped
from sim.explain.taken import PERSON
from sim.explain.terms import Part, decided, terms
from sim.model.accounting import ENTRIES
from sim.model.variables import VARIABLES
from sim.model.world import COUNTERPART

PLURAL = {"weapon": "weapon classes"}
CODES = ("1", "flag", "code", "index")  # units that say nothing


def explanation(history: History, decision: Decision) -> Iterator[str]:
    """Yield what was seen, all terms with their size, their sum, what luck decided, and one step back."""
    weighed, reasons = terms(history, decision), contributions(history, decision)
    if not weighed:
        yield f"{decision.heading}: no rule of this scenario has a say, so it is left to base rates and luck."
    else:
        heavy = [worth for worth in weighed if abs(worth.now) >= rounded(decision)]
        seen = [worth for worth in heavy if isinstance(worth, Contribution)]
        yield "\n".join([f"{decision.heading}.", *seen_lines(history, decision, seen or reasons)])
        for words, sign in (("for", 1.0), ("against", -1.0)):
            told = [worth for worth in heavy if worth.now * sign > 0]
            if told:
                unit = bracketed(decision)
                head = f"Reasons {words}, the largest first{unit}; in brackets what each was worth at the opening"
                yield "\n".join([head, *(text for worth in told for text in term_told(history, decision, worth))])
        idle = dict.fromkeys(worth.reason.rule.name for worth in reasons if worth not in heavy)
        if idle:
            yield wrapped(f"Of no weight here: {', '.join(idle)}.")
        yield sum_line(history, decision)
    luck = [draw_line(draw) for draw in decision.draws]
    if luck:
        yield "\n".join(["Luck", *luck])
    backwards = list(step_back(history, decision, reasons))
    if backwards:
        yield "\n".join(["One step back", *(wrapped(part, "  ", "    ") for part in backwards)])


def bracketed(decision: Decision) -> str:
    """Return the unit of a decision in brackets, where it has one."""
    unit = unit_of(decision)
    return "" if unit in CODES else f" [{unit}]"


def seen_lines(history: History, decision: Decision, weighed: list[Contribution]) -> Iterator[str]:
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
            open_ = averaged(rule, word, worth.reason.seen[word], decision.place)
            over = f" (mean over {' and '.join(PLURAL.get(axis, f'{axis}s') for axis in open_)})" if open_ else ""
            rows[actor, word] = f"{who}{side}{variable.name}", f"{value}{unit}", f"{variable.meaning}{over}"
    if not rows:
        return
    yield "What was seen, in brackets what it was at the opening where that differs"
    wide, long = (max(len(row[i]) for row in rows.values()) for i in (0, 1))
    for row in rows.values():
        text = f"  {row[0]:<{wide}}  {row[1]:<{long}}  {row[2]}"
        yield textwrap.fill(text, WIDTH + 20, subsequent_indent=" " * (wide + long + 6))


def term_told(history: History, decision: Decision, worth: Worth) -> Iterator[str]:
    """Yield a term's size and sentence, then what it is: a rule with outlets and parameters, or a part of the books."""
    places = digits(decision)
    compares = worth.others is not None and isinstance(worth, Contribution)
    compared = f", {decision.rivals} {worth.others:+,.{places}f} on average" if compares else ""
    head = f"{worth.now:+7,.{places}f} ({worth.opening:+,.{places}f}{compared})  "
    yield wrapped(f"{head}{clause(history, decision, worth)}", "", " " * 9)
    for words in filter(None, rests_on(history, decision, worth)):
        yield wrapped(words, " " * 9, " " * 11)


def rests_on(history: History, decision: Decision, worth: Worth) -> Iterator[str]:
    """Yield what a term is, a rule or a part of the books, with its sources and its parameters, "" for none."""
    if isinstance(worth, Contribution):
        rule = worth.reason.rule
        yield f"{rule.name} (card {rule.card}); {sources(rule)}"
        yield parameter_words(history, rule, worth.reason.actor)
    elif isinstance(worth, Part):
        entry, _, parameter = worth.name.partition(".")
        yield f"{entry} (the {'scenario' if entry == PERSON else 'books'})"
        yield parameter_words(history, ENTRIES[entry], decision.actor, parameter) if entry in ENTRIES else ""


def sum_line(history: History, decision: Decision) -> str:
    """Return what the terms sum to, now and at the opening, and what that means."""
    now, then = decided(history, decision), decided(history, decision, 0)
    places, unit = digits(decision), "" if unit_of(decision) in CODES else f" {unit_of(decision)}"
    return "\n".join(
        [
            wrapped(f"Together: {now:+,.{places}f}{unit}, {decision.meaning(now)}.", "", "  "),
            wrapped(f"At the opening: {then:+,.{places}f}, {decision.meaning(then)}.", "  ", "  "),
        ]
    )


def draw_line(draw: Draw) -> str:
    """Return what a draw decided, against the chances of all it could have decided."""
    chances = ", ".join(f"{name} {percent(chance)}" for name, chance in draw.chances().items())
    ranges = [(low, high) for low, high, code in draw.stretches if draw.names[int(code)] == draw.result]
    low, high = next(((a, b) for a, b in ranges if a <= draw.draw <= b), ranges[0] if ranges else (0.0, 0.0))
    luck = f"the draw was {draw.draw:.4f}, and {low:.4f} to {high:.4f} means: {draw.result}"
    return wrapped(f"  {draw.question[0].upper()}{draw.question[1:]}: {chances}; {luck}.", "", "    ")
