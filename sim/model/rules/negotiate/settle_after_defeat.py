"""Defeat brings the defeated to the table (rule card R28)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="talks_progress",
    card="R28",
    evidence=["ap_israeli_arms_2023-10", "slantchev_2003"],
    claims=["SF-43"],
    says="{actor} remembers a defeat (memory {defeat:.2f}) and has less to hold out for",
)
def settle_after_defeat(
    defeat: Array,
    *,
    weight: Parameter = Parameter(
        0.8,
        "log per index",
        between=(0.0, 2.0),
        because="the loss of all of Karabakh doubles the pace of talks; 0 allows that defeat settles nothing",
    ),
) -> Array:
    """A state with a fresh memory of a lost war comes to terms faster.

    Reported: military defeat led to political talks on the future of the Armenians
    of Karabakh (AP 2023).

    Assumed: in proportion to the value of the land lost, fading with the memory;
    fighting reveals what bargaining could not (Slantchev 2003).

    Formula: ``weight * defeat``.

    Examples
    --------
    >>> import numpy as np
    >>> settle_after_defeat(np.array([0.0, 1.0])).tolist()
    [0.0, 0.8]
    """
    return weight * defeat
