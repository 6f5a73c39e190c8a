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
    evidence=["baykar_agreement_2024-03", "forbes_turkey_azerbaijan_2021", "sipri_arms_transfers_2025"],
    claims=["SF-45", "SF-89"],
    says="{other} takes {lag:.1f} years at full capacity and runs at {capacity:.0%} of it; {actor} is pressed "
    "({crisis:.0f}), {other} could ship from stock ({from_stock:.0f})",
)
def avoid_long_waits(
    lag: Array,
    capacity: Array,
    crisis: Array,
    from_stock: Array,
    *,
    impatience: Parameter = Parameter(
        0.15,
        "log per yr",
        between=(0.0, 0.4),
        because="a supplier at a third of its capacity loses about half its odds",
    ),
    urgency: Parameter = Parameter(
        1.2,
        "log per yr",
        between=(0.2, 1.5),
        because="arms that come after the crisis are of little use in it; no published number",
    ),
) -> Array:
    """A state avoids a supplier the longer it would wait for its arms, and far more so in a crisis.

    Reported: Doubt about the reliability of Russian programmes is named as a motive for
    turning elsewhere (report of March 2024). Turkish sales rose sixfold before the war of
    2020 (Forbes 2021).

    Assumed: linear in the expected wait, which lengthens as capacity shrinks, up to a
    bound; buyers know it. What is shipped from stock makes nobody wait.

    Formula: ``-min(3, (urgency if crisis else impatience) * lag[supplier] / max(capacity[supplier], 0.05))``, and 0
    from stock.

    Examples
    --------
    The same supplier at full and at a quarter of its capacity, in quiet times and in a crisis:

    >>> lag, capacity, none = np.array([2.0, 2.0]), np.array([1.0, 0.25]), np.zeros(2)
    >>> avoid_long_waits(lag, capacity, none, none).round(2).tolist()
    [-0.3, -1.2]
    >>> avoid_long_waits(lag, capacity, none + 1.0, none).round(2).tolist()
    [-2.4, -3.0]
    """
    wait = (1.0 - from_stock) * lag / np.maximum(capacity, LEAST_CAPACITY)
    return -np.minimum(np.where(crisis > 0.0, urgency, impatience) * wait, UTMOST)
