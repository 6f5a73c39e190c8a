"""Denial deters: an attack made dear is put off (rule cards R07 and R29)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="attack_score",
    card="R07",
    evidence=["voa_arms_race", "jervis_1978"],
    claims=["SF-08"],
    says="{actor} reckons with what the rival's defensive arms would cost it",
)
def dread_costly_defence(
    their_class_mass: Array,
    rivalry: Array,
    denial_weight: Array,
    offence: Array,
    ambition: Array,
    *,
    weight: Parameter = Parameter(
        1.0,
        "log",
        between=(0.5, 2.0),
        because="a defence that costs the attacker everything cuts the hazard of a campaign by half",
    ),
    scale: Parameter = Parameter(
        1.0,
        "1",
        between=(0.3, 3.0),
        because="denial arms cost half as much as they could when they match the attacker's strength",
    ),
    usual: Parameter = Parameter(
        0.3,
        "share",
        between=(0.1, 0.6),
        because="cost at which base rates hold: denial arms worth less than half of the attacker's strength",
    ),
    operation_share: Parameter = Parameter(
        0.5, "share", between=(0.0, 1.0), because="a limited operation meets only part of the defence"
    ),
) -> Array:
    """A state is less ready to attack, above all in a campaign, the more arms for denial its rivals hold.

    Reported: Armenia's near-term aim is to make any attack on it far dearer for the
    attacker than before (VOA).

    Assumed: only classes with a weight in denial count (air defence, anti-armour,
    sensors, artillery); cost saturates.

    Formula: ``-weight * (C - usual) * (s + (1 - s) * ambition)`` with
    ``C = denial / (denial + scale * offence + 1)``.

    Examples
    --------
    Without arms for denial a campaign is a third more likely than usual, facing
    plenty of them half as likely:

    >>> import numpy as np
    >>> masses, one = np.array([0.0, 1e6])[None, None], np.ones((1, 1))
    >>> score = dread_costly_defence(masses, one, np.ones((1, 1)), np.array(100.0), np.array(1.0))
    >>> np.exp(score).round(2).tolist()
    [1.35, 0.5]
    """
    faced = (rivalry[:, None] * their_class_mass).sum(0)
    denial = (denial_weight * faced).sum(0)
    cost = denial / (denial + scale * offence + 1.0)
    score: Array = -weight * (cost - usual) * (operation_share + (1.0 - operation_share) * ambition)
    return score
