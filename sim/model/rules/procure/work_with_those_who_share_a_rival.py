"""Buyers turn to suppliers with whom they share a rival (rule card R11)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="supplier_appeal",
    card="R11",
    evidence=["ap_israeli_arms_2023-10", "cnn_israel_arms_trade_2023-10", "mehrl_seussler_thurner_2023"],
    claims=["SF-30", "SF-74"],
    says="{actor} and {other} see the same third state as a rival ({shared_rival:.0%})",
)
def work_with_those_who_share_a_rival(
    shared_rival: Array,
    *,
    weight: Parameter = Parameter(
        0.5,
        "log",
        between=(0.3, 1.5),
        because="lower part of R11's range, since the supplier's own readiness counts besides",
    ),
) -> Array:
    """A state prefers suppliers that stand against one of its own rivals.

    Reported: Azerbaijan feels growing pressure from Iran, and its ties with Israel
    became closer after 2020 (CNN 2023).

    Assumed: intelligence, training and trust that come with a common rival add to the
    odds of an order in proportion to how far the rival is common.

    Formula: ``weight * shared_rival[supplier]``.

    Examples
    --------
    >>> import numpy as np
    >>> work_with_those_who_share_a_rival(np.array([1.0, 0.0])).tolist()
    [0.5, 0.0]
    """
    return weight * shared_rival
