"""New suppliers come, sooner after a client's defeat (rule card R18)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="supplier",
    writes="presence",
    card="R18",
    evidence=["voa_arms_race", "sipri_arms_transfers_2025"],
    claims=["SF-05"],
    says="{actor} looks for new clients, and {other}'s memory of defeat stands at {defeat:.2f}",
    draws=1,
    per="client",
)
def enter_new_market(
    presence: Array,
    entry_rate: Array,
    defeat: Array,
    dt: Array,
    draws: Array,
    *,
    boost: Parameter = Parameter(
        7.0,
        "per index",
        between=(0.0, 8.0),
        because="entry at 0.3 to 0.9 a year after a defeat (R18), against a twentieth to an eighth before",
    ),
) -> Array:
    """A supplier enters a market at its own slow rate, several times faster after the client has lost a war.

    Reported: After its defeat Armenia turned to France as a supplier, the newest
    artillery included (VOA).

    Assumed: entry at a constant base rate raised in proportion to the memory of defeat;
    nobody leaves a market. India sold before the defeat of 2020, hence the base rate.

    Formula: present where already present, else with probability
    ``1 - exp(-entry_rate * (1 + boost * defeat[client]) * dt)``.

    Examples
    --------
    The same luck in the same year, without and with a defeat:

    >>> rate, year, luck = np.array(0.1), np.array(1.0), np.array([0.2])
    >>> float(enter_new_market(np.array(0.0), rate, np.array(0.0), year, luck))
    0.0
    >>> float(enter_new_market(np.array(0.0), rate, np.array(1.0), year, luck))
    1.0
    """
    hazard = entry_rate * (1.0 + boost * defeat)
    enters = draws[0] < 1.0 - np.exp(-hazard * dt)
    present: Array = np.maximum(presence, enters)
    return present
