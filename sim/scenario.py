"""The YAML documents as types: a scenario with its actors, every number with its basis.

pydantic lives here and nowhere below. A mistake anywhere is reported as
``file:line: path: what is wrong, what to write``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from sim.document import Document, DocumentError, Problem, graft, load, merge, suggest
from sim.parameter import Basis
from sim.variables import Mistake

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Pair = Annotated[list[float], Field(min_length=2, max_length=2)]
Kind = Literal["state", "supplier", "mediator", "region"]

# Sections of a scenario whose entries may be names of files in a folder beside it.
FOLDERS = {"states": "states", "suppliers": "suppliers", "mediators": "mediators"}
KIND_OF = {"states": "state", "suppliers": "supplier", "mediators": "mediator"}


class Strict(BaseModel):
    """A document part with no room for unknown keys or silent conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Distribution(Strict):
    """What is believed about an uncertain number; each run draws its own."""

    normal: Pair | None = Field(None, description="mean and standard deviation, cut to `between`")
    uniform: Pair | None = Field(None, description="smallest and largest value")

    @model_validator(mode="after")
    def _one(self) -> Distribution:
        """Exactly one form, with sensible numbers."""
        if (self.normal is None) == (self.uniform is None):
            raise ValueError("write exactly one of 'normal: [mean, sd]' and 'uniform: [low, high]'")
        if self.normal is not None and self.normal[1] < 0:
            raise ValueError("the standard deviation is negative; write normal: [mean, sd] with sd >= 0")
        if self.uniform is not None and self.uniform[0] > self.uniform[1]:
            raise ValueError("uniform: [low, high] has its ends exchanged")
        return self


class Figure(Strict):
    """A number, or numbers by label or by year, with unit, range, basis and source."""

    value: float | None = Field(None, description="one number, for every label")
    values: dict[str, float] | None = Field(None, description="numbers by label (weapon class, zone, client, supplier)")
    by_year: dict[int, float] | None = Field(None, description="numbers that hold from January of a year on")
    unit: str | None = Field(None, description="checked against the declared unit when given")
    between: Pair | None = Field(None, description="smallest and largest value anybody should try")
    distribution: Distribution | None = Field(None, description="for parameters: each run draws its own value")
    basis: Basis
    source: str | None = Field(None, description="evidence key; required unless the basis is 'assumed'")
    because: str | None = Field(None, description="why this number; required when it is assumed")

    @field_validator("by_year", mode="before")
    @classmethod
    def _years(cls, years: Any) -> Any:
        """Accept years read back from JSON."""
        return {int(y): v for y, v in years.items()} if isinstance(years, dict) else years

    @model_validator(mode="after")
    def _honest(self) -> Figure:
        """Some number, a reason for what is assumed, a source for the rest, the value in its range."""
        if self.value is None and self.values is None and self.by_year is None and self.distribution is None:
            raise ValueError("holds no number; write 'value:', 'values:' or 'by_year:'")
        if self.basis == "assumed" and not self.because:
            raise ValueError("an assumed number needs a reason; write 'because:'")
        if self.basis != "assumed" and not self.source:
            raise ValueError(f"a {self.basis} number needs a source; write 'source:' with an evidence key")
        if self.between is not None:
            low, high = self.between
            for number in self.numbers():
                if not low <= number <= high:
                    raise ValueError(f"{number:g} is outside its own range {low:g} to {high:g}; change one of them")
        return self

    def numbers(self) -> Iterator[float]:
        """Yield every number held."""
        if self.value is not None:
            yield self.value
        yield from (self.values or {}).values()
        yield from (self.by_year or {}).values()


class Actor(Strict):
    """What every actor has: a name, a doctrine, figures, parameters of its own."""

    name: str = Field(description="display name, neutral")
    note: str | None = None
    rules: list[str] = Field(default_factory=list, description="the rules it follows: its doctrine")
    quantities: dict[str, Figure] = Field(default_factory=dict, description="givens and opening values by name")
    parameters: dict[str, Figure] = Field(default_factory=dict, description="'rule.parameter' where this actor differs")


