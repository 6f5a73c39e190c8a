"""Before an attack arms are flown in (rule card R24)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="airlift",
    card="R24",
    evidence=["ap_israeli_arms_2023-10", "cnn_israel_arms_trade_2023-10", "forbes_turkey_azerbaijan_2021"],
    claims=["SF-17", "SF-18", "SF-45", "SF-70"],
    says="{actor} plans or does not plan an attack (rate when planned: {plan:.2f} a year, 0 without a plan)",
)
def fly_in_arms_before_an_attack(
    plan: Array,
    *,
    surge: Parameter = Parameter(
        1.95,
        "log",
        between=(1.386, 2.197),
        basis="derived",
        source="ap_israeli_arms_2023-10",
        because="six flights in 17 days of September 2023 against about 1.5 a month: seven times as many",
    ),
) -> Array:
    """A state flies in arms more often while it prepares an attack.

    Reported: At least six cargo flights used an Israeli field in the 17 days before
    19 September 2023 (AP 2023); trade is busiest just before a war (CNN 2023);
    Turkish exports rose sharply ahead of the war of 2020 (Forbes 2021).

    Assumed: the surge lasts as long as the plan, whether it is carried out or called off
    in the end, and does not depend on how likely the attack is.

    Formula: ``surge`` while there is a plan, else 0.

    Examples
    --------
    Without and with a plan:

    >>> np.exp(fly_in_arms_before_an_attack(np.array([0.0, 0.3]))).round(1).tolist()
    [1.0, 7.0]
    """
    return np.where(plan > 0.0, surge, 0.0)
