"""What luck decided: one draw of a run against all it could have brought.

No chance is computed a second time. The same entry of the books, or the same rule, is
asked with every draw from 0 to 1 instead of the one that came.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from sim.explain.asking import asked
from sim.explain.happening import History
from sim.model.rule import Mechanism
from sim.model.turn import Game
from sim.model.world import Array

GRID = 20_000  # draws tried to find what luck could have brought


@dataclass(frozen=True)
class Draw:
    """One draw that decided something.

    Attributes
    ----------
    question : str
        What the draw decided, as a heading.
    draw : float
        The number drawn, uniform in (0, 1).
    stretches : tuple of (float, float, float)
        First and last draw, and what a draw between them brings: a code.
    names : tuple of str
        Words for the codes.
    result : str
        What the draw brought.
    """

    question: str
    draw: float
    stretches: tuple[tuple[float, float, float], ...]
    names: tuple[str, ...]
    result: str

    def chances(self) -> dict[str, float]:
        """Return the chance of every result, the largest first."""
        chance: dict[str, float] = {}
        for low, high, code in self.stretches:
            name = self.names[int(code)]
            chance[name] = chance.get(name, 0.0) + high - low
        return dict(sorted(chance.items(), key=lambda pair: -pair[1]))


def drawn(
    history: History,
    mechanism: Mechanism,
    step: int,
    actor: str,
    which: int,
    before: Collection[str],
    outcome: Callable[[Any], Any],
    question: str,
    names: tuple[str, ...],
    *,
    fixed: float | None = None,
    flip: bool = False,
    row: int = 0,
    instead: Mapping[str, Array] | None = None,
) -> Draw:
    """Ask a mechanism what every value of one of its draws would have brought.

    Parameters
    ----------
    which : int
        The draw to vary; the others stay as they came, or are `fixed`.
    before : collection of str
        What the mechanism read as it was at the end of the step before.
    outcome : callable
        From the mechanism's answer to a code per draw.
    flip : bool
        Count draws from the other end, so that small ones make it happen.
    row : int
        Place on the axis along which an actor takes draws of its own.
    instead : mapping of str to ndarray, optional
        What the mechanism read as it was neither before nor after the step.
    """
    game: Game = history.model.game
    labels = game.world.labels
    index = labels[mechanism.actor].index(actor)
    per = labels[mechanism.per] if mechanism.per else ()
    came = game.luck.draw(mechanism.stream, labels[mechanism.actor], mechanism.draws, step, per)[..., index, :1]
    draw = float(came[(which, row, 0) if per else (which, 0)])
    luck = np.repeat(came if fixed is None else np.full(came.shape, fixed), GRID + 1, axis=-1)
    # The grid of what could have come, and last what did: one call answers for all, so both went the same way.
    luck[which] = [*((np.arange(GRID) + 0.5) / GRID), draw]
    found = asked(history, mechanism, step, actor, before, instead).answer(luck[..., None, :])
    *tried, came_about = np.broadcast_to(np.asarray(outcome(found), dtype=np.float64).reshape(-1), GRID + 1).tolist()
    if flip:
        tried, draw = tried[::-1], 1.0 - draw
    return Draw(question, draw, tuple(_stretches(np.array(tried))), names, names[int(came_about)])


def _stretches(codes: Array) -> Iterator[tuple[float, float, float]]:
    """Yield stretches of equal codes on a grid over (0, 1)."""
    edges = [0, *(int(i) + 1 for i in np.flatnonzero(np.diff(codes))), len(codes)]
    for first, last in pairwise(edges):
        yield first / len(codes), last / len(codes), float(codes[first])
