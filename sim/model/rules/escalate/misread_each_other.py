"""Wars start where both sides think well of their chances (rule cards R26 and R29)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="attack_score",
    card="R26",
    evidence=["cnn_israel_arms_trade_2023-10", "blainey_1973", "fearon_1995", "slantchev_tarar_2011"],
    claims=["SF-71"],
    says="{actor} and its rival judge its chances differently",
)
def misread_each_other(
    believed_chance: Array,
    chance_as_rivals_see: Array,
    *,
    weight: Parameter = Parameter(
        2.0,
        "log per share",
        between=(0.5, 4.0),
        because="a gap of a third in the judgement of one chance doubles the hazard",
    ),
) -> Array:
    """A state attacks the more readily the better it thinks of its chances than its rivals do.

    Reported: most of the arms trade of Israel and Azerbaijan is hidden (CNN 2023); of
    misjudgement the articles say nothing.

    Assumed: where both judge alike there is a settlement both prefer; the wider the gap
    between the beliefs of both sides, the rarer it is found (Slantchev and Tarar 2011).

    Formula: ``weight * (p - p as the rivals see it)``, in each zone.

    Examples
    --------
    Both optimistic, both of one mind:

    >>> import numpy as np
    >>> misread_each_other(np.array([[0.8, 0.6]]), np.array([[0.5, 0.6]])).round(2).tolist()
    [[[0.6, 0.0]]]
    """
    gap: Array = weight * (believed_chance - chance_as_rivals_see)
    return gap[:, None]
