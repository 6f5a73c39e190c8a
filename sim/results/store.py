"""Batches written and read: a batch is a set of whole files and a marker that is left last.

It can be written by anybody, twice, or copied from another directory, and stays the same.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from zarr.core.buffer import default_buffer_prototype
from zarr.storage import LocalStore, MemoryStore

from sim.engine.output import Output
from sim.engine.record import kept_axes
from sim.engine.soundness import Failure
from sim.model.mistakes import Mistake, command
from sim.model.outcomes import OUTCOMES
from sim.results.arrays import (
    ARRAYS,
    METADATA,
    NOT_ALWAYS,
    STATISTICS,
    arrays_of,
    batch_arrays,
    file_of_batch,
    laid_out,
    trailing_axes,
)
from sim.results.documents import Marker, plain, read_json, reading
from sim.results.files import digest_of_file, make_way, sync_all, write_whole
from sim.results.fingerprint import digest_of_text
from sim.results.frame import lay_frame
from sim.results.parts import fill
from sim.study.layout import Batch
from sim.study.study import Study

MARKERS = "blocks"
MARKER = re.compile(r"\d{2,}-\d{6,}-\d{6,}")  # what they are called


class Store:
    """The arrays of a study, in memory or in a result directory.

    Parameters
    ----------
    study : Study
        What they hold.
    out : Path or None
        Result directory, or None to keep everything in memory; its frame is laid where there is none.
    place : zarr.abc.store.Store, optional
        By which the arrays of the directory are read, if they are only to be read.
    """

    def __init__(self, study: Study, out: Path | None = None, place: Any = None) -> None:
        self.study, self.out = study, out
        self._in_memory: dict[str, Any] = {}
        self._place = place
        if place is None:
            self._place = MemoryStore(self._in_memory) if out is None else LocalStore(out / ARRAYS)
            if out is None or not (out / ARRAYS / METADATA).exists():
                self.fit()

    @cached_property
    def _group(self) -> Any:
        """The arrays, opened when they are asked for: a damaged frame is laid again before."""
        return zarr.open_group(store=self._place, mode="r" if self._place.read_only else "r+", zarr_format=3)

    def fit(self) -> None:
        """Bring every array to the number of runs of the study: to begin with, after growing, after stopping early."""
        if self.out is None:
            wrap = default_buffer_prototype().buffer.from_bytes
            self._in_memory.update({key: wrap(content) for key, content in laid_out(self.study).items()})
        else:
            (self.out / MARKERS).mkdir(exist_ok=True)
            lay_frame(self.study, self.out)
        self.__dict__.pop("_group", None)

    def write(self, batch: Batch, output: Output) -> dict[str, Any]:
        """Write a batch, make sure it has reached the disk, then leave its marker; return the marker."""
        if self.out is not None:  # or what a crash left there would be read, and added to
            for name in arrays_of(self.study, batch):
                make_way(file_of_batch(self.out, name, batch, self.study.layout))
        fill(self._group, self.study, batch, output)
        marker = self._marker(batch, output)  # brings the files to the disk, so that no marker outlives them
        if self.out is not None:
            write_whole(self.out / MARKERS / f"{batch.name}.json", json.dumps(marker))
        return marker

    def block(self, scenario: int, point: int, first: int, count: int) -> dict[str, Any]:
        """Return outcomes and paths of some runs as they were written, ``(run, ...)``."""
        runs = {name: self._group[name][scenario, point, first : first + count] for name in OUTCOMES}
        if STATISTICS in self._group:
            runs[STATISTICS] = self._group[STATISTICS][scenario, point, first : first + count]
        paths = slice(first, min(first + count, self.study.kept_paths))
        if first >= self.study.kept_paths:
            return runs
        return runs | {name: self._group[name][scenario, point, paths] for name, _, _ in kept_axes()}

    def unlike(self, other: Store) -> Iterator[str]:
        """Yield the arrays that are cut, labelled or described otherwise than those of another store."""
        filled, known = set(batch_arrays()), dict(other._group.arrays())
        for name, theirs in known.items():
            ours = self._group.get(name)
            if ours is None and name in NOT_ALWAYS:
                continue
            if ours is None or _form(ours) != _form(theirs):
                yield f"form of {name}"
            elif name not in filled and not np.array_equal(ours[...], theirs[...]):
                yield f"labels of {name}"
        said, expected = dict(self._group.attrs), dict(other._group.attrs)
        yield from (f"attribute {name}" for name in {**said, **expected} if said.get(name) != expected.get(name))

    def _marker(self, batch: Batch, output: Output) -> dict[str, Any]:
        """Return what a marker vouches for: the content, every file, the runs left out."""
        marker = {
            "piece": batch._asdict(),
            "content": digest_of(output),
            "files": self._files(batch) if self.out is not None else {},
            "failures": self.failed(batch, output),
        }
        return marker | {"seal": seal_of(marker)}

    def _files(self, batch: Batch) -> dict[str, str]:
        """Bring the files of a batch to the disk; return their digests by array."""
        assert self.out is not None
        files, written, folders = {}, list[Path](), set[Path]()
        for name in arrays_of(self.study, batch):
            path = file_of_batch(self.out, name, batch, self.study.layout)
            if path.exists():  # what holds nothing but the fill value has no file
                written.append(path)
                files[name] = digest_of_file(path)
                folders.update(path.parents[: trailing_axes(name) + 4])
        sync_all(written)
        sync_all(folders)
        return files

    def failed(self, batch: Batch, output: Output) -> list[dict[str, Any]]:
        """Return the runs of a batch, or of a part of it, that are left out."""
        return [self._failure(batch, point, failure) for point, failure in output.failures]

    def listed(self, batch: Batch, point: int, first: int, count: int) -> list[dict[str, Any]]:
        """Return those of some runs as the marker of their batch lists them."""
        assert self.out is not None
        marker = marker_in(self.out / MARKERS / f"{batch.name}.json")
        runs = range(first, first + count)
        return [one for one in marker["failures"] if one["point"] == point and one["run"] in runs]

    def _failure(self, batch: Batch, point: int, failure: Failure) -> dict[str, Any]:
        """Return a run left out as plain data, with where in the design it lies."""
        study = self.study
        return {
            "scenario": study.scenarios[batch.scenario].name,
            "point": point,
            "run": failure.run,
            "month": f"{study.positions[batch.scenario].date(failure.step):%Y-%m}",
            "step": failure.step,
            "phase": failure.phase,
            "message": failure.message,
            "settings": study.settings(point, failure.run),
        }

    def outcomes(self, batch: Batch, names: tuple[str, ...]) -> dict[str, Any]:
        """Return outcomes of a batch that has been written, ``(point, run)``."""
        rect = (slice(batch.point, batch.point + batch.points), slice(batch.run, batch.run + batch.runs))
        return {name: self._group[name][(batch.scenario, *rect)] for name in names}

    @property
    def place(self) -> Any:
        """Where zarr keeps the arrays, to be opened by `sim.results.dataset`."""
        return self._place


def _form(array: Any) -> str:
    """Return how an array is cut, filled, labelled and described; as a text, since NaN is never equal to itself."""
    names = array.metadata.dimension_names
    return repr((array.shape, array.dtype, array.chunks, array.shards, array.fill_value, names, dict(array.attrs)))


def digest_of(output: Output) -> str:
    """Return a hash of everything a batch holds, whatever compresses it."""
    digest = hashlib.sha256()
    for part in (output.outcomes, output.paths, output.histograms):
        for name in sorted(part):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(part[name]).data)
    if output.statistics is not None:
        digest.update(np.ascontiguousarray(output.statistics).data)
    return digest.hexdigest()


def batch_of(marker: Mapping[str, Any]) -> Batch:
    """Return the batch that a marker vouches for."""
    return Batch(**marker["piece"])


def seal_of(marker: Mapping[str, Any]) -> str:
    """Return a digest of all that a marker says beside it."""
    return digest_of_text(json.dumps({name: value for name, value in marker.items() if name != "seal"}, sort_keys=True))


def markers(out: Path) -> Iterator[dict[str, Any]]:
    """Yield the markers of finished batches in their order; a damaged one counts as absent."""
    for path in marker_files(out):
        with suppress(Mistake):
            yield marker_in(path)


def marker_files(out: Path) -> list[Path]:
    """Return the files of markers in their order."""
    return sorted(path for path in (out / MARKERS).glob("*.json") if MARKER.fullmatch(path.stem))


def marker_in(path: Path) -> dict[str, Any]:
    """Return the marker in a file.

    Raises
    ------
    Mistake
        If it is damaged; its batch is then played again.
    """
    with reading(path, f"{command('resume', path.parents[1])} plays its batch again"):
        marker = plain(Marker, read_json(path))
        if batch_of(marker).name != path.stem or marker["seal"] != seal_of(marker):
            raise ValueError("another one")
        if not marker["files"].keys() <= set(batch_arrays()):
            raise ValueError("files of no array")
    return marker
