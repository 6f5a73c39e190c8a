"""Suppliers keep their newest technology from some clients (rule card R09)."""

from __future__ import annotations

import numpy as np

from sim.parameter import Parameter
from sim.rule import rule
from sim.world import Array


@rule(
    actor="supplier",
    writes="access",
    card="R09",
    evidence=["voa_arms_race", "krause_1992", "levine_smith_1995"],
    says="{actor} lets {other} have {access_ceiling:.0%} of its best technology",
)
def withhold_newest_technology(
    access_ceiling: Array,
    *,
    openness: Parameter = Parameter(
        1.0, "1", between=(0.8, 1.2), basis="assumed",
        because="the ceilings of the supplier files as they stand; vary it to move them all",
    ),
) -> Array:  # fmt: skip
    """A supplier offers each client no more than a fixed share of the best it makes.

    Reported: Turkey ships arms but keeps some of its newest technology back, whereas
    Israel passes it on, says a Turkish academic (VOA).

    Assumed: one ceiling for all classes; it does not depend on the price offered.
    Exporters trade income against security: Levine & Smith 1995.

    Formula: ``min(1, openness * access_ceiling[client])``.

    Examples
    --------
    >>> withhold_newest_technology(np.array([0.9, 0.6])).tolist()
    [0.9, 0.6]
    """
    return np.minimum(openness * access_ceiling, 1.0)
