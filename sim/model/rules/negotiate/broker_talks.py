"""Mediators move talks forward as far as their influence reaches (rule card R28)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="mediator",
    writes="talks_progress",
    card="R28",
    evidence=["voa_arms_race", "beardsley_2008"],
    claims=["SF-09"],
    says="{actor} presses for an agreement with a leverage of {leverage:.2f}",
)
def broker_talks(
    leverage: Array,
    *,
    effort: Parameter = Parameter(
        0.6,
        "log",
        between=(0.0, 1.5),
        because="full leverage speeds progress 1.8 times; how much mediation helps is disputed",
    ),
) -> Array:
    """A mediator speeds the progress of talks in proportion to its influence on both parties.

    Reported: the United States back the talks between Armenia and Azerbaijan (VOA).

    Assumed: constant effort; several mediators add up and do not get in each
    other's way. That hard cases attract mediators is not modelled.

    Formula: ``effort * leverage``.

    Examples
    --------
    >>> import numpy as np
    >>> broker_talks(np.array([0.0, 0.5, 1.0])).tolist()
    [0.0, 0.3, 0.6]
    """
    return effort * leverage
