"""Pieces written and read: a piece is a set of whole files and a marker that is left last.

It can be written by anybody, twice, or copied from another directory, and stays the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
import zarr
from xarray.backends import BackendArray
from xarray.core import indexing

from sim.arrays import ARRAYS, CASE, file_of_piece, fit, histogram_of, lay_out, present, rest_of
from sim.files import digest_of_file, leave, synchronise
from sim.harvest import Chunk, Harvest, gathered
from sim.initial import Position
from sim.layout import Layout, Piece
from sim.record import OUTCOMES, histogrammed, kept_axes
from sim.soundness import Failure
from sim.streams import BLOCK
from sim.study import Study

MARKERS = "blocks"
COORDINATES = ("_name", "_iso3", "_title", "_digest", "_role", "_unit", "factor_values")


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

    def write(self, piece: Piece, harvest: Harvest) -> dict[str, Any]:
        """Write a piece, make sure it has reached the disk, then leave its marker; return the marker."""
        for name, run, array in self._parts(piece, harvest):
            if self.out is not None:
                file_of_piece(self.out, name, piece, self.study.layout).unlink(missing_ok=True)
            points = slice(piece.point, piece.point + piece.points)
            self._group[name][piece.scenario, points, run] = array
        marker = self._marker(piece, harvest)
        if self.out is not None:
            leave(self.out / MARKERS / f"{piece.name}.json", json.dumps(marker))
        return marker

    def _parts(self, piece: Piece, harvest: Harvest) -> Iterator[tuple[str, slice, Any]]:
        """Yield name, place on the third axis and values ``(point, run or member or 1, ...)`` of every array."""
        labels = self.study.positions[piece.scenario].labels
        for name, values in harvest.outcomes.items():
            yield name, slice(piece.run, piece.run + piece.runs), values
        for name, path in self.united(harvest.paths, piece.scenario).items():
            yield name, slice(piece.run, piece.run + path.shape[1]), path
        for name, counts in harvest.histograms.items():
            whole = self._unite(counts[:, None], labels, ("point", "piece", "time", "state", "bin"))
            yield histogram_of(name), slice(piece.round, piece.round + 1), whole

    def block(self, scenario: int, point: int, first: int, count: int) -> dict[str, Any]:
        """Return outcomes and paths of some runs as they were written, ``(run, ...)``."""
        runs = {name: self._group[name][scenario, point, first : first + count] for name in OUTCOMES}
        members = slice(first, min(first + count, self.study.members))
        if first >= self.study.members:
            return runs
        return runs | {name: self._group[name][scenario, point, members] for name, _, _ in kept_axes()}

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

    def _marker(self, piece: Piece, harvest: Harvest) -> dict[str, Any]:
        """Return what a marker vouches for: the content, every file, the runs left out."""
        return {
            "piece": piece._asdict(),
            "content": digest_of(harvest),
            "files": self._files(piece) if self.out is not None else {},
            "failures": [self._failure(piece, point, failure) for point, failure in harvest.failures],
        }

    def _files(self, piece: Piece) -> dict[str, str]:
        """Bring the files of a piece to the disk; return their digests by array."""
        assert self.out is not None
        files, folders = {}, set[Path]()
        for name in present(self.study, piece):
            path = file_of_piece(self.out, name, piece, self.study.layout)
            if path.exists():  # what holds nothing but the fill value has no file
                synchronise(path)
                files[name] = digest_of_file(path)
                folders.update(path.parents[: rest_of(name) + 4])
        for folder in folders:
            synchronise(folder)
        return files

    def _failure(self, piece: Piece, point: int, failure: Failure) -> dict[str, Any]:
        """Return a run left out as plain data, with where in the design it lies."""
        study = self.study
        return {
            "scenario": study.scenarios[piece.scenario].name,
            "point": point,
            "run": failure.run,
            "month": f"{study.positions[piece.scenario].date(failure.step):%Y-%m}",
            "step": failure.step,
            "phase": failure.phase,
            "message": failure.message,
            "settings": study.settings(point),
        }

    def outcomes(self, piece: Piece, names: tuple[str, ...]) -> dict[str, Any]:
        """Return outcomes of a piece that has been written, ``(point, run)``."""
        rect = (slice(piece.point, piece.point + piece.points), slice(piece.run, piece.run + piece.runs))
        return {name: self._group[name][(piece.scenario, *rect)] for name in names}

    def dataset(self) -> xr.Dataset:
        """Open what has been written, all axes kept."""
        return opened(self._group.store)


def digest_of(harvest: Harvest) -> str:
    """Return a hash of everything a piece holds, whatever compresses it."""
    digest = hashlib.sha256()
    for part in (harvest.outcomes, harvest.paths, harvest.histograms):
        for name in sorted(part):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(part[name]).data)
    return digest.hexdigest()


def markers(out: Path) -> Iterator[dict[str, Any]]:
    """Yield the markers of finished pieces in their order; a damaged one counts as absent."""
    for path in sorted((out / MARKERS).glob("*.json")):
        try:
            marker = json.loads(path.read_text(encoding="utf-8"))
            whole = Piece(**marker["piece"]).name == path.stem and {"content", "files", "failures"} <= set(marker)
        except (ValueError, KeyError, TypeError):
            continue
        if whole:
            yield marker


def opened(place: Any) -> xr.Dataset:
    """Open a zarr store as a labelled dataset, lazily; axes of length one are dropped."""
    data = xr.open_zarr(place, consolidated=False, chunks=None)
    group: Any = zarr.open_group(store=place, mode="r")
    for variable in histogrammed():
        name = histogram_of(variable.name)
        if name in data:
            dims = tuple(dim for dim in data[name].dims if dim != "piece")
            added = indexing.LazilyIndexedArray(AddedUp(group[name]))
            data[name] = xr.Variable(dims, added, data[name].attrs)
    data = data.set_coords([str(name) for name in data.data_vars if str(name).endswith(COORDINATES)])
    return data.squeeze([axis for axis in CASE if data.sizes.get(axis) == 1], drop=True)


class AddedUp(BackendArray):  # type: ignore[misc, unused-ignore]
    """A histogram added up over the pieces of each case, ``(scenario, point, ...)``, when it is read.

    One piece is in memory at a time, so a million runs take no more than a thousand.
    """

    def __init__(self, array: Any) -> None:
        self.array = array
        self.shape = (*array.shape[:2], *array.shape[3:])
        self.dtype = np.dtype(np.int64)

    def __getitem__(self, key: Any) -> Any:
        """Read what is asked for."""
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.BASIC, self._added)

    def _added(self, key: tuple[Any, ...]) -> Any:
        total: Any = 0
        for piece in range(self.array.shape[2]):
            total = total + self.array[(*key[:2], piece, *key[2:])].astype(np.int64)
        return total


def dataset_of(position: Position, parts: Sequence[Chunk]) -> xr.Dataset:
    """Return runs of one case that were played otherwise as the dataset of a sweep, in memory."""
    runs = sum(chunk.record.runs for chunk in parts)
    members = sum(chunk.record.members for chunk in parts)
    whole = Layout(1, 1, runs, span=-(-runs // BLOCK) * BLOCK, reach=1)
    study = Study((position.scenario,), whole, members, position.seed, position.without)
    store = Store(study)
    store.write(whole.piece(0, 0, 0), gathered(list(parts), members))
    data: xr.Dataset = store.dataset().load()
    return data.assign_attrs(failed=int(np.isfinite(data["failed"]).sum()))
