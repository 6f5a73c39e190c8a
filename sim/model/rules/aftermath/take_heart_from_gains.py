"""Land won eases grievance, by less than the same loss feeds it (rule card R04)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.rules.aftermath.mourn_losses import LAND_WEIGHT
from sim.model.world import Array


@rule(
    actor="state",
    writes="grievance_gain",
    card="R04",
    evidence=["voa_arms_race", "kahneman_tversky_1979", "levy_1996"],
    says="{actor} takes heart from land won (grievance so far {grievance:.2f})",
)
def take_heart_from_gains(
    land_won: Array,
    claim: Array,
    grievance: Array,
    *,
    land: Parameter = LAND_WEIGHT,
    loss_aversion: Parameter = Parameter(
        2.0,
        "1",
        between=(1.5, 2.5),
        because="losses weigh about twice as much as gains in choices of individuals; carried over to states",
    ),
) -> Array:
    """A state's grievance eases with claimed land won, by half of what the same land lost would add.

    Reported: after retaking Karabakh (Artsakh) Azerbaijan still wants to enlarge its
    arsenal (VOA), so victory does not end the race.

    Assumed: loss aversion of individuals (Kahneman and Tversky 1979; Levy 1996 on
    states); gains cannot ease more grievance than there is.

    Formula: ``-min(land * sum(claim * won) / loss_aversion, grievance)``.

    Examples
    --------
    Winning all of a zone of value one, with much grievance and with little:

    >>> won, claim = np.ones((1, 2)), np.ones((1, 2))
    >>> take_heart_from_gains(won, claim, np.array([2.0, 0.1])).round(2).tolist()
    [-0.5, -0.1]
    """
    relief = land * (claim * land_won).sum(0) / loss_aversion
    term: Array = -np.minimum(relief, grievance)
    return term
