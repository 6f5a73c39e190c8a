"""What is disputed keeps armies large, whoever holds it (rule cards R04 and R05)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="milex_target_log",
    card="R05",
    evidence=["voa_arms_race", "huth_allee_2002", "senese_vasquez_2008"],
    claims=["SF-02", "SF-12"],
    says="{actor} has land in dispute to win or to keep",
)
def guard_what_is_at_stake(
    claim: Array,
    control: Array,
    their_claim: Array,
    rivalry: Array,
    *,
    weight: Parameter = Parameter(
        0.2,
        "1 per claim",
        between=(0.1, 0.4),
        because="a whole core claim at stake adds a fifth; spending did not fall after the victory of 2020",
    ),
) -> Array:
    """A state spends for the land it wants and does not hold, and for the land it holds and a rival wants.

    Reported: Having taken control of Karabakh, Azerbaijan goes on enlarging its
    arsenal, victory does not satiate demand; the memory of one war won and one lost is
    said to feed the expectation of another round (VOA).

    Assumed: what is won has to be guarded for as long as the loser claims it, so that
    a dispute relaxes only when claims are given up; the first claim counts most.

    Formula: ``ln(1 + weight * s)``,
    ``s = sum over zones of claim (1 - control) + sum over rivals of their claim * control``.

    Examples
    --------
    A zone that both claim costs the one who holds it as much as the other; a claim that is given up frees both:

    >>> held, lost, mine = np.ones(1), np.zeros(1), np.ones(1)
    >>> guard_what_is_at_stake(mine, lost, np.ones((1, 1)), np.ones(1)).round(2).tolist()
    0.18
    >>> guard_what_is_at_stake(mine, held, np.ones((1, 1)), np.ones(1)).round(2).tolist()
    0.18
    >>> guard_what_is_at_stake(mine, held, np.zeros((1, 1)), np.ones(1)).round(2).tolist()
    0.0
    """
    wanted = (claim * (1.0 - control)).sum(0)
    guarded = (rivalry[:, None] * (their_claim * control)).sum((0, 1))
    stake: Array = np.log1p(weight * (wanted + guarded))
    return stake
