"""Export law and Western partners look at a client's record (rule card R12)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="supplier",
    writes="willingness",
    card="R12",
    evidence=["ap_israeli_arms_2023-10", "cnn_israel_arms_trade_2023-10", "perkins_neumayer_2010", "erickson_2015"],
    claims=["SF-40", "SF-81", "SF-82"],
    says="{other} has a record of {abuse:.2f}; {actor}'s export law ({export_law:.0%} of full strength) looks at it, "
    "and it depends ({western_ties:.0%}) on Western partners",
)
def mind_the_clients_record(
    export_law: Array,
    western_ties: Array,
    outrage: Array,
    abuse: Array,
    *,
    law: Parameter = Parameter(
        0.8,
        "log-odds per index",
        between=(0.2, 1.5),
        because="small, since most exporters hardly discriminated by human rights (Perkins & Neumayer 2010)",
    ),
    pressure: Parameter = Parameter(
        0.6,
        "log-odds per index",
        between=(0.0, 1.5),
        because="no cut of supply was seen after the flight of 2023, so pressure counts at the margin",
    ),
) -> Array:
    """A supplier is less willing to arm a client that drove people out, by its law, and by its ties while that is news.

    Reported: Among the ten largest arms producers two, Israel and Russia, have no legal
    limit on exports that rests on human rights (AP 2023). Western allies could press Israel,
    which would have to weigh Azerbaijan against European partners; so far a threat (CNN 2023).

    Assumed: law in proportion to the record; pressure in proportion to attention and ties,
    with diminishing returns of the record. A client with a clean record is not concerned,
    no supplier is bound by somebody else's law.

    Formula: ``-law * export_law * abuse - pressure * outrage * western_ties * abuse / (1 + abuse)``, abuse by client.

    Examples
    --------
    A hundred thousand people were driven out: a supplier with a strict law, one tied to the West, and one with neither:

    >>> import numpy as np
    >>> one, law, ties = np.array(1.0), np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])
    >>> (0.0 + mind_the_clients_record(law, ties, one, one)).round(2).tolist()
    [-0.8, -0.3, 0.0]
    """
    noted = abuse / (1.0 + abuse)
    return -law * export_law * abuse - pressure * outrage * western_ties * noted
