"""Tests, parades and visits are shown to the rival (rule card R38)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

FURTHEST = 3.0  # log units: weaker than that makes no more difference


@rule(
    actor="state",
    writes="displays",
    card="R38",
    evidence=["ap_israeli_arms_2023-10", "fearon_1997", "jervis_1978"],
    claims=["SF-35", "SF-39"],
    says="{actor} prepares an attack or not (plan {plan:.2f}) and sees a balance of {perceived_balance:+.2f}",
    draws=1,
)
def make_a_show_of_strength(
    plan: Array,
    perceived_balance: Array,
    dt: Array,
    draws: Array,
    *,
    base: Parameter = Parameter(
        1.5, "per yr", between=(1.0, 4.0), because="one to four events a year worth a report (R38)"
    ),
    resolve: Parameter = Parameter(
        1.1,
        "log",
        between=(0.3, 1.6),
        because="a visit and a missile test within ten weeks before the attack of 2023, three times the usual",
    ),
    deterrence: Parameter = Parameter(
        0.3,
        "log per log unit",
        between=(0.0, 1.0),
        because="the weaker side has more reason to show what it has; no published number",
    ),
) -> Array:
    """A state displays its arms and friends more often while it prepares an attack, and when it is the weaker side.

    Reported: a test firing of a Barak-8 missile was announced just before the offensive of
    September 2023, and the Israeli minister of defence had been to Baku in July (AP 2023).

    Assumed: tests, parades, drills and visits count alike, one a step at most. What they
    cost is part of military spending; they commit nobody.

    Formula: one with probability ``1 - exp(-rate * dt)``, ``rate = base * exp(resolve if there is
    a plan + deterrence * max(0, -perceived_balance))``.

    Examples
    --------
    With the same luck, nothing is shown in a usual month, and something while an attack is planned:

    >>> luck, month = np.full((1, 2), 0.2), np.array(1 / 12)
    >>> make_a_show_of_strength(np.array([0.0, 0.3]), np.zeros(2), month, luck).tolist()
    [0.0, 1.0]
    """
    outmatched = np.clip(-perceived_balance, 0.0, FURTHEST)
    rate = base * np.exp(np.where(plan > 0.0, resolve, 0.0) + deterrence * outmatched)
    return np.where(draws[0] < 1.0 - np.exp(-rate * dt), 1.0, 0.0)
