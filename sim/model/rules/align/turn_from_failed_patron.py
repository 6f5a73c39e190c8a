"""Calls left unanswered drive a client from its patron (rule card R17)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.variables import VARIABLES
from sim.model.world import Array

NEVER = VARIABLES["exit_score"].neutral  # log per year, of a state that has no reason to go
MOST_CALLS = 5.0  # failed calls beyond which one more makes no difference


@rule(
    actor="state",
    writes="exit_score",
    card="R17",
    evidence=["voa_arms_race", "gibler_2008", "known_facts"],
    claims=["SF-05"],
    says="{actor} has called on its patron {calls_made:.1f} times and was answered {calls_honoured:.1f} times",
)
def turn_from_failed_patron(
    calls_made: Array,
    calls_honoured: Array,
    *,
    base: Parameter = Parameter(
        0.02, "per yr", between=(0.01, 0.03), because="states seldom leave an alliance untested"
    ),
    disappointment: Parameter = Parameter(
        1.2,
        "log per call",
        between=(0.0, 1.5),
        because="0.7 to 1.5; two failed calls within the treaty make the rate elevenfold; 0 switches it off",
    ),
) -> Array:
    """A client moves away from its patron the sooner, the more of its calls went unanswered.

    Reported: after its defeat Armenia turned to France for arms (VOA); of the
    alliance itself the articles say nothing.

    Assumed: the log of the rate of the next step away grows by the same amount with
    each failed call, counted as far as the treaty covered the land attacked.

    Formula: ``ln base + disappointment * min(calls_made - calls_honoured, 5)``, counted from
    the log hazard of a state that has no reason to go.

    Examples
    --------
    The yearly rate before any test, and after two failed calls:

    >>> score = turn_from_failed_patron(np.array([0.0, 2.0]), np.zeros(2))
    >>> np.exp(score + NEVER).round(2).tolist()
    [0.02, 0.22]
    """
    failed = np.clip(calls_made - calls_honoured, 0.0, MOST_CALLS)
    score: Array = np.log(base) + disappointment * failed - NEVER
    return score
