"""Budgets are drawn up as a part of output, and move with it at once in part (rule card R02)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

SMALLEST = 1e-6  # US$ m a year, so that every output has a logarithm


@rule(
    actor="state",
    writes="milex_shock",
    card="R02",
    evidence=["sipri_milex_2025", "worldbank_wdi"],
    says="{actor}'s output is US$ {gdp:,.0f} m a year (US$ {gdp_budgeted:,.0f} m when its last budget was drawn up)",
)
def share_in_growth(
    gdp: Array,
    gdp_budgeted: Array,
    *,
    at_once: Parameter = Parameter(
        0.35,
        "log per log",
        between=(0.0, 0.8),
        basis="derived",
        source="sipri_milex_2025",
        because="pooled over 62 states to 2021, growth of spending on that of output in the same year; 0.33 to 0.65 "
        "for earlier ends, more with output measured apart from spending",
    ),
) -> Array:
    """A state passes part of what its output has grown since the last budget straight on to its forces.

    Reported: Nothing in the articles.

    Assumed: one share for growth and for decline; the rest follows as spending moves to
    its target (`keep_pace_with_economy`).

    Formula: ``at_once * ln(Y / Y_budgeted)``, Y in US$ of 2023 a year; it counts in the budget month only.

    Examples
    --------
    A year of ten per cent growth adds more than three per cent to the budget at once:

    >>> term = share_in_growth(np.array([110.0]), np.array([100.0]))
    >>> np.expm1(term).round(3).tolist()
    [0.034]
    """
    now, then = np.maximum(gdp, SMALLEST), np.maximum(gdp_budgeted, SMALLEST)
    return at_once * (np.log(now) - np.log(then))
