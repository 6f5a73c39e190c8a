"""Suppliers earn trust by filling orders and lose it by letting them wait (rule cards R13 and R19)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="trust_gain",
    card="R13",
    evidence=["baykar_agreement_2024-03", "cnn_israel_arms_trade_2023-10", "kinsella_1998"],
    claims=["SF-83", "SF-89"],
    says="{actor} judges {other} by how it serves the orders placed with it (trust so far {trust:.2f})",
)
def trust_prompt_deliverers(
    trust: Array,
    capacity: Array,
    on_order: Array,
    dt: Array,
    *,
    speed: Parameter = Parameter(
        0.8,
        "per yr",
        between=(0.2, 2.0),
        because="opinions of a supplier turn within one to three years of open orders",
    ),
    much: Parameter = Parameter(
        20.0,
        "TIV m",
        between=(5.0, 60.0),
        because="open volume at which experience with a supplier counts half, a small yearly purchase",
    ),
) -> Array:
    """A state with open orders comes to trust their supplier as far as its export capacity lets it deliver.

    Reported: doubts about the reliability of Russian technology move Azerbaijan to
    other suppliers (news of the agreement with Baykar, 2024); Israel cares for its
    name as a dependable supplier (CNN 2023).

    Assumed: promptness equals capacity; the more is on order, the faster beliefs
    move; a supplier without open orders is not judged at all.

    Formula: ``(1 - exp(-speed * activity * dt)) * (capacity - trust)``, where
    ``activity = q / (q + much)`` and q is the volume on order, TIV m.

    Examples
    --------
    Of two suppliers at one third of their capacity, only the one with open orders loses trust:

    >>> on_order = np.array([100.0, 0.0, 0.0])
    >>> third = np.array([1 / 3, 1 / 3])
    >>> gain = trust_prompt_deliverers(np.array([0.8, 0.8]), third, on_order, np.array(1.0))
    >>> (0.8 + gain).round(2).tolist()
    [0.57, 0.8]
    """
    suppliers = trust.shape[0]
    waiting = on_order[:suppliers]
    activity = waiting / (waiting + much)
    gain: Array = (1.0 - np.exp(-speed * activity * dt)) * (capacity - trust)
    return gain
