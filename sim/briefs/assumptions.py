"""The numbers that two scenarios share and that somebody declared a range for: what a brief may rest on."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from sim import evidence
from sim.model.accounting import ENTRIES
from sim.model.mistakes import Mistake
from sim.model.parameter import Parameter
from sim.scenario.schema import Figure, Scenario
from sim.scenario.settings import MECHANISMS
from sim.study.factors import overtaken, present
from sim.study.slots import Slot, find_slot, owners

LINKS = {"reported": "in", "derived": "from", "assumed": "after"}  # of a basis and its source
REASON = 150  # letters of a reason
WHOLE = ("code", "flag")  # units of what is no range


@dataclass(frozen=True)
class Assumption:
    """A number with a declared range.

    Attributes
    ----------
    slot : Slot
        Where it stands, with its range and unit.
    usual : float
        What it is in the scenarios.
    basis, source, because : str
        What it rests on.
    """

    slot: Slot
    usual: float
    basis: str
    source: str
    because: str

    @property
    def rests_on(self) -> str:
        """What it rests on, in words: the basis, who published it, and the reason."""
        source = f" {LINKS[self.basis]} {evidence.named(evidence.source(self.source))}" if self.source else ""
        reason = textwrap.shorten(self.because, REASON, placeholder=" …")
        return f"{self.basis}{source}{': ' if reason else ''}{reason}"


def assumptions(scenario: Scenario, other: Scenario) -> list[Assumption]:
    """Return every number with a range that both scenarios have alike."""
    theirs = {one.slot: one.usual for one in _declared(other) if one.slot.believed is None}
    return [one for one in _declared(scenario) if theirs.get(one.slot) == one.usual]


def _declared(scenario: Scenario) -> Iterator[Assumption]:
    """Yield the numbers of one scenario: of rules that are followed, of the books, of actors."""
    followed = {rule for _, _, actor in scenario.actors() for rule in actor.rules}
    for name in (*sorted(followed), *ENTRIES):
        for parameter, default in MECHANISMS[name].parameters.items():
            key = f"{name}.{parameter}"
            yield from _one(scenario, key, scenario.parameters.get(key) or default)
    for key, actor in owners(scenario).items():
        figures = {**getattr(actor, "parameters", {}), **actor.quantities}
        for name, figure in figures.items():
            if name not in actor.quantities or figure.between is not None:
                yield from _one(scenario, f"{key}.{name}", figure)


def _one(scenario: Scenario, path: str, stated: Figure | Parameter) -> Iterator[Assumption]:
    """Yield a number if it is one, moves something and may move."""
    try:
        slot = find_slot(scenario, path)
        usual = present(scenario, slot)
    except Mistake:  # nobody heeds it, or it is several numbers
        return
    moves = slot.low < slot.high and math.isfinite(slot.high - slot.low) and slot.low <= usual <= slot.high
    if moves and slot.unit not in WHOLE and not overtaken(scenario, slot)[1]:
        yield Assumption(slot, usual, stated.basis, stated.source or "", stated.because or "")
