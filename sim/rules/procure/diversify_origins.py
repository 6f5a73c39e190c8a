"""Buyers avoid depending on one origin (rule card R19)."""

from __future__ import annotations

from sim.parameter import Parameter
from sim.rule import rule
from sim.world import Array

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
    trust: Array,
    *,
    aversion: Parameter = Parameter(
        1.5, "log per share", between=(0.0, 3.0), basis="assumed",
        because="about as strong as inertia, so that neither one supplier nor equal shares win by themselves",
    ),
) -> Array:  # fmt: skip
    """A state avoids a supplier the more of the arms it holds already come from there.

    Reported: Azerbaijan moves away from Russian equipment as part of a strategy of
    diversification, and buys from Pakistan and Turkey (report of March 2024).

    Assumed: linear in the share of the recorded volume held. Legacy, home-made and other
    arms count in the total only; trust is read for the number of suppliers.

    Formula: ``-aversion * stock share of the supplier's origin``.

    Examples
    --------
    Two suppliers, and a third of the arsenal inherited:

    >>> import numpy as np
    >>> held = np.array([40.0, 20.0, 29.0, 0.0, 0.0])
    >>> diversify_origins(held, np.ones(2)).round(2).tolist()
    [-0.67, -0.33]
    """
    share: Array = origin_stock[: trust.shape[0]] / (origin_stock.sum(0) + EMPTY_ARSENAL)
    return -aversion * share
