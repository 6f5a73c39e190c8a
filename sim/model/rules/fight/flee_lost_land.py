"""People flee land their side has lost (rule card R34)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="flight_propensity",
    card="R34",
    evidence=["ap_israeli_arms_2023-10", "cnn_israel_arms_trade_2023-10", "melander_oberg_2007"],
    claims=["SF-25", "SF-65"],
    says="{actor}'s community flees from land lost to a rival",
)
def flee_lost_land(
    residents: Array,
    *,
    response: Parameter = Parameter(
        2.5,
        "1",
        between=(1.6, 4.0),
        basis="derived",
        source="ap_israeli_arms_2023-10",
        because="1.6 displaces the reported four fifths, later counts suggest nearly everyone",
    ),
) -> Array:
    """A state's community flees a zone in the measure its side has lost control of what it held there.

    Reported: over 100,000 people, more than four in five of the Armenian residents,
    left Karabakh (Artsakh) within two weeks in 2023 (AP); of about 120,000 (CNN).

    Assumed: loss of control alone drives flight, within the month; blockade and
    violence add nothing of their own, and nobody returns. The bookkeeping turns the sum of such reasons into a share.

    Formula: ``response`` where people live; a share ``1 - exp(-sum * lost / held)`` flees.

    Examples
    --------
    Nobody can flee where nobody lives:

    >>> flee_lost_land(np.array([120.0, 0.0])).tolist()
    [2.5, 0.0]
    """
    return np.where(residents > 0.0, response, 0.0)
