"""What a scenario rests on: the sources of its numbers and of the rules that it follows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.model.accounting import ENTRIES
from sim.model.rule import CATALOGUE
from sim.scenario.schema import Scenario


def cited(scenario: Scenario) -> Iterator[str]:
    """Yield the evidence keys a scenario rests on, those of its rules included."""
    seen: set[str] = set()
    figures: list[Any] = [
        *scenario.parameters.values(),
        *scenario.weapons.quantities.values(),
        *scenario.timeline,
    ]
    rules: set[str] = set()
    for _, _, actor in scenario.actors():
        figures += [*actor.quantities.values(), *actor.parameters.values()]
        rules.update(actor.rules)
        if getattr(actor, "from_record", None):
            seen.update(("sipri_milex_2025", "sipri_arms_transfers_2025", "worldbank_wdi", "eia_brent"))
    for mechanism in (*ENTRIES.values(), *(CATALOGUE[name] for name in rules)):
        seen.update(parameter.source for parameter in mechanism.parameters.values() if parameter.source)
        seen.update(mechanism.evidence)
    seen.update(figure.source for figure in figures if figure.source)
    yield from sorted(seen)
