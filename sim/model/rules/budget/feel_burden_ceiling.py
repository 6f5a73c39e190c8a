"""The economy bears only so much (rule card R02)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="milex_ceiling",
    card="R02",
    evidence=["voa_arms_race", "sipri_milex_2025", "caspary_1967"],
    claims=["SF-08"],
    says="{actor}'s output of US$ {gdp:,.0f} m a year bounds what it can spend",
)
def feel_burden_ceiling(
    gdp: Array,
    *,
    ceiling: Parameter = Parameter(
        0.06,
        "share",
        between=(0.05, 0.07),
        basis="derived",
        source="sipri_milex_2025",
        because="the largest burdens since 1994 are 5.5 % of output in Azerbaijan and 5.0 % in Armenia",
    ),
) -> Array:
    """A state never spends more on arms than a fixed share of its output.

    Reported: An analyst sees no parity between Azerbaijan and Armenia (VOA); of
    a ceiling the articles say nothing.

    Assumed: one share for all states, somewhat above the largest burdens on record;
    how softly it is felt belongs to the books (`sim.model.accounting.money.soften`).

    Formula: ``ceiling * gdp``.

    Examples
    --------
    An economy of US$ 20 bn bears 1.2 bn a year:

    >>> import numpy as np
    >>> round(float(feel_burden_ceiling(np.array(20_000.0))))
    1200
    """
    return ceiling * gdp
