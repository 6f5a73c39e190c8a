"""Decisions of persons: which quantities they set in which steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import numpy as np

from sim.model.seats import DECIDABLE, Decided
from sim.model.world import Array
from sim.scenario.changes import place, step_of
from sim.scenario.orders import Labels
from sim.scenario.schema import Decision, Scenario, day


def decided_by_step(
    scenario: Scenario, labels: Labels, left_out: Sequence[Collection[int]] = ((),), only: int | None = None
) -> dict[int, Decided]:
    """Return, by step, what persons decide in it, from the first month of a decision to its last.

    Parameters
    ----------
    left_out : sequence of collection of int
        Places of decisions that are left to the rules: in all runs, or run by run where there are several collections.
    only : int, optional
        The one step that is asked for; all of them unless given.

    Returns
    -------
    dict of int to Decided
        Arrays ``(*axes, actor, run)``, the last axis as long as `left_out`.
    """
    found: dict[int, dict[str, tuple[Array, Array]]] = {}
    for number, decision in enumerate(scenario.decisions):
        taken = np.array([number not in out for out in left_out])
        steps = [step for step in steps_of(scenario, decision) if only in (None, step)]
        if not steps or not taken.any():
            continue
        name = decision.decides
        mask, values = _of_one(decision, labels, len(left_out))
        for step in steps:
            earlier = found.setdefault(step, {}).get(name)
            mine = mask & taken
            found[step][name] = (
                (mine, values) if earlier is None else (earlier[0] | mine, np.where(mine, values, earlier[1]))
            )
    return dict(found)


def _of_one(decision: Decision, labels: Labels, runs: int) -> tuple[Array, Array]:
    """Return where one decision says something, and what, ``(*axes, actor, run)``."""
    variable, split = DECIDABLE[decision.decides].said, DECIDABLE[decision.decides].split
    shape = (*(len(labels[axis]) for axis in variable.axes), len(labels[variable.actor]), runs)
    mask, values = np.zeros(shape, dtype=bool), np.zeros(shape)
    place({variable.name: values}, labels, variable, decision.actor, decision.value)
    by_label = decision.value if isinstance(decision.value, dict) else {}
    everywhere = dict.fromkeys(by_label, 1.0) if by_label and not split else 1.0  # of a whole, the unnamed is nothing
    place({variable.name: mask}, labels, variable, decision.actor, everywhere)
    return mask, values


def steps_of(scenario: Scenario, decision: Decision) -> range:
    """Return the steps in which a decision holds."""
    year, month = map(int, decision.until.split("-"))
    after = dt.date(year + month // 12, month % 12 + 1, 1)
    return range(step_of(scenario, day(decision.since)), step_of(scenario, after))


def decisions_in(scenario: Scenario, step: int) -> list[Decision]:
    """Return the decisions that hold in a step."""
    return [decision for decision in scenario.decisions if step in steps_of(scenario, decision)]
