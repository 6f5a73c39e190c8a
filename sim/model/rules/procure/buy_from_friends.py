"""Buyers prefer suppliers they are close to (rule card R08)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="supplier_appeal",
    card="R08",
    evidence=["forbes_turkey_azerbaijan_2021", "thurner_2019", "akerman_seim_2014"],
    claims=["SF-44"],
    says="{actor}'s political closeness to {other} is {affinity:+.2f} on a scale from -1 to 1",
)
def buy_from_friends(
    affinity: Array,
    *,
    weight: Parameter = Parameter(
        0.8,
        "log",
        between=(0.2, 0.8),
        because="R08's range of the effect of political distance; the supplier's own readiness counts besides",
    ),
) -> Array:
    """A state prefers suppliers that it is close to politically.

    Reported: The declaration of June 2021 made Turkey and Azerbaijan allies, and their
    military ties deepen (Forbes 2021).

    Assumed: the log-odds of an order are linear in closeness, which buyer and supplier
    feel alike; network studies find fewer transfers across political distance.

    Formula: ``weight * affinity[supplier]``.

    Examples
    --------
    A friend, a stranger and an adversary:

    >>> import numpy as np
    >>> buy_from_friends(np.array([1.0, 0.0, -1.0])).round(2).tolist()
    [0.8, 0.0, -0.8]
    """
    return weight * affinity
