"""Richardson's linear arms race, for the textbook scenario (rule card R01)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="milex_change",
    card="R01",
    evidence=["richardson_1960", "caspary_1967"],
    says="{actor} weighs its rivals' spending against its own burden of US$ {milex:,.0f} m a year",
)
def match_rival_linearly(
    milex: Array,
    their_milex: Array,
    rivalry: Array,
    *,
    reaction: Parameter = Parameter(
        0.3, "per yr", between=(0.0, 3.0), because="below the default fatigue, so that two equal states come to rest"
    ),
    fatigue: Parameter = Parameter(
        0.5, "per yr", between=(0.0, 3.0), because="unprovoked spending fades over two years"
    ),
    resentment: Parameter = Parameter(
        50.0,
        "US$2023 m per yr2",
        between=(-1000.0, 1000.0),
        because="Richardson's constant term; small beside the budgets of the region",
    ),
) -> Array:
    """A state raises spending in proportion to its rivals' and cuts it in proportion to its own.

    Reported: Nothing in the articles.

    Assumed: everything linear, as in Richardson 1960; with two states the race settles
    if the product of fatigues exceeds that of reactions. Meant to replace, not to
    join, the logarithmic rules.

    Formula: ``reaction * sum over rivals of M - fatigue * M_own + resentment``.

    Examples
    --------
    Two equal states with the default numbers come to rest at 50 / (0.5 - 0.3):

    >>> import numpy as np
    >>> rest = np.array(250.0)
    >>> round(float(match_rival_linearly(rest, rest[None], np.ones(1))), 6)
    0.0
    """
    provocation: Array = (rivalry * their_milex).sum(0)
    return reaction * provocation - fatigue * milex + resentment
