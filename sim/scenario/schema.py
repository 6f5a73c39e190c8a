"""The YAML documents as types: a scenario with its actors, every number with its basis.

pydantic lives here and in `sim.scenario.problems`, and nowhere below. A mistake anywhere is reported as
``file:line: path: what is wrong, what to write``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from sim.answers import Answer, Shortened
from sim.model.parameter import Basis
from sim.model.seats import DECIDABLE
from sim.model.variables import EXTRA_ORIGINS
from sim.model.world import axis_labels
from sim.scenario.display_names import unshowable
from sim.scenario.document import Place
from sim.scenario.problems import FORMS, Misplaced
from sim.scenario.strict_yaml import yaml_text


def _shown(name: str) -> str:
    """Refuse a name that nobody could read."""
    refusal = unshowable(name)
    if refusal:
        raise Misplaced(refusal)
    return name


Name = Annotated[str, AfterValidator(_shown)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
MONTH = r"^[12][0-9]{3}-(0[1-9]|1[0-2])$"  # YYYY-MM
Month = Annotated[str, Field(pattern=MONTH)]
Code = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Pair = Annotated[list[float], Field(min_length=2, max_length=2)]
Kind = Literal["state", "supplier", "mediator", "region"]
Later = Literal["oil_price", "output", "exports", "timeline", "orders"]  # what may be given of unknown months

# Distributions: what the two numbers of those without ends are, and which are above 0.
SPREAD = {"normal": "[mean, sd]", "lognormal": "[median, sd]"}
BY_MAGNITUDE = ("lognormal", "log_uniform")

MOST_OF_A_KIND = 200  # states, suppliers and the like: arrays grow with their products
FIRST_YEAR, LAST_YEAR = 1678, 2261  # of dates as pandas and xarray hold them

# What an event sets: one number, or one for each label. The tags are spelled as no key will be.
Change: TypeAlias = Annotated[
    Annotated[float, Tag("[number]")] | Annotated[dict[str, float], Tag("[labels]")],
    Discriminator(lambda value: "[labels]" if isinstance(value, dict) else "[number]"),
]

# Sections of a scenario whose entries may be names of files in a folder beside it.
FOLDERS = {"states": "states", "suppliers": "suppliers", "mediators": "mediators"}
BELIEVED: Any = {  # what decides nothing that is played, as `model_dump` is told
    "priors": True, "posterior": True, "region": {"priors"}, **{key: {"__all__": {"priors"}} for key in FOLDERS},
}  # fmt: skip
KIND_OF = {"states": "state", "suppliers": "supplier", "mediators": "mediator"}


class Strict(Shortened, BaseModel):
    """A document part with no room for unknown keys or silent conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Distribution(Strict):
    """What is believed about an uncertain number; each run draws its own."""

    normal: Pair | None = Field(default=None, description="mean and standard deviation, cut to `between`")
    lognormal: Pair | None = Field(
        default=None, description="median, and standard deviation of the logarithm, cut to `between`"
    )
    uniform: Pair | None = Field(default=None, description="smallest and largest value")
    log_uniform: Pair | None = Field(
        default=None, description="smallest and largest value, each order of magnitude as likely: for a rate"
    )

    @model_validator(mode="after")
    def _one(self) -> Distribution:
        """Exactly one form, with sensible numbers."""
        stated = [form for form in type(self).model_fields if getattr(self, form) is not None]
        if len(stated) != 1:
            raise Misplaced(
                "write exactly one of 'normal: [mean, sd]', 'lognormal: [median, sd of the logarithm]', "
                "'uniform: [low, high]' and 'log_uniform: [low, high]'"
            )
        form, pair = stated[0], getattr(self, stated[0])
        if self.ends is not None:
            _refuse_reversed(pair, form)
        elif pair[1] < 0:
            raise Misplaced(f"the standard deviation is negative; write {SPREAD[form]} with sd >= 0", form)
        if form in BY_MAGNITUDE and pair[0] <= 0:
            raise Misplaced("orders of magnitude begin above 0; write a first number above 0", form)
        return self

    @property
    def ends(self) -> list[float] | None:
        """Smallest and largest value; None where the range of the number cuts it."""
        return self.uniform or self.log_uniform

    @property
    def core(self) -> list[float]:
        """Numbers that must lie in the range: the mean or median, or both ends."""
        return self.ends or (self.normal or self.lognormal or [])[:1]

    @property
    def middle(self) -> float:
        """The mean or median; half way between both ends, by order of magnitude where they are spread so."""
        if self.log_uniform is not None:
            return math.sqrt(self.log_uniform[0]) * math.sqrt(self.log_uniform[1])
        return sum(self.core) / len(self.core)


def _refuse_reversed(ends: list[float], key: str) -> None:
    low, high = ends
    if low > high:
        raise Misplaced(f"{low:g} is above {high:g}; exchange them", key)


