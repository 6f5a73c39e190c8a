"""Outsiders stop wars (rule card R32)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="region",
    writes="mediation_rate",
    card="R32",
    evidence=["ap_israeli_arms_2023-10", "bennett_stam_1996"],
    says="others press for a ceasefire",
)
def halt_the_fighting(
    fighting: Array,
    *,
    operation_pace: Parameter = Parameter(
        0.08,
        "per day",
        between=(0.02, 0.2),
        because="limited fighting was halted from outside within days in 2016 and 2022",
    ),
    campaign_pace: Parameter = Parameter(
        0.007,
        "per day",
        between=(0.007, 0.05),
        because="5 % a week, at the low end: three ceasefires brokered in 2020 failed",
    ),
) -> Array:
    """Outside powers stop limited fighting within days or weeks, and campaigns seldom.

    Reported: Western governments urged talks while fighting was near (AP 2023).

    Assumed: constant daily hazards, whoever is winning.

    Formula: ``pace[scale]`` per day while there is fighting.

    Examples
    --------
    No war, a limited operation, a campaign:

    >>> halt_the_fighting(np.array([0.0, 1.0, 2.0])).tolist()
    [0.0, 0.08, 0.007]
    """
    return np.where(fighting == 2.0, campaign_pace, np.where(fighting == 1.0, operation_pace, 0.0))
