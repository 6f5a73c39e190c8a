"""Displays of strength look hostile (rule card R38)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="suspicion_evidence",
    card="R38",
    evidence=["ap_israeli_arms_2023-10", "fearon_1997", "jervis_1978"],
    claims=["SF-39"],
    says="{actor} has seen what its rival displays",
)
def read_displays_as_threats(
    their_shown: Array,
    rivalry: Array,
    *,
    weight: Parameter = Parameter(
        0.15,
        "log-odds per event",
        between=(0.0, 0.5),
        because="as a dozen events would turn even odds into six in seven; sign from the card, size unknown",
    ),
    usual: Parameter = Parameter(
        1.1,
        "events",
        between=(0.5, 3.0),
        because="what one and a half a year leave in memory, half forgotten in half a year",
    ),
) -> Array:
    """A state suspects its rivals the more the more they display, beyond what is usual.

    Reported: the Israeli minister of defence visited Baku two months before the offensive
    of 2023 (AP 2023).

    Assumed: in proportion to recent events; fewer than usual allay suspicion.

    Formula: ``weight * sum over rivals (shown - usual)``.

    Examples
    --------
    As many as usual, and two events more:

    >>> import numpy as np
    >>> read_displays_as_threats(np.array([[1.1, 3.1]]), np.ones((1, 1))).round(2).tolist()
    [0.0, 0.3]
    """
    evidence: Array = weight * (rivalry * (their_shown - usual)).sum(0)
    return evidence
