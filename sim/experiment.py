"""An experiment as a document: which scenarios, what we do not know, what we choose, which points, how many runs.

*Uncertainties* are what nobody knows, *levers* what somebody could choose. Keeping them apart is what
lets a result say which part of its spread is ignorance, which is choice and which is chance.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NoReturn

import yaml
from pydantic import Field, PrivateAttr, ValidationError, field_validator, model_validator

from sim.document import Document, DocumentError, Place, load, suggest
from sim.findings import Misplaced, sentences
from sim.scenario import Distribution, Key, Pair, Quoting, Strict
from sim.variables import Mistake

Kind = Literal[
    "fixed", "list", "table", "grid", "one_at_a_time", "latin_hypercube", "sobol", "morris", "prior", "posterior"
]
SAMPLED = ("latin_hypercube", "sobol", "morris", "prior")
LISTED = ("fixed", "list", "table", "posterior")
FROM_FILE = ("table", "posterior")
WEIGHT = "weight"  # column of a posterior


class Factor(Strict):
    """One number that differs from point to point, and over what."""

    between: Pair | None = Field(default=None, description="smallest and largest value, all as likely")
    distribution: Distribution | None = Field(default=None, description="what is believed about it")
    values: list[float] | None = Field(default=None, min_length=1, description="the values to try, each of them")
    because: str | None = Field(default=None, description="why this range")

    @model_validator(mode="after")
    def _one_form(self) -> Factor:
        """At most one form."""
        forms = [form for form in ("between", "distribution", "values") if getattr(self, form) is not None]
        if len(forms) > 1:
            raise Misplaced(f"'{forms[0]}' and '{forms[1]}' contradict each other; remove one of them", forms[1])
        if self.between is not None and self.between[0] >= self.between[1]:
            raise Misplaced("the first number is not below the second; exchange them", "between")
        return self


class Design(Strict):
    """Which points of the factors to play."""

    kind: Kind = Field(default="fixed", description="how points are chosen")
    points: int | None = Field(
        default=None, ge=1, description="size: points, base samples (sobol), trajectories (morris), draws"
    )
    second_order: bool = Field(default=False, description="sobol: also the interactions of pairs, for twice the points")
    levels: int = Field(default=4, ge=2, description="morris: levels of the grid, an even number")
    settings: list[dict[str, float]] | None = Field(
        default=None, description="list and fixed: what the factors are at a point"
    )
    file: str | None = Field(
        default=None, description="table and posterior: a CSV file beside the document, a column a factor"
    )

    @model_validator(mode="after")
    def _complete(self) -> Design:
        """What each kind needs, and nothing that it would ignore."""
        kind = self.kind
        if kind in SAMPLED and self.points is None:
            raise Misplaced(f"a {kind} design needs its size; write 'points:'")
        if kind in ("fixed", "list", "table", "grid", "one_at_a_time") and self.points is not None:
            raise Misplaced(f"a {kind} design has as many points as it names; remove 'points'", "points")
        if kind == "list" and not self.settings:
            raise Misplaced("a list design needs points; write 'settings:' with '- factor: number' lines")
        if kind == "fixed" and self.settings and len(self.settings) > 1:
            raise Misplaced("a fixed design is one point; write kind: list", "settings")
        if kind in FROM_FILE and not (self.file or self.settings):
            raise Misplaced(f"a {kind} design needs its numbers; write 'file:' with the name of a CSV file")
        if kind == "sobol" and self.points is not None and self.points & (self.points - 1):
            raise Misplaced(f"{self.points} is no power of two; write 64, 128, 256 or so", "points")
        if kind == "morris" and self.levels % 2:
            raise Misplaced(f"{self.levels} levels is an odd number; write an even one", "levels")
        return self


class Stop(Strict):
    """When there are enough runs: a measure is known to a half-width, or the most have been played."""

    measure: str = Field("war_probability", description="what must be known")
    half_width: float = Field(gt=0.0, description="half-width of its 95 % interval in every case")
    most: int = Field(ge=1, description="most runs of each case")


class Experiment(Strict):
    """A question, and the runs that answer it."""

    question: str = Field(description="what the experiment is to answer")
    scenarios: list[str] = Field(min_length=1, description="names of scenarios, or files")
    uncertainties: dict[str, Factor] = Field(default_factory=dict, description="factors that nobody knows")
    levers: dict[str, Factor] = Field(default_factory=dict, description="factors that somebody could choose")
    design: Design = Field(default_factory=lambda: Design(kind="fixed"))
    replicates: int = Field(default=256, ge=1, description="runs at each point; they come in blocks of 256")
    seed: int = Field(default=0, ge=0, description="seed of all luck, that of the design included")
    keep: Literal["summary", "trajectories", "full"] = Field(
        default="summary", description="outcomes and bands; also the paths of some runs; or of all"
    )
    members: int | None = Field(default=None, ge=0, description="of how many runs of each case to keep the path")
    without: list[Key] = Field(default_factory=list, description="rules to switch off everywhere")
    stop: Stop | None = Field(default=None, description="stop before all replicates are played")
    name: str = Field(default="", exclude=True)
    _document: Document | None = PrivateAttr(None)

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, data: Any) -> Any:
        """Let ``scenario: x`` stand for a list of one, and ``design: fixed`` for a design without settings."""
        if isinstance(data, dict):
            data = dict(data)
            if "scenario" in data and "scenarios" not in data:
                data["scenarios"] = [data.pop("scenario")]
            if isinstance(data.get("design"), str):
                data["design"] = {"kind": data["design"]}
        return data

    @field_validator("uncertainties", "levers", mode="before")
    @classmethod
    def _no_accidents(cls, factors: Any) -> Any:
        """A vector is never expanded by accident: a bare list is refused; nothing means the declared range."""
        if isinstance(factors, dict):
            for name, factor in factors.items():
                if isinstance(factor, list):
                    raise Misplaced("a bare list could mean many things; write {values: [...]} to try each", name)
            return {name: {} if factor is None else factor for name, factor in factors.items()}
        return factors

    @model_validator(mode="after")
    def _sensible(self) -> Experiment:
        """Factors fit the design; nothing is asked for twice."""
        twice = sorted({name for name in self.scenarios if self.scenarios.count(name) > 1})
        if twice:
            raise Misplaced(f"'{twice[0]}' is listed twice; remove one", "scenarios")
        for name in self.levers:
            if name in self.uncertainties:
                raise Misplaced(f"'{name}' is an uncertainty as well; it is one or the other", "levers", name)
        self._refuse_unused()
        if self.keep == "summary" and self.members:
            raise Misplaced("a summary keeps no paths; write keep: trajectories, or remove 'members'", "members")
        return self

    def _refuse_unused(self) -> None:
        """Refuse factors that a design cannot use, and a design that lacks them."""
        kind, names = self.design.kind, [*self.uncertainties, *self.levers]
        for index, setting in enumerate(self.design.settings or ()):
            for name in setting:
                if name not in names and name != WEIGHT:
                    hint = suggest(name, names) or "; list it under 'uncertainties' or 'levers' too"
                    raise Misplaced(f"'{name}' is no factor{hint}", "design", "settings", index, name)
        if kind in ("grid", "one_at_a_time", "latin_hypercube", "sobol", "morris") and not names:
            raise Misplaced(f"a {kind} design needs factors; write 'uncertainties:' or 'levers:'", "design")
        if kind in ("latin_hypercube", "sobol", "morris") and not self.uncertainties:
            raise Misplaced(f"a {kind} design is drawn over uncertainties; write 'uncertainties:'", "design")
        for role in ("uncertainties", "levers"):
            for name, factor in getattr(self, role).items():
                if factor.values is None and (kind == "grid" or (kind in SAMPLED and role == "levers")):
                    raise Misplaced("say which values to try; write {values: [...]}", role, name)

    @property
    def factors(self) -> dict[str, tuple[str, Factor]]:
        """Every factor with its role, uncertainties first."""
        unknown = {name: ("uncertainty", factor) for name, factor in self.uncertainties.items()}
        return unknown | {name: ("lever", factor) for name, factor in self.levers.items()}

    def canonical(self) -> dict[str, Any]:
        """Return plain data that holds everything and can be played again."""
        body = self.model_dump(exclude_none=True, exclude_defaults=True)
        for role in ("uncertainties", "levers"):
            if getattr(self, role):
                body[role] = {name: f.model_dump(exclude_none=True) for name, f in getattr(self, role).items()}
        return body

    def digest(self) -> str:
        """Return a hash of the content."""
        text = json.dumps(self.canonical(), sort_keys=True, ensure_ascii=False)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def lock(self) -> str:
        """Return the experiment as one YAML text, tables inlined."""
        return yaml.dump(self.canonical(), Dumper=Quoting, sort_keys=False, allow_unicode=True, width=110)

    def refuse(self, place: Place, message: str) -> NoReturn:
        """Raise what is wrong, at its line where the experiment was read from a file.

        Raises
        ------
        DocumentError
            If it was read.
        Mistake
            If it was made in Python.
        """
        if self._document is not None:
            raise DocumentError((self._document.problem(place, message),))
        raise Mistake(f"{'.'.join(map(str, place))}: {message}")


# -- reading


def folder() -> Path:
    """Return the folder of shipped experiments: of the checkout, or of the installed package."""
    here = Path(__file__).resolve().parent
    beside = here.parent / "experiments"
    return beside if beside.is_dir() else here / "experiments"


def shipped_experiments() -> list[str]:
    """Return the names of the shipped experiments."""
    return sorted(path.stem for path in folder().glob("*.yaml"))


def find_experiment(name: str | os.PathLike[str]) -> Path | None:
    """Return the file of an experiment given by path or by the name of a shipped one, or None."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        return path
    return folder() / f"{name}.yaml" if str(name) in shipped_experiments() else None


