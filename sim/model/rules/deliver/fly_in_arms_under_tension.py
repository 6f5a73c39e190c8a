"""Tension along the line fills cargo planes (rule card R24)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="airlift",
    card="R24",
    evidence=["ap_israeli_arms_2023-10"],
    claims=["SF-19"],
    says="tension along the line stands at {tension:.1f}",
)
def fly_in_arms_under_tension(
    tension: Array,
    *,
    weight: Parameter = Parameter(
        0.4,
        "log per index",
        between=(0.0, 1.0),
        because="surges coincide with fighting; how far tension alone brings them, no source says",
    ),
    usual: Parameter = Parameter(
        0.5, "index", between=(0.2, 1.0), because="tension of quiet times, when flights are as usual"
    ),
) -> Array:
    """A state flies in arms more often while tension along the line is high, whether or not it plans to attack.

    Reported: 92 Azerbaijani cargo flights used an Israeli field in 2016 to 2020, with
    surges at times of more fighting (AP 2023).

    Assumed: insurance against what may come, a constant effect on the log of flights.

    Formula: ``weight * (tension - usual)``.

    Examples
    --------
    >>> import numpy as np
    >>> fly_in_arms_under_tension(np.array([0.5, 1.5])).tolist()
    [0.0, 0.4]
    """
    return weight * (tension - usual)
