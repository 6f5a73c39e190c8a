"""What an attack would cost in lives and arms speaks against it (rule cards R07 and R29)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

FURTHEST = 4.0  # log units beyond which a balance changes losses no more


@rule(
    actor="state",
    writes="attack_utility",
    card="R07",
    evidence=["voa_arms_race", "jervis_1978", "bueno_de_mesquita_1981"],
    claims=["SF-08"],
    says="{actor} reckons with its losses against the rival's defensive arms, "
    "at a believed balance of {perceived_balance:+.2f}",
)
def fear_losses(
    perceived_balance: Array,
    their_class_mass: Array,
    rivalry: Array,
    denial_weight: Array,
    offence: Array,
    ambition: Array,
    *,
    operation_cost: Parameter = Parameter(
        0.115, "core claims", between=(0.08, 0.16), because="some hundred lives weigh most of what an operation may win"
    ),
    campaign_cost: Parameter = Parameter(
        0.9, "core claims", between=(0.5, 1.0), because="some thousand lives weigh nearly a core claim"
    ),
    relief: Parameter = Parameter(
        0.4,
        "log per log unit",
        between=(0.3, 0.5),
        because="as the exchange ratio of battle moves with the balance (R33)",
    ),
    dearness: Parameter = Parameter(
        3.0,
        "1",
        between=(1.0, 4.0),
        because="a defence made of nothing but denial makes an attack four times as dear",
    ),
    scale: Parameter = Parameter(
        1.0,
        "1",
        between=(0.3, 3.0),
        because="denial arms cost half as much as they could when they match the attacker's strength",
    ),
) -> Array:
    """A state is the less ready to attack the more it would lose, above all to arms for denial.

    Reported: Armenia's near-term aim is to make any attack on it far dearer for the
    attacker than before (VOA).

    Assumed: losses fall with the believed balance and rise with the rivals' arms for
    denial (air defence, anti-armour, sensors, artillery), whose effect saturates.

    Formula: ``-h[scale] * exp(-relief * balance) * (1 + dearness * C)``,
    ``C = denial / (denial + scale * offence + 1)``.

    Examples
    --------
    A campaign at parity, facing no arms for denial and as many as it brings itself:

    >>> masses, one = np.array([0.0, 99.0])[None, None], np.ones((1, 1))
    >>> fear_losses(np.zeros(2), masses, one, one, np.array(98.0), np.array(1.0)).round(2).tolist()
    [-0.9, -2.25]
    """
    faced = (rivalry[:, None] * their_class_mass).sum(0)
    denial = (denial_weight * faced).sum(0)
    cost = 1.0 + dearness * (denial / (denial + scale * offence + 1.0))
    usual = operation_cost + (campaign_cost - operation_cost) * ambition
    losses: Array = -usual * (np.exp(-relief * np.clip(perceived_balance, -FURTHEST, FURTHEST)) * cost)
    return losses