def is_experiment(name: str | os.PathLike[str]) -> bool:
    """Tell an experiment from a scenario by what the document holds; what cannot be read is no experiment."""
    path = find_experiment(name)
    if path is None or not path.is_file():
        return False
    try:
        data = load(path).data
    except DocumentError:
        return False
    return isinstance(data, dict) and bool({"scenario", "scenarios"} & set(data))


def read_experiment(name: str | os.PathLike[str]) -> Experiment:
    """Read an experiment, tables included.

    Raises
    ------
    DocumentError
        With one located sentence for every mistake of form.
    Mistake
        If there is no such experiment.
    """
    path = find_experiment(name)
    if path is None:
        raise Mistake(f"there is no experiment '{name}'{suggest(str(name), shipped_experiments())}")
    document = load(path)
    if not isinstance(document.data, dict):
        raise DocumentError((document.problem((), "an experiment is a mapping; write 'key: value' lines"),))
    data = {key: part for key, part in document.data.items() if key != "name"}
    try:
        experiment = Experiment.model_validate({**data, "name": path.stem})
    except ValidationError as error:
        raise DocumentError(sentences(document, error, Experiment)) from None
    experiment._document = document
    return _resolved(experiment, path.parent)


def _resolved(experiment: Experiment, beside: Path) -> Experiment:
    """Read the table of a design, and find scenario files that lie beside the document."""
    scenarios = [
        str(beside / name) if name.endswith((".yaml", ".yml")) and (beside / name).exists() else name
        for name in experiment.scenarios
    ]
    design = experiment.design
    if design.file is not None:
        design = design.model_copy(update={"settings": _table(experiment, beside / design.file), "file": None})
    return experiment.model_copy(update={"scenarios": scenarios, "design": design})


