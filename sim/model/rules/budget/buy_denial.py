"""The side that would be attacked buys what makes an attack dear (rule card R07)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

UNTHREATENED = -10.0  # log advantage of a neighbour that is not a rival


@rule(
    actor="state",
    writes="weapon_appeal",
    card="R07",
    evidence=["voa_arms_race", "intriligator_brito_1984"],
    claims=["SF-08"],
    says="{actor} faces a stronger rival, and this class weighs {denial_weight:.1f} in defence",
)
def buy_denial(
    denial_weight: Array,
    their_balance: Array,
    rivalry: Array,
    *,
    weight: Parameter = Parameter(
        1.0,
        "log",
        between=(0.0, 2.0),
        because="under full threat a class of denial weight 1 is preferred e to 1 over one of weight 0",
    ),
    turning_point: Parameter = Parameter(
        0.5,
        "log",
        between=(0.0, 1.5),
        because="a rival's attack needs an edge over the defence before it worries anybody",
    ),
    steepness: Parameter = Parameter(
        2.0,
        "per log",
        between=(0.5, 4.0),
        because="threat rises from a quarter to three quarters as the rival's strength triples",
    ),
) -> Array:
    """A state leans towards weapons of defence the stronger its strongest rival is in attack.

    Reported: There is no parity; Armenia aims in the near term at making an attack on
    it far dearer for the attacker (VOA).

    Assumed: the true balance counts, on a logistic scale; classes are judged by their
    weight in defence relative to the mean class. Mutual deterrence: Intriligator & Brito 1984.

    Formula: ``weight * (denial[k] - mean) / (1 + exp(-steepness * (b - turning_point)))``,
    ``b`` the log balance of the strongest rival.

    Examples
    --------
    Armour and air defence, under a weak and under a strong rival:

    >>> defence = np.array([0.0, 1.0])
    >>> buy_denial(defence, np.array([-3.0]), np.ones(1)).round(2).tolist()
    [-0.0, 0.0]
    >>> buy_denial(defence, np.array([3.0]), np.ones(1)).round(2).tolist()
    [-0.5, 0.5]
    """
    strongest = np.where(rivalry > 0.0, their_balance, UNTHREATENED).max(0)
    threat: Array = 1.0 / (1.0 + np.exp(-steepness * (strongest - turning_point)))
    merit: Array = denial_weight - denial_weight.mean(0)
    return weight * merit * threat
