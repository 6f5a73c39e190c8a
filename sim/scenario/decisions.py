"""Decisions of persons: which quantities they set in which steps."""

from __future__ import annotations

import datetime as dt

import numpy as np

from sim.model.seats import Decided
from sim.model.variables import VARIABLES
from sim.model.world import Array
from sim.scenario.changes import place, step_of
from sim.scenario.orders import Labels
from sim.scenario.schema import Decision, Scenario, day


def decided_by_step(scenario: Scenario, labels: Labels) -> dict[int, Decided]:
    """Return, by step, what persons decide in it, from the first month of a decision to its last."""
    found: dict[int, dict[str, tuple[Array, Array]]] = {}
    for decision in scenario.decisions:
        variable = VARIABLES[decision.decides]
        shape = (*(len(labels[axis]) for axis in variable.axes), len(labels[variable.actor]), 1)
        for step in steps_of(scenario, decision):
            mask, values = found.setdefault(step, {}).setdefault(
                variable.name, (np.zeros(shape, dtype=bool), np.zeros(shape))
            )
            place({variable.name: values}, labels, variable, decision.actor, decision.value)
            everywhere = dict.fromkeys(decision.value, 1.0) if isinstance(decision.value, dict) else 1.0
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