def _table(experiment: Experiment, path: Path) -> list[dict[str, float]]:
    """Read a CSV file: a column a factor, a row a point."""
    place = ("design", "file")
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            columns = list(reader.fieldnames or ())
            _refuse_columns(experiment, path, columns)
            rows = [_numbers(experiment, path, reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        experiment.refuse(
            place, f"{path.name} cannot be read ({type(error).__name__}); write a CSV file beside this one"
        )
    if not rows:
        experiment.refuse(place, f"{path.name} holds no points; write a line for each")
    return rows


def _refuse_columns(experiment: Experiment, path: Path, columns: Sequence[str]) -> None:
    """Every column is a factor, every factor has a column."""
    place, known = ("design", "file"), experiment.factors
    for column in columns:
        weighs = column == WEIGHT and experiment.design.kind == "posterior"
        if column not in known and not weighs:
            hint = suggest(column, known) or "; list it under 'uncertainties' or 'levers' too"
            experiment.refuse(place, f"{path.name}: column '{column}' is no factor{hint}")
    for name in known:
        if name not in columns:
            experiment.refuse(place, f"{path.name} has no column '{name}'; write one, or remove the factor")


def _numbers(experiment: Experiment, path: Path, line: int, row: dict[str, Any]) -> dict[str, float]:
    """Return the numbers of a row."""
    numbers = {}
    for column, text in row.items():
        try:
            numbers[column] = float(text)
        except (TypeError, ValueError):
            experiment.refuse(("design", "file"), f"{path.name}:{line}: '{column}' is {text!r}; write a number")
    return numbers
