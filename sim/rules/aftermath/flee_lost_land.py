"""People flee land their side has lost (rule card R34)."""

from __future__ import annotations

import numpy as np

from sim.parameter import Parameter
from sim.rule import rule
from sim.world import Array

TINY = 1e-9


@rule(
    actor="state",
    writes="flight_share",
    card="R34",
    evidence=["ap_israeli_arms_2023-10", "cnn_israel_arms_trade_2023-10", "melander_oberg_2007"],
    says="{actor}'s community flees from land lost to a rival",
)
def flee_lost_land(
    land_lost: Array,
    control: Array,
    *,
    response: Parameter = Parameter(
        2.5, "1", between=(1.6, 4.0), basis="derived", source="ap_israeli_arms_2023-10",
        because="1.6 displaces the reported four fifths, later counts suggest nearly everyone",
    ),
) -> Array:  # fmt: skip
    """A state's community flees a zone in the measure its side has lost control of what it held there.

    Reported: over 100,000 people, more than four in five of the Armenian residents,
    left Karabakh (Artsakh) within two weeks in 2023 (AP); of about 120,000 (CNN).

    Assumed: loss of control alone drives flight, within the month; blockade and
    violence add nothing of their own, and nobody returns.

    Formula: ``1 - exp(-response * lost / (held + lost))``.

    Examples
    --------
    Nothing lost, half of what was held, all of it:

    >>> flee_lost_land(np.array([0.0, 0.3, 0.6]), np.array([0.6, 0.3, 0.0])).round(2).tolist()
    [0.0, 0.71, 0.92]
    """
    lost = land_lost / np.maximum(control + land_lost, TINY)
    return 1.0 - np.exp(-response * lost)
