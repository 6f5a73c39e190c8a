"""Suppliers tied to the West join its sanctions, with gaps (rule card R36)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="supplier",
    writes="willingness",
    card="R36",
    evidence=["cnn_israel_arms_trade_2023-10", "erickson_2015"],
    claims=["SF-82"],
    says="sanctions on {other} are in force, and {actor} depends ({western_ties:.0%}) on those who imposed them",
)
def join_sanctions(
    sanctions: Array,
    western_ties: Array,
    *,
    bar: Parameter = Parameter(
        6.0,
        "log-odds",
        between=(3.0, 8.0),
        because="wholly tied to the West and without gaps, a supplier all but stops",
    ),
    leakage: Parameter = Parameter(
        0.35, "share", between=(0.1, 0.6), because="middle of the leakage of arms embargoes in R36"
    ),
) -> Array:
    """A supplier is less willing to arm a client under sanctions the more it depends on those who imposed them.

    Reported: Western allies could press Israel, which would weigh Azerbaijan against
    more important ties in Europe (CNN 2023). No sanctions are reported.

    Assumed: in proportion to the ties, less what leaks; others sell as before.

    Formula: ``-bar * (1 - leakage) * western_ties * sanctions[client]``.

    Examples
    --------
    A supplier wholly tied to the West and one without ties, both before a client under sanctions:

    >>> import numpy as np
    >>> (0.0 + join_sanctions(np.array(1.0), np.array([1.0, 0.0]))).round(2).tolist()
    [-3.9, 0.0]
    """
    return -bar * (1.0 - leakage) * western_ties * sanctions
