"""Equipment of many origins works together less well (rule card R21)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

NEXT_TO_NOTHING = 1e-6  # TIV m


@rule(
    actor="state",
    writes="cohesion",
    card="R21",
    evidence=["forbes_turkey_azerbaijan_2021", "biddle_2004"],
    claims=["SF-52", "SF-53", "SF-54"],
    says="{actor}'s forces have learnt to work together with mixed equipment to {interoperability:.0%}",
)
def suffer_mixed_origins(
    origin_stock: Array,
    interoperability: Array,
    trust: Array,
    *,
    penalty: Parameter = Parameter(
        0.12,
        "share",
        between=(0.0, 0.30),
        because="0.05 to 0.30 for forces of wholly mixed origin that never exercise; 0 switches it off",
    ),
) -> Array:
    """A state's forces are the weaker, the more suppliers its arms come from and the less they exercise together.

    Reported: Turkish equipment of Western and Azerbaijani equipment of Russian design
    hamper coordination; more exercises since late 2020 slowly improve it (Forbes 2021).

    Assumed: what counts is the concentration of the arms that suppliers delivered;
    inherited and home-made arms are known to all and cost nothing; attack and
    defence suffer alike.

    Formula: ``1 - penalty * bought * (1 - HHI) * (1 - interoperability)``, with HHI the sum of squared
    shares of suppliers and ``bought`` their share of all arms.

    Examples
    --------
    All arms from one supplier, and from two in equal parts, no exercises:

    >>> held, trust = np.array([[100.0, 50.0], [0.0, 50.0], [0.0, 0.0]]), np.ones((2, 2))
    >>> suffer_mixed_origins(held, np.zeros(2), trust, penalty=0.2).round(2).tolist()
    [1.0, 0.9]
    """
    bought = origin_stock[: trust.shape[0]]
    total = bought.sum(0)
    share = bought / np.maximum(total, NEXT_TO_NOTHING)
    weight = total / np.maximum(origin_stock.sum(0), NEXT_TO_NOTHING)
    mixed: Array = np.maximum(weight - weight * (share * share).sum(0), 0.0)
    return 1.0 - penalty * mixed * (1.0 - interoperability)
