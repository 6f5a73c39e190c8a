"""Output: given while it is known, then growing with luck (model assembly, section 6)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.streams import normal
from sim.model.world import Array


@rule(
    actor="state",
    writes="gdp",
    card="R02",
    evidence=["worldbank_wdi"],
    says="{actor}'s output stood at US$ {gdp:,.0f} m a year in the step before",
    draws=2,
)
def grow_economy(
    gdp: Array,
    gdp_observed: Array,
    gdp_known: Array,
    dt: Array,
    draws: Array,
    *,
    growth: Parameter = Parameter(
        0.03,
        "per yr",
        between=(-0.02, 0.08),
        basis="derived",
        source="worldbank_wdi",
        because="mean log growth of 2010-2024 is 0.018 in Azerbaijan and 0.045 in Armenia",
    ),
    volatility: Parameter = Parameter(
        0.03,
        "log per sqrt(yr)",
        between=(0.01, 0.08),
        basis="derived",
        source="worldbank_wdi",
        because="its standard deviation is 0.030 in Azerbaijan and 0.043 in Armenia",
    ),
) -> Array:
    """Beyond the record a state's output grows at a steady mean rate, with shocks it never recovers from.

    Reported: Nothing in the articles.

    Assumed: a random walk of the logarithm with one mean rate for all states; output
    does not suffer from war or from military spending; what oil does to it is in the books.

    Formula: the observed output while it is known, then
    ``gdp * exp(growth * dt + volatility * sqrt(dt) * normal)``.

    Examples
    --------
    With no luck either way, ten years add a third:

    >>> no_luck = np.array([1.0, 0.5])
    >>> gdp = grow_economy(np.array(100.0), np.array(0.0), np.array(0.0), np.array(10.0), no_luck)
    >>> round(float(gdp))
    135
    """
    step = growth * dt + volatility * np.sqrt(dt) * normal(draws[0], draws[1])
    return np.where(gdp_known > 0.0, gdp_observed, gdp * np.exp(step))
