"""Modern air defence blunts what flies (rule card R25)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

EMPTY_ARSENAL = 1.0  # TIV m, so that two empty arsenals can be compared


@rule(
    actor="state",
    writes="effectiveness",
    card="R25",
    evidence=["ap_israeli_arms_2023-10", "voa_arms_race", "calcara_2022"],
    claims=["SF-04", "SF-34"],
    says="modern air defence on the other side can stop {exposure:.0%} of what {actor} sends of this class",
)
def face_air_defence(
    exposure: Array,
    class_mass: Array,
    shielding: Array,
    their_class_mass: Array,
    their_modernity: Array,
    rivalry: Array,
    *,
    strength: Parameter = Parameter(
        1.5,
        "1",
        between=(0.5, 3.0),
        because="equal masses of modern shield and attackers stop more than half of what is exposed",
    ),
) -> Array:
    """A state gets less out of what flies the more modern air defence its rivals hold against it.

    Reported: Barak-8 shields Azerbaijani airspace against missiles and drones (AP 2023);
    advanced weapons decided against forces with Soviet-era equipment (VOA).

    Assumed: saturating in the ratio of modern shield to exposed mass; old air defence
    stops nothing. Drones can be stopped by integrated air defence: Calcara et al. 2022.

    Formula: ``1 - exposure[k] * s D / (A + s D + 1)``, ``D`` the rivals' modern shield and
    ``A`` the own exposed mass in TIV m.

    Examples
    --------
    A hundred of drones meet as much air defence, once old and once modern:

    >>> import numpy as np
    >>> drones, sam = np.array([100.0, 0.0]), np.array([[0.0, 100.0]])
    >>> flies, shields = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    >>> old, modern = np.zeros((1, 2)), np.ones((1, 2))
    >>> face_air_defence(flies, drones, shields, sam, old, np.ones(1)).tolist()
    [1.0, 1.0]
    >>> face_air_defence(flies, drones, shields, sam, modern, np.ones(1)).round(1).tolist()
    [0.4, 1.0]
    """
    shield = strength * (rivalry * (shielding * their_class_mass * their_modernity).sum(1)).sum(0)
    exposed = (exposure * class_mass).sum(0)
    stopped: Array = shield / (exposed + shield + EMPTY_ARSENAL)
    return 1.0 - exposure * stopped
