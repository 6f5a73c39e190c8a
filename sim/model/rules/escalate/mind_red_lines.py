"""Outside powers draw red lines around some land (rule card R37)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="attack_score",
    card="R37",
    evidence=["cnn_israel_arms_trade_2023-10", "huth_allee_2002"],
    claims=["SF-80"],
    says="{actor} considers the red lines of outside powers",
)
def mind_red_lines(
    their_red_line: Array,
    their_control: Array,
    ambition: Array,
    rivalry: Array,
    *,
    weight: Parameter = Parameter(
        0.7, "log", between=(0.0, 1.5), because="a neighbour's threat halves the hazard of a campaign"
    ),
    operation_share: Parameter = Parameter(
        0.2, "share", between=(0.0, 1.0), because="incursions of 2021 and 2022 met no outside power; a corridor would"
    ),
) -> Array:
    """A state is less ready to wage a campaign for land that an outside power does not want to change hands.

    Reported: many in Armenia fear an invasion for a corridor through Syunik
    (Zangezur), and the Azerbaijani government denied such aims (CNN 2023).

    Assumed: in proportion to the objection the scenario states; it comes on top of what
    a recognised border costs.

    Formula: ``-weight * (s + (1 - s) * ambition) * sum over rivals (red_line[zone] * control[zone])``.

    Examples
    --------
    A limited operation and a campaign:

    >>> import numpy as np
    >>> one, scale = np.ones((1, 1, 1, 1)), np.array([0.0, 1.0])[:, None, None]
    >>> mind_red_lines(one, one, scale, one[0]).round(2).ravel().tolist()
    [-0.14, -0.7]
    """
    objection = (rivalry[:, None] * (their_red_line * their_control)).sum(0)
    reach = operation_share + (1.0 - operation_share) * ambition
    score: Array = -weight * (reach * objection[:, None])
    return score
