"""Talks, frameworks and treaties calm the line (rule cards R27 and R28)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="region",
    writes="tension_push",
    card="R28",
    evidence=["voa_arms_race", "beardsley_2008"],
    claims=["SF-09", "SF-15"],
    says="talks (stage {talks:.0f}) bear on a tension of {tension:.1f}",
)
def let_talks_calm(
    tension: Array,
    talks: Array,
    *,
    relief: Parameter = Parameter(
        0.8,
        "per yr",
        between=(0.0, 2.0),
        because="talks about double the pace at which tension fades by itself; 0 allows that they are empty",
    ),
) -> Array:
    """Tension falls faster while talks are held or a framework or treaty is in force, and not in deadlock.

    Reported: US-backed talks are to end the conflict, but commitment to them may
    not remove suspicion (VOA).

    Assumed: in proportion to the tension there is; the stage of the talks beyond
    deadlock makes no difference to it.

    Formula: ``-relief * tension`` if talks are held or something is agreed, else 0.

    Examples
    --------
    None, talks, deadlock, framework, treaty:

    >>> (0.0 + let_talks_calm(np.array(2.0), np.arange(5.0))).tolist()
    [0.0, -1.6, 0.0, -1.6, -1.6]
    """
    calming = (talks == 1.0) | (talks >= 3.0)
    return np.where(calming, -relief * tension, 0.0)
