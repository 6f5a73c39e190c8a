"""The numpy core: many runs at once, in chunks that fit the cache.

It holds no formula of the model. It plays the turn of `sim.model.turn` on arrays
``(..., actor, run)`` and asks all actors of a kind at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import numpy as np

from sim.model.streams import BLOCK
from sim.model.turn import Consult, Game, Terms, contribution, play_turn
from sim.scenario.initial import Position

Observe = Callable[[Game], None]


def ask_everybody(game: Game, phase: str) -> Terms:
    """Consult every rule of a phase, all its actors and all runs in one call."""
    terms: Terms = {}
    for rule in game.consulted(phase):
        terms.setdefault(rule.writes, []).append((rule, contribution(game, rule)))
    return terms


def play(position: Position, blocks: Iterable[int], observe: Observe, ask: Consult = ask_everybody) -> Game:
    """Play whole blocks of 256 runs from the opening to the end.

    Parameters
    ----------
    position : Position
        The position before the first step.
    blocks : iterable of int
        Which blocks of replicates to play together; the run axis is 256 times as long.
    observe : callable
        Called with the game before the first step and after each.
    ask : callable
        How rules are consulted; a variant may note or change what they contribute.
    """
    with np.errstate(all="ignore"):
        game = position.game(tuple(blocks))
    return play_out(game, position.steps, observe, ask)


def play_out(game: Game, steps: int, observe: Observe, ask: Consult = ask_everybody) -> Game:
    """Play a game that is set up to its end, observed before the first step and after each."""
    # What ceases to be a number says so by what it becomes (`sim.engine.soundness`), not by a warning.
    with straight_loops(), np.errstate(all="ignore"):
        observe(game)
        for _ in range(steps):
            play_turn(game, ask)
            observe(game)
    return game


@contextmanager
def straight_loops() -> Iterator[None]:
    """Let numpy work on operands where they are.

    An operand that is broadcast is first copied into a buffer of 8,192 numbers if
    numpy thinks that its inner loops are too short, which costs more than the sum or
    product itself; with a buffer no longer than a block of runs it never is.
    """
    usual = np.setbufsize(BLOCK)
    try:
        yield
    finally:
        np.setbufsize(usual)
