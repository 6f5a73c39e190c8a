"""An ally that does not deliver what was ordered drives its client away (rule card R17)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="exit_score",
    card="R17",
    evidence=["baykar_agreement_2024-03", "gibler_2008"],
    claims=["SF-92"],
    says="{actor} waits for arms ordered from its ally",
)
def resent_unfilled_orders(
    on_order: Array,
    ally: Array,
    capacity: Array,
    order_rate: Array,
    *,
    late: Parameter = Parameter(
        0.05, "share", between=(0.0, 0.2), because="share of open orders held up at full capacity; some always are"
    ),
    weight: Parameter = Parameter(
        0.7, "log", between=(0.0, 1.5), because="a year of purchases stuck doubles the rate; size unknown"
    ),
    much: Parameter = Parameter(
        1.0, "yr", between=(0.5, 3.0), because="years of purchases stuck at which it counts half"
    ),
) -> Array:
    """A client moves away from an ally the sooner, the more arms it has ordered there and cannot get.

    Reported: the shift of a buyer to new suppliers may move others to review old
    ones (news of the agreement with Baykar, 2024); of arms paid for and not
    delivered the articles say nothing.

    Assumed: stuck is the part of the open orders that missing export capacity holds
    up, and a small share besides, in years of recent purchases; the effect saturates.

    Formula: ``2 * weight * s / (s + much)``, where
    ``s = sum over allies (on_order * (1 - (1 - late) * capacity)) / order_rate``.

    Examples
    --------
    An ally at full capacity, and one at a third of it:

    >>> on_order, ally, rate = np.array([60.0, 0.0]), np.ones(1), np.array(40.0)
    >>> [float(resent_unfilled_orders(on_order, ally, np.array([c]), rate).round(2)) for c in (1.0, 1 / 3)]
    [0.1, 0.71]
    """
    suppliers = ally.shape[0]
    stuck = (ally * on_order[:suppliers] * (1.0 - (1.0 - late) * capacity)).sum(0)
    years = stuck / np.maximum(order_rate, 1.0)
    score: Array = 2.0 * weight * years / (years + much)
    return score
