"""What a class takes away: what was decided, and the history that came of it."""

from __future__ import annotations

from sim.explain.narrative import narrate
from sim.live.game import ClassGame


def text(game: ClassGame) -> str:
    """Return the debriefing as text."""
    return f"{narrate(game.history)}\n"
