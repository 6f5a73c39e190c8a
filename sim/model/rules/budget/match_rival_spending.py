"""A state answers its rivals' spending with its own (rule card R01)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

SMALLEST = 1e-6  # US$ m a year, so that every budget has a logarithm


@rule(
    actor="state",
    writes="milex_target_log",
    card="R01",
    evidence=["voa_arms_race", "richardson_1960", "dunne_smith_2007", "majeski_jones_1981"],
    claims=["SF-01", "SF-10"],
    says="{actor} answers what its rivals have added to their spending since the opening",
)
def match_rival_spending(
    their_milex: Array,
    their_milex_opening: Array,
    rivalry: Array,
    *,
    reaction: Parameter = Parameter(
        0.2,
        "log per log",
        between=(0.0, 0.9),
        because="between fits of 1995-2021: 0.8 for Azerbaijan, next to nothing for Armenia",
    ),
) -> Array:
    """A state aims to spend more when its rivals spend more than at the opening, and less when less.

    Reported: Rearmament on both sides is described as a race; each government presents
    its own as defensive, and Azerbaijan sees a threat in Armenian purchases (VOA).

    Assumed: a constant elasticity, the same for every rival and in both directions.
    Most alleged races show no such interdependence: Majeski & Jones 1981.

    Formula: ``reaction * sum over rivals of ln(M / M_opening)``, M in US$ of 2023 a year.

    Examples
    --------
    A rival has doubled its spending, which raises the own aim by 2**0.2:

    >>> term = match_rival_spending(np.array([200.0]), np.array([100.0]), np.ones(1))
    >>> round(float(np.exp(term)), 2)
    1.15
    """
    now = np.log(np.maximum(their_milex, SMALLEST))
    opening = np.log(np.maximum(their_milex_opening, SMALLEST))
    provocation: Array = (rivalry * (now - opening)).sum(0)
    return reaction * provocation
