"""A result as tables: runs, bands and trajectories, yielded in parts so that memory does not grow with the runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from sim.engine.record import histogrammed
from sim.measures.bands import LEVELS, bands
from sim.model.outcomes import CASE, OUTCOMES

if TYPE_CHECKING:
    import pandas as pd

Frames = Iterator["pd.DataFrame"]
TRAJECTORIES = "trajectories"  # how the tables of whole paths begin


def tables(data: xr.Dataset, rows: int, *, with_paths: bool = True) -> dict[str, Callable[[], Frames]]:
    """Return each table as parts to come, those of whole paths if asked."""
    found: dict[str, Callable[[], Frames]] = {"runs": lambda: _runs(data, rows), "bands": lambda: _bands(data)}
    for name, quantities in paths(data).items() if with_paths else ():
        found[name] = lambda quantities=quantities: _trajectories(data, quantities, rows)  # type: ignore[misc]
    return found


def outcomes(data: xr.Dataset) -> list[str]:
    """Return the names of what is known of every run, in one order; a store lists its arrays in any."""
    names = [str(name) for name, array in data.data_vars.items() if array.dims[-1:] == ("run",)]
    known = list(OUTCOMES)
    return sorted(names, key=lambda name: (known.index(name) if name in known else len(known), name))


def paths(data: xr.Dataset) -> dict[str, list[str]]:
    """Return the quantities whose paths were kept, by table: one for each set of axes beside member and time."""
    found: dict[str, list[str]] = {}
    for name, array in data.data_vars.items():
        if {"member", "time"} <= set(array.dims):
            axes = [str(dim) for dim in array.dims if dim not in (*CASE, "member", "time")]
            found.setdefault("_".join([TRAJECTORIES, *axes]), []).append(str(name))
    return {name: sorted(found[name]) for name in sorted(found)}


def lengths(data: xr.Dataset) -> dict[str, int]:
    """Return how many rows each table will have."""
    cases = int(np.prod([data.sizes[dim] for dim in CASE if dim in data.dims], dtype=int))
    drawn = [data[f"{v.name}_histogram"] for v in histogrammed() if f"{v.name}_histogram" in data]
    cells = [int(np.prod([array.sizes[dim] for dim in ("state", "time")])) for array in drawn]
    long = {name: data[quantities[0]].size for name, quantities in paths(data).items()}  # whole, cases and all
    return {"runs": cases * data.sizes["run"], "bands": cases * len(LEVELS) * sum(cells), **long}


def _points(data: xr.Dataset) -> Iterator[tuple[dict[str, Any], xr.Dataset]]:
    """Yield each scenario and point with what tells it apart; a plain sweep is its scenario's point 0."""
    for s in range(data.sizes.get("scenario", 1)):
        for p in range(data.sizes.get("point", 1)):
            place = {dim: i for dim, i in zip(CASE, (s, p), strict=True) if dim in data.dims}
            one = data.isel(place)
            name = one["scenario"].item() if "scenario" in one.coords else data.attrs.get("scenario", "")
            point = one["point"].item() if "point" in one.coords else p
            known: dict[str, Any] = {"scenario": str(name), "point": point}
            if p < data.attrs.get("stated_points", 0):  # the numbers as they stand: no run has those of a sample
                one = one.assign(run_factor_values=one["run_factor_values"] * np.nan)
            yield known, one.drop_vars(CASE, errors="ignore")


def _factors(one: xr.Dataset) -> dict[str, Any]:
    """Return the settings at a point."""
    if "factor_values" not in one:
        return {}
    return {str(name): value for name, value in zip(one["factor"].values, one["factor_values"].values, strict=True)}


def _framed(part: xr.Dataset, axes: list[str], known: Mapping[str, Any]) -> pd.DataFrame:
    """Return one part as a table, what tells its point apart in front."""
    labels = [name for name in part.coords if name not in axes]
    frame = part.drop_vars(labels).load().to_dataframe(dim_order=axes).reset_index()
    for place, (name, value) in enumerate(known.items()):
        frame.insert(place, name, value)
    return frame


def _runs(data: xr.Dataset, rows: int) -> Frames:
    """Yield the outcomes, a row for each run."""
    for known, one in _points(data):
        settings = known | _factors(one)
        for first in range(0, max(one.sizes["run"], 1), rows):
            frame = _framed(one[outcomes(data)].isel(run=slice(first, first + rows)), ["run"], settings)
            if "run_factor_values" in one:  # each run has a row of a sample
                sample = one["run_factor_values"].values[frame["run"].to_numpy() % one.sizes["row"]]
                for place, name in enumerate(one["run_factor"].values):
                    frame.insert(len(settings) + place, str(name), sample[:, place])
            yield frame


def _bands(data: xr.Dataset) -> Frames:
    """Yield median and bands of the quantities summarised over all runs, by month."""
    for known, one in _points(data):
        for variable in histogrammed():
            if f"{variable.name}_histogram" in one:
                band = bands(one, variable.name)
                yield _framed(band, ["state", "time", "level"], known | {"quantity": variable.name})


def _trajectories(data: xr.Dataset, quantities: list[str], rows: int) -> Frames:
    """Yield paths, a row for each kept path, month and place on the other axes."""
    for known, one in _points(data):
        some = one[quantities]
        axes = ["member", "time", *(str(dim) for dim in some[quantities[0]].dims if dim not in ("member", "time"))]
        cells = int(np.prod([some.sizes[dim] for dim in axes[1:]]))
        step = max(rows // max(cells, 1), 1)
        for first in range(0, max(some.sizes["member"], 1), step):
            yield _framed(some.isel(member=slice(first, first + step)), axes, known)
