"""Buyers prefer suppliers they trust to deliver (rule card R13)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

UNDECIDED = 0.5  # trust at which a supplier is neither sought nor avoided


@rule(
    actor="state",
    writes="supplier_appeal",
    card="R13",
    evidence=["baykar_agreement_2024-03", "forbes_turkey_azerbaijan_2021"],
    claims=["SF-89", "SF-90"],
    says="{actor} trusts {other} to deliver with {trust:.0%}",
)
def trust_reliable_suppliers(
    trust: Array,
    *,
    weight: Parameter = Parameter(
        2.0, "log", between=(0.5, 3.0), because="from full distrust to full trust the odds of an order rise e**2 to 1"
    ),
) -> Array:
    """A state prefers the suppliers that it believes will deliver.

    Reported: Turkish support in 2020 is said to have proved the worth of the partnership;
    doubts about the reliability of Russian technology drive others away (report of 2024).

    Assumed: linear in trust, which itself follows what suppliers do.

    Formula: ``weight * (trust[supplier] - 0.5)``.

    Examples
    --------
    >>> import numpy as np
    >>> trust_reliable_suppliers(np.array([1.0, 0.5, 0.0])).tolist()
    [1.0, 0.0, -1.0]
    """
    return weight * (trust - UNDECIDED)
