"""Grievance keeps tension up (rule cards R04 and R27)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="tension_push",
    card="R04",
    evidence=["voa_arms_race", "cnn_israel_arms_trade_2023-10", "richardson_1960"],
    claims=["SF-12", "SF-85"],
    says="{actor}'s grievance (index {grievance:.2f}) keeps tension up",
)
def let_grievance_smoulder(
    grievance: Array,
    *,
    weight: Parameter = Parameter(
        0.3,
        "per yr",
        between=(0.0, 0.6),
        because="tension settles at less than half of the grievance behind it; no published number",
    ),
) -> Array:
    """A state's grievance raises the tension between it and its rivals as long as it lasts.

    Reported: the memory of a war won and a war lost feeds the expectation of
    another round (VOA); expulsions lie behind older grievances (CNN 2023).

    Assumed: proportional; all states' grievances add up.

    Formula: ``weight * grievance``, index per yr.

    Examples
    --------
    >>> import numpy as np
    >>> let_grievance_smoulder(np.array([0.0, 2.0])).tolist()
    [0.0, 0.6]
    """
    return weight * grievance
