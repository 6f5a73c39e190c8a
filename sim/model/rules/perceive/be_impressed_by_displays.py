"""Displays of strength raise the strength a rival sees (rule card R38)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

CRISIS = 1.5  # tension above which what is shown is read as meant


@rule(
    actor="state",
    writes="impression",
    card="R38",
    evidence=["ap_israeli_arms_2023-10", "fearon_1997"],
    claims=["SF-35"],
    says="{actor} has seen what its rival displays",
)
def be_impressed_by_displays(
    their_shown: Array,
    rivalry: Array,
    tension: Array,
    *,
    weight: Parameter = Parameter(
        0.1, "log per event", between=(0.05, 0.15), because="0.05 to 0.15 on the believed balance for each event (R38)"
    ),
) -> Array:
    """A state thinks its rivals the stronger the more they have displayed of late.

    Reported: a missile test was announced just before the offensive of 2023 (AP 2023).

    Assumed: every display counts alike whoever stands behind it, and events add up; outside a
    crisis nobody reads them.

    Formula: ``weight * sum over rivals (shown)`` while tension is above 1.5, taken off the believed balance.

    Examples
    --------
    Nothing displayed, and two recent events:

    >>> be_impressed_by_displays(np.array([[0.0, 2.0]]), np.ones((1, 1)), np.array(2.0)).tolist()
    [0.0, 0.2]
    """
    shown = (rivalry * their_shown).sum(0)
    impression: Array = np.where(tension > CRISIS, weight * shown, 0.0)
    return impression
