"""Attackers break through, the sooner the better their odds (rule card R32)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

FAINTEST = 0.01  # chance below which the attacker's chance makes no more difference


@rule(
    actor="state",
    writes="objective_rate",
    card="R32",
    evidence=["cnn_israel_arms_trade_2023-10", "ap_israeli_arms_2023-10", "bennett_stam_1996"],
    claims=["SF-16", "SF-63", "SF-64"],
    says="{actor} attacks and may reach its objective",
)
def break_through(
    attacking: Array,
    aim: Array,
    win_chance: Array,
    *,
    operation_pace: Parameter = Parameter(
        0.08, "per day", between=(0.05, 0.5), because="limited operations of 2016 and 2022 lasted 2 to 4 days"
    ),
    campaign_pace: Parameter = Parameter(
        0.003,
        "per day",
        between=(0.002, 0.02),
        because="median near a month at four to one in mountains; the war of 2020 took 44 days",
    ),
    advantage: Parameter = Parameter(
        0.6,
        "per log-odds",
        between=(0.4, 1.2),
        because="from months at even odds to days at overwhelming ones, as between 2020 and 2023",
    ),
) -> Array:
    """An attacker reaches its objective the sooner the better its odds in the zone it aims at.

    Reported: the war of 2020 lasted 44 days, the offensive of 2023 a day (CNN, AP).

    Assumed: a constant daily hazard; chances beyond one in a hundred make no more
    difference.

    Formula: ``attacking * pace * (p / (1 - p))**advantage`` per day, with p the chance
    in the zone aimed at.

    Examples
    --------
    A campaign at even odds, and at four to one:

    >>> campaign = np.array([[[0.0], [1.0]]])[..., None]
    >>> [float(break_through(np.ones(1), campaign, np.array([[p]])).round(3)[0, 0]) for p in (0.5, 0.8)]
    [0.003, 0.007]
    """
    likely = np.minimum(np.maximum((aim.sum(1) * win_chance).sum(0), FAINTEST), 1.0 - FAINTEST)
    edge = np.exp(advantage * np.log(likely / (1.0 - likely)))
    campaign = aim[:, 1].sum(0)
    rate: Array = attacking * (operation_pace + (campaign_pace - operation_pace) * campaign) * edge
    return rate
