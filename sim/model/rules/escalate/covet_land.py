"""Land claimed and not held is what an attack is for (rule cards R05 and R29)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.variables import VARIABLES
from sim.model.world import Array

NOTHING_TO_GAIN = 1e-12  # value below which the log hazard is as good as minus infinity
NEVER = VARIABLES["attack_score"].neutral  # the log hazard of a state that covets nothing


@rule(
    actor="state",
    writes="attack_score",
    card="R05",
    evidence=["voa_arms_race", "cnn_israel_arms_trade_2023-10"],
    claims=["SF-02", "SF-80"],
    says="{actor} claims land that it does not hold",
)
def covet_land(
    claim: Array,
    control: Array,
    ambition: Array,
    *,
    operation_rate: Parameter = Parameter(
        0.12,
        "per yr",
        between=(0.02, 0.4),
        basis="derived",
        source="events_register",
        because="four operation-level episodes in thirty years, 90 % interval 0.055 to 0.28",
    ),
    campaign_rate: Parameter = Parameter(
        0.03,
        "per yr",
        between=(0.005, 0.13),
        basis="derived",
        source="events_register",
        because="one major war in thirty years, 90 % interval 0.006 to 0.13",
    ),
) -> Array:
    """A state that claims a zone it does not hold has a reason to attack there, in proportion to its value.

    Reported: Azerbaijan wants to build on the recapture of Karabakh (VOA); fears
    centre on the corridor through Syunik (CNN 2023).

    Assumed: hazards proportional to the value of what is missing; base rates from
    the record of episodes.

    Formula: ``ln rate[scale] + ln(claim[zone] * (1 - control[zone]))``, counted from the log
    hazard of a state that covets nothing.

    Examples
    --------
    >>> none, all_of_it = np.zeros((1, 1, 2)), np.ones((1, 1, 2))
    >>> score = covet_land(all_of_it, none, np.array([0.0, 1.0])[:, None, None])
    >>> np.exp(score[0, :, 0, 0] + NEVER).round(2).tolist()
    [0.12, 0.03]
    """
    log_rate = np.log(operation_rate) + ambition * np.log(campaign_rate / operation_rate)
    missing = claim * (1.0 - control)
    score: Array = log_rate[None] + np.log(missing + NOTHING_TO_GAIN)[:, None] - NEVER
    return score
