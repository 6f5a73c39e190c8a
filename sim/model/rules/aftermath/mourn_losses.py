"""Land, homes and lives lost turn into grievance (rule card R04)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

LAND_WEIGHT = Parameter(
    1.0, "index", between=(0.3, 2.0), because="sets the scale of the index: the loss of all of Karabakh counts one"
)


@rule(
    actor="state",
    writes="grievance_gain",
    card="R04",
    evidence=["voa_arms_race", "cnn_israel_arms_trade_2023-10", "richardson_1960", "levy_1996"],
    claims=["SF-12", "SF-85"],
    says="{actor} mourns land lost, {fled:,.0f} thousand people driven out and {killed:,.0f} soldiers killed",
)
def mourn_losses(
    land_lost: Array,
    claim: Array,
    fled: Array,
    killed: Array,
    *,
    land: Parameter = LAND_WEIGHT,
    people: Parameter = Parameter(
        0.5,
        "index per 100,000",
        between=(0.0, 1.0),
        because="the exodus of 2023 counts about half as much as the land itself",
    ),
    lives: Parameter = Parameter(
        0.2,
        "index per 1,000",
        between=(0.0, 0.5),
        because="the deaths of a war like that of 2020 count nearly as much as the land",
    ),
) -> Array:
    """A state's grievance grows with claimed land lost, people of its community who fled and soldiers killed.

    Reported: the memory of a war won and a war lost feeds the expectation of another
    round (VOA); the expulsion of Azerbaijanis in the late 1980s and early 1990s is
    named as a grievance too (CNN 2023).

    Assumed: the three add up, with the same weights on either side. People who flee
    are mourned one step later, when they have been counted.

    Formula: ``land * sum(claim * lost) + people * fled / 100 + lives * killed / 1000``.

    Examples
    --------
    Two fifths of a zone of value one, 50,000 people, 3,000 soldiers:

    >>> import numpy as np
    >>> lost, claim = np.array([[0.4]]), np.ones((1, 1))
    >>> mourn_losses(lost, claim, np.array([50.0]), np.array([3000.0])).round(2).tolist()
    [1.25]
    """
    grief: Array = land * (claim * land_lost).sum(0) + people * fled / 100.0 + lives * killed / 1000.0
    return grief
