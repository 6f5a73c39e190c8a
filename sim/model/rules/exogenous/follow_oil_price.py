"""The oil price: given while it is known, then drawn back to its mean (rule card R03)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.streams import normal
from sim.model.world import Array

CHEAPEST = 0.1  # US$ per barrel, so that a price always has a logarithm


@rule(
    actor="region",
    writes="oil_price",
    card="R03",
    evidence=["eia_brent"],
    says="oil stood at US$ {oil_price:,.0f} a barrel in the step before",
    draws=2,
)
def follow_oil_price(
    oil_price: Array,
    oil_price_observed: Array,
    oil_price_known: Array,
    dt: Array,
    draws: Array,
    *,
    mean: Parameter = Parameter(
        75.0,
        "US$ per barrel",
        between=(20.0, 120.0),
        basis="derived",
        source="eia_brent",
        because="mean of the annual prices of 2005-2024 is 76",
    ),
    speed: Parameter = Parameter(
        0.5,
        "per yr",
        between=(0.2, 1.0),
        basis="derived",
        source="eia_brent",
        because="regressing the yearly log change of 2005-2024 on the log price gives -0.52",
    ),
    volatility: Parameter = Parameter(
        0.30,
        "log per sqrt(yr)",
        between=(0.2, 0.4),
        basis="derived",
        source="eia_brent",
        because="yearly log changes have a standard deviation of 0.27 since 1987 and 0.29 since 2000",
    ),
) -> Array:
    """Beyond the record the oil price wanders in the log and is drawn back to its mean within a few years.

    Reported: Nothing in the articles.

    Assumed: one mean for all time, and a logarithm that follows an Ornstein-Uhlenbeck
    process, solved exactly, so that the length of a step does not matter.

    Formula: the observed price while it is known, then ``ln p' = ln mean + k (ln p - ln mean)
    + volatility * sqrt((1 - k**2) / (2 speed)) * normal`` with ``k = exp(-speed * dt)``.

    Examples
    --------
    With no luck either way, three years bring a price of 150 most of the way back:

    >>> no_luck = np.array([1.0, 0.5])
    >>> price = follow_oil_price(np.array(150.0), np.array(0.0), np.array(0.0), np.array(3.0), no_luck)
    >>> round(float(price))
    88
    """
    kept = np.exp(-speed * dt)
    drift = np.log(mean) + kept * (np.log(np.maximum(oil_price, CHEAPEST)) - np.log(mean))
    spread = volatility * np.sqrt((1.0 - kept * kept) / (2.0 * speed))
    drawn = np.exp(drift + spread * normal(draws[0], draws[1]))
    return np.where(oil_price_known > 0.0, oil_price_observed, drawn)