class Figure(Strict):
    """A number, or numbers by label or by year, with unit, range, basis and source."""

    value: float | None = Field(default=None, description="one number, for every label that 'values' leaves out")
    values: dict[str, float] | None = Field(
        default=None, description="numbers by label (weapon class, zone, client, supplier)"
    )
    by_year: dict[int, float] | None = Field(default=None, description="numbers that hold from January of a year on")
    unit: str | None = Field(default=None, description="checked against the declared unit when given")
    between: Pair | None = Field(default=None, description="smallest and largest value anybody should try")
    distribution: Distribution | None = Field(default=None, description="for parameters: each run draws its own value")
    basis: Basis
    source: str | None = Field(default=None, description="evidence key; required unless the basis is 'assumed'")
    because: str | None = Field(default=None, description="why this number; required when it is assumed")
    claims: list[str] = Field(default_factory=list, description="article claims the number carries, as SF-40")

    @model_validator(mode="after")
    def _one_form(self) -> Figure:
        """Some number, and not two that contradict each other."""
        forms = [form for form in ("value", "values", "by_year", "distribution") if getattr(self, form) is not None]
        if not forms:
            raise Misplaced("holds no number; write 'value:', 'values:' or 'by_year:'")
        for form in ("values", "by_year"):
            if getattr(self, form) == {}:
                raise Misplaced("holds no number; write 'label: number' lines or remove it", form)
        if "distribution" in forms and len(forms) > 1:
            raise Misplaced(f"a distribution replaces '{forms[0]}'; remove one of them", "distribution")
        if "values" in forms and "by_year" in forms:
            raise Misplaced(
                "these would replace 'values'; remove one of them, the timeline can change single labels",
                "by_year",
            )
        return self

    @model_validator(mode="after")
    def _honest(self) -> Figure:
        """A reason for what is assumed, a source for the rest."""
        _refuse_baseless(self, "number")
        return self

    @model_validator(mode="after")
    def _within(self) -> Figure:
        """Every number lies in the figure's own range."""
        if self.between is None:
            return self
        _refuse_reversed(self.between, "between")
        low, high = self.between
        for place, number in self.placed():
            if not low <= number <= high:
                message = f"{number:g} is outside its own range {low:g} to {high:g}; correct one of them"
                raise Misplaced(message, *place)
        return self

    def placed(self) -> Iterator[tuple[Place, float]]:
        """Yield every number held and where it stands in the figure."""
        if self.value is not None:
            yield ("value",), self.value
        for form in ("values", "by_year"):
            for key, number in (getattr(self, form) or {}).items():
                yield (form, key), number
        for number in self.distribution.core if self.distribution else ():
            yield ("distribution",), number


def _refuse_certain(priors: Mapping[str, Figure]) -> None:
    for key, figure in priors.items():
        if figure.distribution is None:
            told = "a prior is a distribution; write 'distribution: {uniform: [low, high]}', or another"
            raise Misplaced(told, "priors", key)


def _refuse_baseless(part: Figure | Event, noun: str) -> None:
    if part.basis == "assumed" and not part.because:
        raise Misplaced(f"an assumed {noun} needs a reason; write 'because:'")
    if part.basis != "assumed" and not part.source:
        raise Misplaced(f"a {part.basis} {noun} needs a source; write 'source:' with an evidence key")


class Actor(Strict):
    """What every actor has: a name, a doctrine, figures, parameters of its own."""

    name: Name = Field(description="display name, neutral")
    note: str | None = None
    rules: list[str] = Field(default_factory=list, description="the rules it follows: its doctrine")
    quantities: dict[str, Figure] = Field(default_factory=dict, description="givens and opening values by name")
    parameters: dict[str, Figure] = Field(default_factory=dict, description="'rule.parameter' where this actor differs")
    priors: dict[str, Figure] = Field(default_factory=dict, description="what is believed of its own 'rule.parameter'")

    @model_validator(mode="after")
    def _believed(self) -> Self:
        """A prior is a distribution."""
        _refuse_certain(self.priors)
        return self


class StateActor(Actor):
    """A state of the rivalry."""

    iso3: Code | None = Field(default=None, description="code in the observed tables")
    from_record: list[Literal["economy", "oil_revenue", "spending", "arsenal", "trust"]] = Field(
        default_factory=list, description="opening values and inputs taken from the observed tables"
    )
    legacy_1992: Figure | None = Field(default=None, description="arms inherited in 1992 by class [TIV m]")
    opening_arms: Figure | None = Field(
        None, description="arms held at the opening by class, for a state without recorded deliveries [TIV m]"
    )
    opening_arms_from: dict[Key, Figure] = Field(
        default_factory=dict,
        description="the same for what came from a supplier of the scenario: by supplier, by class",
    )
    rivals: list[Key] | None = Field(default=None, description="the states it is a rival of; all others unless given")


