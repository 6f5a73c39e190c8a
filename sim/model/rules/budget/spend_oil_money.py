"""Oil revenue funds the arsenal (rule card R03)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="milex_target_log",
    card="R03",
    evidence=["forbes_turkey_azerbaijan_2021", "ap_israeli_arms_2023-10"],
    claims=["SF-48"],
    says="{actor}'s oil revenue is US$ {oil_revenue_lately:,.0f} m a year in recent years, "
    "before the opening US$ {oil_revenue_opening:,.0f} m",
)
def spend_oil_money(
    oil_revenue_lately: Array,
    oil_revenue_opening: Array,
    *,
    elasticity: Parameter = Parameter(
        0.85,
        "log per log",
        between=(0.0, 1.3),
        basis="derived",
        source="sipri_milex_2025",
        because="partial-adjustment fits of 1995-2021 give a long-run elasticity of 0.72 to 1.06",
    ),
    besides: Parameter = Parameter(
        0.15,
        "share",
        between=(0.0, 0.5),
        because="what forces live on when oil brings nothing, over what oil brings at the opening",
    ),
) -> Array:
    """A state that lives on oil aims to spend in step with its oil revenue of recent years.

    Reported: Azerbaijan's energy wealth pays for its arms and can co-fund its
    partners' research (Forbes 2021); it is a major oil exporter (AP 2023).

    Assumed: a constant elasticity to the revenue of recent years and something besides,
    so that no price of oil leaves a state without any means.

    Formula: ``elasticity * ln((O / O0 + besides) / (1 + besides))``, O the revenue of recent years in US$ of 2023.

    Examples
    --------
    Twice the revenue, and none:

    >>> term = spend_oil_money(np.array([20.0, 0.0]), np.array(10.0))
    >>> np.exp(term).round(2).tolist()
    [1.7, 0.18]
    """
    return elasticity * np.log((oil_revenue_lately / oil_revenue_opening + besides) / (1.0 + besides))
