"""Export law holds a supplier back where a client's record is bad (rule card R12)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="supplier",
    writes="willingness",
    card="R12",
    evidence=["ap_israeli_arms_2023-10", "perkins_neumayer_2010", "erickson_2015"],
    claims=["SF-40"],
    says="{actor}'s export law ({export_law:.0%} of full strength) looks at {other}'s record of {abuse:.2f}",
)
def obey_export_law(
    export_law: Array,
    abuse: Array,
    *,
    sensitivity: Parameter = Parameter(
        0.8,
        "log-odds per index",
        between=(0.2, 1.5),
        because="small, since most exporters hardly discriminated by human rights (Perkins & Neumayer 2010)",
    ),
) -> Array:
    """A supplier whose law sets human-rights limits is less willing to arm a client that drove people out.

    Reported: Among the ten largest arms producers two, Israel and Russia, have no legal
    limit on exports that rests on human rights (AP 2023).

    Assumed: proportional to the strength of the law and to the record; no supplier is
    bound by somebody else's law.

    Formula: ``-sensitivity * export_law * abuse[client]``.

    Examples
    --------
    A hundred thousand people were driven out; a supplier with no such law, and one with a strict one:

    >>> import numpy as np
    >>> (0.0 + obey_export_law(np.array([0.0, 1.0]), np.array(1.0))).tolist()
    [0.0, -0.8]
    """
    return -sensitivity * export_law * abuse
