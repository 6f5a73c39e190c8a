"""What a kind of happening has to say of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sim.explain.decisions import Decision
from sim.explain.happening import Happening, History


def never(history: History, names: Sequence[str], steps: Sequence[int]) -> list[Decision]:
    """Return no decision: a kind that nobody decides for itself never comes close."""
    return []


@dataclass(frozen=True)
class Kind:
    """A kind of happening: all that the rest of the room needs to know of it.

    Attributes
    ----------
    rank : int
        Its place among the kinds where a month is told.
    notice : callable
        From a history and a step just played to what happened in it that is worth telling.
    decisions : callable
        From a history and a happening to the decisions behind it, in the order in which they were taken.
    closest : callable
        From a history, the keys asked for and the steps asked for to the decisions with which it came closest.
    impossible : str
        Why it cannot come about at all where `closest` finds nothing.
    other_words : tuple of str
        Other words for it in a query.
    moves : tuple of str
        Quantities that are known to change with it and, but for `moves_anything`, with nothing else.
    moves_anything : bool
        Whether it can change any quantity that is not given.
    by_state : bool
        Whether each state has its own, told state by state before what concerns all.
    common : bool
        Whether it happens so often that it says nothing when it was merely near.
    """

    rank: int
    notice: Callable[[History, int], Iterator[Happening]]
    decisions: Callable[[History, Happening], list[Decision]]
    closest: Callable[[History, Sequence[str], Sequence[int]], list[Decision]] = never
    impossible: str = ""
    other_words: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()
    moves_anything: bool = False
    by_state: bool = False
    common: bool = False
