"""Every rivalry of the world panel, drafted from what was on record before an origin; nothing is refitted."""

from __future__ import annotations

from collections.abc import Sequence

from sim.validation.scored import Scored
from sim.validation.table import Group

GROUPS: tuple[Group, ...] = ()


def panelled(
    origins: Sequence[int], modes: Sequence[str], runs: int, *, seed: int = 0, progress: bool = False
) -> tuple[list[Scored], dict[str, int]]:
    """Foretell every rivalry of the panel from each origin."""
    raise NotImplementedError
