"""One decision explained in plain sentences: what was seen, reasons, sum, luck, one step back."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from sim.explain import decisions
from sim.explain.contributions import (
    SETTING,
    Contribution,
    contributions,
    digits,
    number,
    parameter_words,
    rounded,
    step_back,
)  # fmt: skip
from sim.explain.decisions import Decision
from sim.explain.draws import Draw
from sim.explain.happening import Happening, History
from sim.explain.narrative import WIDTH, sentence, sources
from sim.explain.seen import averaged, shown
from sim.model.variables import VARIABLES
from sim.model.world import COUNTERPART

PLURAL = {"weapon": "weapon classes"}
CODES = ("1", "flag", "code", "index")  # units that say nothing


def explanation(history: History, decision: Decision) -> Iterator[str]:
    """Yield what was seen, the reasons with their size, their sum, what luck decided, and one step back."""
    weighed = contributions(history, decision)
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
                yield "\n".join([head, *(text for worth in told for text in reason_told(history, decision, worth))])
        idle = dict.fromkeys(w.reason.rule.name for w in weighed if w not in heavy)
        if idle:
            yield wrapped(f"Of no weight here: {', '.join(idle)}.")
        yield sum_line(history, decision)
    luck = [draw_line(draw) for draw in decision.draws]
    if luck:
        yield "\n".join(["Luck", *luck])
    backwards = list(step_back(history, decision, weighed))
    if backwards:
        yield "\n".join(["One step back", *(wrapped(part, "  ", "    ") for part in backwards)])


def bracketed(decision: Decision) -> str:
    """Return the unit of a decision in brackets, where it has one."""
    unit = VARIABLES[decision.quantity].unit
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


def reason_told(history: History, decision: Decision, worth: Contribution) -> Iterator[str]:
    """Yield a reason's size and sentence, then its rule, outlets and parameters."""
    happening = Happening(
        history.moments[decision.step].date, "", decision.actor, decision.other, "", (), decision.place
    )
    places = digits(decision)
    compared = "" if worth.others is None else f", {decision.rivals} {worth.others:+.{places}f} on average"
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
    base = f", counted from {variable.neutral:+.0f} without any reason" if variable.neutral else ""
    places, unit = digits(decision), "" if variable.unit in CODES else f" {variable.unit}"
    return "\n".join(
        [
            wrapped(f"Together{base}: {now:+.{places}f}{unit}, {decision.meaning(now)}.", "", "  "),
            wrapped(f"At the opening: {then:+.{places}f}, {decision.meaning(then)}.", "  ", "  "),
        ]
    )


def draw_line(draw: Draw) -> str:
    """Return what a draw decided, against the chances of all it could have decided."""
    chances = ", ".join(f"{name} {_percent(chance)}" for name, chance in draw.chances().items())
    ranges = [(low, high) for low, high, code in draw.stretches if draw.names[int(code)] == draw.result]
    low, high = next(((a, b) for a, b in ranges if a <= draw.draw <= b), ranges[0] if ranges else (0.0, 0.0))
    luck = f"the draw was {draw.draw:.4f}, and {low:.4f} to {high:.4f} means: {draw.result}"
    return wrapped(f"  {draw.question[0].upper()}{draw.question[1:]}: {chances}; {luck}.", "", "    ")


def _percent(chance: float) -> str:
    if 0.995 <= chance < 1.0:
        return f"{chance:.2%}"
    return f"{chance:.0%}" if chance >= 0.095 else f"{chance:.1%}" if chance >= 0.0095 else f"{chance:.2%}"


def wrapped(text: str, first: str = "", rest: str = "") -> str:
    """Return text in lines of readable length."""
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=rest)
