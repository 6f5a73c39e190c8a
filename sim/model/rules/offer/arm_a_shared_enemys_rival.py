"""Whoever stands against the same rival is armed more readily (rule card R11)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="supplier",
    writes="willingness",
    card="R11",
    evidence=["ap_israeli_arms_2023-10", "cnn_israel_arms_trade_2023-10", "mehrl_seussler_thurner_2023"],
    claims=["SF-30", "SF-73", "SF-75"],
    says="{actor} and {other} see the same third state as a rival ({shared_rival:.0%})",
)
def arm_a_shared_enemys_rival(
    shared_rival: Array,
    *,
    weight: Parameter = Parameter(
        0.8,
        "log-odds",
        between=(0.3, 1.5),
        because="sign from arms transfers between the wars; size chosen inside R11's range",
    ),
) -> Array:
    """A supplier is readier to arm a client with which it shares a rival.

    Reported: Israel and Azerbaijan share the aim of containing Iran (AP 2023) and
    information about it; Armenia is seen in Israel as close to Iran (CNN 2023).

    Assumed: one degree of common rivalry for each pair, fixed by the scenario; the
    client's other rivals play no part.

    Formula: ``weight * shared_rival[client]``.

    Examples
    --------
    >>> import numpy as np
    >>> arm_a_shared_enemys_rival(np.array([1.0, 0.0])).tolist()
    [0.8, 0.0]
    """
    return weight * shared_rival