class SupplierActor(Actor):
    """A supplier of arms."""

    iso3: Code | None = Field(
        default=None,
        description="code in the observed tables, and in systems.yaml, which names what is ordered from it",
    )
    from_record: list[Literal["exports", "presence"]] = Field(
        default_factory=list,
        description="taken from the observed tables: exports to everybody else, and to whom it delivered in ten years",
    )


class RegionActor(Actor):
    """What nobody decides."""

    name: Name = "the region"
    from_record: list[Literal["oil_price"]] = Field(default_factory=list)
    season: Figure | None = Field(default=None, description="push on the start of fighting by month, jan to dec [log]")


class Weapons(Strict):
    """Weapon classes and what they are worth."""

    classes: dict[Key, Name] = Field(
        min_length=1, max_length=MOST_OF_A_KIND, description="weapon classes with their display names"
    )
    quantities: dict[str, Figure] = Field(default_factory=dict)


class Zone(Strict):
    """A disputed zone."""

    name: Name = Field(description="display name; both place names where they differ")
    note: str | None = None


class Event(Strict):
    """A dated event or policy intervention that changes givens."""

    date: str = Field(pattern=r"^[12][0-9]{3}-[0-9]{2}(-[0-9]{2})?$", description="YYYY-MM or YYYY-MM-DD")
    what: str
    basis: Basis
    source: str | None = None
    because: str | None = None
    claims: list[str] = Field(default_factory=list, description="article claims the event carries, as SF-44")
    set: dict[str, dict[str, Change]] = Field(
        default_factory=dict, description="quantity: {actor: number} or {actor: {label: number}}"
    )

    @field_validator("date")
    @classmethod
    def _real(cls, text: str) -> str:
        """Refuse the 30th of February."""
        try:
            day(text)
        except ValueError:
            raise Misplaced(f"there is no day '{text}'; write {FORMS['date']}") from None
        return text

    @model_validator(mode="after")
    def _honest(self) -> Event:
        """A reason for what is assumed, a source for the rest."""
        _refuse_baseless(self, "event")
        return self


class Decision(Strict):
    """What a person decides for an actor, in place of its rules."""

    actor: str
    since: Month = Field(alias="from", description="first month, YYYY-MM")
    until: Month = Field(description="last month, YYYY-MM")
    decides: str = Field(
        description="; ".join(f"{name}: {one.said.meaning}" for name, one in DECIDABLE.items()),
        json_schema_extra={"enum": [*DECIDABLE]},
    )
    value: Change = Field(description="number, or {label: number}; shares of a whole name all that get any")
    because: str | None = None


class Expectation(Strict):
    """What a scenario expects of an outcome, beside the scenario that it extends and with the same luck."""

    outcome: str = Field(description="an outcome, as `armsrace compare` names it")
    of: str = Field(default="", description="of whom: a state, or 'supplier to state'; what compare has under 'of'")
    window: str | None = Field(default=None, description="years over which means, rates and shares are taken")
    sign: Literal["up", "down", "none"]
    because: str
    claims: list[str] = Field(default_factory=list, description="article claims that stand or fall with it, as SF-57")


