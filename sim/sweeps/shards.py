"""Shards: a sweep dealt out to jobs that share nothing, and joined by copying the files of finished batches."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.answers import Rows
from sim.model.mistakes import Mistake, command
from sim.results.arrays import ARRAYS, batch_arrays, file_of_batch
from sim.results.clearing import prepare, refuse_to_replace
from sim.results.files import digest_of_file, hold, refuse_links, sync_all, write_whole
from sim.results.fingerprint import apart
from sim.results.manifest import directory, log_event, missing, provenance, study_of, write_manifest
from sim.results.store import MARKERS, Store, batch_of, markers
from sim.study.layout import Batch, Layout
from sim.study.study import Study
from sim.sweeps.compatibility import texts_changed
from sim.sweeps.play import close

# What two parts of one sweep have in common, and what to call it.
COMMON = {
    "scenarios": "scenario",
    "design": "design",
    "seed": "seed",
    "runs": "number of runs",
    "members": "number of kept paths",
    "without": "rules switched off",
    "layout": "cut into batches",
    "double": "precision of paths",
    "rules": "rules or code",
    "version": "version",
}
MACHINE = {
    "numpy": "version of numpy",
    "cpu_features": "processor features",
    "engine": "engines",
    "jax": "version of jax",
}

PathLike = str | os.PathLike[str]


def batches_of(study: Study, shard: str | None) -> list[Batch]:
    """Return the batches of a study that are to be played here: all of them, or every n-th.

    Raises
    ------
    Mistake
        If it cannot be shared.
    """
    batches = list(study.layout.batches())
    if shard is None:
        return batches
    if study.stop is not None:
        raise Mistake("a stop rule looks at all runs in order, a shard has only some; leave one of them out")
    return batches[shard_slice(shard)]


def shard_slice(shard: str) -> slice:
    """Return which batches a shard holds: every n-th.

    Examples
    --------
    >>> list(range(7))[shard_slice("2/3")]
    [1, 4]
    """
    parts = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", str(shard))
    number, count = (int(part) for part in parts.groups()) if parts else (0, 0)
    if not 1 <= number <= count:
        raise Mistake(f"'{shard!s:.40}' is no shard; write which of how many, as 2/8")
    return slice(number - 1, None, count)


def merge(out: PathLike, parts: Sequence[PathLike], *, mixed: bool = False, force: bool = False) -> Rows:
    """Join shards into one result directory.

    Parameters
    ----------
    out : path
        The directory to make.
    parts : sequence of path
        Result directories of shards, each finished or not.
    mixed : bool
        Allow shards played with another numpy or other processor features.
    force : bool
        Replace a result that is in the way.

    Returns
    -------
    Rows
        The batches that are still missing, none if the result is whole; `resume` plays them.

    Raises
    ------
    Mistake
        If the parts are not parts of one sweep, or do not agree where they overlap.
    """
    if not parts:
        raise Mistake("there is nothing to merge; name the directories of the shards")
    sources = [directory(part) for part in parts]
    refuse_unlike(sources, mixed=mixed)
    place = Path(out)
    if place.resolve() in [source.resolve() for source in sources]:
        raise Mistake(f"{out} is one of the shards; merge them into a directory of its own")
    study, about = study_of(sources[0]), provenance(sources[0])
    with hold(place):
        refuse_to_replace(place, force=force)  # before every file is looked at, which takes its time
        taken = _taken(sources, study.layout)
        prepare(place, force=force)
        store = Store(study, place)
        for batch, (source, marker) in taken.items():
            _take(batch, marker, source, place, study.layout)
        write_manifest(study, place, {**{key: about[key] for key in about if key not in ("shard",)}, "shard": None})
        del store
        todo = missing(place, study.layout)
        for source in sources:
            if unlike := apart(about, provenance(source)):
                log_event(place, "mixed", part=str(source), **unlike)
        log_event(place, "merged", parts=[str(source) for source in sources], missing=len(todo))
        close(place)
    return Rows(batch._asdict() for batch in todo)


def refuse_unlike(sources: Sequence[Path], *, mixed: bool) -> None:
    """Refuse to join what does not belong together.

    Raises
    ------
    Mistake
        If anything differs that decides a number.
    """
    first = provenance(sources[0])
    for source in sources:
        refuse_links(source)  # or what is copied might lie elsewhere
        about = provenance(source)
        for reason in texts_changed(source, about):
            raise Mistake(f"{source} cannot be merged: {reason}; put it back")
        for name, what in COMMON.items():
            if about[name] != first[name]:
                raise Mistake(f"{source} and {sources[0]} are not parts of one sweep: they differ in {what}")
        for name, what in MACHINE.items():
            if about.get(name) != first.get(name) and not mixed:
                raise Mistake(
                    f"{source} and {sources[0]} were played with different {what}, so last bits may differ; play them "
                    "alike, or write --mixed to allow it"
                )


def _taken(sources: Sequence[Path], cut: Layout) -> dict[Batch, tuple[Path, dict[str, Any]]]:
    """Return the finished batches of all shards, each with the first that has it and its marker.

    Raises
    ------
    Mistake
        If a file is not what its marker vouches for, or shards do not agree.
    """
    taken: dict[Batch, tuple[Path, dict[str, Any]]] = {}
    for source in sources:
        for marker in markers(source):
            batch = batch_of(marker)
            if not cut.has(batch):
                continue
            if batch in taken:
                if taken[batch][1]["content"] != marker["content"]:
                    raise Mistake(
                        f"{source} has other numbers in batch {batch.name} than a shard before it; play one again"
                    )
                continue
            for name, digest in marker["files"].items():
                known = name in batch_arrays()  # or the name is anybody's, and no way to a file
                file = file_of_batch(source, name, batch, cut) if known else source / MARKERS / f"{batch.name}.json"
                if not file.is_file() or digest_of_file(file) != digest:
                    raise Mistake(f"{file} is damaged; {command('verify', source, '--repair')} plays it again")
            taken[batch] = source, marker
    return taken


def _take(batch: Batch, marker: Mapping[str, Any], source: Path, out: Path, cut: Layout) -> None:
    """Copy a batch, its marker last."""
    copied, folders = list[Path](), set[Path]()
    for name in marker["files"]:
        origin, target = (file_of_batch(place, name, batch, cut) for place in (source, out))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin, target)  # what a crash leaves here has no marker and is copied again
        copied.append(target)
        folders.update(target.parents[: len(target.relative_to(out / ARRAYS).parts)])
    sync_all(copied)
    sync_all(folders)
    write_whole(out / MARKERS / f"{batch.name}.json", json.dumps(marker))
