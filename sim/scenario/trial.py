"""A rule of one's own is asked once before anything is played, so that a slip in it is no end of a sweep."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from sim.model.mistakes import Mistake
from sim.model.rule import Rule
from sim.model.streams import Luck
from sim.model.world import World, evaluate, sight


def try_rule(rule: Rule, world: World, settings: Mapping[str, Any], luck: Luck) -> None:
    """Ask a rule once in the world before the first step, whose arrays are read-only.

    Raises
    ------
    Mistake
        If it fails, changes what it sees, or does not answer in the axes of its quantity; with file and line.
    """
    per = world.labels[rule.per] if rule.per else ()
    draws = luck.draw(rule.stream, world.labels[rule.actor], rule.draws, 0, per) if rule.draws else None
    code = rule.function.__code__
    try:
        with np.errstate(all="ignore"):
            term = evaluate(rule.function, rule.reads, partial(world.see, rule.actor), settings, draws)
    except (MemoryError, OSError, Mistake):  # not the rule's
        raise
    except Exception as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.name == rule.name]
        where = f"{code.co_filename}:{lines[-1] if lines else code.co_firstlineno}"
        raise Mistake(f"{where}: rule '{rule.name}' fails: {type(error).__name__}: {error}; correct it") from None
    axes = sight(rule.actor, rule.writes).axes
    whole = (*(world.size(axis) for axis in axes), world.size(rule.actor), world.runs)
    if not _fits(term, whole):
        raise Mistake(
            f"{code.co_filename}:{code.co_firstlineno}: rule '{rule.name}' returns {_told(term)}, but "
            f"'{rule.writes}' takes numbers along ({', '.join((*axes, rule.actor, 'run'))}); work it out from what the "
            f"rule reads, as 'weight + 0.0 * {rule.reads[0] if rule.reads else 'tension'}'"
        )


def _fits(term: Any, whole: tuple[int, ...]) -> bool:
    """Tell whether an answer is numbers with as many axes as are wanted, each as long or of length one."""
    if not isinstance(term, np.ndarray) or term.dtype.kind not in "fiub" or term.ndim != len(whole):
        return False
    return all(length in (1, wanted) for length, wanted in zip(term.shape, whole, strict=True))


def _told(term: Any) -> str:
    """Return what an answer is, shortly."""
    if isinstance(term, np.ndarray) and term.ndim:
        return f"{term.dtype.name} of shape {term.shape}"
    return "one number" if isinstance(term, int | float | np.number) else f"a {type(term).__name__}"
