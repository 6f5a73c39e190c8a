"""What a person may decide in place of an actor's rules, and where in the turn it takes their place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from sim.model.world import Array, World

# Quantity -> the phase whose rules have been folded, or the entry of the books that has been made,
# when the decision takes its place. Whoever reads the quantity in a step reads it later than that.
DECIDABLE: dict[str, str] = {
    "milex_target": "adopt_budget",
    "licence": "review_licences",
    "price_factor": "offer",
    "access": "offer",
}

# Quantity -> where it is decided, and as what: two arrays ``(*axes, actor, 1)``.
Decided: TypeAlias = Mapping[str, tuple[Array, Array]]


def overrule(world: World, decided: Decided, point: str) -> None:
    """Put what is decided at a point of the turn in the place of what rules and books made of it, in all runs."""
    for name, (mask, values) in decided.items():
        if DECIDABLE[name] == point:
            world.update({name: np.where(mask, values, world[name])})
