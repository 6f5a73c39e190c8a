"""Spending follows its target with inertia, down more slowly than up (cards R01 and R02)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="milex_adjustment",
    card="R02",
    evidence=["sipri_milex_2025", "chun_2010"],
    says="{actor} spends US$ {milex:,.0f} m a year and aims at {milex_target:,.0f} m",
)
def adjust_spending_gradually(
    milex: Array,
    milex_target: Array,
    *,
    speed: Parameter = Parameter(
        0.4,
        "per yr",
        between=(0.0, 0.6),
        basis="derived",
        source="sipri_milex_2025",
        because="partial-adjustment fits of 1995-2021 give 0.35 to 0.5 for Azerbaijan and 0.2 for Armenia",
    ),
    ratchet: Parameter = Parameter(
        0.9,
        "1",
        between=(0.5, 1.2),
        because="oil exporters were slow to cut (Chun 2010), but Azerbaijan cut a third in 2016",
    ),
) -> Array:
    """A state closes only part of the gap between spending and target in a year, and cuts more slowly.

    Reported: Nothing in the articles.

    Assumed: a constant speed, times the ratchet on the way down; a ratchet above 1
    would mean that cuts are faster.

    Formula: ``speed`` where the target is at least the spending, else ``speed * ratchet``.

    Examples
    --------
    >>> spending, targets = np.array([100.0, 100.0]), np.array([150.0, 50.0])
    >>> adjust_spending_gradually(spending, targets).round(2).tolist()
    [0.4, 0.36]
    """
    return np.where(milex_target >= milex, speed, speed * ratchet)