class StateActor(Actor):
    """A state of the rivalry."""

    iso3: str | None = Field(None, pattern=r"^[A-Z]{3}$", description="code in the observed tables")
    from_record: list[Literal["economy", "oil_revenue", "spending", "arsenal"]] = Field(
        default_factory=list, description="opening values and inputs taken from the observed tables"
    )
    legacy_1992: Figure | None = Field(None, description="arms inherited in 1992 by class [TIV m]")


class SupplierActor(Actor):
    """A supplier of arms."""

    iso3: str | None = Field(None, pattern=r"^[A-Z]{3}$", description="code in the observed tables")


class RegionActor(Actor):
    """What nobody decides."""

    name: str = "the region"
    from_record: list[Literal["oil_price"]] = Field(default_factory=list)
    season: Figure | None = Field(None, description="push on the start of fighting by month, jan to dec [log]")


class Weapons(Strict):
    """Weapon classes and what they are worth."""

    classes: dict[Key, str] = Field(description="weapon classes with their display names")
    quantities: dict[str, Figure] = Field(default_factory=dict)


class Zone(Strict):
    """A disputed zone."""

    name: str = Field(description="display name; both place names where they differ")
    note: str | None = None


class Event(Strict):
    """A dated event or policy intervention that changes givens."""

    date: str = Field(pattern=r"^\d{4}-\d{2}(-\d{2})?$", description="YYYY-MM or YYYY-MM-DD")
    what: str
    basis: Basis
    source: str | None = None
    because: str | None = None
    set: dict[str, dict[str, float | dict[str, float]]] = Field(
        default_factory=dict, description="quantity: {actor: number} or {actor: {label: number}}"
    )

    @field_validator("date")
    @classmethod
    def _real(cls, text: str) -> str:
        """Refuse the 30th of February."""
        try:
            day(text)
        except ValueError:
            raise ValueError(f"'{text}' is not a date; write YYYY-MM or YYYY-MM-DD") from None
        return text


class Scenario(Strict):
    """A whole scenario, with everything it refers to inlined."""

    title: str
    question: str = Field(description="what the scenario is to answer")
    start: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="first month, YYYY-MM")
    end: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="last month, YYYY-MM")
    steps_per_year: int = Field(12, ge=12, le=365, multiple_of=12, description="steps in a year")
    weapons: Weapons
    states: dict[Key, StateActor]
    suppliers: dict[Key, SupplierActor] = Field(default_factory=dict)
    mediators: dict[Key, Mediator] = Field(default_factory=dict)
    region: RegionActor = RegionActor()
    zones: dict[Key, Zone] = Field(default_factory=dict)
    parameters: dict[str, Figure] = Field(default_factory=dict, description="'rule.parameter' for everybody")
    timeline: list[Event] = Field(default_factory=list)
    name: str = Field("", exclude=True)

    @model_validator(mode="after")
    def _times(self) -> Scenario:
        """End after the start, at least two states."""
        if self.end < self.start:
            raise ValueError(f"end {self.end} is before start {self.start}; exchange them")
        if len(self.states) < 2:
            raise ValueError("a rivalry needs at least two states")
        return self

    @property
    def years(self) -> float:
        """Length of the horizon [yr]."""
        (y0, m0), (y1, m1) = (map(int, text.split("-")) for text in (self.start, self.end))
        return (12 * (y1 - y0) + m1 - m0 + 1) / 12

    @property
    def steps(self) -> int:
        """Number of steps from start to end."""
        return round(self.years * self.steps_per_year)

    def actors(self) -> Iterator[tuple[Kind, str, Actor]]:
        """Yield kind, key and document of every actor, the region last."""
        for section, kind in KIND_OF.items():
            for key, actor in getattr(self, section).items():
                yield kind, key, actor  # type: ignore[misc]
        yield "region", "region", self.region

    def canonical(self) -> dict[str, Any]:
        """Return plain data that holds everything and can be run again."""
        return self.model_dump(mode="json", exclude_none=True, exclude_defaults=True)

    def digest(self) -> str:
        """Return a hash of the content, whatever the files were called."""
        text = json.dumps(self.canonical(), sort_keys=True, ensure_ascii=False)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def lock(self) -> str:
        """Return the scenario as one YAML text with everything inlined."""
        return yaml.safe_dump(self.canonical(), sort_keys=False, allow_unicode=True, width=110)


