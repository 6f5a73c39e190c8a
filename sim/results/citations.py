"""What a result cites: this software, and the sources of the numbers and of the rules of its scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from sim import evidence
from sim.evidence import Source
from sim.model.accounting import ENTRIES
from sim.model.mistakes import Mistake
from sim.model.rule import CATALOGUE
from sim.scenario.schema import Scenario

PACKED = "extra_metadata/CITATION.cff"  # in a wheel, beside its other metadata


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


@cache
def software() -> Source:
    """Return this program as CITATION.cff describes it: of the checkout, or of the installed package.

    Examples
    --------
    >>> software().outlet.startswith("Version ")
    True
    """
    beside = Path(__file__).resolve().parents[2] / "CITATION.cff"
    text = beside.read_text(encoding="utf-8") if beside.is_file() else distribution("armsrace").read_text(PACKED)
    if text is None:
        raise Mistake("this installation came without its CITATION.cff; install armsrace again")
    raw = evidence.shipped(text)
    return Source(
        key="armsrace",
        kind="software",
        authors=tuple(_author(author) for author in raw["authors"]),
        outlet=f"Version {raw['version']}",
        title=raw["title"],
        date=str(raw.get("date-released", "")),
        verification="read",
        credit=", ".join(
            [f"{raw['license']} licence", *(raw[field] for field in ("doi", "repository-code") if field in raw)]
        ),
    )


def _author(author: dict[str, str]) -> str:
    """Return an author as evidence is written: ``Family, Given``, or the name of a body."""
    names = (author.get("family-names", ""), author.get("given-names", ""))
    return author.get("name") or ", ".join(name for name in names if name)
