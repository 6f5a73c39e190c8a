"""Buyers mind the price (rule card R08)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

CHEAPEST = 0.01  # US$ m per TIV m, or share of the list price: nothing is for nothing


@rule(
    actor="state",
    writes="supplier_appeal",
    card="R08",
    evidence=["mcfadden_1974", "lebacher_2021"],
    says="{other} asks US$ {asked_price:.1f} m per TIV m for this class; {actor} pays {price_factor:.0%} of that",
)
def mind_the_price(
    asked_price: Array,
    price_factor: Array,
    *,
    sensitivity: Parameter = Parameter(
        0.5,
        "log per log",
        between=(0.1, 1.5),
        because="a price twice as high costs about three tenths of a sale's odds",
    ),
) -> Array:
    """A state prefers the cheaper of two models, other things being equal.

    Reported: Nothing in the articles.

    Assumed: a constant elasticity of the odds to the price per unit of volume, discounts
    counted in full.

    Formula: ``-sensitivity * ln(price[supplier] * price_factor[supplier])``, for the class wanted.

    Examples
    --------
    Four times the price halves the odds:

    >>> appeal = mind_the_price(np.array([2.0, 8.0]), np.ones(2))
    >>> (np.exp(appeal[1] - appeal[0])).round(2).item()
    0.5
    """
    paid = np.maximum(asked_price, CHEAPEST) * np.maximum(price_factor, CHEAPEST)
    appeal: Array = -sensitivity * np.log(paid)
    return appeal
