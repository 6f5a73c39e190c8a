"""Tension makes attack more likely (rule cards R27 and R29)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="attack_score",
    card="R29",
    evidence=["voa_arms_race", "cnn_israel_arms_trade_2023-10", "senese_vasquez_2008"],
    claims=["SF-13"],
    says="tension along the line stands at {tension:.1f}",
)
def act_under_tension(
    tension: Array,
    *,
    weight: Parameter = Parameter(
        0.6,
        "log per index",
        between=(0.2, 1.2),
        because="a rise of tension by one raises hazards by four fifths; no published number",
    ),
) -> Array:
    """A state is readier to attack while tension along the line is high.

    Reported: analysts expect the arms race to make the region less stable (VOA);
    the attack of 2023 followed months of blockade (CNN 2023).

    Assumed: log-linear, alike for every zone and for operations and campaigns.

    Formula: ``weight * tension``.

    Examples
    --------
    >>> import numpy as np
    >>> act_under_tension(np.array([0.0, 2.0])).tolist()
    [0.0, 1.2]
    """
    return weight * tension
