"""Peacekeepers stand in the way while they are believed (rule card R35)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

TRACE = 0.2  # index of defeat at which peacekeepers are half called in


@rule(
    actor="state",
    writes="attack_score",
    card="R35",
    evidence=["known_facts", "beardsley_2008"],
    says="{actor} considers the peacekeepers on the other side",
)
def mind_the_peacekeepers(
    their_peacekeepers: Array,
    their_defeat: Array,
    their_control: Array,
    rivalry: Array,
    *,
    weight: Parameter = Parameter(
        0.6,
        "log",
        between=(0.3, 1.0),
        because="peacekeepers that are believed nearly halve the hazard; they did not stop the offensive of 2023",
    ),
) -> Array:
    """A state is less ready to attack land that peacekeepers guard, as far as they are believed.

    Reported: Nothing in the articles.

    Assumed: peacekeepers come only to a state that has lost a war, as after 2020, and
    leave as its memory of defeat fades; what is given says where, and how far they are believed.

    Formula: ``-weight * sum over rivals (peacekeepers[zone] * control[zone] * d / (d + 0.2))``, d the
    rival's memory of defeat.

    Examples
    --------
    The same mandate before and after the rival has lost a war:

    >>> import numpy as np
    >>> one = np.ones((1, 1, 1, 1))
    >>> [float((0.0 + mind_the_peacekeepers(one, d * one[0], one, one[0])).round(2).sum()) for d in (0.0, 0.9)]
    [0.0, -0.49]
    """
    called_in = rivalry * (their_defeat / (their_defeat + TRACE))
    guarded = (called_in[:, None] * (their_peacekeepers * their_control)).sum(0)
    score: Array = -weight * guarded[:, None]
    return score
