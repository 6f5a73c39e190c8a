"""Weapons win or lose their name in battle (rule card R13)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

TINY = 1e-9


@rule(
    actor="state",
    writes="reputation_gain",
    card="R13",
    evidence=["ap_israeli_arms_2023-10", "baykar_agreement_2024-03", "cnn_israel_arms_trade_2023-10"],
    claims=["SF-36", "SF-37", "SF-76", "SF-90"],
    says="{actor} judges {other}'s weapons by how the war went (record so far {reputation:+.2f})",
)
def learn_from_battle(
    reputation: Array,
    origin_stock: Array,
    their_origin_stock: Array,
    attacking: Array,
    their_attacking: Array,
    rivalry: Array,
    war_ends: Array,
    war_gain: Array,
    fighting: Array,
    *,
    learning: Parameter = Parameter(
        0.5,
        "index per war",
        between=(0.2, 0.6),
        because="a won war moves the record of a sole supplier by a third of a point",
    ),
    expected: Parameter = Parameter(
        0.4, "share", between=(0.2, 0.6), because="attackers reach part of their objective more often than none"
    ),
    enemy_weight: Parameter = Parameter(
        0.5,
        "share",
        between=(0.0, 1.0),
        because="what the rival's weapons did is known less well than what one's own did",
    ),
    operation_weight: Parameter = Parameter(
        0.3,
        "share",
        between=(0.1, 1.0),
        because="in 2016 a few days of fighting already made a drone's name, less than 2020 did",
    ),
) -> Array:
    """A state that has fought thinks better of the suppliers of the side that did better than expected.

    Reported: an Israeli drone was praised after its use in 2016, and drones are
    credited with tipping the war of 2020 (AP); Turkish support proved its worth
    (news of March 2024); success in battle advertises the product (CNN).

    Assumed: credit and blame fall on suppliers by their share of the arms held on
    each side; an attack that gains more than expected speaks for the attacker's
    arms and against the defender's, by the same amount.

    Formula: ``learning * scale * (share in own arms * d - enemy_weight * share in theirs * d)``,
    with ``d = gain - expected`` for the attacker, and its negative for the defender.

    Examples
    --------
    An attacker wins a campaign with the first supplier's arms against the second's:

    >>> own, theirs = np.array([9.0, 0.0]), np.array([0.0, 9.0])
    >>> one = np.array(1.0)
    >>> nobody, rival, campaign = np.zeros(1), np.ones(1), np.array(2.0)
    >>> gain = learn_from_battle(np.zeros(2), own, theirs[None], one, nobody, rival, one, one, campaign)
    >>> gain.round(2).tolist()
    [0.3, -0.15]
    """
    suppliers = reputation.shape[0]
    enemy = rivalry * np.maximum(attacking, their_attacking)
    theirs = (enemy[:, None] * their_origin_stock).sum(0)
    own_share = origin_stock[:suppliers] / np.maximum(origin_stock.sum(0), TINY)
    their_share = theirs[:suppliers] / np.maximum(theirs.sum(0), TINY)
    did_well = (war_gain - expected) * (2.0 * attacking - 1.0)
    scale = war_ends * np.minimum(enemy.sum(0), 1.0) * np.where(fighting == 2.0, 1.0, operation_weight)
    gain: Array = learning * (scale * did_well) * (own_share - enemy_weight * their_share)
    return gain
