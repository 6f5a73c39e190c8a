"""Those who were beaten expect worse (rule card R06)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="suspicion_evidence",
    card="R06",
    evidence=["voa_arms_race", "cnn_israel_arms_trade_2023-10", "kydd_1997"],
    claims=["SF-80"],
    says="{actor} remembers a lost war ({defeat:.2f} on an index where losing all it claimed is 1)",
)
def distrust_the_victor(
    defeat: Array,
    *,
    weight: Parameter = Parameter(
        1.0,
        "log-odds per index",
        between=(0.0, 2.0),
        because="a total defeat turns even odds into three in four; size unknown",
    ),
) -> Array:
    """A state that has lost land to a rival lately suspects it of wanting more.

    Reported: after the wars many in Armenia fear a further attack, through Syunik
    (Zangezur); Azerbaijan denies such aims (CNN 2023).

    Assumed: in proportion to the memory of defeat, which fades by itself.

    Formula: ``weight * defeat``.

    Examples
    --------
    Before, and after a total defeat:

    >>> import numpy as np
    >>> distrust_the_victor(np.array([0.0, 1.0])).tolist()
    [0.0, 1.0]
    """
    return weight * defeat
