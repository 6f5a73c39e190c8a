"""What a result directory says of itself: written when it begins, sealed, and read back as the study it holds."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim import evidence
from sim.model.accounting import ENTRIES
from sim.model.mistakes import Mistake, command
from sim.model.rule import CATALOGUE
from sim.model.streams import BLOCK
from sim.results.arrays import ARRAYS
from sim.results.files import sync_folder, write_whole
from sim.results.fingerprint import digest_of_text, machine
from sim.results.store import Store, batch_of, markers
from sim.scenario.check import load
from sim.scenario.own_rules import digests_of_own
from sim.scenario.strict_yaml import read_document as load_document
from sim.scenario.schema import Scenario
from sim.study.experiment import Experiment, Stop
from sim.study.layout import Batch, Layout
from sim.study.points import Points
from sim.study.study import Study, scenario_identity
from sim.version import VERSION

PROVENANCE = "provenance.json"
LOCK = "scenario.lock.yaml"
DESIGN = "experiment.lock.yaml"
POINTS = "points.json"
STATUS = "status.jsonl"
SUMMARY = "summary.csv"
SOURCES = "sources.bib"
FIGURES, EXPORTS = "figures", "export"  # folders
ON_DUTY = ".on_duty"  # token of the workers of a cluster, who write only while it is there
LONGEST_EVENT = 1000  # bytes of the first line of a status log
AGAIN = "run the sweep again with --force"

# What a manifest says of the machine and the moment; everything else in it decides numbers and is sealed.
CIRCUMSTANCES = ("python", "platform", "numpy", "cpu_features", "code", "written", "command")


# -- writing what a result says of itself


def write_documents(study: Study, out: Path, shard: str | None = None) -> None:
    """Write lock files, design, bibliography and, last of all, the provenance."""
    for number, scenario in enumerate(study.scenarios):
        write_whole(out / lock_of(len(study.scenarios), number), scenario.lock())
    keys = sorted({key for scenario in study.scenarios for key in cited(scenario)})
    write_whole(out / SOURCES, evidence.bibliography(keys))
    if study.experiment is not None and study.points is not None:
        write_whole(out / DESIGN, study.experiment.lock())
        write_whole(out / POINTS, points_as_text(study.points))
    sync_folder(out / ARRAYS)
    write_manifest(study, out, {"shard": shard, **machine()})


def write_manifest(study: Study, out: Path, more: Mapping[str, Any]) -> None:
    """Write the provenance: what was asked for, how it is cut, and on which machine it began."""
    design = None
    if study.experiment is not None and study.points is not None:
        texts = {DESIGN: study.experiment.lock(), POINTS: points_as_text(study.points)}
        design = {name: digest_of_text(text) for name, text in texts.items()}
    body = {
        **study.identity(),
        "members": study.kept_paths,
        "block": BLOCK,
        "scenarios": [scenario_identity(scenario) for scenario in study.scenarios],
        "layout": vars(study.layout),
        "double": study.double,
        "stop": study.stop.model_dump() if study.stop else None,
        "design": design,
        "own_rules": digests_of_own(study.rules),
        **more,
    }
    write_whole(out / PROVENANCE, json.dumps({**body, "seal": entry_digests(body)}, indent=2) + "\n")


def entry_digests(about: Mapping[str, Any]) -> dict[str, str]:
    """Return a digest of every entry of a manifest that decides a number, so that a hand that changes one is noticed.

    Examples
    --------
    >>> entry_digests({"seed": 0, "numpy": "2.1"}) == entry_digests({"seed": 0, "numpy": "2.2"}) != entry_digests({"seed": 1, "numpy": "2.1"})
    True
    """
    decisive = {name: value for name, value in about.items() if name not in ("seal", *CIRCUMSTANCES)}
    return {name: digest_of_text(json.dumps(value, sort_keys=True)) for name, value in decisive.items()}


def lock_of(scenarios: int, number: int) -> str:
    """Return the name of the lock file of a scenario: one of many is told by its number, which nothing else can have."""
    return LOCK if scenarios == 1 else f"scenario_{number}.lock.yaml"


def points_as_text(points: Points) -> str:
    """Return parameter points as JSON, every number exactly."""
    body = {
        "factors": points.factors,
        "roles": points.roles,
        "units": points.units,
        "labels": points.labels,
        "values": points.values.tolist(),
        "about": dict(points.about),
    }
    return json.dumps(body, indent=1, default=_plain) + "\n"


def points_from_text(text: str) -> Points:
    """Return the parameter points of a result."""
    body = json.loads(text)
    names = {key: tuple(body[key]) for key in ("factors", "roles", "units", "labels")}
    values = np.array(body["values"], np.float64).reshape(len(body["labels"]), len(body["factors"]))
    return Points(values=values, about=body["about"], **names)


def _plain(value: Any) -> Any:
    """Turn what JSON does not know into lists and numbers."""
    return value.tolist() if hasattr(value, "tolist") else list(value)


def begin_log(out: Path) -> None:
    """Begin the status log anew, with a line by which `is_begun` knows the directory before it has a provenance."""
    write_whole(out / STATUS, _event("begun", armsrace=VERSION))


def is_begun(out: Path) -> bool:
    """Tell whether a directory has a status log of ours."""
    if not (out / STATUS).is_file():
        return False
    with (out / STATUS).open("rb") as file:
        first = file.readline(LONGEST_EVENT)
    try:
        said = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("what") == "begun" and "armsrace" in said


def log_event(out: Path, what: str, **more: Any) -> None:
    """Append a line to the status log, which is made this directory's own if a copy elsewhere shares its content."""
    if (out / STATUS).exists() and (out / STATUS).stat().st_nlink > 1:
        write_whole(out / STATUS, (out / STATUS).read_text(encoding="utf-8"))
    with (out / STATUS).open("a", encoding="utf-8", newline="\n") as file:
        file.write(_event(what, **more))


