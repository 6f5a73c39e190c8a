"""Batches written and read: a batch is a set of whole files and a marker that is left last.

It can be written by anybody, twice, or copied from another directory, and stays the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import zarr

from sim.engine.output import Output
from sim.engine.record import kept_axes
from sim.engine.soundness import Failure
from sim.model.outcomes import OUTCOMES
from sim.results.arrays import ARRAYS, arrays_of, file_of_batch, fit, histogram_of, lay_out, trailing_axes
from sim.results.files import digest_of_file, sync, write_whole
from sim.study.layout import Batch
from sim.study.study import Study

MARKERS = "blocks"


class Store:
    """The arrays of a study, in memory or in a result directory.

    Parameters
    ----------
    study : Study
        What they hold.
    out : Path or None
        Result directory, or None to keep everything in memory.
    """

    def __init__(self, study: Study, out: Path | None = None) -> None:
        self.study, self.out = study, out
        place = zarr.storage.MemoryStore() if out is None else zarr.storage.LocalStore(out / ARRAYS)
        fresh = out is None or not (out / ARRAYS / "zarr.json").exists()
        self._group: Any = zarr.create_group(store=place) if fresh else zarr.open_group(store=place, mode="r+")
        if fresh:
            lay_out(self._group, study)
            if out is not None:
                (out / MARKERS).mkdir(exist_ok=True)

    def fit(self) -> None:
        """Bring every array to the number of runs of the study: after growing, or after stopping early."""
        fit(self._group, self.study)

    def write(self, batch: Batch, output: Output) -> dict[str, Any]:
        """Write a batch, make sure it has reached the disk, then leave its marker; return the marker."""
        for name, run, array in self._parts(batch, output):
            if self.out is not None:  # or what a crash left there would be read, and added to
                file_of_batch(self.out, name, batch, self.study.layout).unlink(missing_ok=True)
            points = slice(batch.point, batch.point + batch.points)
            self._group[name][batch.scenario, points, run] = array
        marker = self._marker(batch, output)  # brings the files to the disk, so that no marker outlives them
        if self.out is not None:
            write_whole(self.out / MARKERS / f"{batch.name}.json", json.dumps(marker))
        return marker

    def _parts(self, batch: Batch, output: Output) -> Iterator[tuple[str, slice, Any]]:
        """Yield name, place on the third axis and values ``(point, run or member or 1, ...)`` of every array."""
        labels = self.study.positions[batch.scenario].labels
        for name, values in output.outcomes.items():
            yield name, slice(batch.run, batch.run + batch.runs), values
        for name, path in self.united(output.paths, batch.scenario).items():
            yield name, slice(batch.run, batch.run + path.shape[1]), path
        for name, counts in output.histograms.items():
            whole = self._unite(counts[:, None], labels, ("point", "piece", "time", "state", "bin"))
            yield histogram_of(name), slice(batch.round, batch.round + 1), whole

    def block(self, scenario: int, point: int, first: int, count: int) -> dict[str, Any]:
        """Return outcomes and paths of some runs as they were written, ``(run, ...)``."""
        runs = {name: self._group[name][scenario, point, first : first + count] for name in OUTCOMES}
        paths = slice(first, min(first + count, self.study.kept_paths))
        if first >= self.study.kept_paths:
            return runs
        return runs | {name: self._group[name][scenario, point, paths] for name, _, _ in kept_axes()}

    def united(self, paths: Mapping[str, Any], scenario: int) -> dict[str, Any]:
        """Return paths ``(point, member, time, ...)`` of one scenario spread over the labels of all."""
        labels, axes = self.study.positions[scenario].labels, {name: dims for name, _, dims in kept_axes()}
        return {
            name: self._unite(path, labels, ("point", "member", "time", *axes[name])) for name, path in paths.items()
        }

    def _unite(self, values: Any, labels: Mapping[str, tuple[str, ...]], dims: tuple[str, ...]) -> Any:
        """Spread values over the labels of all scenarios; what a scenario does not have is missing."""
        for axis, dim in enumerate(dims):
            every = self.study.labels.get(dim)
            if every is not None and every != labels[dim]:
                shape = [*values.shape]
                shape[axis] = len(every)
                wide = np.full(shape, 0 if values.dtype.kind in "iu" else np.nan, values.dtype)
                wide[(slice(None),) * axis + ([every.index(label) for label in labels[dim]],)] = values
                values = wide
        return values

    def _marker(self, batch: Batch, output: Output) -> dict[str, Any]:
        """Return what a marker vouches for: the content, every file, the runs left out."""
        return {
            "piece": batch._asdict(),
            "content": digest_of(output),
            "files": self._files(batch) if self.out is not None else {},
            "failures": [self._failure(batch, point, failure) for point, failure in output.failures],
        }

    def _files(self, batch: Batch) -> dict[str, str]:
        """Bring the files of a batch to the disk; return their digests by array."""
        assert self.out is not None
        files, folders = {}, set[Path]()
        for name in arrays_of(self.study, batch):
            path = file_of_batch(self.out, name, batch, self.study.layout)
            if path.exists():  # what holds nothing but the fill value has no file
                sync(path)
                files[name] = digest_of_file(path)
                folders.update(path.parents[: trailing_axes(name) + 4])
        for folder in folders:
            sync(folder)
        return files

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
            "settings": study.settings(point),
        }

    def outcomes(self, batch: Batch, names: tuple[str, ...]) -> dict[str, Any]:
        """Return outcomes of a batch that has been written, ``(point, run)``."""
        rect = (slice(batch.point, batch.point + batch.points), slice(batch.run, batch.run + batch.runs))
        return {name: self._group[name][(batch.scenario, *rect)] for name in names}

    @property
    def place(self) -> Any:
        """Where zarr keeps the arrays, to be opened by `sim.results.dataset`."""
        return self._group.store


def digest_of(output: Output) -> str:
    """Return a hash of everything a batch holds, whatever compresses it."""
    digest = hashlib.sha256()
    for part in (output.outcomes, output.paths, output.histograms):
        for name in sorted(part):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(part[name]).data)
    return digest.hexdigest()


def batch_of(marker: Mapping[str, Any]) -> Batch:
    """Return the batch that a marker vouches for."""
    return Batch(**marker["piece"])


def markers(out: Path) -> Iterator[dict[str, Any]]:
    """Yield the markers of finished batches in their order; a damaged one counts as absent."""
    for path in sorted((out / MARKERS).glob("*.json")):
        marker = marker_in(path)
        if marker is not None:
            yield marker


def marker_in(path: Path) -> dict[str, Any] | None:
    """Return the marker in a file; None if there is none, or it is damaged."""
    try:
        marker: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        whole = batch_of(marker).name == path.stem and {"content", "files", "failures"} <= set(marker)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return marker if whole else None
