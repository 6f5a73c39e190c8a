"""What an experiment may vary, and the kinds of design, as types of its document.

Made in Python and not read from a file, a part that is wrong raises `Mistake`, in the words a file would get.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from pydantic import Field, ValidationError, field_validator, model_validator

from sim.model.mistakes import suggest
from sim.model.parameter import Basis
from sim.scenario.problems import Misplaced, mistaken, one_of, problems, shown
from sim.scenario.schema import Distribution, Pair, Strict

Setting: TypeAlias = dict[str, float]
Settings: TypeAlias = list[Setting]  # a name of its own, since a design has a field called 'list'
Numbers: TypeAlias = list[float]


def _plain(given: Any) -> Any:
    """Return what Python may hold numbers in, arrays, tuples and ranges, as the lists of a document."""
    if isinstance(given, dict):
        return {key: _plain(part) for key, part in given.items()}
    if isinstance(given, list | tuple | range):
        return [_plain(part) for part in given]
    return np.asarray(given).tolist() if hasattr(given, "__array__") else given


class Part(Strict):
    """A part of an experiment, written in a file or made in Python."""

    if not TYPE_CHECKING:  # a type checker sees the fields of each part

        def __init__(self, **given: Any) -> None:
            try:
                super().__init__(**_plain(given))
            except ValidationError as error:
                raise mistaken(problems(error, type(self))) from None

        # so pydantic calls this for what Python makes alone, and finds all mistakes of a nested document by itself
        __init__.__pydantic_base_init__ = True


class Factor(Part):
    """Which numbers a factor may take; nothing at all means the scenario's prior, or else the declared range."""

    between: Pair | None = Field(None, description="smallest and largest value; all between are equally likely")
    distribution: Distribution | None = Field(None, description="what is believed; a normal one is cut to `between`")
    scale: Literal["log"] | None = Field(None, description="numbers equally likely by order of magnitude, for a rate")
    values: Numbers | None = Field(None, description="the numbers to try; the only form that is ever a list")
    basis: Basis | None = Field(None, description="what these numbers rest on")
    source: str | None = Field(None, description="evidence key; required of numbers that are reported or derived")
    because: str | None = Field(None, description="why these numbers; required of numbers that are assumed")

    @model_validator(mode="before")
    @classmethod
    def _no_bare_numbers(cls, given: Any) -> Any:
        """Expand nothing by accident."""
        if isinstance(given, list):
            raise Misplaced("a bare list is not expanded; write 'values: [...]' or 'between: [low, high]'")
        if isinstance(given, int | float) and not isinstance(given, bool):
            raise Misplaced(f"a single number does not vary; write 'values: [{given:g}]' or 'between: [low, high]'")
        return {} if given is None else given

    @property
    def is_open(self) -> bool:
        """Whether nothing is said of which numbers to try."""
        return not any((self.between, self.distribution, self.scale, self.values))

    @model_validator(mode="after")
    def _one_form(self) -> Factor:
        """One form, with sensible numbers."""
        if self.values is not None:
            for form in ("between", "distribution", "scale"):
                if getattr(self, form) is not None:
                    raise Misplaced(f"'values' already says what to try; remove '{form}'", form)
            if not self.values or len(set(self.values)) < len(self.values):
                raise Misplaced("write at least one number, and each number once", "values")
        if self.distribution is not None and self.scale is not None:
            raise Misplaced("a distribution has a shape of its own; remove one of the two", "scale")
        if self.distribution is not None and self.distribution.ends is not None and self.between is not None:
            raise Misplaced("a uniform distribution has its own ends; remove one of the two", "between")
        if self.between is not None and not self.between[0] < self.between[1]:
            raise Misplaced(f"{self.between[0]:g} is not below {self.between[1]:g}; correct one of them", "between")
        if self.basis in ("reported", "derived") and self.source is None:
            raise Misplaced(f"what is {self.basis} has a source; write 'source:' with an evidence key", "basis")
        if self.basis == "assumed" and not self.because:
            raise Misplaced("what is assumed has a reason; write 'because:'", "basis")
        return self


class NoSettings(Part):
    """A design that needs no settings."""


