"""What a result directory says of itself: written when it begins, sealed, and read back as the study it holds."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim.model.engines import NUMPY, PRECISION, libraries
from sim.model.mistakes import Mistake, command
from sim.model.streams import BLOCK
from sim.results.arrays import ARRAYS
from sim.results.documents import DECIDED, Manifest, Table, plain, read_json, reading
from sim.results.files import write_whole
from sim.results.fingerprint import digest_of_text, machine
from sim.results.frame import DESIGN, POINTS, design_of, lock_of
from sim.results.store import Store, batch_of, markers
from sim.scenario.check import load
from sim.scenario.own_rules import digests_of_own
from sim.scenario.schema import Scenario
from sim.scenario.strict_yaml import read_document as load_document
from sim.study.experiment import Experiment, Stop
from sim.study.layout import Batch, Layout
from sim.study.points import Points, RunSample
from sim.study.study import Study, scenario_identity
from sim.version import VERSION

PROVENANCE = "provenance.json"
STATUS = "status.jsonl"
FIGURES, EXPORTS = "figures", "export"  # folders
ON_DUTY = ".on_duty"  # token of the workers of a cluster, who write only while it is there
LONGEST_EVENT = 1000  # bytes of the first line of a status log

# What a manifest says of place and moment, which nobody needs to have said; everything else in it is sealed.
CIRCUMSTANCES = ("platform", "written", "command")


# -- writing what a result says of itself


def write_documents(study: Study, out: Path, shard: str | None = None) -> None:
    """Say of a directory whose frame has been laid that it holds a result: its provenance comes last of all."""
    write_manifest(study, out, {"shard": shard, **machine()})


def write_manifest(study: Study, out: Path, more: Mapping[str, Any]) -> None:
    """Write the provenance: what was asked for, how it is cut, and on which machine it began."""
    design = {name: digest_of_text(text) for name, text in design_of(study).items()}
    body = {
        **study.identity(),
        "members": study.kept_paths,
        "block": BLOCK,
        "scenarios": [scenario_identity(scenario) for scenario in study.scenarios],
        "layout": vars(study.layout),
        "double": study.double,
        "stop": study.stop.model_dump() if study.stop else None,
        "design": design or None,
        "engine": study.engine,
        "precision": PRECISION[study.engine],
        **(libraries() if study.engine != NUMPY else {}),
        "own_rules": digests_of_own(study.rules),
        **more,
    }
    write_whole(out / PROVENANCE, json.dumps({**body, "seal": entry_digests(body)}, indent=2) + "\n")


def entry_digests(about: Mapping[str, Any]) -> dict[str, str]:
    """Return a digest of every entry of a manifest that decides a number, so that a hand that changes one is noticed.

    Examples
    --------
    >>> here, there = {"seed": 0, "platform": "A"}, {"seed": 0, "platform": "B"}
    >>> entry_digests(here) == entry_digests(there) != entry_digests({"seed": 1})
    True
    """
    decisive = {name: value for name, value in about.items() if name not in ("seal", *CIRCUMSTANCES)}
    return {name: digest_of_text(json.dumps(value, sort_keys=True)) for name, value in decisive.items()}


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


# -- reading


def provenance(out: Path) -> Mapping[str, Any]:
    """Return what a result says about its origin.

    Raises
    ------
    Mistake
        If there is nothing to read, it was written by an older version, or an entry has been edited since.
    """
    path = out / PROVENANCE
    if not path.exists() and (out / ARRAYS).exists():
        raise Mistake(f"{path} is missing, so {out} was interrupted before its first run, or has lost it; {DECIDED}")
    if not path.exists():
        raise Mistake(f"{out} is not a result directory, it has no {PROVENANCE}; name one that `armsrace sweep` made")
    with reading(path, DECIDED):
        body = dict(read_json(path))
        _refuse_edited(path, body)
        return plain(Manifest, body)


def _refuse_edited(path: Path, about: Mapping[str, Any]) -> None:
    """Refuse a manifest that says otherwise than when it was written."""
    written = about.get("seal")
    if written is None:
        raise Mistake(f"{path} has no seal, an older version wrote it; {DECIDED}")
    now = entry_digests(about)
    edited = [name for name in {**written, **now} if written.get(name) != now.get(name)]
    if edited:
        entries = ", ".join(f"'{name}'" for name in edited)
        raise Mistake(f"{path} has been edited: {entries} does not fit what was written; {DECIDED}")


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
    if not file.exists():
        raise Mistake(f"{file} is missing; {DECIDED}")
    with reading(file, DECIDED):
        scenario = load(file)
    if scenario.digest() != entry["digest"]:
        raise Mistake(f"the scenario in {file} is not the one it was begun with; {DECIDED}")
    return scenario.model_copy(update={"name": entry["scenario"]})


def locked_experiment(out: Path, about: Mapping[str, Any]) -> Experiment:
    """Return the experiment of a result from its lock file.

    Raises
    ------
    Mistake
        If it is not the one that the manifest states.
    """
    with reading(out / DESIGN, DECIDED):
        _refuse_other_design(out, about, DESIGN)
        return Experiment.model_validate({**load_document(out / DESIGN).data, "name": about["experiment"]})


def stored_points(out: Path, about: Mapping[str, Any]) -> Points:
    """Return the parameter points of a result.

    Raises
    ------
    Mistake
        If they are not those that the manifest states.
    """
    with reading(out / POINTS, f"{command('resume', out)} works them out again"):
        _refuse_other_design(out, about, POINTS)
        body = plain(Table, read_json(out / POINTS, nan=True))
        names = {key: tuple(body[key]) for key in ("factors", "roles", "units", "labels")}
        values = np.array(body["values"], np.float64).reshape(len(body["labels"]), len(body["factors"]))
        if len(values) != about["layout"]["points"]:
            raise ValueError("points that are not those of the layout")
        sample = body.get("sample")
        if sample is not None:
            described = {key: tuple(sample[key]) for key in ("factors", "roles", "units")}
            sample = RunSample(values=np.array(sample["values"], np.float64), since=sample.get("since", 0), **described)
    return Points(values=values, about=body["about"], sample=sample, **names)


def _refuse_other_design(out: Path, about: Mapping[str, Any], name: str) -> None:
    """Refuse an experiment or points that are not those of the manifest."""
    if digest_of_text((out / name).read_text(encoding="utf-8")) != about["design"][name]:
        remedy = DECIDED if name == DESIGN else f"{command('resume', out)} works them out again"
        raise Mistake(f"the design in {out / name} is not the one it was begun with; {remedy}")


def study_of(out: Path, points: Callable[[Path, Mapping[str, Any]], Points] = stored_points) -> Study:
    """Return the study that a result directory holds; `points` reads its parameter points, or has them otherwise."""
    about = provenance(out)
    scenarios = tuple(locked_scenario(out, about, number) for number in range(len(about["scenarios"])))
    designed = about["design"] is not None
    with reading(out / PROVENANCE, DECIDED):
        stop = Stop(**about["stop"]) if about["stop"] else None
        return Study(
            scenarios, Layout(**about["layout"]), about["members"], about["seed"], tuple(about["without"]),
            points(out, about) if designed else None, locked_experiment(out, about) if designed else None,
            about["double"], stop, about.get("engine", NUMPY),
        )  # fmt: skip


def missing(out: Path, layout: Layout) -> list[Batch]:
    """Return the batches that are not finished."""
    done = {batch_of(marker) for marker in markers(out)}
    return [batch for batch in layout.batches() if batch not in done]


def store_of(out: Path) -> Store:
    """Open the arrays of a result for writing."""
    return Store(study_of(out), out)
