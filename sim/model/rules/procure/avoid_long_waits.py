"""Buyers avoid suppliers that keep them waiting (rule card R08)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

LEAST_CAPACITY = 0.05  # share of usual capacity below which a supplier as good as stands still
UTMOST = 3.0  # log: beyond it a longer wait makes no difference


@rule(
    actor="state",
    writes="supplier_appeal",
    card="R08",
    evidence=["baykar_agreement_2024-03", "sipri_arms_transfers_2025"],
    claims=["SF-89"],
    says="{other} takes {lag:.1f} years at full capacity and runs at {capacity:.0%} of it",
)
def avoid_long_waits(
    lag: Array,
    capacity: Array,
    *,
    impatience: Parameter = Parameter(
        0.15,
        "log per yr",
        between=(0.0, 0.4),
        because="a supplier at a third of its capacity loses about half its odds",
    ),
) -> Array:
    """A state avoids a supplier the longer it would wait for its arms.

    Reported: Doubt about the reliability of Russian programmes is named as a motive for
    turning elsewhere (report of March 2024).

    Assumed: linear in the expected wait, which lengthens as capacity shrinks, up to a
    bound; buyers know it.

    Formula: ``-min(3, impatience * lag[supplier] / max(capacity[supplier], 0.05))``.

    Examples
    --------
    The same supplier at full and at a quarter of its capacity:

    >>> avoid_long_waits(np.array([2.0, 2.0]), np.array([1.0, 0.25])).round(2).tolist()
    [-0.3, -1.2]
    """
    wait = lag / np.maximum(capacity, LEAST_CAPACITY)
    return -np.minimum(impatience * wait, UTMOST)
