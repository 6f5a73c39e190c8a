"""Wars elsewhere teach what to buy (rule card R39)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="weapon_appeal",
    card="R39",
    evidence=["baykar_agreement_2024-03", "horowitz_2010"],
    claims=["SF-92"],
    says="{actor} sees what wars elsewhere teach about this class ({lesson:+.2f})",
)
def heed_lessons_of_other_wars(
    lesson: Array,
    *,
    attention: Parameter = Parameter(
        1.0,
        "share",
        between=(0.0, 2.0),
        because="the scenario states lessons as shifts of 0.1 to 0.3 of log odds; states take them as they are",
    ),
) -> Array:
    """A state leans towards classes that have lately proved their worth in wars elsewhere, and away from others.

    Reported: a large change of one buyer may lead neighbours to review their strategy
    (news of the agreement with Baykar, 2024); of wars elsewhere the articles say
    nothing.

    Assumed: all states draw the same lessons at once, and from wars the scenario
    names; they count relative to the mean class.

    Formula: ``attention * (lesson[k] - mean)``.

    Examples
    --------
    Drones have proved their worth, armour has not:

    >>> import numpy as np
    >>> heed_lessons_of_other_wars(np.array([0.2, 0.0])).tolist()
    [0.1, -0.1]
    """
    relative: Array = lesson - lesson.mean(0)
    return attention * relative
