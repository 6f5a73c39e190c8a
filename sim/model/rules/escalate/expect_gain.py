"""A state weighs what it may win against what a failure costs (rule cards R05 and R29)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

DEEPEST = 2.0  # index beyond which grievance raises the value of land no further


@rule(
    actor="state",
    writes="attack_utility",
    card="R29",
    evidence=["voa_arms_race", "cnn_israel_arms_trade_2023-10", "bueno_de_mesquita_1981", "fearon_1995", "powell_2006"],
    claims=["SF-08", "SF-80"],
    says="{actor} claims land that a rival holds, and puts its grievance at {grievance:.2f}",
)
def expect_gain(
    believed_chance: Array,
    claim: Array,
    their_control: Array,
    grievance: Array,
    rivalry: Array,
    ambition: Array,
    *,
    operation_prize: Parameter = Parameter(
        0.15,
        "share",
        between=(0.05, 0.3),
        because="a limited operation takes a few per cent of a zone, and shows strength",
    ),
    campaign_prize: Parameter = Parameter(
        1.0, "share", between=(0.5, 1.0), because="a campaign is for all that is claimed and not held"
    ),
    operation_failure: Parameter = Parameter(
        0.08, "core claims", between=(0.03, 0.15), because="half of what an operation may win"
    ),
    campaign_failure: Parameter = Parameter(
        0.5, "core claims", between=(0.2, 1.0), because="a lost war costs a government half a core claim"
    ),
    bitterness: Parameter = Parameter(
        0.4, "per index", between=(0.1, 0.8), because="a grievance of one makes lost land dearer by two fifths"
    ),
) -> Array:
    """A state wants the land it claims and a rival holds, as far as it believes it can take it.

    Reported: There is no parity between the two states, and after the recapture of
    Karabakh (Artsakh) Azerbaijan goes on arming (VOA); fears centre on a corridor through
    Syunik (Zangezur) (CNN 2023).

    Assumed: expected value in units of a core claim (Bueno de Mesquita 1981); the
    chance is the believed one; grievance makes land dearer, up to twice an index of one.

    Formula: ``p V g[scale] - (1 - p) f[scale]``, ``V = claim * theirs * (1 + bitterness * min(grievance, 2))``.

    Examples
    --------
    A core claim all in a rival's hands, at even odds and at nine to one (operation, campaign):

    >>> one, scale = np.ones((1, 1)), np.array([0.0, 1.0])[:, None]
    >>> gains = [expect_gain(np.full((1, 1), p), one, one[None], np.zeros(1), one, scale) for p in (0.5, 0.9)]
    >>> [gain.round(2).ravel().tolist() for gain in gains]
    [[0.03, 0.25], [0.13, 0.85]]
    """
    theirs = (rivalry[:, None] * their_control).sum(0)
    value = claim * theirs * (1.0 + bitterness * np.minimum(grievance, DEEPEST))
    prize = operation_prize + (campaign_prize - operation_prize) * ambition
    failure = operation_failure + (campaign_failure - operation_failure) * ambition
    chance = believed_chance[:, None]
    gain: Array = chance * value[:, None] * prize - (1.0 - chance) * failure
    return gain
