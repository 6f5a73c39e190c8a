"""Arms made for attack breed suspicion (rule card R06)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

NEXT_TO_NOTHING = 1e-6  # TIV m


@rule(
    actor="state",
    writes="suspicion_evidence",
    card="R06",
    evidence=["voa_arms_race", "jervis_1978"],
    claims=["SF-07", "SF-10"],
    says="{actor} looks at what its rival's arms are made for",
)
def read_arms_for_intent(
    their_class_mass: Array,
    offence_weight: Array,
    denial_weight: Array,
    rivalry: Array,
    *,
    weight: Parameter = Parameter(
        0.8,
        "log-odds per share",
        between=(0.0, 1.6),
        because="from arms for defence alone to arms for attack alone, even odds become seven in ten",
    ),
    usual: Parameter = Parameter(
        0.65,
        "share",
        between=(0.4, 0.9),
        because="share of attack in armies of Soviet making, heavy in armour and artillery",
    ),
) -> Array:
    """A state suspects a rival the more, the larger the share of its arms that serves attack.

    Reported: either side calls its arms defensive, and neither believes the other (VOA).

    Assumed: classes count as the tables of weapons weigh them in attack and in
    defence; states can tell the classes apart and not the plans (Jervis 1978).

    Formula: ``weight * sum over rivals (attack / (attack + defence) - usual)``, each the
    mass of its classes, by capability, times their weights.

    Examples
    --------
    A rival with armour only, and one with anti-armour weapons only:

    >>> attack, denial = np.array([1.0, 0.0])[:, None, None], np.array([0.0, 1.0])[:, None, None]
    >>> held = np.array([[[9.0, 0.0], [0.0, 9.0]]])[:, :, None]
    >>> read_arms_for_intent(held, attack, denial, np.ones((1, 1, 1))).round(2).ravel().tolist()
    [0.28, -0.52]
    """
    attack = (their_class_mass * offence_weight).sum(1)
    defence = (their_class_mass * denial_weight).sum(1)
    held = attack + defence
    share = np.where(held > NEXT_TO_NOTHING, attack / np.maximum(held, NEXT_TO_NOTHING), usual)
    evidence: Array = (rivalry * (share - usual)).sum(0)
    return weight * evidence
