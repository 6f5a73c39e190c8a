"""Spending beyond what growth explains breeds suspicion (rule card R06)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

SMALLEST = 1e-6  # US$ m a year, so that every amount has a logarithm


@rule(
    actor="state",
    writes="suspicion_evidence",
    card="R06",
    evidence=["voa_arms_race", "jervis_1978", "kydd_1997"],
    claims=["SF-06", "SF-07", "SF-10"],
    says="{actor} looks at what its rival spends",
)
def suspect_fast_arming(
    their_milex: Array,
    their_milex_opening: Array,
    their_gdp: Array,
    their_gdp_opening: Array,
    rivalry: Array,
    *,
    alarm: Parameter = Parameter(
        0.5,
        "log-odds per sd",
        between=(0.2, 1.0),
        because="a surprise of one standard deviation moves even odds to five in eight, were it unmistakable",
    ),
    clarity: Parameter = Parameter(
        0.3,
        "share",
        between=(0.1, 1.0),
        because="how far arms for defence can be told from arms for attack, 0.1 to 0.5; 1 ends the dilemma",
    ),
    usual: Parameter = Parameter(
        0.2,
        "log",
        between=(0.1, 0.4),
        basis="derived",
        source="sipri_milex_2025",
        because="yearly surprises in spending, 0.1 to 0.2, and errors in seeing them",
    ),
) -> Array:
    """A state suspects a rival the more, the further its spending has outrun its economy since the opening.

    Reported: either side calls its arms defensive, and Azerbaijan sees in Armenian
    purchases a possible wish to retake Karabakh (VOA).

    Assumed: spending in step with output is what a defensive rival would do; what
    exceeds it counts, the less the better arms reveal their purpose (Jervis 1978),
    and as reassurance when it falls short.

    Formula: ``alarm * (1 - clarity) / usual * sum over rivals of ln((M / Y) / (M / Y at the opening))``.

    Examples
    --------
    A rival's burden has risen by half; were its purpose plain, that would mean nothing:

    >>> rival = np.array([150.0]), np.array([100.0]), np.ones(1), np.ones(1), np.ones(1)
    >>> [float((0.0 + suspect_fast_arming(*rival, clarity=c)).round(2)) for c in (0.3, 1.0)]
    [0.71, 0.0]
    """
    spent = np.log(np.maximum(their_milex, SMALLEST)) - np.log(np.maximum(their_milex_opening, SMALLEST))
    grown = np.log(np.maximum(their_gdp, SMALLEST)) - np.log(np.maximum(their_gdp_opening, SMALLEST))
    surprise: Array = (rivalry * (spent - grown)).sum(0)
    return alarm * (1.0 - clarity) / usual * surprise
