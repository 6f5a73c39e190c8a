"""Grievance over what was lost keeps spending up (rule card R04)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="milex_target_log",
    card="R04",
    evidence=["voa_arms_race", "cnn_israel_arms_trade_2023-10", "richardson_1960"],
    claims=["SF-12", "SF-85"],
    says="{actor}'s grievance stands at {grievance:.2f} ({grievance_opening:.2f} at the opening)",
)
def seek_revenge(
    grievance: Array,
    grievance_opening: Array,
    *,
    weight: Parameter = Parameter(
        0.15, "log per index", between=(0.0, 0.5), because="below the effect of a fresh defeat, but lasting longer"
    ),
) -> Array:
    """A state aims to spend more as its grievance over land, people and lives grows beyond the opening.

    Reported: The memory of one war won and one lost is said to feed the expectation of
    another round (VOA); earlier expulsions are named as a grievance (CNN 2023).

    Assumed: proportional; what is already in the opening budget does not count twice.
    Richardson 1960 has the same term as a constant.

    Formula: ``weight * (grievance - grievance_opening)``.

    Examples
    --------
    >>> import numpy as np
    >>> term = seek_revenge(np.array(2.0), np.array(1.0))
    >>> round(float(np.exp(term)), 2)
    1.16
    """
    return weight * (grievance - grievance_opening)
