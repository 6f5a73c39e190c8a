"""A supplier does not turn away a client whose oil it burns (rule cards R10 and R12)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="supplier",
    writes="willingness",
    card="R10",
    evidence=["ap_israeli_arms_2023-10", "cnn_israel_arms_trade_2023-10", "bove_2018"],
    claims=["SF-28", "SF-72"],
    says="{oil_share:.0%} of the crude oil that {actor} uses comes from {other}",
)
def repay_oil(
    oil_share: Array,
    *,
    weight: Parameter = Parameter(
        1.0,
        "log-odds per share",
        between=(0.0, 4.0),
        because="sign from the gravity study of arms exports and oil; half the oil outweighs moderate pressure to stop",
    ),
) -> Array:
    """A supplier is readier to arm a client the more of its oil comes from there.

    Reported: Azerbaijan covers 40 % or more of the oil Israel uses (AP 2023), and 65 %
    of its crude in 2021 (CNN 2023). That arms are given for oil, neither says.

    Assumed: linear in the share; it is added to whatever law or pressure takes away, so
    that a licence stays open longer with oil.

    Formula: ``weight * oil_share[client]``.

    Examples
    --------
    A client that delivers half the oil, and one that delivers none:

    >>> import numpy as np
    >>> repay_oil(np.array([0.5, 0.0])).tolist()
    [0.5, 0.0]
    """
    return weight * oil_share
