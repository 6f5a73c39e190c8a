"""Victory hardly satiates the demand for arms (rule card R05)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

NO_CLAIM = 1e-9  # value of all claims below which a state has none


@rule(
    actor="state",
    writes="milex_target_log",
    card="R05",
    evidence=["voa_arms_race", "huth_allee_2002", "senese_vasquez_2008"],
    claims=["SF-02"],
    says="{actor} held {claims_held_opening:.0%} of its claims at the opening; more satiates it a little",
)
def keep_arming_after_victory(
    claim: Array,
    control: Array,
    claims_held_opening: Array,
    *,
    satiation: Parameter = Parameter(
        0.15, "share", between=(0.0, 0.4), because="Azerbaijani spending did not fall after the victory of 2020"
    ),
) -> Array:
    """A state that comes to hold all it claims aims to spend only a little less than one that holds nothing.

    Reported: Having taken control of Karabakh, Azerbaijan goes on enlarging its
    arsenal; victory does not satiate demand (VOA).

    Assumed: spending falls linearly in the share of claims held, and rises again with
    their loss. Claims differ in value: Huth & Allee 2002.

    Formula: ``ln(1 - satiation * held) - ln(1 - satiation * held_opening)``, ``held`` the
    share of its claims, by value, that a state controls.

    Examples
    --------
    The one disputed zone has been won whole:

    >>> term = keep_arming_after_victory(np.ones(1), np.ones(1), np.array(0.0))
    >>> round(float(np.exp(term)), 2)
    0.85
    """
    held = (claim * control).sum(0) / np.maximum(claim.sum(0), NO_CLAIM)
    change: Array = np.log1p(-satiation * held) - np.log1p(-satiation * claims_held_opening)
    return change
