"""Grievance makes concessions harder (rule cards R04 and R28)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="talks_progress",
    card="R04",
    evidence=["voa_arms_race", "cnn_israel_arms_trade_2023-10", "richardson_1960"],
    claims=["SF-12", "SF-85"],
    says="{actor} is held back by its grievance (index {grievance:.2f})",
)
def nurse_grievance(
    grievance: Array,
    *,
    weight: Parameter = Parameter(
        0.3,
        "log per index",
        between=(0.0, 1.0),
        because="a grievance like that over all of Karabakh slows progress by a quarter",
    ),
) -> Array:
    """A state slows talks in proportion to its grievance over land, people and lives lost.

    Reported: the memory of one war won and one lost feeds the expectation of
    another round (VOA); an earlier expulsion of Azerbaijanis is named as a
    grievance as well (CNN 2023).

    Assumed: proportional, and the same for either side.

    Formula: ``-weight * grievance``.

    Examples
    --------
    >>> import numpy as np
    >>> (0.0 + nurse_grievance(np.array([0.0, 2.0]))).tolist()
    [0.0, -0.6]
    """
    return -weight * grievance
