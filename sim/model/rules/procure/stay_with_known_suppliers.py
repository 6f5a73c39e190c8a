"""Buyers stay with those they have bought from (rule card R08)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

LAST_MILLION = 1.0  # US$ m: ties fade when no more than this has been placed in recent years


@rule(
    actor="state",
    writes="supplier_appeal",
    card="R08",
    evidence=["thurner_2019", "lebacher_2021", "sipri_arms_transfers_2025"],
    says="{actor} has placed US$ {recent_order:,.0f} m with {other} in recent years",
)
def stay_with_known_suppliers(
    recent_order: Array,
    *,
    inertia: Parameter = Parameter(
        1.5,
        "log per share",
        between=(1.0, 2.5),
        because="network studies of arms transfers estimate path dependence at about this size (R08)",
    ),
) -> Array:
    """A state prefers the suppliers with which it has placed most of its orders in recent years.

    Reported: Nothing in the articles.

    Assumed: linear in the share of recent order money; common training, spares and
    ammunition are in it.

    Formula: ``inertia * recent_order[supplier] / (sum over suppliers + 1)``.

    Examples
    --------
    Three quarters of the money went to the first supplier:

    >>> import numpy as np
    >>> stay_with_known_suppliers(np.array([750.0, 250.0])).round(2).tolist()
    [1.12, 0.37]
    """
    share: Array = recent_order / (recent_order.sum(0) + LAST_MILLION)
    return inertia * share
