"""The services ask for what they are used to (rule card R07)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

NEVER_BOUGHT = 1e-6  # share below which a class is as good as not bought


@rule(
    actor="state",
    writes="weapon_appeal",
    card="R07",
    evidence=["ap_israeli_arms_2023-10", "sipri_arms_transfers_2025"],
    claims=["SF-33"],
    says="{actor}'s services customarily spend {service_mix:.0%} of procurement on this class",
)
def follow_service_mix(
    service_mix: Array,
    *,
    custom: Parameter = Parameter(
        1.0, "1", between=(0.5, 1.5), because="at 1 the customary split is reproduced where no other reason counts"
    ),
) -> Array:
    """A state splits its procurement over the classes as its services have done before.

    Reported: Long-range missiles and loitering munitions stand in for a small
    Azerbaijani air force (AP 2023).

    Assumed: the customary split is given and lasts; other reasons multiply it.

    Formula: ``custom * ln(service_mix[k] + 1e-6)``.

    Examples
    --------
    >>> appeal = np.exp(follow_service_mix(np.array([0.6, 0.4, 0.0])))
    >>> (appeal / appeal.sum(0)).round(2).tolist()
    [0.6, 0.4, 0.0]
    """
    return custom * np.log(service_mix + NEVER_BOUGHT)
