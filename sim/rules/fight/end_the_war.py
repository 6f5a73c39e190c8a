"""Wars end when one side breaks through, gives up, or others stop them (rule card R32)."""

from __future__ import annotations

import numpy as np

from sim.parameter import Parameter
from sim.rule import rule
from sim.world import Array

LEAST, MOST = 1.0, 365.0  # days a war lasts
FAINTEST = 0.01  # chance below which the attacker's chance makes no more difference

OPERATION_PACE = Parameter(
    0.08, "per day", between=(0.05, 0.5), basis="assumed",
    because="limited operations of 2016, 2022 and 2023 lasted 1 to 4 days",
)  # fmt: skip
CAMPAIGN_PACE = Parameter(
    0.004, "per day", between=(0.002, 0.02), basis="assumed",
    because="median near a month at four to one in mountains; the war of 2020 took 44 days",
)  # fmt: skip
ADVANTAGE = Parameter(
    1.0, "per log-odds", between=(0.4, 1.2), basis="assumed",
    because="from months at even odds to days at overwhelming ones, as between 2020 and 2023",
)  # fmt: skip
OPERATION_MEDIATION = Parameter(
    0.08, "per day", between=(0.02, 0.2), basis="assumed",
    because="limited fighting was halted from outside within days in 2016 and 2022",
)  # fmt: skip
CAMPAIGN_MEDIATION = Parameter(
    0.01, "per day", between=(0.007, 0.05), basis="assumed",
    because="7 % a week, at the low end: three ceasefires brokered in 2020 failed",
)  # fmt: skip


def attacker_chance(attacking: Array, aim: Array, win_chance: Array) -> Array:
    """Return the attacker's chance in the zone it aims at; states, zones and scales are in front."""
    chance: Array = (attacking[:, None] * aim.sum(2) * win_chance).sum(1).sum(0)
    return chance


def waging_campaign(attacking: Array, aim: Array) -> Array:
    """Return 1 where the war under way is a campaign; states, zones and scales are in front."""
    campaign: Array = (attacking * aim[:, :, 1].sum(1)).sum(0)
    return campaign


def hazards(
    chance: Array, campaign: Array, operation_pace: float, campaign_pace: float, advantage: float,
    operation_mediation: float, campaign_mediation: float,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Return the daily hazards of three endings: objective reached, halt from outside, attack failed.

    Examples
    --------
    >>> even = hazards(np.array(0.5), np.array(1.0), 0.08, 0.004, 1.0, 0.08, 0.01)
    >>> [float(hazard) for hazard in even]
    [0.004, 0.01, 0.004]
    """
    likely = np.clip(chance, FAINTEST, 1.0 - FAINTEST)
    edge = np.exp(advantage * np.log(likely / (1.0 - likely)))
    waged = campaign > 0.0
    pace = np.where(waged, campaign_pace, operation_pace)
    return pace * edge, np.where(waged, campaign_mediation, operation_mediation), pace / edge


@rule(
    actor="region",
    writes="war_length",
    card="R32",
    evidence=["cnn_israel_arms_trade_2023-10", "ap_israeli_arms_2023-10", "bennett_stam_1996"],
    says="the attacker's chances and pressure from outside set how long the war lasts",
    draws=1,
)
def end_the_war(
    attacking: Array,
    aim: Array,
    win_chance: Array,
    draws: Array,
    *,
    operation_pace: Parameter = OPERATION_PACE,
    campaign_pace: Parameter = CAMPAIGN_PACE,
    advantage: Parameter = ADVANTAGE,
    operation_mediation: Parameter = OPERATION_MEDIATION,
    campaign_mediation: Parameter = CAMPAIGN_MEDIATION,
) -> Array:
    """A war is the shorter the more lopsided it is, and limited operations are over within days.

    Reported: the war of 2020 lasted 44 days, the offensive of 2023 a day (CNN, AP).

    Assumed: three endings compete at constant daily hazards; a breakthrough comes
    faster and failure slower the better the attacker's odds. The numbers are shared
    with `settle_ending`, which draws the way the war ends: set them for both.

    Formula: ``days = -ln(u) / (c * odds**chi + c * odds**-chi + m)``, between 1 and 365.

    Examples
    --------
    The median campaign at a chance of 0.80 and of 0.98:

    >>> attacker, campaign = np.ones((1, 1, 1)), np.array([[[0.0, 1.0]]])[..., None, None]
    >>> chance = np.array([0.80, 0.98]).reshape(1, 1, 1, 2)
    >>> end_the_war(attacker, campaign, chance, np.full((1, 1, 2), 0.5)).round(1).tolist()
    [[25.7, 3.4]]
    """
    chance = attacker_chance(attacking, aim, win_chance)
    objective, halt, failure = hazards(
        chance, waging_campaign(attacking, aim), operation_pace, campaign_pace, advantage,
        operation_mediation, campaign_mediation,
    )  # fmt: skip
    days: Array = np.clip(-np.log(draws[0]) / (objective + halt + failure), LEAST, MOST)
    return days
