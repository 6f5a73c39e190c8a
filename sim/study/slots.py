"""What the name of a factor means in a scenario.

A name is a path as in error messages, the actor first where it is about one:

    repay_oil.weight                 a parameter, for everybody
    israel.repay_oil.weight          the same for one actor
    israel.affinity.azerbaijan       one label of a quantity: given, or value at the opening
    armenia.grievance                a whole quantity, the same number for all its labels
    weapons.decay.drones             of a weapon class
    rules.repay_oil                  a rule followed (1) or switched off (0)
    israel.rules.repay_oil           the same for one actor, who need not follow it yet

"For everybody" is as in scenarios: an actor's own setting wins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sim.model.mistakes import Mistake, suggest
from sim.model.rule import CATALOGUE
from sim.model.variables import INFINITY, VARIABLES
from sim.scenario.check_numbers import unknown_label
from sim.scenario.schema import Actor, Distribution, Figure, Scenario, Weapons
from sim.scenario.settings import MECHANISMS


@dataclass(frozen=True)
class Slot:
    """Where in a scenario the number of a factor goes.

    Attributes
    ----------
    path : str
        As written in the experiment.
    kind : {"parameter", "quantity", "rule"}
        What is set.
    owner : str
        Key of the actor, "weapons", or "" for everybody.
    name, label : str
        ``rule.parameter``, quantity or rule; the label of a quantity, or "".
    unit : str
        Unit of the number.
    low, high : float
        Smallest and largest number allowed; infinite where nothing is declared.
    believed : Distribution or None
        What the scenario states as a distribution.
    """

    path: str
    kind: Literal["parameter", "quantity", "rule"]
    owner: str
    name: str
    label: str = ""
    unit: str = "1"
    low: float = -INFINITY
    high: float = INFINITY
    believed: Distribution | None = None


def find_slot(scenario: Scenario, path: str) -> Slot:
    """Return what a path means in a scenario.

    Raises
    ------
    Mistake
        If a part of it means nothing, with what was probably meant.

    Examples
    --------
    >>> import sim
    >>> found = find_slot(sim.load("status_quo"), "israel.affinity.azerbaijan")
    >>> found.kind, found.owner, found.name, found.label, found.low, found.high
    ('quantity', 'israel', 'affinity', 'azerbaijan', -1.0, 1.0)
    """
    first, *rest = path.split(".")
    there = owners(scenario)
    if first == "rules":
        return _switch(scenario, path, "", rest)
    if first in there:
        return _of_owner(scenario, path, first, rest)
    if first in MECHANISMS:
        return _parameter(scenario, path, "", first, rest)
    choices = [*there, *MECHANISMS, "rules"]
    hint = suggest(first, choices) or "; write 'rule.parameter', 'actor.quantity' or 'rules.rule'"
    raise Mistake(f"unknown rule or actor '{first}'{hint}")


def owners(scenario: Scenario) -> dict[str, Actor | Weapons]:
    """Return who may own a number: all actors, and the weapons."""
    return {**{key: actor for _, key, actor in scenario.actors()}, "weapons": scenario.weapons}


def _of_owner(scenario: Scenario, path: str, owner: str, rest: list[str]) -> Slot:
    """Return what a path that begins with an actor means."""
    word, *more = rest or [""]
    if word == "rules":
        return _switch(scenario, path, owner, more)
    if word in MECHANISMS:
        return _parameter(scenario, path, owner, word, more)
    if word in VARIABLES:
        return _quantity(scenario, path, owner, word, more)
    kind = next((kind for kind, key, _ in scenario.actors() if key == owner), "region")
    fit = [name for name, variable in VARIABLES.items() if variable.actor == kind]
    fit += [name for name, mechanism in MECHANISMS.items() if mechanism.actor == kind]
    hint = suggest(word, [*fit, "rules"]) or f"; write '{owner}.' with a quantity, or with a rule and its parameter"
    raise Mistake(f"'{owner}' has no quantity or rule '{word}'{hint}")


def _parameter(scenario: Scenario, path: str, owner: str, rule: str, rest: list[str]) -> Slot:
    """Return what ``rule.parameter`` means, for everybody or for one actor."""
    known = MECHANISMS[rule].parameters
    name, *surplus = rest or [""]
    if name not in known:
        choices = [f"{rule}.{parameter}" for parameter in known] or [f"rules.{rule}"]
        hint = suggest(f"{rule}.{name}", choices) or f"; write {' or '.join(choices)}"
        raise Mistake(f"'{rule}' has no parameter '{name}'{hint}" if name else f"this names no parameter{hint}")
    _end_here(path, surplus)
    key, default = f"{rule}.{name}", known[name]
    if not list(heeding(scenario, key, owner)):
        _refuse_idle(scenario, key, owner)
    figure = stated(scenario, key, owner)
    low, high = (figure.between if figure else None) or default.between
    return Slot(path, "parameter", owner, key, "", default.unit, low, high, figure.distribution if figure else None)


def stated(scenario: Scenario, key: str, owner: str = "") -> Figure | None:
    """Return what a scenario says of a parameter, an actor's own word first; None where it says nothing."""
    own = getattr(owners(scenario)[owner], "parameters", {}) if owner else {}
    return own.get(key) or scenario.parameters.get(key)


