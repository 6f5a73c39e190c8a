"""Buyers look for capability per dollar (rule cards R08 and R09)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

SMALLEST = 1e-6  # so that what is not offered, or given away, has a logarithm


@rule(
    actor="state",
    writes="supplier_appeal",
    card="R08",
    evidence=["voa_arms_race", "baykar_agreement_2024-03", "krause_1992", "mcfadden_1974", "kirkpatrick_1995"],
    claims=["SF-04", "SF-89"],
    says="{other} offers {actor} this class at {offered_quality:.0%} of the world's best, for US$ {asked_price:.1f} m "
    "per TIV m, of which it pays {price_factor:.0%}",
)
def buy_capability(
    offered_quality: Array,
    offered_capability: Array,
    asked_price: Array,
    price_factor: Array,
    *,
    sensitivity: Parameter = Parameter(
        0.8,
        "log per log",
        between=(0.5, 1.5),
        because="twice the capability for a dollar, nearly twice the odds of a sale",
    ),
) -> Array:
    """A state prefers the supplier from which its money buys the most capability, discounts counted.

    Reported: Analysts credit advanced weapons with the outcome against Soviet-era
    equipment (VOA); doubts about Russian technology make a buyer turn away (2024 report).

    Assumed: a constant elasticity of the odds to capability per dollar; a generation
    counts more than linearly, and a high price is partly worth it (`sim.model.accounting.contracts.capability`).

    Formula: ``sensitivity * ln(capability[supplier] / (price[supplier] * price_factor[supplier]))``,
    for the class wanted.

    Examples
    --------
    Three times the capability at twice the price:

    >>> quality, capability = np.array([0.5, 0.9]), np.array([0.4, 1.2])
    >>> appeal = buy_capability(quality, capability, np.array([1.0, 2.0]), np.ones(2))
    >>> round(float(np.exp(appeal[1] - appeal[0])), 2)
    1.38
    """
    paid = np.maximum(asked_price * price_factor, SMALLEST)
    appeal: Array = sensitivity * (np.log(np.maximum(offered_capability, SMALLEST)) - np.log(paid))
    return appeal