class Mediator(Actor):
    """A mediator between the states."""


Scenario.model_rebuild()


def day(text: str) -> dt.date:
    """Return the date of ``YYYY-MM`` or ``YYYY-MM-DD``."""
    year, month, *rest = map(int, text.split("-"))
    return dt.date(year, month, rest[0] if rest else 1)


# -- reading


def folder() -> Path:
    """Return the folder of shipped scenarios: of the checkout, or of the installed package."""
    here = Path(__file__).resolve().parent
    beside = here.parent / "scenarios"
    return beside if beside.is_dir() else here / "scenarios"


def shipped() -> list[str]:
    """Return the names of the shipped scenarios."""
    return sorted(path.stem for path in folder().glob("*.yaml") if path.stem not in ("weapons", "systems"))


def find(name: str | os.PathLike[str]) -> Path:
    """Return the file of a scenario given by path or by the name of a shipped one.

    Raises
    ------
    Mistake
        If there is neither, with a suggestion.
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.exists():
        return path
    inside = folder() / f"{name}.yaml"
    if inside.exists():
        return inside
    raise Mistake(f"there is no scenario '{name}'{suggest(str(name), shipped())}; `armsrace list scenarios` names them")


def read(name: str | os.PathLike[str]) -> tuple[Scenario, Document]:
    """Read a scenario with everything it refers to.

    Returns
    -------
    tuple of Scenario and Document
        The validated scenario, and where each part of it is written.

    Raises
    ------
    DocumentError
        With one located sentence for every mistake.
    """
    path = find(name)
    document = _inline(_extended(path, ()), path)
    try:
        scenario = Scenario.model_validate({**document.data, "name": path.name.removesuffix(".yaml")})
    except ValidationError as error:
        raise DocumentError(tuple(_sentence(document, mistake) for mistake in error.errors())) from None
    return scenario, document


def _extended(path: Path, trail: tuple[Path, ...]) -> Document:
    """Read a document and lay it over the one it extends."""
    document = load(path)
    here = (*trail, path.resolve())
    if not isinstance(document.data, dict):
        raise DocumentError((document.problem((), "a scenario is a mapping; write 'key: value' lines"),))
    base = document.data.pop("extends", None)
    if base is None:
        return document
    if not isinstance(base, str):
        raise DocumentError((document.problem(("extends",), "write the name of one scenario"),))
    target = path.parent / (base if base.endswith(".yaml") else f"{base}.yaml")
    if target.resolve() in here:
        chain = " -> ".join(p.stem for p in (*here, target))
        raise DocumentError((document.problem(("extends",), f"scenarios extend each other in a circle: {chain}"),))
    if not target.exists():
        choices = [p.stem for p in path.parent.glob("*.yaml")]
        message = f"there is no scenario '{base}' to extend{suggest(base, choices)}"
        raise DocumentError((document.problem(("extends",), message),))
    return merge(_extended(target, here), _inline(document, path))


def _inline(document: Document, path: Path) -> Document:
    """Replace names of actor files and of the weapons file by what is in them."""
    weapons = document.data.get("weapons")
    if isinstance(weapons, str):
        document = graft(document, ("weapons",), _referred(document, ("weapons",), path.parent / weapons, path.parent))
    for section, subfolder in FOLDERS.items():
        names = document.data.get(section)
        if isinstance(names, list):
            document = _inline_section(document, section, names, path.parent / subfolder)
    return document


def _inline_section(document: Document, section: str, names: list[Any], where: Path) -> Document:
    """Replace a list of names by a mapping of name to actor document."""
    place = (section,)
    parts: list[tuple[str, Document]] = []
    for index, name in enumerate(names):
        if not isinstance(name, str):
            raise DocumentError((document.problem((*place, index), f"write the name of a file in {where.name}/"),))
        if name in dict(parts):
            raise DocumentError((document.problem((*place, index), f"'{name}' is listed twice; remove one"),))
        parts.append((name, _referred(document, (*place, index), where / f"{name}.yaml", where)))
    data = {**document.data, section: {}}
    inlined = Document(data, dict(document.marks), document.file)
    for name, part in parts:
        inlined = graft(inlined, (*place, name), part)
    return inlined


def _referred(document: Document, place: tuple[str | int, ...], path: Path, where: Path) -> Document:
    """Load a file that a scenario refers to; a missing one is reported where it is named."""
    if not path.exists():
        choices = [p.stem for p in where.glob("*.yaml")]
        message = f"there is no file {path.name} in {where.name}/{suggest(path.stem, choices)}"
        raise DocumentError((document.problem(place, message),))
    return load(path)


PLAIN = {
    "missing": "is missing; write it",
    "float_type": "write a number",
    "int_type": "write a whole number",
    "string_type": "write text (in quotes if it looks like a number)",
    "dict_type": "write a mapping ('key: value' lines)",
    "list_type": "write a list",
    "model_type": "write a mapping ('key: value' lines)",
    "finite_number": "write a finite number",
}


def _sentence(document: Document, mistake: Any) -> Problem:
    """Turn one of pydantic's findings into a located sentence."""
    place = tuple(part for part in mistake["loc"] if part != "[key]" and part not in ("float", "dict[str,float]"))
    kind = mistake["type"]
    if kind == "extra_forbidden":
        return document.problem(place, f"unknown key{suggest(str(place[-1]), _keys_at(place[:-1]))}")
    if kind == "literal_error":
        allowed = mistake["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        return document.problem(place, f"'{mistake['input']}' is not allowed{suggest(str(mistake['input']), allowed.split(', '))}; write one of {allowed}")
    if kind == "value_error":
        return document.problem(place, str(mistake["ctx"]["error"]))
    if kind == "string_pattern_mismatch":
        return document.problem(place, f"'{mistake['input']}' has the wrong form; write it like {mistake['ctx']['pattern']}")
    if kind in PLAIN:
        given = "" if kind == "missing" else f", not {mistake['input']!r:.40}"
        return document.problem(place, PLAIN[kind] + given)
    return document.problem(place, mistake["msg"][0].lower() + mistake["msg"][1:])


def _keys_at(place: tuple[Any, ...]) -> list[str]:
    """Return the keys allowed at a place of a scenario, for suggestions."""
    model: Any = Scenario
    for part in place:
        field = getattr(model, "model_fields", {}).get(part) if isinstance(part, str) else None
        annotation = field.annotation if field is not None else model
        inner = [a for a in _models_in(annotation)]
        model = inner[0] if inner else model
    return list(getattr(model, "model_fields", {}))


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the document types inside an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _models_in(argument)


def schema() -> str:
    """Return the JSON Schema of a scenario file, for completion in editors."""
    body = Scenario.model_json_schema()
    properties = body["properties"]
    properties.pop("name", None)
    properties["extends"] = {"type": "string", "description": "another scenario that this one changes"}
    properties["weapons"] = {"anyOf": [properties["weapons"], {"type": "string"}]}
    for section in FOLDERS:
        names = {"type": "array", "items": {"type": "string"}}
        properties[section] = {"anyOf": [properties[section], names]}
    body.pop("required", None)
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"
