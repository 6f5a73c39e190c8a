"""Joint production ties the buyer to the partner (rule card R20)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="supplier_appeal",
    card="R20",
    evidence=["forbes_turkey_azerbaijan_2021", "baykar_agreement_2024-03", "cohen_levinthal_1990", "gilli_gilli_2019"],
    claims=["SF-46", "SF-48", "SF-49", "SF-50", "SF-86", "SF-91"],
    says="joint production of {actor} and {other} has come to {coproduction:.0%} of what could be",
)
def buy_what_it_helps_make(
    coproduction: Array,
    *,
    weight: Parameter = Parameter(
        0.5, "log", between=(0.2, 0.8), because="switching costs of a joint line, middle of R20's range"
    ),
) -> Array:
    """A state prefers the supplier with which it develops and produces arms.

    Reported: Azerbaijan lacks an arms industry but has energy money to share the costs of
    Turkish development; purchase comes first, joint production later (Forbes 2021). In
    March 2024 it agreed on both with Baykar (report of 2024).

    Assumed: linear in what has come to work, years after the signature and often less
    than was promised; skills to absorb it are in that share.

    Formula: ``weight * coproduction[supplier]``.

    Examples
    --------
    >>> import numpy as np
    >>> buy_what_it_helps_make(np.array([0.5, 0.0])).tolist()
    [0.25, 0.0]
    """
    return weight * coproduction
