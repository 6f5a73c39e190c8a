"""The arrays of a result: labelled, compressed, cut so that every piece of a sweep has files of its own.

On disk every array has the axes ``(scenario, point, run or member, ...)``; an axis of length one is
dropped when a result is opened. Nothing is ever read to be written again: a piece is a set of whole
files, so it can be written by anybody, twice, or copied from another directory, and stays the same.
Histograms have an axis over the pieces of a case and are added up when they are read (`sim.reading`).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from zarr.codecs import BloscCodec

from sim.design import Points
from sim.harvest import Failure, Harvest
from sim.layout import Layout, Piece
from sim.record import OUTCOMES, edges, histogrammed, kept_axes
from sim.study import AXES, Study

ARRAYS = "runs.zarr"
MARKERS = "blocks"
CODEC = BloscCodec(cname="zstd", clevel=3, shuffle="shuffle")
CASE = ("scenario", "point")
COORDINATES = ("_name", "_iso3", "_title", "_digest", "_role", "_unit", "factor_values")


def histogram_of(name: str) -> str:
    """Return the name of the histogram of a quantity."""
    return f"{name}_histogram"


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
            self._group.attrs.put(study.identity())
            self._coordinates()
            self._lay_out()
            if out is not None:
                (out / MARKERS).mkdir(exist_ok=True)

    # -- laying out

    def _coordinates(self) -> None:
        """Write labels, names and codes along every dimension."""
        study, first = self.study, self.study.positions[0]
        self._values("scenario", [scenario.name for scenario in study.scenarios], "scenario")
        for name in ("title", "digest"):
            texts = [position.scenario.digest() if name == "digest" else position.scenario.title
                     for position in study.positions]  # fmt: skip
            self._values(f"scenario_{name}", texts, "scenario")
        start = np.datetime64(first.scenario.start, "D")
        days = np.array([np.datetime64(first.date(step), "D") for step in range(study.steps)])
        self._values("time", (days - start).astype(np.int64), "time", units=f"days since {start}", long_name="month")
        titles, codes = self._titles(), self._codes()
        for axis in AXES:
            labels = study.labels[axis]
            self._values(axis, list(labels), axis)
            self._values(f"{axis}_name", [titles[key] for key in labels], axis)
        for axis in ("state", "origin"):
            self._values(f"{axis}_iso3", [codes.get(key, "") for key in study.labels[axis]], axis)
        for variable in histogrammed():
            assert variable.bins is not None
            self._values(f"{variable.name}_edges", edges(variable.bins), f"{variable.name}_edge", units=variable.unit)
        if study.points is not None:
            self._points(study.points)

    def _titles(self) -> dict[str, str]:
        """Return the display name of every label, of the first scenario that has it."""
        titles: dict[str, str] = {}
        for position in reversed(self.study.positions):
            titles |= position.titles
        return titles

    def _codes(self) -> dict[str, str]:
        """Return the country code of every state and supplier that has one."""
        actors = [item for scenario in self.study.scenarios
                  for item in (*scenario.suppliers.items(), *scenario.states.items())]  # fmt: skip
        return {key: code for key, actor in actors if (code := getattr(actor, "iso3", None))}

    def _points(self, points: Points) -> None:
        """Write what the factors are at each point."""
        self._values("point", list(points.labels), "point")
        self._values("factor", list(points.factors), "factor")
        self._values("factor_role", list(points.roles), "factor")
        self._values("factor_unit", list(points.units), "factor")
        self._array("factor_values", points.values.shape, points.values.shape, None, "float64", ("point", "factor"))
        self._group["factor_values"][...] = points.values

    def _values(self, name: str, values: Any, dim: str, **about: str) -> None:
        """Create and fill one array along one dimension."""
        data = np.asarray(values)
        text = data.dtype.kind in "UO" or (data.dtype.kind == "f" and not data.size)  # no labels at all
        self._group.create_array(
            name, shape=data.shape, chunks=(max(data.size, 1),), dtype=str if text else data.dtype,
            dimension_names=(dim,), attributes=about,
        )  # fmt: skip
        if data.size:
            self._group[name][:] = data.astype(object) if text else data

    def _array(self, name: str, shape: tuple[int, ...], chunks: tuple[int, ...], shards: tuple[int, ...] | None,
               dtype: str, dims: tuple[str, ...], **about: str) -> None:  # fmt: skip
        """Create one array to be filled."""
        self._group.create_array(
            name, shape=shape, chunks=tuple(max(n, 1) for n in chunks), dtype=dtype, dimension_names=dims,
            shards=None if shards is None else tuple(max(n, 1) for n in shards),
            compressors=CODEC, attributes=about, fill_value=0 if "int" in dtype else np.nan,
        )  # fmt: skip

    def _lay_out(self) -> None:
        """Create the arrays that pieces fill, each file the part of one piece."""
        study, cut = self.study, self.study.layout
        self._counters()
        case, rect = (cut.scenarios, cut.points), (1, cut.reach)
        for name, (unit, meaning) in OUTCOMES.items():
            self._array(name, (*case, cut.runs), (*rect, cut.span), None, "float64", (*CASE, "run"), units=unit,
                        long_name=meaning)  # fmt: skip
        kind = "float64" if study.double else "float32"
        for name, variable, axes in kept_axes():
            rest = (study.steps, *(len(study.labels[axis]) for axis in axes))
            self._array(name, (*case, study.members, *rest), (1, 1, 256, *rest), (*rect, cut.span, *rest), kind,
                        (*CASE, "member", "time", *axes), units=variable.unit, long_name=variable.meaning)  # fmt: skip
        for variable in histogrammed():
            assert variable.bins is not None
            rest = (study.steps, len(study.labels["state"]), variable.bins.count)
            self._array(histogram_of(variable.name), (*case, cut.rounds, *rest), (1, 1, 1, *rest), (*rect, 1, *rest),
                        "uint32", (*CASE, "piece", "time", "state", f"{variable.name}_bin"), units="count",
                        long_name=f"runs by {variable.meaning}")  # fmt: skip

    def _counters(self) -> None:
        """Write the numbers of runs and of members."""
        cut = self.study.layout
        for name, size, what in (("run", cut.runs, "number of the run"),
                                 ("member", self.study.members, "number of a run whose path is kept")):  # fmt: skip
            if name in self._group:
                del self._group[name]
            self._values(name, np.arange(size), name, long_name=what)

    def fit(self) -> None:
        """Bring every array to the number of runs of the study: after growing, or after stopping early."""
        cut = self.study.layout
        for name, length in self._lengths():
            array = self._group[name]
            if array.shape[2] != length:
                array.resize((*array.shape[:2], length, *array.shape[3:]))
        if self._group["run"].shape[0] != cut.runs or self._group["member"].shape[0] != self.study.members:
            self._counters()
        self._group.attrs.put(self.study.identity())

    def _lengths(self) -> Iterator[tuple[str, int]]:
        """Yield every array that pieces fill with the length of its third axis."""
        for name in OUTCOMES:
            yield name, self.study.layout.runs
        for name, _, _ in kept_axes():
            yield name, self.study.members
        for variable in histogrammed():
            yield histogram_of(variable.name), self.study.layout.rounds

    # -- pieces

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

    @property
    def place(self) -> Any:
        """Where zarr keeps the arrays, to be opened by `sim.reading`."""
        return self._group.store


def present(study: Study, piece: Piece) -> Iterator[str]:
    """Yield the arrays of which a piece holds a part."""
    paths = {name for name, _, _ in kept_axes()}
    yield from (name for name in pieced() if piece.run < study.members or name not in paths)


def pieced() -> Iterator[str]:
    """Yield the arrays that pieces fill."""
    yield from OUTCOMES
    yield from (name for name, _, _ in kept_axes())
    yield from (histogram_of(variable.name) for variable in histogrammed())


def file_of_piece(out: Path, name: str, piece: Piece, layout: Layout) -> Path:
    """Return the file that holds the part of a piece in an array."""
    cell = (piece.scenario, piece.point // layout.reach, piece.round, *([0] * rest_of(name)))
    return out / ARRAYS / name / "c" / "/".join(map(str, cell))


def rest_of(name: str) -> int:
    """Return how many axes an array has after run, member or piece."""
    if name in OUTCOMES:
        return 0
    return {kept: 1 + len(axes) for kept, _, axes in kept_axes()}.get(name, 3)


def digest_of(harvest: Harvest) -> str:
    """Return a hash of everything a piece holds, whatever compresses it."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (harvest.outcomes, harvest.paths, harvest.histograms):
        for name in sorted(part):
            digest.update(name.encode() + np.ascontiguousarray(part[name]).tobytes())
    return digest.hexdigest()


def digest_of_file(path: Path) -> str:
    """Return a hash of the bytes of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def markers(out: Path) -> Iterator[dict[str, Any]]:
    """Yield the markers of finished pieces in their order; a damaged one counts as absent."""
    for path in sorted((out / MARKERS).glob("*.json")):
        marker = marker_in(path)
        if marker is not None:
            yield marker


def marker_in(path: Path) -> dict[str, Any] | None:
    """Return the marker in a file; None if there is none, or it is damaged."""
    try:
        marker: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        whole = Piece(**marker["piece"]).name == path.stem and {"content", "files", "failures"} <= set(marker)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return marker if whole else None


def leave(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all: aside, synced, renamed."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
    synchronise(path.parent)


def settle(folder: Path) -> None:
    """Make sure that everything in a folder has reached the disk."""
    for path in (*folder.rglob("*"), folder):
        synchronise(path)


def synchronise(path: Path) -> None:
    """Make sure that a file or folder has reached the disk."""
    if os.name == "nt" and path.is_dir():
        return  # there a folder cannot be opened, and renames are journalled
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