def heeding(scenario: Scenario, key: str, owner: str = "") -> Iterator[str]:
    """Yield the actors for whom a setting for everybody, or of their own, would count."""
    rule = key.partition(".")[0]
    for kind, actor, document in scenario.actors():
        follows = rule in document.rules if rule in CATALOGUE else MECHANISMS[rule].actor == kind
        if follows and (owner == actor or (not owner and key not in document.parameters)):
            yield actor


def is_heeded(scenario: Scenario, path: str) -> bool:
    """Tell whether a parameter, ``rule.parameter`` or ``actor.rule.parameter``, would count for anybody."""
    owner, _, key = path.partition(".")
    return any(heeding(scenario, key, owner) if owner in owners(scenario) else heeding(scenario, path))


def _refuse_idle(scenario: Scenario, key: str, owner: str) -> None:
    rule = key.partition(".")[0]
    if owner:
        raise Mistake(f"'{owner}' does not follow '{rule}', so this has no effect; remove it")
    own = [actor for _, actor, document in scenario.actors() if key in document.parameters and rule in document.rules]
    if own:
        raise Mistake(f"all who follow '{rule}' have a number of their own; write '{own[0]}.{key}'")
    raise Mistake(f"nobody in '{scenario.name}' follows '{rule}', so this has no effect; remove it")


def _quantity(scenario: Scenario, path: str, owner: str, name: str, rest: list[str]) -> Slot:
    """Return what a quantity of an actor, or one label of it, means."""
    variable = VARIABLES[name]
    label, *surplus = rest or [""]
    _end_here(path, surplus)
    if label:
        if len(variable.axes) != 1:
            raise Mistake(f"'{name}' has no labels of one kind; write '{owner}.{name}'")
        known = scenario.labels()[variable.axes[0]]
        if label not in known:
            raise Mistake(unknown_label(variable.axes[0], label, known))
    figure = owners(scenario)[owner].quantities.get(name)
    if figure is not None and figure.by_year is not None and label:
        raise Mistake(f"'{name}' goes by year in '{scenario.name}'; write '{owner}.{name}' for all years alike")
    low, high = variable.low, variable.high
    if figure is not None and figure.between is not None:
        low, high = figure.between
    return Slot(path, "quantity", owner, name, label, variable.unit, low, high)


def _switch(scenario: Scenario, path: str, owner: str, rest: list[str]) -> Slot:
    """Return what switching a rule on or off means."""
    rule, *surplus = rest or [""]
    _end_here(path, surplus)
    if rule not in CATALOGUE:
        what = (
            f"'{rule}' is bookkeeping, not a rule anybody follows" if rule in MECHANISMS else f"unknown rule '{rule}'"
        )
        raise Mistake(what + (suggest(rule, CATALOGUE) or "; `armsrace list rules` names them"))
    if not owner and not any(rule in actor.rules for _, _, actor in scenario.actors()):
        raise Mistake(f"nobody in '{scenario.name}' follows '{rule}'; write 'actor.rules.{rule}' to give it to one")
    if owner == "weapons":
        raise Mistake(f"weapons follow no rules; write 'rules.{rule}'")
    return Slot(path, "rule", owner, rule, "", "flag", 0.0, 1.0)


def _end_here(path: str, surplus: list[str]) -> None:
    if surplus:
        end = ".".join(surplus)
        raise Mistake(f"nothing can follow '{path.removesuffix('.' + end)}'; remove '.{end}'")