def _event(what: str, **more: Any) -> str:
    """Return a line of the status log."""
    return json.dumps({"at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "what": what, **more}) + "\n"


# -- what it rests on


def cited(scenario: Scenario) -> Iterator[str]:
    """Yield the evidence keys a scenario rests on, those of its rules included."""
    seen: set[str] = set()
    figures: list[Any] = [
        *scenario.parameters.values(),
        *scenario.weapons.quantities.values(),
        *scenario.timeline,
    ]
    rules: set[str] = set()
    for _, _, actor in scenario.actors():
        figures += [*actor.quantities.values(), *actor.parameters.values()]
        rules.update(actor.rules)
        if getattr(actor, "from_record", None):
            seen.update(("sipri_milex_2025", "sipri_arms_transfers_2025", "worldbank_wdi", "eia_brent"))
    for mechanism in (*ENTRIES.values(), *(CATALOGUE[name] for name in rules)):
        seen.update(parameter.source for parameter in mechanism.parameters.values() if parameter.source)
        seen.update(getattr(mechanism, "evidence", ()))
    seen.update(figure.source for figure in figures if figure.source)
    yield from sorted(seen)


# -- reading


def provenance(out: Path) -> Mapping[str, Any]:
    """Return what a result says about its origin.

    Raises
    ------
    Mistake
        If there is nothing to read, it was written by an older version, or an entry has been edited since.
    """
    try:
        body = json.loads((out / PROVENANCE).read_text(encoding="utf-8"))
        if not all(isinstance(body[name], int) for name in ("runs", "block", "seed")):
            raise TypeError
        Layout(**body["layout"])
    except FileNotFoundError:
        if (out / ARRAYS).exists():
            raise Mistake(f"{out} was interrupted before its first run; start again with --force") from None
        raise Mistake(
            f"{out} is not a result directory, it has no {PROVENANCE}; name one that `armsrace sweep` made"
        ) from None
    except (ValueError, KeyError, TypeError):
        raise Mistake(f"{out / PROVENANCE} is damaged; {AGAIN}") from None
    _refuse_edited(out, body)
    return dict(body)


def _refuse_edited(out: Path, about: Mapping[str, Any]) -> None:
    """Refuse a manifest that says otherwise than when it was written."""
    written = about.get("seal")
    if not isinstance(written, dict):
        raise Mistake(f"{out} was made by an older version, its {PROVENANCE} has no seal; {AGAIN}")
    now = entry_digests(about)
    edited = [name for name in {**written, **now} if written.get(name) != now.get(name)]
    if edited:
        entries = ", ".join(f"'{name}'" for name in edited)
        raise Mistake(
            f"{out / PROVENANCE} has been edited: {entries} does not fit what was written; put it back, or {AGAIN}"
        )


def directory(path: str | os.PathLike[str]) -> Path:
    """Return a result directory that is there."""
    out = Path(path)
    if not out.is_dir():
        raise Mistake(f"there is no result directory {out}; `armsrace sweep` makes one")
    return out


def locked_scenario(out: Path, about: Mapping[str, Any], number: int = 0) -> Scenario:
    """Return a scenario of a result from its lock file.

    Raises
    ------
    Mistake
        If it is not the one that the manifest states.
    """
    entry, file = about["scenarios"][number], out / lock_of(len(about["scenarios"]), number)
    scenario = load(file)
    if scenario.digest() != entry["digest"]:
        raise Mistake(f"the scenario in {file} is not the one it was begun with; put it back, or {AGAIN}")
    return scenario.model_copy(update={"name": entry["scenario"]})


def locked_text(out: Path, about: Mapping[str, Any], name: str) -> str:
    """Return what is in `DESIGN` or `POINTS` of a result.

    Raises
    ------
    Mistake
        If it is not what the manifest states.
    """
    text = (out / name).read_text(encoding="utf-8") if (out / name).exists() else ""
    if digest_of_text(text) != about["design"][name]:
        raise Mistake(f"the design in {out / name} is not the one it was begun with; put it back, or {AGAIN}")
    return text


def study_of(out: Path) -> Study:
    """Return the study that a result directory holds."""
    about = provenance(out)
    scenarios = tuple(locked_scenario(out, about, number) for number in range(len(about["scenarios"])))
    experiment: Experiment | None = None
    points: Points | None = None
    if about["design"]:
        points = points_from_text(locked_text(out, about, POINTS))
        locked_text(out, about, DESIGN)
        experiment = Experiment.model_validate({**load_document(out / DESIGN).data, "name": about["experiment"]})
    stop = Stop(**about["stop"]) if about["stop"] else None
    return Study(
        scenarios, Layout(**about["layout"]), about["members"], about["seed"], tuple(about["without"]), points,
        experiment, about["double"], stop,
    )  # fmt: skip


def missing(out: Path, layout: Layout) -> list[Batch]:
    """Return the batches that are not finished."""
    done = {batch_of(marker) for marker in markers(out)}
    return [batch for batch in layout.batches() if batch not in done]


def store_of(out: Path) -> Store:
    """Open the arrays of a result for writing."""
    return Store(study_of(out), out)
