"""A defeat is blamed on the arms it was fought with (rule card R18)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

LAST_MILLION = 1.0  # US$ m: ties fade when no more than this has been placed in recent years


@rule(
    actor="state",
    writes="supplier_appeal",
    card="R18",
    evidence=["voa_arms_race", "sipri_arms_transfers_2025"],
    claims=["SF-04", "SF-05"],
    says="{actor} lost a war ({defeat:.2f}) and had placed US$ {recent_order:,.0f} m with {other} lately",
)
def leave_beaten_supplier(
    defeat: Array,
    recent_order: Array,
    *,
    strength: Parameter = Parameter(
        1.2,
        "log per share",
        between=(0.5, 2.0),
        because="a total defeat undoes most of the inertia that ties a buyer to its main supplier",
    ),
) -> Array:
    """A state that has lost a war turns away from the suppliers it had relied on most.

    Reported: Analysts credit advanced weapons with the outcome against Soviet-era
    equipment; after its defeat Armenia turned to France (VOA).

    Assumed: blame in proportion to a supplier's share of recent orders, whatever its
    arms did in the war.

    Formula: ``-strength * defeat * recent_order[supplier] / (sum over suppliers + 1)``.

    Examples
    --------
    All had come from the first supplier when the war was lost:

    >>> import numpy as np
    >>> leave_beaten_supplier(np.array(1.0), np.array([999.0, 0.0])).round(2).tolist()
    [-1.2, -0.0]
    """
    share: Array = recent_order / (recent_order.sum(0) + LAST_MILLION)
    return -strength * defeat * share
