"""After a war the next one waits (rule card R29)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="attack_score",
    card="R29",
    evidence=["ap_israeli_arms_2023-10", "carter_signorino_2010", "events_register"],
    says="the last war lies {years_since_war:.1f} years back",
)
def recover_from_war(
    years_since_war: Array,
    *,
    exhaustion: Parameter = Parameter(
        2.5, "log", between=(1.0, 4.0), because="right after a war the hazard is a twelfth of what it would be"
    ),
    recovery: Parameter = Parameter(
        1.0, "yr", between=(0.3, 3.0), because="deadly fighting on the border resumed within a year of the war of 2020"
    ),
) -> Array:
    """A state is less ready to attack soon after a war, and the reluctance fades within a few years.

    Reported: nothing in the articles on exhaustion; they report that after the war
    of 2020 the next offensive came in 2023 (AP).

    Assumed: exponential fading in place of the cubic in time of duration models
    (Carter and Signorino 2010), alike for winner and loser.

    Formula: ``-exhaustion * exp(-years_since_war / recovery)``.

    Examples
    --------
    At the end of a war, one year and ten years later:

    >>> recover_from_war(np.array([0.0, 1.0, 10.0])).round(2).tolist()
    [-2.5, -0.92, -0.0]
    """
    return -exhaustion * np.exp(-years_since_war / recovery)
