"""How a war ends decides what the attacker keeps (rule card R32)."""

from __future__ import annotations

import numpy as np

from sim.parameter import Parameter
from sim.rule import rule
from sim.rules.fight.end_the_war import (
    ADVANTAGE,
    CAMPAIGN_MEDIATION,
    CAMPAIGN_PACE,
    OPERATION_MEDIATION,
    OPERATION_PACE,
    attacker_chance,
    hazards,
    waging_campaign,
)
from sim.world import Array


@rule(
    actor="region",
    writes="deal_share",
    card="R32",
    evidence=["ap_israeli_arms_2023-10", "cnn_israel_arms_trade_2023-10", "slantchev_2003"],
    says="the war ends with the attacker's objective reached, in a halt from outside, or in failure",
    draws=1,
)
def settle_ending(
    attacking: Array,
    aim: Array,
    win_chance: Array,
    draws: Array,
    *,
    compromise: Parameter = Parameter(
        0.5, "share", between=(0.2, 0.8), basis="assumed",
        because="a halt from outside leaves the attacker about half of what it could have taken",
    ),
    operation_pace: Parameter = OPERATION_PACE,
    campaign_pace: Parameter = CAMPAIGN_PACE,
    advantage: Parameter = ADVANTAGE,
    operation_mediation: Parameter = OPERATION_MEDIATION,
    campaign_mediation: Parameter = CAMPAIGN_MEDIATION,
) -> Array:  # fmt: skip
    """An attacker keeps all it can take if it breaks through, part of it after a halt, nothing if it fails.

    Reported: fighting in 2023 ended with the surrender of the local Armenian
    authorities (AP), and all Karabakh came under Azerbaijani control (CNN).

    Assumed: the way of ending is drawn by the hazards that also set the length
    (see `end_the_war`); with constant hazards the two are independent.

    Formula: 1 if ``u < objective / total``, ``compromise`` for the next
    ``mediation / total``, otherwise 0.

    Examples
    --------
    A campaign at even odds, by luck:

    >>> attacker, campaign = np.ones((1, 1, 1)), np.array([[[0.0, 1.0]]])[..., None, None]
    >>> luck = np.array([[[0.1, 0.5, 0.9]]])
    >>> settle_ending(attacker, campaign, np.full((1, 1, 1, 1), 0.5), luck).tolist()
    [[1.0, 0.5, 0.0]]
    """
    chance = attacker_chance(attacking, aim, win_chance)
    objective, halt, failure = hazards(
        chance, waging_campaign(attacking, aim), operation_pace, campaign_pace, advantage,
        operation_mediation, campaign_mediation,
    )  # fmt: skip
    fate = draws[0] * (objective + halt + failure)
    return np.where(fate < objective, 1.0, np.where(fate < objective + halt, compromise, 0.0))
