"""A state answers what its rivals spend and what they buy (rule card R01)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

SMALLEST = 1e-6  # US$ m a year, so that every budget has a logarithm
FEW = 10.0  # TIV m a year, orders too small to alarm anybody: a battery of rocket launchers


@rule(
    actor="state",
    writes="milex_target_log",
    card="R01",
    evidence=["voa_arms_race", "richardson_1960", "dunne_smith_2007", "majeski_jones_1981"],
    claims=["SF-01", "SF-10"],
    says="{actor} answers what its rivals have added to their spending and to their orders of arms since the opening",
)
def answer_the_rival(
    their_milex: Array,
    their_milex_opening: Array,
    their_order_rate: Array,
    their_order_rate_opening: Array,
    rivalry: Array,
    *,
    reaction: Parameter = Parameter(
        0.2,
        "log per log",
        between=(0.0, 0.9),
        because="between fits of 1995-2021: 0.8 for Azerbaijan, next to nothing for Armenia",
    ),
    alarm: Parameter = Parameter(
        0.1,
        "log per log",
        between=(0.05, 0.25),
        because="a purchase five times as large adds a sixth; what rivals spend has a term of its own",
    ),
) -> Array:
    """A state aims to spend more when its rivals spend more or order more arms than at the opening, and less when less.

    Reported: Rearmament on both sides is described as a race; each government presents
    its own as defensive, and Azerbaijan sees a threat in Armenian purchases (VOA).

    Assumed: constant elasticities, the same for every rival and in both directions.
    Most alleged races show no such interdependence: Majeski & Jones 1981.

    Formula: ``sum over rivals of reaction * ln(M / M_opening) + alarm * ln((O + 10) / (O_opening + 10))``,
    M in US$ of 2023 a year, O the recent orders in TIV m a year.

    Examples
    --------
    A rival has doubled its spending, which raises the own aim by 2**0.2; then it orders five times as much as well:

    >>> spending, orders, alone = (np.array([200.0]), np.array([100.0])), np.array([40.0]), np.ones(1)
    >>> round(float(np.exp(answer_the_rival(*spending, orders, orders, alone))), 2)
    1.15
    >>> round(float(np.exp(answer_the_rival(*spending, 5.0 * orders, orders, alone))), 2)
    1.33
    """
    spending = np.log(np.maximum(their_milex, SMALLEST)) - np.log(np.maximum(their_milex_opening, SMALLEST))
    orders = np.log(their_order_rate + FEW) - np.log(their_order_rate_opening + FEW)
    provocation: Array = (rivalry * (reaction * spending + alarm * orders)).sum(0)
    return provocation
