"""Soldiers die on both sides, whoever wins (rule card R33)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

LARGEST = 20.0  # log exchange ratio beyond which one side takes all losses


@rule(
    actor="state",
    writes="death_rate",
    card="R33",
    evidence=["ap_israeli_arms_2023-10", "ucdp_brd_24_1", "known_facts", "bracken_1995"],
    claims=["SF-23"],
    says="{actor} is at war, with its strength in attack {balance:+.2f} log units over the rival's defence",
)
def lose_soldiers(
    fighting: Array,
    attacking: Array,
    their_attacking: Array,
    balance: Array,
    their_balance: Array,
    rivalry: Array,
    *,
    campaign_deaths: Parameter = Parameter(
        170.0,
        "persons per day",
        between=(100.0, 250.0),
        basis="derived",
        source="ucdp_brd_24_1",
        because="about 7,600 battle deaths over the 44 days of 2020",
    ),
    operation_deaths: Parameter = Parameter(
        130.0,
        "persons per day",
        between=(50.0, 400.0),
        because="between about 50 a day in April 2016 and 400 in September 2023; about 140 in September 2022",
    ),
    exponent: Parameter = Parameter(
        0.4,
        "1",
        between=(0.3, 0.5),
        because="fits of land battles give exponents well below Lanchester's; with parity this meets 2020",
    ),
    parity: Parameter = Parameter(
        1.5, "1", between=(1.2, 2.0), because="at equal strength attackers lose half as many again as defenders"
    ),
) -> Array:
    """States at war share the deaths of a day nearly evenly, the attacker losing relatively less if stronger.

    Reported: deaths in September 2023 were about 200 on either side (AP).

    Assumed: deaths a day depend on the scale of the war alone; the exchange ratio is
    a weak power of the balance; rivals of the attacker defend, bystanders lose nobody.

    Formula: ``ratio = exp(exponent * balance of the attacker) / parity``, defender to
    attacker; the defender takes ``ratio / (1 + ratio)`` of the deaths.

    Examples
    --------
    A campaign of the first state at four to one against the second (deaths a day):

    >>> attacker, edge = np.array([1.0, 0.0]), np.log(np.array([4.0, 0.25]))
    >>> other, their_edge, rivals = attacker[None, ::-1], edge[None, ::-1], np.ones((1, 2))
    >>> lose_soldiers(np.array(2.0), attacker, other, edge, their_edge, rivals).round().tolist()
    [79.0, 91.0]
    """
    attacked_by = rivalry * their_attacking
    defending = (1.0 - attacking) * np.minimum(attacked_by.sum(0), 1.0)
    edge = attacking * balance + (1.0 - attacking) * (attacked_by * their_balance).sum(0)
    ratio = np.exp(np.clip(exponent * edge, -LARGEST, LARGEST)) / parity
    defenders_share = ratio / (1.0 + ratio)
    a_day = np.where(fighting > 0.0, np.where(fighting == 2.0, campaign_deaths, operation_deaths), 0.0)
    deaths: Array = a_day * (attacking * (1.0 - defenders_share) + defending * defenders_share)
    return deaths
