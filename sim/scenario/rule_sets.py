"""Rules by the name of a set: ``rules: standard`` stands for the rules that the set lists for an actor of that kind.

Sets stand in ``rule_sets.yaml``, beside the scenario or among the shipped ones, by name and kind of actor. A list may
begin with a set, leave out one of its rules (``-rule``) and add others: ``[standard, -stall_while_arming, repay_oil]``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.model.mistakes import suggest
from sim.scenario.document import Document, DocumentError, Mark, Place, Problem
from sim.scenario.schema import KIND_OF
from sim.scenario.strict_yaml import read_document

FILE = "rule_sets.yaml"

Sets = Mapping[str, Mapping[str, list[str]]]


def spelled_out(document: Document, *folders: Path) -> Document:
    """Return a document in which every set of rules is replaced by the rules that it names.

    Parameters
    ----------
    document : Document
        A scenario, its actors inlined.
    folders : Path
        Where a file of sets may lie; the first that has one counts.

    Raises
    ------
    DocumentError
        If a rule is left out that is not there.
    """
    sets: Sets = {}
    problems: list[Problem] = []
    for place, kind, actor in _actors(document.data):
        said = actor.get("rules")
        if not isinstance(said, str | list) or not said:
            continue
        sets = sets or read_sets(*folders)
        words = [said] if isinstance(said, str) else said
        if not any(isinstance(word, str) and (word in sets or word.startswith("-")) for word in words):
            continue
        actor["rules"], marks, found = _followed(document, (*place, "rules"), words, sets, kind)
        problems += found
        for index, mark in enumerate(marks):
            document.marks[(*place, "rules", index)] = mark
    if problems:
        raise DocumentError(problems)
    return document


def _actors(data: Any) -> Iterator[tuple[Place, str, dict[str, Any]]]:
    """Yield place, kind and document of every actor that has the form of one."""
    for section, kind in KIND_OF.items():
        actors = data.get(section)
        for key, actor in actors.items() if isinstance(actors, dict) else ():
            if isinstance(actor, dict):
                yield (section, key), kind, actor
    if isinstance(data.get("region"), dict):
        yield ("region",), "region", data["region"]


def _followed(
    document: Document, place: Place, words: list[Any], sets: Sets, kind: str
) -> tuple[list[Any], list[Mark], list[Problem]]:
    """Return the rules that words stand for, where each is written, and what is wrong."""
    rules: list[tuple[Any, Mark]] = []
    problems: list[Problem] = []
    for index, word in enumerate(words):
        at = (*place, index)
        text = word if isinstance(word, str) else ""
        if text in sets:
            rules += [(rule, document.mark(at)) for rule in sets[text].get(kind, ())]
        elif text.startswith("-"):
            names = [rule for rule, _ in rules]
            if text[1:] in names:
                rules.pop(names.index(text[1:]))
            else:
                hint = suggest(text[1:], [name for name in names if isinstance(name, str)]) or "; remove it"
                problems.append(document.problem(at, f"there is no rule '{text[1:]}' before it to leave out{hint}"))
        else:
            rules.append((word, document.mark(at)))
    return [rule for rule, _ in rules], [mark for _, mark in rules], problems


def read_sets(*folders: Path) -> Sets:
    """Return the sets of the first folder that has a file of them."""
    for place in folders:
        if (place / FILE).is_file():
            data = read_document(place / FILE).data
            return data if isinstance(data, dict) else {}
    return {}
