"""Partners in the West can press a supplier to hold back (rule card R12)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="supplier",
    writes="willingness",
    card="R12",
    evidence=["cnn_israel_arms_trade_2023-10", "erickson_2015"],
    claims=["SF-81", "SF-82"],
    says="{actor} depends ({western_ties:.0%}) on Western partners, and {other} has a record of {abuse:.2f}",
)
def heed_western_pressure(
    western_ties: Array,
    outrage: Array,
    abuse: Array,
    *,
    sensitivity: Parameter = Parameter(
        0.6,
        "log-odds per index",
        between=(0.0, 1.5),
        because="no cut of supply was seen after the flight of 2023, so pressure counts at the margin",
    ),
) -> Array:
    """A supplier with Western partners is less willing to arm a client while its conduct causes outrage.

    Reported: Western allies could press Israel, which would have to weigh Azerbaijan
    against European partners; legislators ask for sanctions, so far a threat (CNN 2023).

    Assumed: in proportion to attention and ties; a client's record counts with
    diminishing returns, and clients with a clean record are not concerned.

    Formula: ``-sensitivity * outrage * western_ties * abuse / (1 + abuse)``, abuse by client.

    Examples
    --------
    Right after a hundred thousand people fled, for a supplier wholly tied to the West:

    >>> import numpy as np
    >>> one = np.array(1.0)
    >>> round(float(heed_western_pressure(one, one, one)), 2)
    -0.3
    """
    noted = abuse / (1.0 + abuse)
    return -sensitivity * outrage * western_ties * noted
