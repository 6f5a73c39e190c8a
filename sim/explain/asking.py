"""A mechanism asked again what it was asked in a step, by one actor of one run, or with something else instead."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sim.explain.happening import History, before_step
from sim.model.rule import Mechanism
from sim.model.world import Array, World, evaluate


@dataclass(frozen=True)
class Asked:
    """A mechanism with what it read in a step.

    Attributes
    ----------
    mechanism : Mechanism
        A rule, or an entry of the books.
    seen : mapping of str to ndarray
        What it read by its own words, ``(*axes, 1, 1)``.
    settings : mapping of str to float or ndarray
        Its parameters, the actor's own where actors differ.
    """

    mechanism: Mechanism
    seen: Mapping[str, Array]
    settings: Mapping[str, Any]

    def answer(self, luck: Array | None = None, **instead: Any) -> Any:
        """Return its answer, with other values of what it read where any are given."""
        return evaluate(
            self.mechanism.function, self.mechanism.reads, {**self.seen, **instead}.__getitem__, self.settings, luck
        )


def asked(
    history: History,
    mechanism: Mechanism,
    step: int,
    actor: str,
    before: Collection[str] = (),
    instead: Mapping[str, Array] | None = None,
) -> Asked:
    """Return a mechanism with what it read in a step.

    Parameters
    ----------
    before : collection of str
        Quantities that it read as they were at the end of the step before.
    instead : mapping of str to ndarray, optional
        Quantities that it read as they were neither before nor after the step.
    """
    game = history.model.game
    labels = game.world.labels
    # The world as it was left, but for what the mechanism itself has changed since: that it read as it was before.
    world = World(labels, 2, {**history.moments[step].arrays})
    earlier = before_step(history, step)
    world.update({word: earlier[word] for word in before} | dict(instead or {}))
    index = labels[mechanism.actor].index(actor)
    return Asked(
        mechanism,
        {word: _of(world.see(mechanism.actor, word), index) for word in mechanism.reads if word != "draws"},
        {name: _of(value, index) for name, value in game.settings[mechanism.name].items()},
    )


def _of(array: Any, index: int) -> Any:
    """Return one actor's slice ``(..., 1, 1)`` of an array ``(..., actor, run)``; numbers pass through."""
    if isinstance(array, float):
        return array
    return array[..., index : index + 1, :1] if array.shape[-2] > 1 else array[..., :1]
