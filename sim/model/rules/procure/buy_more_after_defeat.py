"""Defeat, and the loss of a patron's prices, turn budgets towards arms from abroad (rule cards R05 and R18)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

LAST_MILLION = 1.0  # US$ m: ties fade when no more than this has been placed in recent years


@rule(
    actor="state",
    writes="import_push",
    card="R18",
    evidence=["voa_arms_race", "sipri_arms_transfers_2025"],
    claims=["SF-05"],
    says="{actor}'s memory of defeat stands at {defeat:.2f}, and it pays what those ask with whom it places its orders",
)
def buy_more_after_defeat(
    defeat: Array,
    recent_order: Array,
    price_factor: Array,
    *,
    urgency: Parameter = Parameter(
        1.2,
        "log per index",
        between=(0.4, 1.5),
        because="a total defeat triples the part of spending that buys arms abroad",
    ),
    market_price: Parameter = Parameter(
        1.0, "log per log", between=(0.0, 1.0), because="who loses a subsidy pays the market price out of its own means"
    ),
) -> Array:
    """A state spends more of its budget on arms from abroad after a defeat, and as its suppliers ask the full price.

    Reported: After its defeat Armenia turned to France for arms, the newest artillery included (VOA).

    Assumed: proportional to the memory of defeat; the mean discount of those with whom it has
    placed its orders lately is what it is used to paying below the market.

    Formula: ``urgency * defeat + market_price * ln(sum over suppliers (share of recent orders * price_factor))``.

    Examples
    --------
    An ally's discount of two fifths, lost after a total defeat:

    >>> faithful, gone = np.array([[100.0], [0.0]]), np.array([[0.0], [100.0]])
    >>> push = buy_more_after_defeat(np.array([0.0]), faithful, np.array([[0.6], [1.0]]))
    >>> later = buy_more_after_defeat(np.array([1.0]), gone, np.array([[0.6], [1.0]]))
    >>> np.exp(later - push).round(1).tolist()
    [5.5]
    """
    usual = (recent_order * price_factor).sum(0) + LAST_MILLION
    paid: Array = market_price * np.log(usual / (recent_order.sum(0) + LAST_MILLION))
    return urgency * defeat + paid
