"""Crossing a recognised border costs more than crossing a line of contact (rule card R37)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="attack_score",
    card="R37",
    evidence=["cnn_israel_arms_trade_2023-10", "huth_allee_2002"],
    claims=["SF-79", "SF-80"],
    says="{actor} considers whether the land is internationally recognised as its rival's",
)
def respect_recognised_border(
    their_recognised: Array,
    ambition: Array,
    rivalry: Array,
    *,
    weight: Parameter = Parameter(
        2.0,
        "log",
        between=(0.7, 3.0),
        because="sanctions and other powers' red lines cut the hazard to a seventh (a half to a twentieth)",
    ),
    operation_share: Parameter = Parameter(
        0.4,
        "share",
        between=(0.2, 1.0),
        because="the incursions of 2021 and 2022 brought no sanctions; a limited step costs less than a war",
    ),
) -> Array:
    """A state is less ready to attack land of which a rival is the internationally recognised owner.

    Reported: many in Armenia fear an invasion for a corridor through Syunik
    (Zangezur), and the Azerbaijani government denied such aims; troops hold ground
    inside Armenia all the same (CNN 2023).

    Assumed: one weight stands for sanctions, monitors and the red lines of
    neighbours; a limited operation risks only part of it.

    Formula: ``-weight * (s + (1 - s) * ambition) * sum over rivals (recognised[zone])``.

    Examples
    --------
    A campaign in a zone recognised as nobody's, or one's own, and in one recognised as the rival's:

    >>> import numpy as np
    >>> theirs = np.array([[0.0, 1.0]])[..., None, None]
    >>> (0.0 + respect_recognised_border(theirs, np.ones((1, 1, 1)), np.ones((1, 1, 1)))).ravel().tolist()
    [0.0, -2.0]
    """
    recognised = (rivalry[:, None] * their_recognised).sum(0)
    reach = operation_share + (1.0 - operation_share) * ambition
    score: Array = -weight * (reach * recognised[:, None])
    return score
