"""The number of a factor in a scenario: what it is now, whether another may stand there, and putting it there.

`sim.study.slots` says what the name of a factor means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from sim.model.mistakes import Mistake
from sim.model.variables import INFINITY, VARIABLES
from sim.model.world import Array
from sim.scenario.changes import is_history, overwriting
from sim.scenario.check import check
from sim.scenario.document import Document, Place
from sim.scenario.opening_values import opening_arrays
from sim.scenario.schema import KIND_OF, Figure, Scenario
from sim.scenario.settings import MECHANISMS, central
from sim.study.slots import Slot, find_slot, heeding, is_heeded, owners, stated

ANYWHERE = Document({}, {}, "<point>")  # a scenario at a point has no file
REASON = "a point of an experiment"


# -- what a scenario has there now


def present(scenario: Scenario, slot: Slot) -> float:
    """Return the number a scenario has in a slot: of a distribution the middle, of a rule 1 if it is followed.

    Raises
    ------
    Mistake
        If there are several different numbers.
    """
    if slot.kind == "rule":
        return float(not slot.owner or slot.name in owners(scenario)[slot.owner].rules)  # type: ignore[union-attr]
    if slot.kind == "parameter":
        rule, _, parameter = slot.name.partition(".")
        return central(stated(scenario, slot.name, slot.owner), MECHANISMS[rule].parameters[parameter])
    axes, variable = scenario.labels(), VARIABLES[slot.name]
    place = axes[variable.actor].index("region" if slot.owner == "weapons" else slot.owner)
    array = opening_arrays(scenario, axes)[slot.name][..., place, 0]
    if slot.label:
        return float(array[axes[variable.axes[0]].index(slot.label)])
    if array.size and (array != array.flat[0]).any():
        raise Mistake(f"'{slot.path}' is not one number in '{scenario.name}'; name a label, as '{slot.path}.label'")
    return float(array.flat[0])


def believed(scenario: Scenario, named: Iterable[str], *, priors: bool = False) -> list[str]:
    """Return the paths of all distributions of a scenario that are in force and not named already.

    With `priors` also of what is believed beside what is played, of parameters that somebody heeds.

    A distribution for everybody is one path for each actor it counts for, since
    each of them has a draw of its own; named by ``rule.parameter`` it is one number for all.
    """
    taken, stated, paths = set(named), list[str](), list[str]()
    for path in scenario.believed() if priors else ():
        if path not in taken and is_heeded(scenario, path) and find_slot(scenario, path).believed is None:
            stated.append(path)
    taken.update(stated)
    for key, figure in scenario.parameters.items():
        if figure.distribution is not None and key not in taken:
            paths += [f"{actor}.{key}" for actor in heeding(scenario, key)]
    for _, actor, document in scenario.actors():
        for key, figure in document.parameters.items():
            if figure.distribution is not None and actor in heeding(scenario, key, actor):
                paths.append(f"{actor}.{key}")
    return [*stated, *(path for path in paths if path not in taken)]


# -- putting a number there


def put(scenario: Scenario, numbers: Iterable[tuple[Slot, float]]) -> Scenario:
    """Return a copy of a scenario with numbers put in; nothing else differs.

    Raises
    ------
    Mistake
        If a number is out of range.
    """
    for slot, number in numbers:
        sentence = refusal(slot, number)
        if sentence:
            raise Mistake(f"{slot.path}: {sentence}")
        scenario = _put(scenario, slot, number)
    return scenario


def put_run_by_run(scenario: Scenario, slots: Iterable[Slot], columns: Iterable[Array]) -> Scenario:
    """Return a copy of a scenario whose runs have numbers of their own, by factor the numbers of a sample ``(row,)``.

    Each row by itself has been looked at before; the copy is to be played and nothing else.
    """
    for slot, column in zip(slots, columns, strict=True):
        scenario = _put(scenario, slot, column)
    return scenario


def refusal(slot: Slot, number: float) -> str:
    """Say why a number cannot be put in a slot; empty where it can."""
    if slot.kind == "rule" and number not in (0.0, 1.0):
        return f"{number:g} neither switches a rule off nor on; write 0 or 1"
    if slot.low <= number <= slot.high:
        return f"{number:g} is no {slot.unit}; write a whole number" if _broken(slot, number) else ""
    unit = "" if slot.unit == "1" else f" {slot.unit}"
    reach = f"{slot.low:g} or more" if slot.high == INFINITY else f"{slot.low:g} to {slot.high:g}"
    return f"{number:g} is out of range; write {reach}{unit}"


def _broken(slot: Slot, number: float) -> bool:
    return slot.unit in ("code", "flag") and number != int(number)


def placed(scenario: Scenario, slot: Slot) -> Place:
    """Return where in a scenario document the number of a slot stands."""
    section = "parameters" if slot.kind == "parameter" else "quantities"
    above = next((f"{kind}s" for kind, key, _ in scenario.actors() if key == slot.owner and kind != "region"), "")
    return tuple(part for part in (above, slot.owner, section, slot.name) if part)


def overtaken(scenario: Scenario, slot: Slot) -> tuple[str, bool]:
    """Say which event sets a quantity anew and when, empty where none does; and whether it never holds for that."""
    event = overwriting(scenario, slot.owner, slot.name, slot.label) if slot.kind == "quantity" else None
    if event is None:
        return "", False
    dead = is_history(scenario, event)
    moves = "moves nothing" if dead else f"moves nothing from {event.date} on"
    return f"'{slot.path}' {moves}, an event sets it anew: {event.what} ({event.date})", dead


def objections(scenario: Scenario) -> list[tuple[Place, str]]:
    """Return what the checks of a scenario document find wrong with a scenario made at a point."""
    return [(problem.path, problem.message) for problem in check(scenario, ANYWHERE)]


def _put(scenario: Scenario, slot: Slot, number: Any) -> Scenario:
    if slot.kind == "rule":
        for _, key, actor in list(scenario.actors()):
            if slot.owner in ("", key):
                scenario = _with_actor(scenario, key, {"rules": _doctrine(actor.rules, slot, number)})
        return scenario
    if not slot.owner:
        return scenario.model_copy(update={"parameters": _set(scenario.parameters, slot, number)})
    section = "parameters" if slot.kind == "parameter" else "quantities"
    figures = getattr(owners(scenario)[slot.owner], section)
    return _with_actor(scenario, slot.owner, {section: _set(figures, slot, number)})


def _doctrine(rules: list[str], slot: Slot, number: float) -> list[str]:
    """Return a doctrine with one rule added or removed; to follow what it follows changes nothing."""
    if number:
        return [*rules, slot.name] if slot.owner and slot.name not in rules else rules
    return [rule for rule in rules if rule != slot.name]


def _set(figures: Mapping[str, Figure], slot: Slot, number: Any) -> dict[str, Figure]:
    """Return figures with one number replaced or added; its basis is the experiment's assumption."""
    old = figures.get(slot.name)
    fields: dict[str, Any] = {"between": old.between, "unit": old.unit} if old else {}
    if slot.label:
        fields["values"] = {**((old.values if old else None) or {}), slot.label: number}
        fields["value"] = old.value if old else None
    else:
        fields["value"] = number
    made = Figure.model_construct if np.ndim(number) else Figure  # no document holds a number for each run
    return {**figures, slot.name: made(**fields, basis="assumed", because=REASON)}


def _with_actor(scenario: Scenario, key: str, update: dict[str, Any]) -> Scenario:
    """Return a scenario with something changed in the document of an actor, or of the weapons."""
    for section in KIND_OF:
        actors = getattr(scenario, section)
        if key in actors:
            changed = {**actors, key: actors[key].model_copy(update=update)}
            return scenario.model_copy(update={section: changed})
    return scenario.model_copy(update={key: getattr(scenario, key).model_copy(update=update)})
