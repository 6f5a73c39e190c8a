"""In war arms are flown in every other day (rule card R24)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="airlift",
    card="R24",
    evidence=["ap_israeli_arms_2023-10"],
    claims=["SF-20"],
    says="there was fighting in {wartime:.0%} of the month before",
)
def fly_in_arms_in_wartime(
    wartime: Array,
    *,
    surge: Parameter = Parameter(
        2.3,
        "log",
        between=(2.08, 2.48),
        basis="derived",
        source="ap_israeli_arms_2023-10",
        because="a flight every other day of the war of 2020 against about 1.5 a month: ten times as many",
    ),
) -> Array:
    """A state flies in arms ten times as often in a month of war as in a quiet one.

    Reported: During the war of 2020 flights were made every other day (AP 2023).

    Assumed: in proportion to the part of the last step in which there was fighting, so
    that flights follow a war by up to a month; either side does so.

    Formula: ``surge * wartime``.

    Examples
    --------
    No fighting, half a month and a whole month of it:

    >>> import numpy as np
    >>> np.exp(fly_in_arms_in_wartime(np.array([0.0, 0.5, 1.0]))).round(1).tolist()
    [1.0, 3.2, 10.0]
    """
    return surge * wartime
