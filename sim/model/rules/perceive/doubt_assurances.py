"""Words at the table reassure little, agreements more (rule card R06)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="suspicion_evidence",
    card="R06",
    evidence=["voa_arms_race", "fearon_1995", "kydd_1997"],
    claims=["SF-15"],
    says="{actor} weighs what its rival says and signs (talks at stage {talks:.0f})",
)
def doubt_assurances(
    talks: Array,
    rivalry: Array,
    *,
    word: Parameter = Parameter(0.05, "log-odds", between=(0.0, 0.1), because="talk is cheap (R06)"),
    deed: Parameter = Parameter(
        0.5, "log-odds", between=(0.2, 1.0), because="an agreement can be checked, and costs something to sign"
    ),
) -> Array:
    """Talks all but leave a state's suspicion where it is, and agreements allay it.

    Reported: a declared commitment to talks may not remove suspicion (VOA).

    Assumed: the same for all who talk; a framework counts as much as a treaty.

    Formula: ``-word`` during talks, ``-deed`` under a framework or treaty, else 0, times
    the number of rivals.

    Examples
    --------
    None, talks, deadlock, framework, treaty:

    >>> (0.0 + doubt_assurances(np.arange(5.0), np.ones((1, 1)))).tolist()
    [0.0, -0.05, 0.0, -0.5, -0.5]
    """
    allayed = np.where(talks >= 3.0, deed, np.where(talks == 1.0, word, 0.0))
    evidence: Array = -allayed * rivalry.sum(0)
    return evidence
