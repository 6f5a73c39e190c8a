"""A patron that answers a call ends the fighting (rule card R16)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="mediation_rate",
    card="R16",
    evidence=["forbes_turkey_azerbaijan_2021", "leeds_2003", "bennett_stam_1996"],
    claims=["SF-59"],
    says="{actor}'s patron answers its call",
)
def stop_at_the_patrons_word(
    patron_help: Array,
    *,
    pace: Parameter = Parameter(
        0.2,
        "per day",
        between=(0.05, 0.5),
        because="an ultimatum backed by troops on the spot works within about a week; no case here",
    ),
) -> Array:
    """A patron that answers its client's call makes the attacker halt within days.

    Reported: Russia has a defence pact with Armenia and a base there (Forbes 2021);
    of help given under it the articles report nothing.

    Assumed: help ends the war by a constant daily hazard of a halt from outside and
    leaves the strength of both sides as it is.

    Formula: ``pace * patron_help`` per day.

    Examples
    --------
    A call left unanswered and one answered:

    >>> import numpy as np
    >>> stop_at_the_patrons_word(np.array([0.0, 1.0])).tolist()
    [0.0, 0.2]
    """
    return pace * patron_help
