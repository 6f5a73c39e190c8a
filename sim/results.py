"""A result directory: what it says of itself, and how it is opened.

It holds ``runs.zarr`` (labelled arrays, see `sim.store`), ``scenario.lock.yaml`` (one for each
scenario, everything inlined), ``provenance.json``, ``sources.bib``, ``summary.csv``, one marker per
finished piece, ``status.jsonl`` (what happened when), and figures. A designed sweep has
``experiment.lock.yaml`` and ``points.json`` too. Each answers one question a reader may have.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import zarr

from sim import evidence
from sim.accounting import ENTRIES
from sim.arrays import ARRAYS, file_of_piece, pieced
from sim.check import load
from sim.design import Points
from sim.document import load as load_document
from sim.document import suggest
from sim.experiment import Experiment, Stop
from sim.files import digest_of_file, leave, settle
from sim.layout import Layout, Piece
from sim.record import OUTCOMES
from sim.rule import CATALOGUE
from sim.scenario import Scenario
from sim.store import Store, markers
from sim.streams import BLOCK
from sim.study import Study, named
from sim.variables import Mistake

if TYPE_CHECKING:
    import xarray as xr

PROVENANCE = "provenance.json"
LOCK = "scenario.lock.yaml"
DESIGN = "experiment.lock.yaml"
POINTS = "points.json"
STATUS = "status.jsonl"
SUMMARY = "summary.csv"
ON_DUTY = ".on_duty"  # token of a crew of another machine's workers, who write only while it is there
GUARD = ".lock"  # held by the process that writes
AGAIN = "run the sweep again with --force"

# What a manifest says of the machine and the moment; everything else in it decides numbers and is sealed.
CIRCUMSTANCES = ("python", "platform", "numpy", "cpu_features", "code", "written", "command")

# What decides the numbers of a run; the rest of the package may change without harm to a result.
NUMBERS = (
    "variables.py", "parameter.py", "world.py", "streams.py", "rule.py", "rules", "accounting", "turn.py",
    "initial.py", "ensemble.py", "record.py", "soundness.py", "harvest.py", "observed",
)  # fmt: skip


# -- writing what a result says of itself


def prepare(out: Path, *, force: bool) -> None:
    """Make a directory empty; a result in it is removed only when asked.

    Raises
    ------
    Mistake
        If there is something in the way.
    """
    there = [path for path in out.iterdir() if path.name != GUARD]
    if there:
        begun = (out / PROVENANCE).exists()
        ours = (out / PROVENANCE).exists() or (out / ARRAYS).exists()
        if not ours and not force:
            raise Mistake(f"{out} is not empty; choose another --out")
        if not ours:
            raise Mistake(f"{out} holds no result of ours, so --force will not empty it; choose another --out")
        if not force:
            more = f", or go on with it by `armsrace resume {out}`" if begun else ""
            raise Mistake(
                f"{out} is not empty, it holds a result; choose another --out, write --force to replace it{more}"
            )
        (out / PROVENANCE).unlink(missing_ok=True)  # first, so that what is half removed is no result any more
        for path in there:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def describe(study: Study, out: Path, shard: str | None = None) -> None:
    """Write lock files, design, bibliography and, last of all, the provenance."""
    for scenario in study.scenarios:
        leave(out / lock_of(study.scenarios, scenario.name), scenario.lock())
    keys = sorted({key for scenario in study.scenarios for key in cited(scenario)})
    leave(out / "sources.bib", evidence.bibliography(keys))
    if study.experiment is not None and study.points is not None:
        leave(out / DESIGN, study.experiment.lock())
        leave(out / POINTS, points_as_text(study.points))
    settle(out / ARRAYS)
    manifest(study, out, {"shard": shard, **machine()})


def manifest(study: Study, out: Path, more: Mapping[str, Any]) -> None:
    """Write the provenance: what was asked for, how it is cut, and on which machine it began."""
    design = None
    if study.experiment is not None and study.points is not None:
        texts = {DESIGN: study.experiment.lock(), POINTS: points_as_text(study.points)}
        design = {name: digest_of_text(text) for name, text in texts.items()}
    body = {
        **study.identity(),
        "members": study.members,
        "block": BLOCK,
        "scenarios": [named(scenario) for scenario in study.scenarios],
        "layout": vars(study.layout),
        "double": study.double,
        "stop": study.stop.model_dump() if study.stop else None,
        "design": design,
        **more,
    }
    leave(out / PROVENANCE, json.dumps({**body, "seal": seal(body)}, indent=2) + "\n")


def seal(about: Mapping[str, Any]) -> dict[str, str]:
    """Return a digest of every entry of a manifest that decides a number, so that a hand that changes one is noticed.

    Examples
    --------
    >>> seal({"seed": 0, "numpy": "2.1"}) == seal({"seed": 0, "numpy": "2.2"}) != seal({"seed": 1, "numpy": "2.1"})
    True
    """
    decisive = {name: value for name, value in about.items() if name not in ("seal", *CIRCUMSTANCES)}
    return {name: digest_of_text(json.dumps(value, sort_keys=True)) for name, value in decisive.items()}


def lock_of(scenarios: Sequence[Any], name: str) -> str:
    """Return the name of the lock file of a scenario: one of many is told by its name."""
    return LOCK if len(scenarios) == 1 else f"{name}.lock.yaml"


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


def write_rows(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write rows of one form as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows(rows)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file as they are written."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def note(out: Path, what: str, **more: Any) -> None:
    """Append a line to the status log."""
    line = {"at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "what": what, **more}
    with (out / STATUS).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


# -- what bits depend on


def machine() -> dict[str, Any]:
    """Return what bits depend on: versions, processor features, our own code."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        **features(),
        "code": code_digest(),
        "rules": code_digest(NUMBERS),
        "written": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "command": sys.argv,
    }


