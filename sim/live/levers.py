"""Levers of a scenario: numbers that a reader may move, with what is known of each."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sim import evidence
from sim.model.mistakes import Mistake
from sim.model.variables import VARIABLES
from sim.scenario.schema import Scenario
from sim.scenario.settings import MECHANISMS
from sim.study.factors import overtaken, present, put
from sim.study.slots import Slot, find_slot, owners, stated


@dataclass(frozen=True)
class Lever:
    """A number that a reader may move.

    Attributes
    ----------
    path : str
        As in an experiment, ``actor.quantity.label`` or ``rule.parameter``.
    words : str
        What is read beside it.
    unit, basis, source, because : str
        Of the number, from the scenario where it states it, from the rule's parameter where it does not; of a quantity
        that nobody states, what it means.
    low, high : float
        Ends of its range.
    value : float
        What the scenario has.
    rule : str
        Whose parameter it is, to be looked up; empty for a quantity.
    """

    path: str
    words: str
    unit: str
    low: float
    high: float
    value: float
    basis: str
    source: str
    because: str
    rule: str


@cache
def _listed() -> tuple[Mapping[str, str], ...]:
    """Return paths and words, as they are written."""
    return tuple(evidence.shipped((Path(__file__).parent / "levers.yaml").read_text(encoding="utf-8")))


def levers(scenario: Scenario) -> list[Lever]:
    """Return the levers that a scenario has, in the order of their list."""
    found = []
    for entry in _listed():
        with suppress(Mistake):  # no such actor, rule or number in this scenario
            if not overtaken(scenario, find_slot(scenario, entry["path"]))[1]:  # by what happened before the opening
                found.append(lever_at(scenario, entry["path"]))
    return found


def lever_at(scenario: Scenario, path: str) -> Lever:
    """Return any number of a scenario as a lever; one that is not in the list is called by its path.

    Raises
    ------
    Mistake
        If there is no such number.
    """
    words = {entry["path"]: entry["words"] for entry in _listed()}
    return _lever(scenario, find_slot(scenario, path), words.get(path, path))


def moved(scenario: Scenario, numbers: Mapping[str, float]) -> Scenario:
    """Return a scenario with levers where they were put.

    Raises
    ------
    Mistake
        If there is no such number, or it is out of range.
    """
    return put(scenario, [(find_slot(scenario, path), float(number)) for path, number in numbers.items()])


def _lever(scenario: Scenario, slot: Slot, words: str) -> Lever:
    """Return a lever with what is known of its number."""
    rule, _, parameter = slot.name.partition(".")
    told: Any
    if slot.kind == "parameter":
        default = MECHANISMS[rule].parameters[parameter]
        told = stated(scenario, slot.name, slot.owner)
        told = default if told is None or told.basis is None else told
    else:
        told = getattr(owners(scenario)[slot.owner], "quantities", {}).get(slot.name)
    basis, source, because = (str(getattr(told, name, None) or "") for name in ("basis", "source", "because"))
    if source:
        source = evidence.named(evidence.source(source))
    if slot.kind == "quantity" and not basis:
        because = VARIABLES[slot.name].meaning
    own = rule if slot.kind == "parameter" else ""
    value = present(scenario, slot)
    return Lever(slot.path, words, slot.unit, slot.low, slot.high, value, basis, source, because, own)
