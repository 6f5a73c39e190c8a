"""What an actor perceives: its own numbers as they are, of others what its rules read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.engine.model import ArmsRace, Reason
from sim.explain.contributions import SETTING, number
from sim.model.variables import CODE_NAMES, VARIABLES
from sim.model.world import COUNTERPART, Array, sight
from sim.scenario.check_numbers import filled_in

CODES = ("1", "flag", "code", "index")  # units that say nothing

# What everybody can read in the newspapers, and what an actor knows of itself though no rule asks for it.
PUBLIC = tuple(one.name for one in VARIABLES.values() if one.actor == "region" and one.kind == "stock" and one.keep)
OWN = {
    "state": ("milex", "milex_target", "gdp", "fund", "order_rate", "stock_total", "class_stock", "control", "deaths"),
    "supplier": ("presence", "licence", "price_factor", "access", "capacity"),
}


@dataclass(frozen=True)
class Perceived:
    """One number as an actor perceives it.

    Attributes
    ----------
    name, about : str, str or None
        The quantity, as rules call it, and whose or of what it is: a key; None where it is the actor's own.
    label, unit, text : str
        What it is called, its unit, and both with the number in words.
    value : float
        The number.
    """

    name: str
    label: str
    about: str | None
    value: float
    unit: str
    text: str


def perceived(model: ArmsRace, seat: str, reasons: Iterable[Reason]) -> Iterator[Perceived]:
    """Yield what an actor knows of itself and the region, then what its rules read."""
    actor, told = model.actor(seat), set[str]()
    for word in (*OWN[actor.kind], *PUBLIC):
        told.add(word)
        if not model.period and VARIABLES[word].kind == "flow":
            continue  # nothing has been written of it before the first step
        yield from _numbers(model, seat, word, actor.sees(word)[..., 0, 0])
    for reason in reasons:
        for word, seen in reason.seen.items():
            if word not in told and _worth_telling(word):
                told.add(word)
                yield from _numbers(model, seat, word, seen)


def _worth_telling(word: str) -> bool:
    """Tell whether a quantity is about the world: no flag of the calendar, no constant of arms, no opening value."""
    name = word.removeprefix(COUNTERPART)
    constant = VARIABLES[name].actor == "region" and VARIABLES[name].kind == "given"
    return word not in SETTING and not constant and not filled_in(name)


def _numbers(model: ArmsRace, seat: str, word: str, seen: Array) -> Iterator[Perceived]:
    """Yield one quantity, label by label; of tables the counterparts' rows alone are told."""
    kind, labels = model.actor(seat).kind, model.game.world.labels
    name, axes = word.removeprefix(COUNTERPART), sight(kind, word).axes
    if word.startswith(COUNTERPART):
        states = labels["state"]
        for k, row in enumerate(np.asarray(seen)):
            whose = states[(states.index(seat) + k + 1) % len(states)]
            yield from _row(model, word, name, axes[1:], row, whose)
    else:
        yield from _row(model, word, name, axes, np.asarray(seen), "")


def _row(model: ArmsRace, word: str, name: str, axes: Sequence[str], values: Array, whose: str) -> Iterator[Perceived]:
    """Yield one quantity of one actor, label by label."""
    if len(axes) > 1:
        return
    titles = model.position.titles
    variable = VARIABLES[name]
    for place, value in enumerate(np.ravel(values)):
        about = model.game.world.labels[axes[0]][place] if axes else whose or None
        names = dict.fromkeys(titles.get(key, key) for key in (whose, about) if key)
        meaning = re.sub("^1 (where|while|in the step in which) |:.*", "", variable.meaning)
        meaning = name if meaning[0].isdigit() else meaning  # a code without a word for what it counts
        label = ", ".join([meaning[0].upper() + meaning[1:], *names])
        yield Perceived(word, label, about, float(value), variable.unit, f"{label}: {_said(name, float(value))}")


def _said(name: str, value: float) -> str:
    """Return a number with its unit, or the name of a code."""
    if name in CODE_NAMES:
        return CODE_NAMES[name][int(value)]
    unit = VARIABLES[name].unit
    if unit == "flag":
        return "yes" if value else "no"
    return number(value) if unit in CODES else f"{number(value)} {unit}"
