"""Buyers prefer the better model (rule cards R08 and R09)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="supplier_appeal",
    card="R08",
    evidence=["voa_arms_race", "baykar_agreement_2024-03", "krause_1992"],
    claims=["SF-04", "SF-89"],
    says="{other} offers {actor} this class at {offered_quality:.0%} of the world's best",
)
def prefer_quality(
    offered_quality: Array,
    *,
    weight: Parameter = Parameter(
        2.0, "log", between=(0.5, 2.5), because="sign from the literature on supplier choice; size chosen"
    ),
) -> Array:
    """A state prefers the supplier whose model of a class, as offered to it, is closest to the world's best.

    Reported: Analysts credit advanced weapons with the outcome against Soviet-era
    equipment (VOA); doubts about Russian technology make a buyer turn away (2024 report).

    Assumed: the appeal is linear in quality and the same for all classes.

    Formula: ``weight * offered_quality[supplier]``, for the class wanted.

    Examples
    --------
    The best drone, kept back by half, against a middling one that is sold whole:

    >>> import numpy as np
    >>> prefer_quality(np.array([1.0 * 0.5, 0.6 * 1.0])).tolist()
    [1.0, 1.2]
    """
    return weight * offered_quality
