"""Believed superiority tempts (rule cards R29 and R31)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

FURTHEST = 4.0  # log units beyond which more superiority changes nothing


@rule(
    actor="state",
    writes="attack_score",
    card="R29",
    evidence=["voa_arms_race", "blainey_1973", "gibler_rider_hutchison_2005"],
    claims=["SF-08"],
    says="{actor} puts its strength in attack at {perceived_balance:+.2f} log units over the rival's defence",
)
def press_advantage(
    perceived_balance: Array,
    ambition: Array,
    *,
    weight: Parameter = Parameter(
        1.2,
        "log per log unit",
        between=(0.5, 2.0),
        because="centre of the range; studies of arms build-ups agree on the sign within rivalries only",
    ),
    threshold: Parameter = Parameter(
        0.7,
        "log ratio",
        between=(0.0, 1.5),
        because="two to one, about where an attack on defended mountains becomes an even bet",
    ),
    operation_share: Parameter = Parameter(
        0.5,
        "share",
        between=(0.2, 1.0),
        because="a limited operation needs less superiority than a campaign and gains less from it",
    ),
) -> Array:
    """A state that believes itself stronger is readier to attack, above all to wage a campaign.

    Reported: there is no parity between the two states, and Azerbaijan wants to
    build on its success (VOA).

    Assumed: log-linear in the believed balance, bounded at both ends; the same
    superiority counts less for a limited operation.

    Formula: ``weight * (balance - threshold) * (s + (1 - s) * ambition)``, within 4 log units.

    Examples
    --------
    A believed superiority of four to one doubles the hazard of a campaign, and
    raises that of an operation by half:

    >>> score = press_advantage(np.log(np.array(4.0)), np.array([0.0, 1.0]))
    >>> np.exp(score).round(2).tolist()
    [1.51, 2.28]
    """
    temptation = np.clip(weight * (perceived_balance - threshold), -FURTHEST, FURTHEST)
    return temptation * (operation_share + (1.0 - operation_share) * ambition)
