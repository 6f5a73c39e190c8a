"""Buyers avoid depending on one origin (rule card R19)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

EMPTY_ARSENAL = 1.0  # TIV m, so that an empty arsenal has shares


@rule(
    actor="state",
    writes="supplier_appeal",
    card="R19",
    evidence=["baykar_agreement_2024-03", "kinsella_1998"],
    claims=["SF-87", "SF-88"],
    says="{actor} avoids resting too much of its arsenal on {other}",
)
def diversify_origins(
    origin_stock: Array,
    on_order: Array,
    trust: Array,
    *,
    aversion: Parameter = Parameter(
        1.5,
        "log per share",
        between=(0.0, 3.0),
        because="about as strong as inertia, so that neither one supplier nor equal shares win by themselves",
    ),
) -> Array:
    """A state avoids a supplier the more of the arms it holds or has on order come from there.

    Reported: Azerbaijan moves away from Russian equipment as part of a strategy of
    diversification, and buys from Pakistan and Turkey (report of March 2024).

    Assumed: linear in the share of the recorded volume held or on order. Legacy, home-made and other
    arms count in the total only; trust is read for the number of suppliers.

    Formula: ``-aversion * share of the supplier's origin in what is held or on order``.

    Examples
    --------
    Two suppliers, and a third of the arsenal inherited:

    >>> import numpy as np
    >>> held, ordered = np.array([30.0, 20.0, 29.0, 0.0, 0.0]), np.array([10.0, 0.0, 0.0, 0.0, 0.0])
    >>> diversify_origins(held, ordered, np.ones(2)).round(2).tolist()
    [-0.67, -0.33]
    """
    committed = origin_stock + on_order
    share: Array = committed[: trust.shape[0]] / (committed.sum(0) + EMPTY_ARSENAL)
    return -aversion * share
