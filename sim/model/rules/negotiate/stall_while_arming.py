"""Arming slows talks (rule card R28)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

LEAST = 1.0  # US$2023 m per yr, so that no spending has a logarithm


@rule(
    actor="state",
    writes="talks_progress",
    card="R28",
    evidence=["voa_arms_race"],
    claims=["SF-01", "SF-09"],
    says="{actor} spends US$ {milex:,.0f} m a year on its forces (US$ {milex_opening:,.0f} m at the opening)",
)
def stall_while_arming(
    milex: Array,
    milex_opening: Array,
    *,
    weight: Parameter = Parameter(
        0.5,
        "log per doubling",
        between=(0.3, 1.0),
        because="each doubling slows progress by 40 % (26 to 63 % over the range)",
    ),
) -> Array:
    """A state that has raised its military spending since the opening slows talks, at every doubling alike.

    Reported: rearmament on both sides is said to put US-backed talks at risk, and
    coincides with their deadlock (VOA).

    Assumed: the number of doublings since the opening counts; spending less than
    at the opening does not speed talks.

    Formula: ``-weight * max(0, log2(milex / milex_opening))``.

    Examples
    --------
    Spending halved, doubled and quadrupled:

    >>> spending = np.array([50.0, 200.0, 400.0])
    >>> (0.0 + stall_while_arming(spending, np.array(100.0))).round(2).tolist()
    [0.0, -0.5, -1.0]
    """
    growth = np.maximum(milex, LEAST) / np.maximum(milex_opening, LEAST)
    doublings = np.log(growth) / np.log(2.0)
    term: Array = -weight * np.maximum(doublings, 0.0)
    return term
