"""Wars start where both sides think well of their chances (rule cards R26 and R29)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

SURE = 1e-6  # chances nearer to 0 or 1 than this are all alike


@rule(
    actor="state",
    writes="attack_score",
    card="R26",
    evidence=["cnn_israel_arms_trade_2023-10", "blainey_1973", "fearon_1995", "slantchev_tarar_2011"],
    claims=["SF-71"],
    says="{actor} and its rival are both hopeful, more than can come true for both",
)
def misread_each_other(
    believed_chance: Array,
    chance_as_rivals_see: Array,
    *,
    weight: Parameter = Parameter(
        0.6,
        "log per log-odds",
        between=(0.2, 1.2),
        because="occasions double where both together put the odds three times too high",
    ),
) -> Array:
    """A state finds more occasions to attack where it and its rivals are hopeful at once.

    Reported: most of the arms trade of Israel and Azerbaijan is hidden (CNN 2023); of
    misjudgement the articles say nothing.

    Assumed: where both together are not too hopeful there is a settlement both prefer; the
    further their odds go beyond that, the rarer it is found (Slantchev and Tarar 2011).

    Formula: ``weight * max(0, log-odds of p - log-odds of p as the rivals see it)``, in each zone.

    Examples
    --------
    Both hopeful, both of one mind, both without hope:

    >>> import numpy as np
    >>> misread_each_other(np.array([[0.75, 0.6, 0.25]]), np.array([[0.5, 0.6, 0.5]])).round(2).tolist()
    [[[0.66, 0.0, 0.0]]]
    """
    own = np.clip(believed_chance, SURE, 1.0 - SURE)
    theirs = np.clip(chance_as_rivals_see, SURE, 1.0 - SURE)
    gap: Array = weight * np.maximum(np.log(own / (1.0 - own)) - np.log(theirs / (1.0 - theirs)), 0.0)
    return gap[:, None]