class Scenario(Answer, Strict):
    """A whole scenario, with everything it refers to inlined."""

    written_also: ClassVar[tuple[str, ...]] = ("extends", "expects", "relations")

    title: str
    question: str = Field(description="what the scenario is to answer")
    start: Month = Field(description="first month, YYYY-MM")
    end: Month = Field(description="last month, YYYY-MM")
    as_of: Month | None = Field(
        default=None, description="first month of which nothing is known, YYYY-MM; all that is on record unless given"
    )
    given_later: list[Later] = Field(
        default_factory=list, description="what is given of months from 'as_of' on nevertheless"
    )
    steps_per_year: int = Field(default=12, ge=12, le=336, multiple_of=12, description="steps in a year")
    weapons: Weapons
    states: dict[Key, StateActor] = Field(max_length=MOST_OF_A_KIND)
    suppliers: dict[Key, SupplierActor] = Field(default_factory=dict, max_length=MOST_OF_A_KIND)
    mediators: dict[Key, Mediator] = Field(default_factory=dict, max_length=MOST_OF_A_KIND)
    region: RegionActor = RegionActor()
    zones: dict[Key, Zone] = Field(default_factory=dict, max_length=MOST_OF_A_KIND)
    parameters: dict[str, Figure] = Field(default_factory=dict, description="'rule.parameter' for everybody")
    priors: dict[str, Figure] = Field(
        default_factory=dict, description="what is believed of 'rule.parameter' for everybody, beside what is played"
    )
    posterior: str | None = Field(
        default=None, description="CSV file of draws of what is believed, as `armsrace calibrate` writes them"
    )
    timeline: list[Event] = Field(default_factory=list)
    decisions: list[Decision] = Field(default_factory=list, description="what persons decide in place of rules")
    expects: list[Expectation] = Field(
        default_factory=list, exclude=True, description="signs of outcomes beside the scenario that it extends"
    )
    extends: str | None = Field(default=None, exclude=True, description="another scenario that this one changes")
    name: str = Field(default="", exclude=True)

    @model_validator(mode="after")
    def _times(self) -> Scenario:
        """Months that can be kept, the end after the start, at least two states."""
        for key, month in (("start", self.start), ("end", self.end)):
            if not can_be_kept(month):
                told = f"{month} cannot be kept as a date; write a year from {FIRST_YEAR} to {LAST_YEAR}"
                raise Misplaced(told, key)
        if self.end < self.start:
            raise Misplaced(f"the end {self.end} is before the start {self.start}; exchange them", "end")
        if len(self.states) < 2:
            raise Misplaced("a rivalry needs at least two states; write another", "states")
        return self

    @model_validator(mode="after")
    def _believed(self) -> Scenario:
        """A prior is a distribution."""
        _refuse_certain(self.priors)
        return self

    @model_validator(mode="after")
    def _known(self) -> Scenario:
        """Knowledge ends in the year of the opening, and not after it; only then can anything be given later."""
        january = f"{self.start[:4]}-01"
        if self.as_of is None and self.given_later:
            raise Misplaced("without 'as_of' all is given; write 'as_of: YYYY-MM', or remove this", "given_later")
        if self.as_of is not None and not january <= self.as_of <= self.start:
            when = "after the opening" if self.as_of > self.start else "before the year of the opening"
            months = self.start if january == self.start else f"a month from {january} to {self.start}"
            raise Misplaced(f"{self.as_of} is {when} in {self.start}; write {months}, or remove this", "as_of")
        return self

    def __str__(self) -> str:
        """Return title, question, horizon and who is in it; `lock` returns all of it."""
        actors = [
            f"{section}: {', '.join(actor.name or key for key, actor in getattr(self, section).items())}"
            for section in KIND_OF
            if getattr(self, section)
        ]
        rest = f"dated events: {len(self.timeline)}, parameters of its own: {len(self.parameters)}"
        return "\n".join([f"{self.title} ({self.name})", self.question, f"{self.start} to {self.end}", *actors, rest])

    @property
    def years(self) -> float:
        """Length of the horizon [yr]."""
        (y0, m0), (y1, m1) = (map(int, text.split("-")) for text in (self.start, self.end))
        return (12 * (y1 - y0) + m1 - m0 + 1) / 12

    @property
    def steps(self) -> int:
        """Number of steps from start to end."""
        return round(self.years * self.steps_per_year)

    def labels(self) -> dict[str, tuple[str, ...]]:
        """Return the names along every axis of a world of this scenario, and of the actors of every kind."""
        return axis_labels(self.states, self.suppliers, self.mediators, self.weapons.classes, self.zones, EXTRA_ORIGINS)

    def actors(self) -> Iterator[tuple[Kind, str, Actor]]:
        """Yield kind, key and document of every actor, the region last."""
        for section, kind in KIND_OF.items():
            for key, actor in getattr(self, section).items():
                yield kind, key, actor  # type: ignore[misc]
        yield "region", "region", self.region

    def believed(self) -> dict[str, Figure]:
        """Return all priors by the name of their factor: 'rule.parameter', or 'actor.rule.parameter'."""
        own = {f"{key}.{name}": figure for _, key, actor in self.actors() for name, figure in actor.priors.items()}
        return self.priors | own

    def canonical(self) -> dict[str, Any]:
        """Return plain data that holds everything and can be run again."""
        return self._plain()

    def _plain(self, **how: Any) -> dict[str, Any]:
        return self.model_dump(exclude_none=True, exclude_defaults=True, by_alias=True, **how)

    def digest(self) -> str:
        """Return a hash of what is played, whatever the files were called and whatever is believed beside it."""
        text = json.dumps(self._plain(exclude=BELIEVED), sort_keys=True, ensure_ascii=False)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def lock(self) -> str:
        """Return the scenario as one YAML text with everything inlined."""
        return yaml_text(self.canonical())


class Mediator(Actor):
    """A mediator between the states."""


Event.model_rebuild()
Decision.model_rebuild()
Scenario.model_rebuild()


def can_be_kept(month: str) -> bool:
    """Tell whether dates of a month ``YYYY-MM`` can be kept."""
    return FIRST_YEAR <= int(month[:4]) <= LAST_YEAR


def day(text: str) -> dt.date:
    """Return the date of ``YYYY-MM`` or ``YYYY-MM-DD``."""
    year, month, *rest = map(int, text.split("-"))
    return dt.date(year, month, rest[0] if rest else 1)
