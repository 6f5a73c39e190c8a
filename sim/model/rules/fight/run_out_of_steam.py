"""Attacks fail, the sooner the worse their odds (rule card R32)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

FAINTEST = 0.01  # chance below which the attacker's chance makes no more difference


@rule(
    actor="state",
    writes="failure_rate",
    card="R32",
    evidence=["bennett_stam_1996", "slantchev_2003"],
    says="{actor} attacks and may have to give up",
)
def run_out_of_steam(
    attacking: Array,
    aim: Array,
    win_chance: Array,
    *,
    operation_pace: Parameter = Parameter(
        0.08, "per day", between=(0.05, 0.5), because="limited operations of 2016 and 2022 lasted 2 to 4 days"
    ),
    campaign_pace: Parameter = Parameter(
        0.003, "per day", between=(0.002, 0.02), because="at even odds as likely as a breakthrough"
    ),
    advantage: Parameter = Parameter(
        0.6,
        "per log-odds",
        between=(0.4, 1.2),
        because="from months at even odds to days at overwhelming ones, as between 2020 and 2023",
    ),
) -> Array:
    """An attacker gives up the sooner the worse its odds in the zone it aims at.

    Reported: Nothing in the articles.

    Assumed: a constant daily hazard; chances beyond one in a hundred make no more
    difference.

    Formula: ``attacking * pace * (p / (1 - p))**-advantage`` per day, with p the chance
    in the zone aimed at.

    Examples
    --------
    A campaign at even odds, and at four to one:

    >>> campaign = np.array([[[0.0], [1.0]]])[..., None]
    >>> [float(run_out_of_steam(np.ones(1), campaign, np.array([[p]])).round(3)[0, 0]) for p in (0.5, 0.8)]
    [0.003, 0.001]
    """
    likely = np.minimum(np.maximum((aim.sum(1) * win_chance).sum(0), FAINTEST), 1.0 - FAINTEST)
    edge = np.exp(-advantage * np.log(likely / (1.0 - likely)))
    campaign = aim[:, 1].sum(0)
    rate: Array = attacking * (operation_pace + (campaign_pace - operation_pace) * campaign) * edge
    return rate
