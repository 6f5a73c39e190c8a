"""An ally's forces on one's soil embolden, and deter others (rule card R35)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="attack_score",
    card="R35",
    evidence=["forbes_turkey_azerbaijan_2021", "snyder_1984"],
    claims=["SF-57", "SF-58"],
    says="{actor} hosts forces of an ally ({foreign_base:.2f}, 1 being a base), or faces a host",
)
def lean_on_foreign_base(
    foreign_base: Array,
    their_foreign_base: Array,
    rivalry: Array,
    *,
    cover: Parameter = Parameter(
        0.5, "log", between=(0.3, 1.0), because="effect of a full base on the host's hazard (R35)"
    ),
    tripwire: Parameter = Parameter(
        0.5,
        "log",
        between=(0.0, 1.0),
        because="as large as the cover it gives; an attacker would risk killing the ally's soldiers",
    ),
) -> Array:
    """A state that hosts an ally's combat forces is readier to attack, and less likely to be attacked.

    Reported: six Turkish F-16 stood at Ganja in 2020 and stayed through the war; there
    is no permanent base, and none was excluded (Forbes 2021).

    Assumed: in proportion to the presence the scenario states, alike in all zones,
    for limited operations and campaigns.

    Formula: ``cover * base - tripwire * sum over rivals of their base``.

    Examples
    --------
    A host facing nobody's ally, and the other way round:

    >>> import numpy as np
    >>> lean_on_foreign_base(np.array([1.0, 0.0]), np.array([[0.0, 1.0]]), np.ones((1, 2))).tolist()
    [0.5, -0.5]
    """
    facing = (rivalry * their_foreign_base).sum(0)
    score: Array = cover * foreign_base - tripwire * facing
    return score
