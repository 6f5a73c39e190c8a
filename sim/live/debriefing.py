"""What a class takes away: what was decided, and the history that came of it."""

from __future__ import annotations

from sim.explain.deciding import words
from sim.explain.narrative import narrate
from sim.live.game import ClassGame


def text(game: ClassGame) -> str:
    """Return the debriefing as text."""
    titles = game.history.position.titles
    decided = [
        f"{one.since} to {one.until}  {titles[one.actor]} decided to {words(one, titles)}."
        + (f" ({one.because})" if one.because else "")
        for one in game.scenario.decisions
    ]
    return "\n\n".join(["\n".join(decided), str(narrate(game.history))]) + "\n"
