"""What lies between a supplier and its clients stands in the scenario: a file of a supplier names no client.

``relations:`` holds, by supplier, the quantities that have a number for each client: closeness, access, presence and
the like. They are laid over what the supplier's own file says before anything else looks at it.
"""

from __future__ import annotations

from typing import Any

from sim.model.mistakes import suggest
from sim.model.variables import VARIABLES
from sim.scenario.document import Document, DocumentError, Mark, Place, Problem, merge
from sim.scenario.problems import one_of, shown

SECTION = "relations"
OF_A_PAIR = tuple(v.name for v in VARIABLES.values() if v.actor == "supplier" and v.axes == ("client",))


def with_relations(scenario: Document, said: Document, own: Document) -> Document:
    """Return a scenario whose suppliers have the relations that a document states.

    Parameters
    ----------
    scenario : Document
        Actors inlined.
    said : Document
        Whose relations are laid over its suppliers: it itself, or what it adds to the scenario that it extends.
    own : Document
        The document at hand, whose slips are told; what it inherits of suppliers that it has not is left.

    Raises
    ------
    DocumentError
        If a relation is of no supplier, or is none.
    """
    problems = list(_problems(own, scenario))
    if problems:
        raise DocumentError(problems)
    relations, suppliers = said.data.get(SECTION), scenario.data.get("suppliers")
    if not isinstance(relations, dict) or not isinstance(suppliers, dict):
        return scenario
    patch: dict[str, Any] = {}
    marks: dict[Place, Mark] = {at: scenario.mark(at) for at in ((), ("suppliers",))}
    for key, figures in relations.items():
        if isinstance(suppliers.get(key), dict) and isinstance(figures, dict):
            patch[key] = {"quantities": figures}
            whose: Place = ("suppliers", key)
            marks |= {at: scenario.mark(at) for at in (whose, (*whose, "quantities"))}
    for at, mark in said.marks.items():
        if at[:1] == (SECTION,) and len(at) > 2:
            marks[("suppliers", at[1], "quantities", *at[2:])] = mark
    return merge(scenario, Document({"suppliers": patch}, marks, scenario.file))


def without_relations(scenario: Document) -> Document:
    """Return a scenario without the section, once it is laid over the suppliers."""
    return Document({key: part for key, part in scenario.data.items() if key != SECTION}, scenario.marks, scenario.file)


def _problems(own: Document, scenario: Document) -> list[Problem]:
    """Return what is wrong with the relations of a document."""
    relations, suppliers = own.data.get(SECTION), scenario.data.get("suppliers") or {}
    if relations is None:
        return []
    if not isinstance(relations, dict):
        return [own.problem((SECTION,), f"write relations by supplier, not {shown(relations)}")]
    found: list[Problem] = []
    for key, figures in relations.items():
        place: Place = (SECTION, key)
        if key not in suppliers:
            found.append(
                own.problem(place, f"there is no supplier '{key}'{suggest(str(key), suppliers) or '; remove it'}")
            )
        elif figures is not None and not isinstance(figures, dict):
            found.append(own.problem(place, f"write quantities by client, not {shown(figures)}"))
        for name in figures if isinstance(figures, dict) else ():
            if name not in OF_A_PAIR:
                hint = suggest(str(name), OF_A_PAIR) or f"; write {one_of(OF_A_PAIR)}"
                found.append(own.problem((*place, name), f"'{name}' is no relation to a client{hint}"))
    return found
