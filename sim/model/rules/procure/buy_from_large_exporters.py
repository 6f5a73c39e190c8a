"""Large exporters are easier to buy from (rule card R08)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

SMALLEST = 1.0  # TIV m a year; whoever exports less counts as this


@rule(
    actor="state",
    writes="supplier_appeal",
    card="R08",
    evidence=["forbes_turkey_azerbaijan_2021", "thurner_2019", "lebacher_2021", "sipri_arms_transfers_2025"],
    claims=["SF-56"],
    says="{other} exports {export_volume:,.0f} TIV m of arms a year to all buyers",
)
def buy_from_large_exporters(
    export_volume: Array,
    *,
    weight: Parameter = Parameter(
        0.47,
        "log per log",
        between=(0.2, 0.8),
        basis="derived",
        source="thurner_2019",
        because="supplier size in network models of the arms trade, there measured by its military spending",
    ),
) -> Array:
    """A state is the likelier to buy from a supplier the more that supplier exports to everybody.

    Reported: Russia is named as one of the largest suppliers of both states (Forbes 2021).

    Assumed: recent export volume stands for the breadth of what is on offer, for
    credit, training and spare parts; a constant elasticity.

    Formula: ``weight * ln(exports)``, exports in TIV m a year, at least 1.

    Examples
    --------
    Ten times the exports, three times the odds:

    >>> small, large = buy_from_large_exporters(np.array([50.0, 500.0]))
    >>> round(float(np.exp(large - small)), 1)
    3.0
    """
    return weight * np.log(np.maximum(export_volume, SMALLEST))
