"""The actors of the shipped scenarios: who there is, in which of them, and with which numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from sim.scenario.check import load
from sim.scenario.document import DocumentError
from sim.scenario.files import heading, shipped_scenarios
from sim.scenario.schema import KIND_OF
from sim.scenario.strict_yaml import yaml_text


class Part(NamedTuple):
    """The part that an actor has in a scenario: its section there, such as ``suppliers``."""

    scenario: str
    section: str


def actors() -> dict[str, list[Part]]:
    """Return the parts of each actor by its key, that in what others extend first."""
    found: dict[str, list[Part]] = {}
    tops = dict[str, Any]()
    for name in shipped_scenarios():
        with suppress(DocumentError):  # one that cannot be read hides no other; the list of scenarios tells it
            tops[name] = heading(name)
    extended = {Path(str(top.get("extends"))).stem for top in tops.values()}
    for name in sorted(tops, key=lambda name: ("extends" in tops[name], name not in extended, name)):
        for section in KIND_OF:
            for key in tops[name].get(section) or ():
                found.setdefault(key, []).append(Part(name, section))
    return dict(sorted(found.items()))


def rows() -> Iterator[dict[str, Any]]:
    """Yield how each actor is listed."""
    for key, parts in actors().items():
        more = f", {len(parts) - 1} more" if len(parts) > 1 else ""
        kinds = dict.fromkeys(KIND_OF[part.section] for part in parts)
        yield {"name": key, "kind": ", ".join(kinds), "scenarios": parts[0].scenario + more}


def text(key: str) -> str:
    """Return an actor with its numbers, of each kind that it is as the first scenario has it, and where else it is."""
    parts, told = actors()[key], list[str]()
    for section in dict.fromkeys(part.section for part in parts):
        first, *others = (part.scenario for part in parts if part.section == section)
        scenario = load(first)
        also = f"; also in {', '.join(others)}" if others else ""
        told.append(f"{getattr(scenario, section)[key].name or key}, a {KIND_OF[section]} in {first}{also}\n")
        told.append(yaml_text(scenario.canonical()[section][key]))
    return "\n".join(told)
