"""The frame of a result: all that follows from its study alone, so that whatever is lost of it can be laid again.

Metadata and labels of the arrays, lock files, design and bibliography are laid before the first batch. `digests.json`
vouches for every one of these files, as the marker of a batch does for the batch; it is written when they are on the
disk, and is not there while they are being laid.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim import evidence
from sim.model.mistakes import Mistake, command
from sim.results.arrays import ARRAYS, laid_out
from sim.results.citations import cited, software
from sim.results.documents import Vouched, plain, read_json, reading
from sim.results.files import digest_of_bytes, is_whole, make_way, sync_all, write_whole
from sim.study.points import Points
from sim.study.study import Study

DIGESTS = "digests.json"
LOCK = "scenario.lock.yaml"
DESIGN = "experiment.lock.yaml"
POINTS = "points.json"
SOURCES = "sources.bib"
SUMMARY = "summary.csv"  # follows from the runs; vouched for once a sweep is closed


def lock_of(scenarios: int, number: int) -> str:
    """Return the name of the lock file of a scenario: one of many is told by its number, which nothing else has."""
    return LOCK if scenarios == 1 else f"scenario_{number}.lock.yaml"


def documents_of(study: Study) -> dict[str, str]:
    """Return the documents of a study by file: scenarios, bibliography, design."""
    locks = {lock_of(len(study.scenarios), number): one.lock() for number, one in enumerate(study.scenarios)}
    keys = sorted({key for scenario in study.scenarios for key in cited(scenario)})
    cites = f"{evidence.bibtex(software())}\n{evidence.bibliography(keys)}"
    return locks | {SOURCES: cites} | design_of(study)


def design_of(study: Study) -> dict[str, str]:
    """Return experiment and points of a study by file; nothing where a scenario is played as it is."""
    if study.experiment is None or study.points is None:
        return {}
    return {DESIGN: study.experiment.lock(), POINTS: points_as_text(study.points)}


def points_as_text(points: Points) -> str:
    """Return parameter points as JSON, every number exactly."""
    body: dict[str, Any] = {
        "factors": points.factors,
        "roles": points.roles,
        "units": points.units,
        "labels": points.labels,
        "values": points.values.tolist(),
        "about": dict(points.about),
    }
    if (sample := points.sample) is not None:
        since = sample.since
        described = {"factors": sample.factors, "roles": sample.roles, "units": sample.units}
        body["sample"] = {**described, "values": sample.values.tolist()} | ({"since": since} if since else {})
    return json.dumps(body, indent=1, default=_plain) + "\n"


def _plain(value: object) -> object:
    """Turn what JSON does not know into lists and numbers."""
    return value.tolist() if hasattr(value, "tolist") else list(value)  # type: ignore[call-overload]


# -- laid and looked at


def lay_frame(study: Study, out: Path) -> None:
    """Write what is not there as it should be, then vouch for all of it; runs stay as they are."""
    make_way(out / DIGESTS)
    frame = {name: text.encode() for name, text in documents_of(study).items()}
    frame |= {f"{ARRAYS}/{key}": content for key, content in laid_out(study).items()}
    digests = {name: digest_of_bytes(content) for name, content in frame.items()}
    written, folders = list[Path](), set[Path]()
    for name, content in frame.items():
        path = out / name
        if not is_whole(path, digests[name]):
            path.parent.mkdir(parents=True, exist_ok=True)
            make_way(path)
            path.write_bytes(content)
            written.append(path)
            folders.update(path.parents[: len(Path(name).parts)])
    sync_all(written)
    sync_all(folders)
    _vouch(out, digests)


def vouch_for_summary(out: Path) -> None:
    """Take the summary of a finished sweep, as it is on the disk, among what is vouched for."""
    _vouch(out, frame_digests(out) | {SUMMARY: digest_of_bytes((out / SUMMARY).read_bytes())})


def _vouch(out: Path, digests: dict[str, str]) -> None:
    make_way(out / DIGESTS)
    write_whole(out / DIGESTS, json.dumps({"files": dict(sorted(digests.items()))}, indent=1) + "\n")


def frame_digests(out: Path) -> dict[str, str]:
    """Return the digest of every file of a frame, by its way from the directory.

    Raises
    ------
    Mistake
        If that cannot be read: the frame was being laid when somebody was killed, or an older version laid it.
    """
    with reading(out / DIGESTS, f"{command('resume', out)} mends it"):
        files: dict[str, str] = plain(Vouched, read_json(out / DIGESTS))["files"]
    return files


def damaged_frame(out: Path) -> Iterator[str]:
    """Yield every file of a frame that is not what was written, `digests.json` if that cannot be read."""
    try:
        digests = frame_digests(out)
    except Mistake:
        yield DIGESTS
        return
    yield from (name for name, digest in digests.items() if not is_whole(out / name, digest))
