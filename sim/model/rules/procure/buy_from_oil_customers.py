"""Oil sold and arms bought go together (rule card R10)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="supplier_appeal",
    card="R10",
    evidence=["ap_israeli_arms_2023-10", "cnn_israel_arms_trade_2023-10", "bove_2018"],
    claims=["SF-28", "SF-32", "SF-72"],
    says="{other} takes {oil_share:.0%} of its crude oil from {actor}",
)
def buy_from_oil_customers(
    oil_share: Array,
    *,
    weight: Parameter = Parameter(
        1.5,
        "log per share",
        between=(0.5, 1.8),
        because="volume 5 to 20 % higher for ten points of dependence (R10); sign from Bove, Deiana & Nisticò 2018",
    ),
) -> Array:
    """A state buys more arms from a supplier the more that supplier depends on its oil.

    Reported: Azerbaijan covers 40 % or more of the oil Israel uses and is a lucrative
    customer of its arms industry (AP 2023).

    Assumed: a constant gain in the odds of an order per share of the supplier's oil,
    whoever of the two ties one trade to the other.

    Formula: ``weight * oil_share[supplier]``.

    Examples
    --------
    Ten points of dependence add a sixth to the odds:

    >>> import numpy as np
    >>> np.exp(buy_from_oil_customers(np.array([0.1, 0.0]))).round(2).tolist()
    [1.16, 1.0]
    """
    return weight * oil_share
