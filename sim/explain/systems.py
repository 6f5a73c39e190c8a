"""Named weapon systems, so that a retold run can say what an order may have bought.

Names only: no system has properties of its own, and no result depends on one. A system
belongs to a supplier by its three-letter code, as recorded deliveries do. A run is told with
the shipped `scenarios/systems.yaml` or with a file of its own; a supplier without a code, or
a class for which none is named, is told without names.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from pydantic import Field, ValidationError, model_validator

from sim import evidence, observed
from sim.model.mistakes import suggest
from sim.scenario.check_numbers import source
from sim.scenario.document import Document, DocumentError, Place, Problem
from sim.scenario.files import folder
from sim.scenario.problems import Misplaced, located_problems
from sim.scenario.schema import Code, Figure, Key, Name, Strict
from sim.scenario.strict_yaml import read_document

Tier = Literal["older", "current", "latest"]


class System(Strict):
    """One named system, as a file describes it."""

    name: Name = Field(description="name as the source has it")
    weapon_class: Key = Field(description="a class of weapons.yaml")
    supplier: Code = Field(description="code of who offers it, as in the supplier files")
    tier: Tier = Field(description="which part of its supplier's technology it belongs to (rule card R09)")
    recorded_as: list[str] = Field(default_factory=list, description="designations in the transfer register")
    since: Figure | None = Field(None, description="first year of orders, where the register has none")
    until: Figure | None = Field(None, description="last year in which it can be ordered")
    named_in: list[str] = Field(default_factory=list, description="article claims that name it, as SF-45")
    doubtful: str | None = Field(None, description="what is uncertain about this entry")

    @model_validator(mode="after")
    def _dated(self) -> System:
        """A year comes from the register or from the file, not from both."""
        if bool(self.recorded_as) == (self.since is not None):
            raise Misplaced("write 'recorded_as:', its designations in the register, or else 'since:', a first year")
        for key in ("since", "until"):
            figure = getattr(self, key)
            if figure is not None and (figure.value is None or figure.value != int(figure.value)):
                raise Misplaced("write one year as 'value:'", key)
        return self


class Register(Strict):
    """A file of named systems."""

    reach: dict[Tier, Figure] = Field(description="smallest access at which a client gets a tier [share]")
    systems: dict[Key, System]

    @model_validator(mode="after")
    def _ordered(self) -> Register:
        """Every tier has its threshold, and a newer one is no easier to get."""
        for tier in get_args(Tier):
            if tier not in self.reach or self.reach[tier].value is None:
                raise Misplaced(f"tier '{tier}' has no threshold; write '{tier}: {{value: ..., basis: ...}}'", "reach")
        thresholds = [self.reach[tier].value or 0.0 for tier in get_args(Tier)]
        if thresholds != sorted(thresholds):
            raise Misplaced("a newer tier needs more access than an older one; correct the thresholds", "reach")
        return self


@dataclass(frozen=True)
class Offer:
    """A named system on offer.

    Attributes
    ----------
    key, name : str
        Its key in the file, and its name.
    supplier, weapon : str
        Three-letter code of who offers it; weapon class.
    since, until : int
        First and last year in which it can be ordered.
    access : float
        Smallest access at which a client gets it [share of the supplier's best technology].
    """

    key: str
    name: str
    supplier: str
    weapon: str
    since: int
    until: int
    access: float


@cache
def shipped_systems() -> tuple[Offer, ...]:
    """Return the systems of the shipped `scenarios/systems.yaml`."""
    return read_systems(folder() / "systems.yaml")


def read_systems(path: str | os.PathLike[str]) -> tuple[Offer, ...]:
    """Read a file of named systems.

    Raises
    ------
    DocumentError
        With one located sentence for every mistake.
    """
    document = read_document(path)
    if not isinstance(document.data, dict):
        raise DocumentError((document.problem((), "a register of systems is a mapping; write 'key: value' lines"),))
    try:
        register = Register.model_validate(document.data)
    except ValidationError as error:
        raise DocumentError(located_problems(document, error, Register)) from None
    problems = [problem for key in register.systems for problem in _check(document, register, key)]
    if problems:
        raise DocumentError(problems)
    return tuple(_offer(register, key) for key in register.systems)


def newest(offers: tuple[Offer, ...], supplier: str | None, weapon: str, access: float, year: int) -> Offer | None:
    """Return the newest system of a class that a supplier lets a client order in a year; None if none is named.

    Of several of the same year it is the first by name.

    Examples
    --------
    >>> made = [Offer("a", "Alpha", "XXX", "drones", 2005, 9999, 0.0), Offer("b", "Beta", "XXX", "drones", 2015, 9999, 0.8)]
    >>> [newest(tuple(made), "XXX", "drones", access, 2020).name for access in (0.5, 0.9)]
    ['Alpha', 'Beta']
    """  # noqa: E501
    on_offer = [
        offer
        for offer in offers
        if (offer.supplier, offer.weapon) == (supplier, weapon)
        and offer.since <= year <= offer.until
        and offer.access <= access
    ]
    return min(on_offer, key=lambda offer: (-offer.since, offer.name), default=None)


def _offer(register: Register, key: str) -> Offer:
    """Return a system with its years and the access it asks for."""
    system = register.systems[key]
    since = int(system.since.value or 0) if system.since else first_order(system.supplier, system.recorded_as)
    until = int(system.until.value or 0) if system.until else 9999
    access = register.reach[system.tier].value or 0.0
    return Offer(key, system.name, system.supplier, system.weapon_class, since, until, access)


def first_order(supplier: str, designations: list[str]) -> int:
    """Return the year of the first recorded order of any of some designations.

    Examples
    --------
    >>> first_order("TUR", ["T-300", "T-122/300"])
    2010
    """
    return min(order.order_year for name in designations for order in _recorded()[supplier, name])


@cache
def _recorded() -> Mapping[tuple[str, str], list[observed.Delivery]]:
    """Return the lines of the transfer register by supplier and designation."""
    lines: dict[tuple[str, str], list[observed.Delivery]] = {}
    for recipient in observed.recipients():
        for line in observed.deliveries(recipient):
            lines.setdefault((line.supplier, line.designation), []).append(line)
    return lines


def _check(document: Document, register: Register, key: str) -> Iterator[Problem]:
    """Yield what is wrong with an entry that has the right form."""
    system, place = register.systems[key], ("systems", key)
    for index, designation in enumerate(system.recorded_as):
        yield from _check_designation(document, (*place, "recorded_as", index), system, designation)
    for name in ("since", "until"):
        figure = getattr(system, name)
        if figure is not None:
            yield from source(document, (*place, name), figure)
    for index, claim in enumerate(system.named_in):
        if claim not in evidence.claims():
            hint = suggest(claim, evidence.claims()) or "; `armsrace list claims` names them"
            yield document.problem((*place, "named_in", index), f"unknown claim '{claim}'{hint}")


def _check_designation(document: Document, place: Place, system: System, designation: str) -> Iterator[Problem]:
    """The register knows the designation, from this supplier and in this class."""
    lines = _recorded().get((system.supplier, designation))
    if lines is None:
        known = [name for code, name in _recorded() if code == system.supplier]
        hint = suggest(designation, known) or "; correct it, or write 'since:' instead"
        yield document.problem(place, f"the register has no '{designation}' from {system.supplier}{hint}")
        return
    classes = sorted({line.weapon_class for line in lines})
    if system.weapon_class not in classes:
        message = f"the register counts '{designation}' as {' or '.join(classes)}; correct 'weapon_class'"
        yield document.problem(place, message)
