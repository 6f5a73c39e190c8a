"""Chances on the ground follow relative strength, skill, terrain and isolation (rule card R31)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

CERTAIN = 30.0  # log odds beyond which a chance is 0 or 1
TINY = 1e-9


@rule(
    actor="state",
    writes="win_chance",
    card="R31",
    evidence=["ap_israeli_arms_2023-10", "cnn_israel_arms_trade_2023-10", "tullock_1980", "dupuy_1979"],
    claims=["SF-26"],
    says="{actor}'s strength in attack is {balance:+.2f} log units over the rival's defence",
)
def contest_ground(
    balance: Array,
    skill: Array,
    their_skill: Array,
    rivalry: Array,
    terrain: Array,
    claim: Array,
    their_control: Array,
    *,
    decisiveness: Parameter = Parameter(
        1.5, "1", between=(1.0, 3.0), because="with terrain 2 a ratio of four to one gives 0.80, as rule card R31 asks"
    ),
    isolation: Parameter = Parameter(
        0.35,
        "share",
        between=(0.2, 0.8),
        because="encircled Karabakh fell in a day in 2023, with a terrain factor near 1 and not 2 to 3",
    ),
) -> Array:
    """A state prevails in a zone with a chance that grows with the ratio of strength, less in hard terrain.

    Reported: drones, rocket launchers and heavy guns forced a surrender within a
    day (AP 2023), where the war of 2020 took 44 days (CNN 2023).

    Assumed: a ratio contest (Tullock 1980); skill multiplies strength, as in Dupuy
    (1979); a rival left with a small part of the claimed land is easier to dislodge.

    Formula: ``p = r**m / (r**m + theta)``, ``ln r = balance + skill - their mean skill``,
    ``theta = terrain * (isolation + (1 - isolation) * depth)``, depth being the share of
    the claimed land, by value, in the rivals' hands.

    Examples
    --------
    At four to one in mountains held in depth, and in what is left once nine tenths are lost:

    >>> strength, skill, rival, zone = np.log(np.array(4.0)), np.array(0.0), np.ones(1), np.ones((1, 1))
    >>> held = np.array([[[1.0, 0.1]]])
    >>> contest_ground(strength, skill, 0.0 * rival, rival, 2.0 * zone, zone, held).round(2).tolist()
    [[0.8, 0.91]]
    """
    rivals_skill = (rivalry * their_skill).sum(0) / np.maximum(rivalry.sum(0), 1.0)
    log_odds = np.clip(decisiveness * (balance + skill - rivals_skill), -CERTAIN, CERTAIN)
    theirs = (rivalry[:, None] * their_control).sum(0)
    depth = np.minimum((claim * theirs).sum(0) / np.maximum(claim.sum(0), TINY), 1.0)
    theta = terrain * (isolation + (1.0 - isolation) * depth)
    chance: Array = 1.0 / (1.0 + theta * np.exp(-log_odds))
    return chance
