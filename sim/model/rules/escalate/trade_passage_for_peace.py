"""An agreement that opens a way makes fighting for it pointless (rule card R37)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="attack_score",
    card="R37",
    evidence=["cnn_israel_arms_trade_2023-10", "fearon_1995"],
    claims=["SF-80"],
    says="{actor} has or lacks an agreement on passage (talks at stage {talks:.0f})",
)
def trade_passage_for_peace(
    talks: Array,
    their_recognised: Array,
    rivalry: Array,
    *,
    remaining: Parameter = Parameter(
        0.2, "share", between=(0.1, 0.3), because="a deal leaves 0.1 to 0.3 of the hazard (R37)"
    ),
) -> Array:
    """A state with a framework or treaty is far less ready to attack land recognised as its rival's.

    Reported: fears centre on a corridor through Syunik (Zangezur), which the
    Azerbaijani government denied to want by force (CNN 2023).

    Assumed: any framework or treaty settles passage, so that nothing is left to
    fight for beyond the border; on top of what talks do elsewhere.

    Formula: ``ln remaining * sum over rivals (recognised[zone])`` once agreed, else 0.

    Examples
    --------
    Talks, and a framework:

    >>> one = np.ones((1, 1, 1, 1))
    >>> (0.0 + trade_passage_for_peace(np.array([1.0, 3.0]), one, one[0])).round(2).ravel().tolist()
    [0.0, -1.61]
    """
    recognised = (rivalry[:, None] * their_recognised).sum(0)
    agreed = np.where(talks >= 3.0, np.log(remaining), 0.0)
    score: Array = agreed * recognised[:, None]
    return score
