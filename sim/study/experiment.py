"""A question put to the model, as a document: scenarios, what is unknown, what is chosen, and the design.

`sim.study.designs` has the parts that say what varies, `sim.study.slots` what the names of factors mean,
`sim.study.points` which points a design has. A mistake is reported as in scenarios,
``file:line: path: what is wrong, what to write``.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field, PrivateAttr, ValidationError, field_validator, model_validator

from sim.model.arguments import MOST, MOST_RUNS
from sim.model.mistakes import Mistake, find, suggest
from sim.model.outcomes import measures_to_stop_at
from sim.scenario.document import Document, DocumentError, Place
from sim.scenario.files import (
    documents_in,
    named_file,
    refuse_unshowable_name,
    scenario_file,
    shipped_folder,
    shipped_scenarios,
)
from sim.scenario.problems import Misplaced, located_problems, mistaken, one_of, shown
from sim.scenario.strict_yaml import read_document, yaml_text
from sim.study.designs import Design, Factor, Part

MOST_FACTORS = 1000
ROW_BY_ROW = ("latin_hypercube", "prior", "posterior", "table", "list")  # designs that may give each run a point
SEEN_AS = {"uncertainties", "levers", "design", "scenario", "scenarios"}  # keys that no scenario has


class Stop(Part):
    """When a point has replicates enough."""

    measure: str = Field("war_probability", description="the outcome to know")
    half_width: float = Field(gt=0, description="stop once half of its 95 % interval is below this")
    most: int = Field(ge=1, le=MOST_RUNS, description="but never play more replicates at a point")


class Experiment(Part):
    """One question: which scenarios, what varies, how much of it is played and kept."""

    written_also: ClassVar[tuple[str, ...]] = ("scenario", "members")

    question: str = Field(min_length=1)
    scenarios: list[str] = Field(
        min_length=1, max_length=100, description="names, or files beside the document; or 'scenario: name'"
    )
    uncertainties: dict[str, Factor] = Field(
        default_factory=dict, max_length=MOST_FACTORS, description="what is not known"
    )
    levers: dict[str, Factor] = Field(
        default_factory=dict, max_length=MOST_FACTORS, description="what somebody can choose"
    )
    design: Design = Field(description="which points to try")
    replicates: int = Field(256, ge=1, le=MOST_RUNS, description="runs at each point")
    point_per_run: bool = Field(False, description="every run plays a point of its own: run k row k of the sample")
    beside_stated: bool = Field(
        False, description="with 'point_per_run': play the numbers as they stand too, under the same luck"
    )
    seed: int = Field(0, ge=0, le=MOST)
    keep: Literal["summary", "trajectories", "full"] = Field("summary", description="what is stored of each point")
    kept_paths: int | None = Field(None, ge=1, le=MOST, description="runs of each point whose trajectories are kept")
    without: list[str] = Field(default_factory=list, description="rules to switch off at every point")
    stop: Stop | None = None
    name: str = Field("", exclude=True)
    _document: Document | None = PrivateAttr(None)

    @model_validator(mode="before")
    @classmethod
    def _one_scenario(cls, given: Any) -> Any:
        """Accept 'scenario: name' for a single one, and 'members' as what 'kept_paths' was called before.

        Where every run plays a point of its own, each is played once unless more is asked.
        """
        if isinstance(given, dict) and "members" in given:
            given = {"kept_paths" if key == "members" else key: part for key, part in given.items()}
        if isinstance(given, dict) and given.get("point_per_run") is True:
            given = {"replicates": 1, **given}
        if not isinstance(given, dict) or "scenario" not in given:
            return given
        if "scenarios" in given:
            raise Misplaced("write 'scenario:' or 'scenarios:', not both; remove one", "scenario")
        if not isinstance(given["scenario"], str):
            message = f"write the name of one scenario, not {shown(given['scenario'])}; 'scenarios:' takes a list"
            raise Misplaced(message, "scenario")
        return {"scenarios" if key == "scenario" else key: [part] if key == "scenario" else part
                for key, part in given.items()}  # fmt: skip

    @field_validator("without", mode="before")
    @classmethod
    def _one_rule(cls, given: Any) -> Any:
        """Accept one rule as a word."""
        return [given] if isinstance(given, str) else given

    @model_validator(mode="after")
    def _sensible(self) -> Experiment:
        """No scenario or factor twice, nothing kept that is not played."""
        for index, name in enumerate(self.scenarios):
            if name in self.scenarios[:index]:
                raise Misplaced(f"'{name}' is listed twice; remove one", "scenarios", index)
        for path in self.uncertainties:
            if path in self.levers:
                message = "a factor is either not known or chosen; remove it from 'uncertainties' or 'levers'"
                raise Misplaced(message, "levers", path)
        if self.kept_paths is not None and self.keep != "trajectories":
            raise Misplaced("this counts only with 'keep: trajectories'; write that, or remove this", "kept_paths")
        if self.point_per_run and self.design.kind not in ROW_BY_ROW:
            told = (
                f"a design '{self.design.kind}' is played point by point; remove this, or choose {one_of(ROW_BY_ROW)}"
            )
            raise Misplaced(told, "point_per_run")
        if self.beside_stated and not self.point_per_run:
            raise Misplaced("this counts only with 'point_per_run: true'; write that, or remove this", "beside_stated")
        if self.point_per_run and self.stop is not None:
            raise Misplaced("where every run plays a point of its own, all are played; remove 'stop:'", "stop")
        if self.stop is not None and self.stop.most < self.replicates:
            message = f"this is below the {self.replicates} replicates to begin with; write a larger number"
            raise Misplaced(message, "stop", "most")
        if self.stop is not None and self.stop.measure not in measures_to_stop_at():
            known = measures_to_stop_at()
            hint = suggest(self.stop.measure, known) or f"; write {one_of(known)}"
            raise Misplaced(f"no sweep can stop at '{self.stop.measure}'{hint}", "stop", "measure")
        return self

    @property
    def factors(self) -> dict[str, Factor]:
        """All factors, uncertainties first, as written."""
        return {**self.uncertainties, **self.levers}

    def beside(self, file: str) -> Path:
        """Return a file named in the document: relative to its folder, or to the current one."""
        return (Path(self._document.file).parent if self._document else Path()) / file

    def file_of(self, scenario: str) -> str:
        """Return what `sim.load` takes for one of the scenarios."""
        return str(self.beside(scenario)) if scenario.endswith((".yaml", ".yml")) else scenario

    def mistakes(self, *found: tuple[Place, str]) -> ValueError:
        """Return the error that says what is wrong, with file and line where there is a document."""
        if self._document is not None:
            return DocumentError(self._document.problem(_written(self._document, at), told) for at, told in found)
        return mistaken(found)

    def canonical(self) -> dict[str, Any]:
        """Return plain data that holds everything and can be read again."""
        return self.model_dump(exclude_none=True, exclude_defaults=True)

    def digest(self) -> str:
        """Return a hash of the content, whatever the file was called."""
        text = json.dumps(self.canonical(), sort_keys=False, ensure_ascii=False)  # the order of factors matters
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def lock(self) -> str:
        """Return the experiment as YAML text."""
        return yaml_text(self.canonical())


def _written(document: Document, at: Place) -> Place:
    """Return a place as its author wrote it."""
    return ("scenario",) if at[:1] == ("scenarios",) and "scenario" in document.data else at


# -- reading


def folder() -> Path:
    """Return the folder of shipped experiments."""
    return shipped_folder("experiments")


def shipped_experiments() -> list[str]:
    """Return the names of the shipped experiments."""
    return documents_in(folder())


def find_experiment(name: str | os.PathLike[str]) -> Path:
    """Return the file of an experiment given by path or by the name of a shipped one.

    Raises
    ------
    Mistake
        If there is neither, with a suggestion.
    """
    shipped = shipped_experiments()
    found = named_file(name, folder(), shipped)
    if found is not None:
        return found
    hint = suggest(str(name), shipped) or f"; write {one_of(shipped)}, or the name of a file"
    raise Mistake(f"there is no experiment '{name}'{hint}")


def is_experiment(name: str | os.PathLike[str]) -> bool:
    """Tell an experiment from a scenario, by what is in the file."""
    path = Path(name)
    if not path.is_file():
        return bool(find(str(name), shipped_experiments()) and not find(str(name), shipped_scenarios()))
    try:
        data = read_document(path).data
    except DocumentError:
        return False
    return isinstance(data, dict) and bool(SEEN_AS & data.keys())


def read_experiment(name: str | os.PathLike[str]) -> Experiment:
    """Read an experiment by path or by the name of a shipped one.

    Factors are looked at by `sim.study.points.points`, which knows the scenario they are about.

    Raises
    ------
    DocumentError
        With one located sentence for every mistake.
    Mistake
        If there is no such experiment.
    """
    path = find_experiment(name)
    refuse_unshowable_name(path)
    document = read_document(path)
    if not isinstance(document.data, dict):
        raise DocumentError((document.problem((), "an experiment is a mapping; write 'key: value' lines"),))
    if "name" in document.data:
        message = "an experiment is named after its file; remove this key"
        raise DocumentError((document.problem(("name",), message),))
    try:
        experiment = Experiment.model_validate({**document.data, "name": path.stem})
    except ValidationError as error:
        raise DocumentError(located_problems(document, error, Experiment)) from None
    experiment._document = document
    refuse_unknown_scenarios(experiment)
    return experiment


def refuse_unknown_scenarios(experiment: Experiment) -> None:
    """Refuse every scenario that is neither a shipped one nor a file."""
    found: list[tuple[Place, str]] = []
    for index, name in enumerate(experiment.scenarios):
        try:
            missing = not scenario_file(experiment.file_of(name)).is_file()
        except Mistake as mistake:
            found.append((("scenarios", index), str(mistake)))
        else:
            if missing:
                found.append((("scenarios", index), f"there is no file '{name}' here; correct the name"))
    if found:
        raise experiment.mistakes(*found)


def schema() -> str:
    """Return the JSON Schema of an experiment file, for completion in editors."""
    body = Experiment.model_json_schema()
    properties = body["properties"]
    properties.pop("name", None)
    properties["scenario"] = {"type": "string", "description": "the one scenario"}
    body["required"] = [key for key in body["required"] if key != "scenarios"]
    words = {"enum": ["fixed", "grid", "one_at_a_time", "morris"]}
    properties["design"] = {"anyOf": [properties["design"], words]}
    for role in ("uncertainties", "levers"):
        inner = properties[role]["additionalProperties"]
        properties[role]["additionalProperties"] = {"anyOf": [inner, {"type": "null"}]}
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"
