"""Treaty allies get arms below the market price (rule card R14)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="supplier",
    writes="price_factor",
    card="R14",
    evidence=["forbes_turkey_azerbaijan_2021", "crawford_2003"],
    claims=["SF-59"],
    says="{actor} sells below the market price to its treaty allies",
)
def discount_allies(
    ally: Array,
    *,
    discount: Parameter = Parameter(
        0.4,
        "share",
        between=(0.3, 0.6),
        because="allies' prices and credit terms are put at 30 to 60 % below the export price (R14)",
    ),
) -> Array:
    """A supplier lets a treaty ally have its arms at a fixed discount and sells to all others at full price.

    Reported: Russia has a defence pact with Armenia and a base there, and sells to both
    sides (Forbes 2021); of prices the articles say nothing.

    Assumed: one discount for all classes and allies; credit counts as discount.

    Formula: ``1 - discount * ally[client]``.

    Examples
    --------
    An ally and a customer:

    >>> import numpy as np
    >>> discount_allies(np.array([1.0, 0.0])).round(2).tolist()
    [0.6, 1.0]
    """
    return 1.0 - discount * ally
