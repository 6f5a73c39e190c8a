"""Talks and treaties put attacks off (rule cards R28 and R29)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="attack_score",
    card="R28",
    evidence=["ap_israeli_arms_2023-10", "voa_arms_race", "beardsley_2008"],
    claims=["SF-15"],
    says="{actor} takes into account where talks stand (stage {talks:.0f})",
)
def hold_back_during_talks(
    talks: Array,
    *,
    restraint: Parameter = Parameter(
        0.4,
        "log",
        between=(0.1, 1.2),
        because="hazard ratio of two thirds; studies of mediation find 0.3 to 0.9 in the first years",
    ),
    treaty_weight: Parameter = Parameter(
        3.0,
        "1",
        between=(1.0, 6.0),
        because="a treaty in force binds more than words about one, and can still be broken",
    ),
) -> Array:
    """A state is less ready to attack while talks are held or something is agreed, and least under a treaty.

    Reported: the attack of 2023 came while Western governments pressed for talks
    (AP), so restraint is limited; assurances may not remove suspicion (VOA).

    Assumed: a deadlock restrains no more than no talks at all.

    Formula: ``-restraint`` in talks or under a framework, ``-restraint * treaty_weight`` under a treaty.

    Examples
    --------
    None, talks, deadlock, framework, treaty:

    >>> hold_back_during_talks(np.arange(5.0)).round(2).tolist()
    [0.0, -0.4, 0.0, -0.4, -1.2]
    """
    talking = (talks == 1.0) | (talks == 3.0)
    return np.where(talks == 4.0, -restraint * treaty_weight, np.where(talking, -restraint, 0.0))
