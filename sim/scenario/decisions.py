"""Decisions of persons: which quantities they set in which steps."""

from __future__ import annotations

import datetime as dt

import numpy as np

from sim.model.seats import DECIDABLE, Decided
from sim.model.world import Array
from sim.scenario.changes import place, step_of
from sim.scenario.orders import Labels
from sim.scenario.schema import Decision, Scenario, day


def decided_by_step(scenario: Scenario, labels: Labels, spared: str = "") -> dict[int, Decided]:
    """Return, by step, what persons decide in it but for an actor that is spared.

    It holds from the first month of a decision to its last.
    """
    found: dict[int, dict[str, tuple[Array, Array]]] = {}
    for decision in scenario.decisions:
        if decision.actor == spared:
            continue
        variable, split = DECIDABLE[decision.decides].said, DECIDABLE[decision.decides].split
        shape = (*(len(labels[axis]) for axis in variable.axes), len(labels[variable.actor]), 1)
        for step in steps_of(scenario, decision):
            mask, values = found.setdefault(step, {}).setdefault(
                variable.name, (np.zeros(shape, dtype=bool), np.zeros(shape))
            )
            place({variable.name: values}, labels, variable, decision.actor, decision.value)
            by_label = decision.value if isinstance(decision.value, dict) else {}
            everywhere = dict.fromkeys(by_label, 1.0) if by_label and not split else 1.0  # else unnamed is none
            place({variable.name: mask}, labels, variable, decision.actor, everywhere)
    return dict(found)


def steps_of(scenario: Scenario, decision: Decision) -> range:
    """Return the steps in which a decision holds."""
    year, month = map(int, decision.until.split("-"))
    after = dt.date(year + month // 12, month % 12 + 1, 1)
    return range(step_of(scenario, day(decision.since)), step_of(scenario, after))


def decisions_in(scenario: Scenario, step: int) -> list[Decision]:
    """Return the decisions that hold in a step."""
    return [decision for decision in scenario.decisions if step in steps_of(scenario, decision)]
