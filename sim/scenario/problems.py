"""What pydantic finds wrong with a document, as located sentences that say what to write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from sim.model.mistakes import Mistake, suggest
from sim.scenario.document import Document, Place, Problem, dotted
from sim.scenario.strict_yaml import NUMBER


class Misplaced(ValueError):
    """What is wrong with a part of a document, and at which of its keys."""

    def __init__(self, message: str, *place: str | int) -> None:
        super().__init__(message)
        self.place = place


# What belongs at a key, or what a kind of problem asks for, in words.
FORMS = {
    "start": "a month as YYYY-MM, for example 2010-01",
    "end": "a month as YYYY-MM, for example 2024-12",
    "as_of": "a month as YYYY-MM, for example 2014-01",
    "date": "a date as YYYY-MM-DD or YYYY-MM, for example 2020-09-27",
    "iso3": "three capital letters, for example ARM",
    "steps_per_year": "12, 24, 36 or another multiple of 12, up to 336",
    "between": "two numbers, [smallest, largest]",
    "normal": "two numbers, [mean, standard deviation]",
    "uniform": "two numbers, [smallest, largest]",
    "basis": "reported, derived or assumed",
    "[key]": "a key of lower-case letters, digits and _ that begins with a letter",
}
WANTED = {
    "float_type": "a number",
    "finite_number": "a finite number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "text, in quotes if it looks like something else",
    "string_too_short": "at least one word",
    "list_type": "a list",
    "dict_type": "'key: value' lines",
    "model_type": "'key: value' lines",
    "list_too_short": "at least one '- item' line",
    "too_short": "at least one 'key: value' line",
}


def located_problems(document: Document, error: ValidationError, top: type[BaseModel]) -> Iterator[Problem]:
    """Return what pydantic found as sentences located in a file."""
    return (document.problem(place, told) for place, told in problems(error, top))


def mistaken(found: Iterable[tuple[Place, str]]) -> Mistake:
    """Return the error for what is wrong with a document that Python made: one line for each place.

    >>> print(mistaken([(("scenarios", 1), "'peace' is listed twice; remove one")]))
    scenarios[1]: 'peace' is listed twice; remove one
    """
    return Mistake("\n".join(f"{dotted(place)}: {told}" if place else told for place, told in found))


def problems(error: ValidationError, top: type[BaseModel]) -> Iterator[tuple[Place, str]]:
    """Yield all that pydantic found, each as a place and a sentence."""
    for mistake in error.errors():
        place: Place = tuple(part for part in mistake["loc"] if part not in ("[key]", "[number]", "[labels]"))
        raised = mistake.get("ctx", {}).get("error")
        if isinstance(raised, Misplaced):
            yield (*place, *raised.place), str(raised)
        else:
            yield place, _sentence(place, mistake, top)


def _sentence(place: Place, mistake: Any, top: type[BaseModel]) -> str:
    """Say what one problem means and what to write."""
    kind, given, last = mistake["type"], mistake["input"], place[-1] if place else ""
    if kind in ("extra_forbidden", "invalid_key"):
        keys = _keys_at(place[:-1], top)
        return f"unknown key{suggest(str(last), keys) or '; remove it or write ' + one_of(keys)}"
    if kind == "literal_error":
        allowed = re.findall("'([^']*)'", mistake["ctx"]["expected"])
        hint = suggest(str(given), allowed)
        return f"{shown(given)} is not allowed{hint or '; write ' + one_of(allowed)}"
    form = "[key]" if mistake["loc"][-1:] == ("[key]",) else last if last in _keys_at(place[:-1], top) else ""
    if kind == "too_long":
        return f"these are too many; write at most {mistake['ctx']['max_length']}"
    if kind == "too_short" and isinstance(given, list):
        kind = "list_too_short"
    wanted = FORMS.get(str(form)) or WANTED.get(kind, "") or _bounded(mistake)
    if kind == "missing":
        return f"this key is missing; write {wanted or repr(f'{last}:')}"
    if form == "[key]" and kind == "int_type":
        return f"write a year without quotes, for example 2010, not {shown(given)}"
    if kind in ("float_type", "int_type") and isinstance(given, str) and NUMBER.fullmatch(given):
        return f"a number in quotes is text; write {given}"
    if kind == "list_type" and isinstance(given, str):
        return f"write a list, [{given}], not one word"
    if kind == "model_type" and mistake["ctx"]["class_name"] == "Figure":
        wanted = "a number with its basis: {value: 100, basis: assumed, because: ...}"
    return f"write {wanted}, not {shown(given)}" if wanted else f"{mistake['msg'].lower()}; correct it"


def _bounded(mistake: Any) -> str:
    """Say between which numbers one must lie; empty for problems with anything else."""
    bounds = mistake.get("ctx", {})
    if mistake["type"] == "multiple_of":
        return f"a multiple of {bounds['multiple_of']}"
    forms = {
        "greater_than_equal": ("ge", "{:g} or more"),
        "greater_than": ("gt", "a number above {:g}"),
        "less_than_equal": ("le", "{:,} or less"),
    }
    key, form = forms.get(mistake["type"], ("", ""))
    return form.format(bounds[key]) if key else ""


def one_of(choices: Iterable[str]) -> str:
    """Return choices as words.

    >>> one_of(["reported", "derived", "assumed"])
    'reported, derived or assumed'
    """
    *first, last = choices
    return f"{', '.join(first)} or {last}" if first else last


def shown(value: Any) -> str:
    """Return a value as its author wrote it, or what it is if that is long."""
    if isinstance(value, list | dict):
        return f"{'a' if value else 'an empty'} {'list' if isinstance(value, list) else 'mapping'}"
    words = {None: "nothing", True: "true", False: "false"}
    return words[value] if value is None or isinstance(value, bool) else f"{value!r:.40}"


def _keys_at(place: Place, top: type[BaseModel]) -> list[str]:
    """Return the keys that may stand at a place of a scenario; none where any may."""
    part: Any = top
    for step in place:
        if isinstance(part, type) and issubclass(part, BaseModel):
            part = part.model_fields[str(step)].annotation if step in part.model_fields else None
        else:
            part = (get_args(part) or (None,))[-1]  # of a dict the value, of a list the item
        part = _bare(part)
    fields = getattr(part, "model_fields", {})
    keys = [key for key, field in fields.items() if not field.exclude]
    return [*getattr(top, "written_also", ()), *keys] if part is top else keys


def _bare(annotation: Any) -> Any:
    """Return an annotation without what may surround it: None, constraints."""
    while get_origin(annotation) in (Union, UnionType, Annotated):
        annotation = get_args(annotation)[0]
    return annotation
