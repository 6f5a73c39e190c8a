"""Suspicion opens the treasury (rule card R06)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="milex_target_log",
    card="R06",
    evidence=["voa_arms_race", "jervis_1978", "kydd_1997"],
    claims=["SF-06", "SF-10"],
    says="{actor} suspects its rival of more than defence (log-odds {suspicion:+.1f} against the opening)",
)
def arm_against_a_threat(
    suspicion: Array,
    *,
    weight: Parameter = Parameter(
        0.2,
        "log per share",
        between=(0.0, 0.4),
        because="from even odds to certainty a tenth more; what rivals spend has a term of its own",
    ),
) -> Array:
    """A state aims to spend more, the surer it is that a rival wants more than defence.

    Reported: either side calls its arms defensive, and Azerbaijan sees a threat in
    Armenian purchases (VOA).

    Assumed: even odds at the opening, at which nothing is added; whether a suspicion
    is just does not matter (Jervis 1978).

    Formula: ``weight * (1 / (1 + exp(-suspicion)) - 1 / 2)``.

    Examples
    --------
    At the opening, and at odds of nine to one:

    >>> arm_against_a_threat(np.array([0.0, np.log(9.0)])).round(2).tolist()
    [0.0, 0.08]
    """
    belief = 1.0 / (1.0 + np.exp(-suspicion))
    return weight * (belief - 0.5)
