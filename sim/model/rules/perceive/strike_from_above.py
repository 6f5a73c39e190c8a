"""Drones find and strike ground forces, which helps one's own (rule card R25)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

EMPTY_ARSENAL = 1.0  # TIV m, so that drones over an empty field can be compared


@rule(
    actor="state",
    writes="effectiveness",
    card="R25",
    evidence=["forbes_turkey_azerbaijan_2021", "cnn_israel_arms_trade_2023-10", "calcara_2022"],
    claims=["SF-45", "SF-66", "SF-77"],
    says="{actor}'s drones find and strike the ground forces that face its own",
)
def strike_from_above(
    spotting: Array,
    ground: Array,
    class_mass: Array,
    their_class_mass: Array,
    rivalry: Array,
    *,
    lift: Parameter = Parameter(
        0.8,
        "1",
        between=(0.2, 1.0),
        because="drones have nearly doubled the effect of ground forces at most (rule card R25)",
    ),
    scale: Parameter = Parameter(
        0.5, "1", between=(0.2, 1.0), because="half as much drone as ground mass yields half the lift"
    ),
) -> Array:
    """A state's ground forces achieve more the more drones it has over its rivals' ground forces.

    Reported: Turkish TB2 drones had a strong effect on ground forces in 2020 (Forbes 2021);
    drones are no wonder weapon, other systems matter too (CNN 2023).

    Assumed: returns diminish in the ratio of drones to targets; only ground classes gain.
    Drones need support and wear off: Calcara et al. 2022.

    Formula: ``1 + lift * ground[k] * x / (1 + x)``, ``x`` = own spotting mass over
    ``scale`` times the rivals' ground mass (plus 1 TIV m).

    Examples
    --------
    Fifty of drones over a hundred of armour:

    >>> import numpy as np
    >>> find, on_ground = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    >>> own, theirs = np.array([50.0, 100.0]), np.array([[0.0, 100.0]])
    >>> strike_from_above(find, on_ground, own, theirs, np.ones(1)).round(1).tolist()
    [1.0, 1.4]
    """
    drones = (spotting * class_mass).sum(0)
    targets = (rivalry * (ground * their_class_mass).sum(1)).sum(0)
    ratio: Array = drones / (scale * targets + EMPTY_ARSENAL)
    return 1.0 + lift * ground * (ratio / (1.0 + ratio))
