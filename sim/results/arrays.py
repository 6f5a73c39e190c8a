"""How the arrays of a result are laid out: labelled, compressed, cut so that every batch has files of its own.

On disk every array has the axes ``(scenario, point, run or member, ...)``; an axis of length one is
dropped when a result is opened. Histograms have an axis over the batches of a case and are added up
when they are read, so nothing is ever read to be written again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from zarr.codecs import BloscCodec

from sim.engine.record import edges, histogrammed, kept_axes
from sim.measures.target_statistics import statistic_names
from sim.model.outcomes import CASE, OUTCOMES
from sim.model.streams import BLOCK
from sim.study.layout import Batch, Layout
from sim.study.points import Points
from sim.study.study import AXES, Study

ARRAYS = "runs.zarr"
STATISTICS = "target_statistics"
NOT_ALWAYS = (STATISTICS, "statistic")  # arrays that a result of an older version lacks
METADATA = "zarr.json"  # of each array, and of all of them
CODEC = BloscCodec(cname="zstd", clevel=1, shuffle="shuffle")  # 3 takes twice the time and saves nothing here
COORDINATES = ("_name", "_iso3", "_title", "_digest", "_role", "_unit", "factor_values")


def laid_out(study: Study) -> dict[str, bytes]:
    """Return the files of a study's arrays that hold no run: metadata, and labels with them, by zarr's keys.

    They follow from the study alone, so they can be laid out again; with more runs or fewer they say another length,
    and what holds runs stays as it is.
    """
    files: dict[str, Any] = {}
    lay_out(zarr.create_group(zarr.storage.MemoryStore(files), zarr_format=3), study)
    return {key: content.to_bytes() for key, content in files.items()}


def lay_out(group: Any, study: Study) -> None:
    """Create the arrays that batches fill, each file the part of one batch, and their labels."""
    cut = study.layout
    group.attrs.put(study.identity())
    _coordinates(group, study)
    _counters(group, study)
    # A file, be it a chunk of zarr or a shard of chunks, holds one batch: no two workers ever write the same one. What
    # is large is unpacked case by case, paths by 256 runs, so that reading a case does not unpack its neighbours.
    case, rect = (cut.scenarios, cut.points), (1, cut.reach)
    for name, outcome in OUTCOMES.items():
        _array(group, name, (*case, cut.runs), (*rect, cut.span), None, "float64", (*CASE, "run"), units=outcome.unit,
                    long_name=outcome.meaning)  # fmt: skip
    kind = np.dtype(study.kind).name
    for name, variable, axes in kept_axes():
        rest = (study.steps, *(len(study.labels[axis]) for axis in axes))
        _array(group, name, (*case, study.kept_paths, *rest), (1, 1, BLOCK, *rest), (*rect, cut.span, *rest), kind,
                    (*CASE, "member", "time", *axes), units=variable.unit, long_name=variable.meaning)  # fmt: skip
    names = all_statistics(study)
    _values(group, "statistic", list(names), "statistic")
    _array(group, STATISTICS, (*case, cut.runs, len(names)), (*rect, cut.span, len(names)), None, "float32",
                (*CASE, "run", "statistic"), long_name="what calibration targets are about, of each run")  # fmt: skip
    for variable in histogrammed():
        assert variable.bins is not None
        rest = (study.steps, len(study.labels["state"]), variable.bins.count)
        _array(group, histogram_of(variable.name), (*case, cut.rounds, *rest), (1, 1, 1, *rest), (*rect, 1, *rest),
                    "uint32", (*CASE, "piece", "time", "state", f"{variable.name}_bin"), units="count",
                    long_name=f"runs by {variable.meaning}")  # fmt: skip


def _coordinates(group: Any, study: Study) -> None:
    """Write labels, names and codes along every dimension."""
    first = study.positions[0]
    _values(group, "scenario", [scenario.name for scenario in study.scenarios], "scenario")
    for name in ("title", "digest"):
        texts = [position.scenario.digest() if name == "digest" else position.scenario.title
                 for position in study.positions]  # fmt: skip
        _values(group, f"scenario_{name}", texts, "scenario")
    start = np.datetime64(first.scenario.start, "D")
    days = np.array([np.datetime64(first.date(step), "D") for step in range(study.steps)])
    _values(group, "time", (days - start).astype(np.int64), "time", units=f"days since {start}", long_name="month")
    titles, codes = _titles(study), _codes(study)
    for axis in AXES:
        labels = study.labels[axis]
        _values(group, axis, list(labels), axis)
        _values(group, f"{axis}_name", [titles[key] for key in labels], axis)
    for axis in ("state", "origin"):
        _values(group, f"{axis}_iso3", [codes.get(key, "") for key in study.labels[axis]], axis)
    for variable in histogrammed():
        assert variable.bins is not None
        _values(group, f"{variable.name}_edges", edges(variable.bins), f"{variable.name}_edge", units=variable.unit)
    if study.points is not None:
        _points(group, study.points)


def _titles(study: Study) -> dict[str, str]:
    """Return the display name of every label, of the first scenario that has it."""
    titles: dict[str, str] = {}
    for position in reversed(study.positions):
        titles |= position.titles
    return titles


def _codes(study: Study) -> dict[str, str]:
    """Return the country code of every state and supplier that has one."""
    actors = [item for scenario in study.scenarios
              for item in (*scenario.suppliers.items(), *scenario.states.items())]  # fmt: skip
    return {key: code for key, actor in actors if (code := getattr(actor, "iso3", None))}


def _points(group: Any, points: Points) -> None:
    """Write what the factors are at each point."""
    _values(group, "point", list(points.labels), "point")
    _values(group, "factor", list(points.factors), "factor")
    _values(group, "factor_role", list(points.roles), "factor")
    _values(group, "factor_unit", list(points.units), "factor")
    _array(group, "factor_values", points.values.shape, points.values.shape, None, "float64", ("point", "factor"))
    group["factor_values"][...] = points.values
    if (sample := points.sample) is not None:
        _values(group, "run_factor", list(sample.factors), "run_factor")
        _values(group, "run_factor_role", list(sample.roles), "run_factor")
        _values(group, "run_factor_unit", list(sample.units), "run_factor")
        shape, about = sample.values.shape, "run k of every case has row k modulo their number"
        _array(group, "run_factor_values", shape, shape, None, "float64", ("row", "run_factor"), long_name=about)
        group["run_factor_values"][...] = sample.values


def _counters(group: Any, study: Study) -> None:
    """Write the numbers of runs and of kept paths."""
    for name, size, what in (("run", study.layout.runs, "number of the run"),
                             ("member", study.kept_paths, "number of a run whose path is kept")):  # fmt: skip
        _values(group, name, np.arange(size), name, long_name=what)


def _values(group: Any, name: str, values: Any, dim: str, **about: str) -> None:
    """Create and fill one array along one dimension."""
    data = np.asarray(values)
    text = data.dtype.kind in "UO" or (data.dtype.kind == "f" and not data.size)  # no labels at all
    group.create_array(
        name, shape=data.shape, chunks=(max(data.size, 1),), dtype=str if text else data.dtype,
        dimension_names=(dim,), attributes=about,
    )  # fmt: skip
    if data.size:
        group[name][:] = data.astype(object) if text else data


def _array(group: Any, name: str, shape: tuple[int, ...], chunks: tuple[int, ...], shards: tuple[int, ...] | None,
           dtype: str, dims: tuple[str, ...], **about: str) -> None:  # fmt: skip
    """Create one array to be filled."""
    group.create_array(
        name, shape=shape, chunks=tuple(max(n, 1) for n in chunks), dtype=dtype, dimension_names=dims,
        shards=None if shards is None else tuple(max(n, 1) for n in shards),
        compressors=CODEC, attributes=about, fill_value=0 if "int" in dtype else np.nan,
    )  # fmt: skip


# -- names and files


def histogram_of(name: str) -> str:
    """Return the name of the histogram of a quantity."""
    return f"{name}_histogram"


def all_statistics(study: Study) -> tuple[str, ...]:
    """Return the names of all statistics that any of the scenarios has."""
    return tuple(dict.fromkeys(name for position in study.positions for name in statistic_names(position)))


def batch_arrays() -> Iterator[str]:
    """Yield the arrays that batches fill."""
    yield from (*OUTCOMES, STATISTICS)
    yield from (name for name, _, _ in kept_axes())
    yield from (histogram_of(variable.name) for variable in histogrammed())


def all_arrays() -> Iterator[str]:
    """Yield every array that a result can have."""
    yield from batch_arrays()
    yield from ("scenario", "scenario_title", "scenario_digest", "time", "run", "member", "statistic")
    for factor in ("factor", "run_factor"):
        yield from (factor, f"{factor}_role", f"{factor}_unit", f"{factor}_values")
    yield "point"
    yield from (f"{axis}{part}" for axis in AXES for part in ("", "_name", "_iso3"))
    yield from (f"{variable.name}_edges" for variable in histogrammed())


def arrays_of(study: Study, batch: Batch) -> Iterator[str]:
    """Yield the arrays of which a batch holds a part."""
    paths = {name for name, _, _ in kept_axes()}
    yield from (name for name in batch_arrays() if batch.run < study.kept_paths or name not in paths)


def file_of_batch(out: Path, name: str, batch: Batch, layout: Layout) -> Path:
    """Return the file that holds the part of a batch in an array."""
    cell = (batch.scenario, batch.point // layout.reach, batch.round, *([0] * trailing_axes(name)))
    return out / ARRAYS / name / "c" / "/".join(map(str, cell))


def trailing_axes(name: str) -> int:
    """Return how many axes an array has after run, kept path or batch."""
    if name in OUTCOMES:
        return 0
    if name == STATISTICS:
        return 1
    return {kept: 1 + len(axes) for kept, _, axes in kept_axes()}.get(name, 3)


def batch_of_file(name: str, cell: tuple[int, ...], layout: Layout) -> Batch:
    """Return the batch whose part of an array a file holds, as `file_of_batch` has it the other way round."""
    return layout.batch(cell[0], cell[1] * layout.reach, cell[2])
