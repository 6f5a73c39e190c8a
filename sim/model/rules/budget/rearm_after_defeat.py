"""A lost war is answered with rearmament (rule cards R01 and R18)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="milex_target_log",
    card="R01",
    evidence=["voa_arms_race", "sipri_milex_2025"],
    claims=["SF-05"],
    says="{actor} remembers a lost war ({defeat:.2f} on an index where losing all it claimed is 1)",
)
def rearm_after_defeat(
    defeat: Array,
    *,
    weight: Parameter = Parameter(
        0.6,
        "log per index",
        between=(0.2, 1.2),
        because="a total defeat nearly doubles the aim; the range is wide since one case is all there is",
    ),
) -> Array:
    """A state that has lost a war lately aims to spend more, in proportion to what it lost.

    Reported: After its defeat Armenia turned to France for arms, the newest artillery
    included; its near-term aim is to make an attack far dearer (VOA).

    Assumed: proportional to the memory of defeat, which fades by itself.

    Formula: ``weight * defeat``.

    Examples
    --------
    A total defeat raises the aim by four fifths:

    >>> import numpy as np
    >>> round(float(np.exp(rearm_after_defeat(np.array(1.0)))), 2)
    1.82
    """
    return weight * defeat
