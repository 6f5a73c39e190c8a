"""Spending grows with the economy (rule card R02)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

SMALLEST = 1e-6  # US$ m a year, so that every output has a logarithm


@rule(
    actor="state",
    writes="milex_target_log",
    card="R02",
    evidence=["forbes_turkey_azerbaijan_2021", "dunne_smith_2007"],
    says="{actor}'s output stands at US$ {gdp:,.0f} m a year (US$ {gdp_opening:,.0f} m at the opening)",
)
def keep_pace_with_economy(
    gdp: Array,
    gdp_opening: Array,
    *,
    elasticity: Parameter = Parameter(
        0.5,
        "log per log",
        between=(0.0, 1.2),
        because="at 1 the burden would stay as it is; oil and rivals have terms of their own",
    ),
) -> Array:
    """A state whose economy has grown since the opening aims to spend more, in a fixed proportion of logs.

    Reported: Energy money funds Azerbaijani arms and research (Forbes 2021); of
    output at large the articles say nothing.

    Assumed: a constant elasticity, the same up and down.

    Formula: ``elasticity * ln(Y / Y_opening)``, Y in US$ of 2023 a year.

    Examples
    --------
    An economy that has doubled aims to spend 41 per cent more:

    >>> term = keep_pace_with_economy(np.array(200.0), np.array(100.0))
    >>> round(float(np.exp(term)), 2)
    1.41
    """
    now, opening = np.maximum(gdp, SMALLEST), np.maximum(gdp_opening, SMALLEST)
    return elasticity * (np.log(now) - np.log(opening))
