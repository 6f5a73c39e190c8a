"""How a bookkeeping function becomes an entry of the books.

An entry has no phase, card or mask, as a rule has: it is not a reason among others, nobody can do without it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sim.model.rule import ENTRIES, Function, Mechanism, mechanism_of
from sim.model.world import Array

Entry = dict[str, Array]

__all__ = ["DAYS_PER_YEAR", "ENTRIES", "TINY", "Entry", "entry"]

DAYS_PER_YEAR = 365.25
TINY = 1e-9  # keeps a quotient finite where there is nothing to divide


def entry(
    *,
    actor: str,
    draws: int = 0,
    per: str = "",
    stream: str = "",
    borrows: Mapping[str, str] | None = None,
    evidence: Sequence[str] = (),
) -> Callable[[Function], Mechanism]:
    """Bind a bookkeeping function by its signature and file it."""

    def file(function: Function) -> Mechanism:
        bound = mechanism_of(function, actor=actor, draws=draws, per=per, stream=stream, borrows=borrows)
        mechanism = Mechanism(**bound, evidence=tuple(evidence))
        ENTRIES[mechanism.name] = mechanism
        return mechanism

    return file