def features() -> dict[str, Any]:
    """Return numpy's version and the processor features that it uses."""
    core: Any = np._core  # the only place where numpy tells what the processor can do
    there = core._multiarray_umath.__cpu_features__
    return {"numpy": np.__version__, "cpu_features": sorted(name for name, has in there.items() if has)}


def code_digest(rooms: Sequence[str] = ("",)) -> str:
    """Return a hash of the source files of the package, or of some of its rooms with their tables."""
    digest = hashlib.blake2b(digest_size=16)
    here = Path(__file__).parent
    for room in rooms:
        place = here / room
        found = [place] if place.is_file() else sorted((*place.rglob("*.py"), *place.rglob("*.csv")))
        for path in found:
            digest.update(path.relative_to(here).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def digest_of_text(text: str) -> str:
    """Return a hash of a text."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


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
    now = seal(about)
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
    """Return a scenario of a result from its lock file."""
    entry = about["scenarios"][number]
    scenario = load(out / lock_of(about["scenarios"], entry["scenario"]))
    return scenario.model_copy(update={"name": entry["scenario"]})


def study_of(out: Path) -> Study:
    """Return the study that a result directory holds."""
    about = provenance(out)
    scenarios = tuple(locked_scenario(out, about, number) for number in range(len(about["scenarios"])))
    experiment: Experiment | None = None
    points: Points | None = None
    if about["design"]:
        experiment = Experiment.model_validate({**load_document(out / DESIGN).data, "name": about["experiment"]})
        points = points_from_text((out / POINTS).read_text(encoding="utf-8"))
    stop = Stop(**about["stop"]) if about["stop"] else None
    return Study(
        scenarios, Layout(**about["layout"]), about["members"], about["seed"], tuple(about["without"]), points,
        experiment, about["double"], stop,
    )  # fmt: skip


def missing(out: Path, layout: Layout) -> list[Piece]:
    """Return the pieces that are not finished."""
    done = {tuple(marker["piece"].values()) for marker in markers(out)}
    return [piece for piece in layout.pieces() if tuple(piece) not in done]


def failures(out: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Return the runs left out of a result: scenario, point, run, month, phase, message, settings."""
    place = directory(out)
    wanted = {piece.name for piece in Layout(**provenance(place)["layout"]).pieces()}
    return [
        failure for marker in markers(place) if Piece(**marker["piece"]).name in wanted
        for failure in marker["failures"]
    ]  # fmt: skip


def told(failure: Mapping[str, Any]) -> str:
    """Return one sentence on where a run broke."""
    settings = ", ".join(f"{name} {value:g}" for name, value in failure["settings"].items())
    return (
        f"run {failure['run']} broke in {failure['month']}, {failure['phase']}: {failure['message']}"
        + (f", with {settings}" if settings else "")
    )  # fmt: skip


def open_result(path: str | os.PathLike[str]) -> xr.Dataset:
    """Open a result directory lazily.

    Returns
    -------
    xarray.Dataset
        Dimensions ``run``, ``member``, ``time``, ``state``, ``origin``, ``weapon``, ``zone``; before them
        ``scenario`` and ``point`` where there are several (`case` chooses one).

    Raises
    ------
    Mistake
        If the directory is missing, incomplete or damaged.
    """
    from sim.reading import opened  # xarray is a third of the time a worker needs to begin, and it opens no result

    out = directory(path)
    about = provenance(out)
    cut = Layout(**about["layout"])
    wanted, todo = sum(1 for _ in cut.pieces()), len(missing(out, cut))
    if todo:
        raise Mistake(
            f"{out} is incomplete, {wanted - todo} of {wanted} pieces are finished; `armsrace resume {out}` goes on"
        )
    try:
        data = opened(zarr.storage.LocalStore(out / ARRAYS, read_only=True))
        absent = [name for name in pieced() if name not in data]
    except Exception as error:
        raise Mistake(f"{out / ARRAYS} cannot be read ({type(error).__name__}); {AGAIN}") from error
    if absent:
        raise Mistake(f"{out / ARRAYS} lacks {', '.join(absent)}; {AGAIN}")
    unlike = ", ".join(f"'{name}'" for name, value in data.attrs.items() if about.get(name) != value)
    if unlike:  # also when a sweep was killed while a stop rule ended it
        raise Mistake(f"{out / ARRAYS} and {PROVENANCE} do not agree on {unlike}; `armsrace resume {out}` mends it")
    for piece, name in changed(out, cut, tuple(OUTCOMES)):
        raise Mistake(
            f"{out / ARRAYS} has changed since it was written, {name} of piece {piece.name} first; `armsrace verify "
            f"{out} --repair` plays what is damaged again"
        )
    return data.assign_attrs(failed=len(failures(out)))


def changed(out: Path, cut: Layout, names: Sequence[str] | None = None) -> Iterator[tuple[Piece, str]]:
    """Yield piece and array of every file that is not what its marker vouches for."""
    by_key = {tuple(piece): piece for piece in cut.pieces()}
    for marker in markers(out):
        piece = by_key.get(tuple(marker["piece"].values()))
        if piece is None:
            continue
        for name, digest in marker["files"].items():
            if names is None or name in names:
                path = file_of_piece(out, name, piece, cut)
                if not path.exists() or digest_of_file(path) != digest:
                    yield piece, name


def case(result: xr.Dataset, scenario: str | None = None, point: int | str | None = None) -> xr.Dataset:
    """Choose one case of a result, so that every measure and figure can be made of it.

    Raises
    ------
    Mistake
        If there are several and none is chosen, or there is no such case.
    """
    if "scenario" in result.dims:
        result = _chosen(result, "scenario", scenario)
        parts = {part: str(result[f"scenario_{part}"].item()) for part in ("title", "digest")}
        result = result.assign_attrs(scenario=str(result["scenario"].item()), **parts)
    elif scenario is not None and scenario != result.attrs.get("scenario"):
        raise Mistake(f"this result has no scenario '{scenario}'; it has one only, {result.attrs.get('scenario')}")
    if "point" in result.dims:
        result = _chosen(result, "point", point)
        result = result.assign_attrs(point=str(result["point"].item()))
    elif point is not None and str(point) != result.attrs.get("point"):
        raise Mistake(f"this result has no point '{point}'; it has one only, so leave out the point")
    return result


def _chosen(result: xr.Dataset, axis: str, choice: int | str | None) -> xr.Dataset:
    """Select along an axis by label or number."""
    labels = [str(label) for label in result[axis].values]
    some = "; ".join(labels[:4]) + ("; ..." if len(labels) > 4 else "")  # a label of a point has commas
    if choice is None:
        raise Mistake(f"this result has {len(labels)} {axis}s; choose one with --{axis}: {some}")
    if str(choice) in labels:
        return result.isel({axis: labels.index(str(choice))})
    if str(choice).isdigit() and int(choice) < len(labels):
        return result.isel({axis: int(choice)})
    raise Mistake(f"this result has no {axis} '{choice}'{suggest(str(choice), labels) or f', it has {some}'}")


def store_of(out: Path) -> Store:
    """Open the arrays of a result for writing."""
    return Store(study_of(out), out)
