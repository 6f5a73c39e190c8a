"""Suppliers keep their newest technology from some clients (rule cards R09 and R20)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="supplier",
    writes="access",
    card="R09",
    evidence=["voa_arms_race", "krause_1992", "levine_smith_1995"],
    claims=["SF-03"],
    says="{actor} lets {other} have {access_ceiling:.0%} of its best technology",
)
def withhold_newest_technology(
    access_ceiling: Array,
    coproduction: Array,
    *,
    openness: Parameter = Parameter(
        1.0,
        "1",
        between=(0.8, 1.2),
        because="the ceilings of the supplier files as they stand; vary it to move them all",
    ),
    partnership: Parameter = Parameter(
        0.4,
        "share",
        between=(0.0, 1.0),
        because="with half an agreement's promise kept, Turkish access stays inside 0.6 to 0.85 (R09, R20)",
    ),
) -> Array:
    """A supplier offers each client a share of the best it makes, and a larger one to whom it produces with.

    Reported: Turkey ships arms but keeps some of its newest technology back, whereas
    Israel passes it on, says a Turkish academic (VOA). Joint production is said to give
    the buyer access to technology (report of March 2024).

    Assumed: one ceiling for all classes; it does not depend on the price offered. Joint
    production opens part of what is kept back.
    Exporters trade income against security: Levine & Smith 1995.

    Formula: ``c + (1 - c) * partnership * coproduction[client]`` with
    ``c = min(1, openness * access_ceiling[client])``.

    Examples
    --------
    A client without, and one with joint production in full swing:

    >>> withhold_newest_technology(np.array([0.6, 0.6]), np.array([0.0, 1.0])).round(2).tolist()
    [0.6, 0.76]
    """
    ceiling = np.minimum(openness * access_ceiling, 1.0)
    opened: Array = ceiling + (1.0 - ceiling) * partnership * coproduction
    return np.minimum(opened, 1.0)
