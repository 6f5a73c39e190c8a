"""Stored arrays as a labelled dataset. A room of its own, since who only plays and writes does without xarray."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
import zarr
from xarray.backends import BackendArray
from xarray.core import indexing

from sim.engine.chunk import Chunk
from sim.engine.output import join_chunks
from sim.engine.record import histogrammed
from sim.model.outcomes import CASE
from sim.model.streams import BLOCK
from sim.results.arrays import COORDINATES, histogram_of
from sim.results.memory import Group, in_memory
from sim.scenario.initial import Position
from sim.study.layout import Layout
from sim.study.study import Study

DATED = ("units", "calendar")  # how dates are told, on whatever disk


def open_store(place: Any) -> xr.Dataset:
    """Open a zarr store as a labelled dataset, lazily; axes of length one are dropped.

    Of a result directory the encoding names the `source`.
    """
    data: xr.Dataset = xr.open_zarr(place, consolidated=False, zarr_format=3, chunks=None)
    group: Any = zarr.open_group(store=place, mode="r", zarr_format=3)
    for variable in histogrammed():
        name = histogram_of(variable.name)
        if name in data:
            dims = tuple(dim for dim in data[name].dims if dim != "piece")
            added = indexing.LazilyIndexedArray(AddedUp(group[name]))
            data[name] = xr.Variable(dims, added, data[name].attrs)
    whole = _whole(data)
    whole.encoding = {"source": str(place.root.parent)} if hasattr(place, "root") else {}
    return whole


def _whole(data: xr.Dataset) -> xr.Dataset:
    """Return arrays with their coordinates named as such, and without axes of length one."""
    data = data.set_coords([str(name) for name in data.data_vars if str(name).endswith(COORDINATES)])
    whole: xr.Dataset = data.squeeze([axis for axis in CASE if data.sizes.get(axis) == 1], drop=True)
    for array in whole.variables.values():  # or no part of it could be written again: how it is cut here fits here only
        array.encoding = {name: how for name, how in array.encoding.items() if name in DATED}
    return whole


class AddedUp(BackendArray):  # type: ignore[misc, unused-ignore]
    """A histogram added up over the batches of each case, ``(scenario, point, ...)``, when it is read.

    One batch is in memory at a time, so a million runs take no more than a thousand.
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
        for batch in range(self.array.shape[2]):
            total = total + self.array[(*key[:2], batch, *key[2:])].astype(np.int64)
        return total


def dataset_of(position: Position, parts: Sequence[Chunk]) -> xr.Dataset:
    """Return runs of one case that were played otherwise as the dataset of a sweep, in memory."""
    runs = sum(chunk.record.runs for chunk in parts)
    kept_paths = sum(chunk.record.kept_paths for chunk in parts)
    whole = Layout(1, 1, runs, span=-(-runs // BLOCK) * BLOCK, reach=1)
    study = Study((position.scenario,), whole, kept_paths, position.seed, position.without)
    group = in_memory(study, whole.batch(0, 0, 0), join_chunks(list(parts), kept_paths))
    return dataset_in_memory(group).drop_dims("statistic", errors="ignore")  # nothing was measured


def dataset_in_memory(group: Group) -> xr.Dataset:
    """Return arrays in memory that one batch has filled as a labelled dataset, with the number of runs that failed."""
    variables = {name: xr.Variable(one.dims, one.values, one.attributes) for name, one in group.arrays.items()}
    for variable in histogrammed():
        name = histogram_of(variable.name)
        variables[name] = variables[name].isel(piece=0).astype(np.int64)  # of the one batch
    variables["time"] = xr.decode_cf(xr.Dataset({"time": variables["time"]}))["time"].variable
    return with_failed(_whole(xr.Dataset(variables, attrs=group.attrs)))


def with_failed(data: xr.Dataset) -> xr.Dataset:
    """Return a dataset with the number of runs that failed among its attributes."""
    return data.assign_attrs(failed=int(np.isfinite(data["failed"]).sum()))
