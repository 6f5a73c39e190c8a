"""A client that has turned from its patron buys less from it (rule card R17)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="supplier_appeal",
    card="R17",
    evidence=["voa_arms_race", "sipri_arms_transfers_2025"],
    claims=["SF-05"],
    says="{actor} stands on rung {rung:.0f} of its way from its patron (0 ally, 3 out)",
)
def turn_from_abandoning_ally(
    rung: Array,
    ally: Array,
    *,
    weight: Parameter = Parameter(
        0.7,
        "log per rung",
        between=(0.2, 1.5),
        because="each step halves the odds of buying from the treaty ally; defeat and trust have terms of their own",
    ),
) -> Array:
    """A client buys the less from its treaty ally, the further it has moved away from it.

    Reported: after its defeat Armenia turned to France, for the newest artillery too (VOA).

    Assumed: the log-odds of a purchase fall by the same amount with each step from
    ally to hedging, frozen and out; suppliers that are no allies are untouched.

    Formula: ``-weight * rung * ally[supplier]``.

    Examples
    --------
    A hedging client and its ally, and another supplier:

    >>> import numpy as np
    >>> (0.0 + turn_from_abandoning_ally(np.array(1.0), np.array([1.0, 0.0]))).tolist()
    [-0.7, 0.0]
    """
    return -weight * rung * ally
