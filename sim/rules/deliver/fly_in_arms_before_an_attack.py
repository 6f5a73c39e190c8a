"""Before an attack arms are flown in (rule card R24)."""

from __future__ import annotations

from sim.parameter import Parameter
from sim.rule import rule
from sim.world import Array


@rule(
    actor="state",
    writes="airlift",
    card="R24",
    evidence=["ap_israeli_arms_2023-10", "cnn_israel_arms_trade_2023-10", "forbes_turkey_azerbaijan_2021"],
    claims=["SF-17", "SF-18", "SF-45", "SF-70"],
    says="{actor} was set to attack at a rate of {readiness:.2f} a year",
)
def fly_in_arms_before_an_attack(
    readiness: Array,
    *,
    surge: Parameter = Parameter(
        1.95, "log", between=(1.386, 2.197), basis="derived", source="ap_israeli_arms_2023-10",
        because="six flights in 17 days of September 2023 against about 1.5 a month: seven times as many",
    ),
    ready: Parameter = Parameter(
        0.5, "per yr", between=(0.2, 2.0), basis="assumed",
        because="rate of attack at which half the surge is reached; the plan itself is not seen",
    ),
) -> Array:  # fmt: skip
    """A state flies in arms more often the closer it is to attacking.

    Reported: At least six cargo flights used an Israeli field in the 17 days before
    19 September 2023 (AP 2023); trade is busiest just before a war (CNN 2023);
    Turkish exports rose sharply ahead of the war of 2020 (Forbes 2021).

    Assumed: readiness is the summed rate of attack over all options, as last weighed; the
    surge follows it along an S-shaped curve, so that small risks hardly show.

    Formula: ``surge * readiness**2 / (readiness**2 + ready**2)``.

    Examples
    --------
    Rates of attack of a twentieth, a half and two a year:

    >>> import numpy as np
    >>> np.exp(fly_in_arms_before_an_attack(np.array([0.05, 0.5, 2.0]))).round(1).tolist()
    [1.0, 2.7, 6.3]
    """
    return surge * readiness * readiness / (readiness * readiness + ready * ready)
