"""Land regained brings the armies to the border itself (rule card R37)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

TINY = 1e-9


@rule(
    actor="state",
    writes="attack_score",
    card="R37",
    evidence=["cnn_israel_arms_trade_2023-10", "ap_israeli_arms_2023-10", "events_register"],
    claims=["SF-79", "SF-80"],
    says="{actor} holds or lacks the recognised land of its own that lies before its rival's border",
)
def press_beyond_regained_land(
    claim: Array,
    control: Array,
    recognised: Array,
    their_recognised: Array,
    ambition: Array,
    rivalry: Array,
    *,
    weight: Parameter = Parameter(
        2.0,
        "log",
        between=(0.5, 2.5),
        because="with all of its own land regained the record asks for 0.1 to 0.4 incursions a year (R37)",
    ),
) -> Array:
    """A state that has regained its own land makes limited incursions across its rival's border more readily.

    Reported: the border is in crisis since the war of 2020, with troops on ground inside
    Armenia (CNN 2023), and clashes there cost lives in 2021 (AP 2023).

    Assumed: what lies between the armies and the border is what the state claims and is
    recognised as its own; a campaign is no nearer for it.

    Formula: ``weight * (1 - ambition) * regained * sum over rivals (recognised[zone])``, regained being
    the share, by value, that it holds of the land claimed and recognised as its own.

    Examples
    --------
    A limited operation across the border, with none, half and all of the own land regained:

    >>> claim, own = np.ones((2, 1)), np.array([[1.0], [0.0]])
    >>> held, theirs = np.array([[0.0, 0.5, 1.0], [0.0, 0.0, 0.0]]), 1.0 - own[None]
    >>> press_beyond_regained_land(claim, held, own, theirs, np.array([[[0.0]]]), np.ones((1, 1)))[1, 0].tolist()
    [0.0, 1.0, 2.0]
    """
    own = claim * recognised
    regained = (own * control).sum(0) / np.maximum(own.sum(0), TINY)
    across = (rivalry[:, None] * their_recognised).sum(0) * regained
    score: Array = weight * ((1.0 - ambition) * across[:, None])
    return score
