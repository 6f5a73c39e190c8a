"""Mountains are fought over in the season that allows it (rule card R29)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="attack_score",
    card="R29",
    evidence=["events_register", "ap_israeli_arms_2023-10", "cnn_israel_arms_trade_2023-10"],
    claims=["SF-16"],
    says="the season weighs {season:+.2f}",
)
def await_the_season(
    season: Array,
    *,
    weight: Parameter = Parameter(
        1.0, "1", between=(0.0, 2.0), because="the calendar of the scenario as it is; 0 switches seasons off"
    ),
) -> Array:
    """A state is readier to attack in the months in which weather and roads favour operations.

    Reported: the offensive of 2023 began on 19 September (AP), the war of 2020 in
    September as well (CNN).

    Assumed: the seasonal pattern is the scenario's, the same for all zones.

    Formula: ``weight * season``.

    Examples
    --------
    >>> import numpy as np
    >>> await_the_season(np.array([-0.5, 0.0, 0.5])).tolist()
    [-0.5, 0.0, 0.5]
    """
    return weight * season