class LatinHypercube(Part):
    """So many points that every factor is spread evenly over its range."""

    points: int = Field(ge=2, description="how many")
    optimization: Literal["random-cd"] | None = Field(None, description="spread the points further")

    def size(self, factors: int) -> int:
        """Return how many points there are."""
        return self.points


class Sobol(Part):
    """Saltelli's sample for the indices of Sobol'."""

    points: int = Field(description="base sample, a power of two; D factors make points * (D + 2) points")
    second_order: bool = Field(False, description="pairs of factors as well: points * (2 D + 2) points")

    @field_validator("points")
    @classmethod
    def _power(cls, points: int) -> int:
        if points < 2 or points & (points - 1):
            above = 1 << max(points, 1).bit_length()
            wanted = f"{above // 2} or {above}" if points > 2 else "2 or 4"
            raise Misplaced(f"{points} is no power of two, which this sample needs; write {wanted}")
        return points

    def size(self, factors: int) -> int:
        """Return how many points there are."""
        return self.points * ((2 * factors if self.second_order else factors) + 2)


class Morris(Part):
    """Elementary effects along random paths: a screening of many factors with few points."""

    trajectories: int = Field(10, ge=2, description="how many paths; D factors make trajectories * (D + 1) points")
    levels: int = Field(4, ge=2, multiple_of=2, description="steps a range is divided into, an even number")

    def size(self, factors: int) -> int:
        """Return how many points there are."""
        return self.trajectories * (factors + 1)


class Prior(Part):
    """Draws from what is believed: uncertainties of the document and distributions that every run draws from.

    Where the document names no uncertainty, all priors of the scenario too.
    """

    points: int = Field(ge=2, description="how many draws")
    sampler: Literal["latin_hypercube", "independent"] = "latin_hypercube"

    def size(self, factors: int) -> int:
        """Return how many points there are."""
        return self.points


class Posterior(Part):
    """Draws from a calibration, in a CSV file: a column for each factor and perhaps one called 'weight'."""

    file: str = Field(description="CSV file beside the document")
    points: int | None = Field(None, ge=1, description="how many draws to take; all rows unless given")

    def size(self, rows: int) -> int:
        """Return how many points a file of so many rows makes."""
        return self.points or rows


class Design(Part):
    """Exactly one way of choosing points."""

    fixed: Setting | None = Field(None, description="one point: the scenario as it is, or with these numbers")
    list: Settings | None = Field(None, description="each item one point, a number for every factor")
    table: str | None = Field(None, description="CSV file beside the document, each row a point, each column a factor")
    grid: NoSettings | None = Field(None, description="every combination of the factors' values")
    one_at_a_time: NoSettings | None = Field(None, description="the base, then each factor alone at its ends or values")
    latin_hypercube: LatinHypercube | None = None
    sobol: Sobol | None = None
    morris: Morris | None = None
    prior: Prior | None = None
    posterior: Posterior | None = None

    @model_validator(mode="before")
    @classmethod
    def _word(cls, given: Any) -> Any:
        """A design without settings may be written as a word."""
        if given in ("fixed", "grid", "one_at_a_time", "morris"):
            return {given: {}}
        if isinstance(given, str):
            known = tuple(cls.model_fields)
            message = f"the design '{given}' needs settings; write '{given}:' lines" if given in known else (
                f"unknown design '{given}'{suggest(given, known) or '; write ' + one_of(known)}")  # fmt: skip
            raise Misplaced(message)
        if not isinstance(given, dict | Design):
            raise Misplaced(f"write exactly one of {one_of(cls.model_fields)}, not {shown(given)}")
        return given

    @model_validator(mode="after")
    def _one(self) -> Design:
        if len(self.model_fields_set) != 1 or getattr(self, self.kind) is None:
            raise Misplaced(f"write exactly one of {one_of(type(self).model_fields)}")
        if self.list == []:
            raise Misplaced("this names no point; write '- factor: number' lines", "list")
        return self

    @property
    def kind(self) -> str:
        """The word for the design."""
        return next(iter(self.model_fields_set), "fixed")

    @property
    def sampled(self) -> LatinHypercube | Sobol | Morris | Prior | Posterior | None:
        """The settings of a sampled design; None for one whose points are stated."""
        return self.latin_hypercube or self.sobol or self.morris or self.prior or self.posterior
