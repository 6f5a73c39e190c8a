"""Each further dollar for arms is harder to spare than the last (rule card R02)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="milex_limit",
    card="R02",
    evidence=["voa_arms_race", "sipri_milex_2025", "dunne_smith_2007"],
    says="{actor}'s output of US$ {gdp:,.0f} m a year bounds what it can spend",
)
def feel_the_burden(
    gdp: Array,
    *,
    limit: Parameter = Parameter(
        0.16,
        "share",
        between=(0.10, 0.20),
        because="burdens that threatened states have borne for years; it is approached and never reached",
    ),
) -> Array:
    """A state gives up more for each further dollar of arms, and the most its output could bear bounds it.

    Reported: An analyst sees no parity between Azerbaijan and Armenia (VOA); of
    a limit the articles say nothing.

    Assumed: one share for all states, far above what either has spent since 1994, so
    that every reason keeps an effect; how the limit is approached belongs to the books
    (`sim.model.accounting.money.soften`).

    Formula: ``limit * gdp``.

    Examples
    --------
    An economy of US$ 20 bn could not bear more than 3.2 bn a year:

    >>> import numpy as np
    >>> round(float(feel_the_burden(np.array(20_000.0))))
    3200
    """
    return limit * gdp
