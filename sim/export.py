"""A result for other programs: tables as CSV or Parquet, arrays as netCDF.

Runs are read and written in pieces, so memory does not grow with their number. A file is
written aside and renamed when it is whole.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from tqdm import tqdm

from sim import measures
from sim.record import OUTCOMES, histogrammed
from sim.results import open_result
from sim.streams import BLOCK
from sim.variables import Mistake

if TYPE_CHECKING:
    import pandas as pd

ROWS = 250_000  # rows of a table held at a time
DESIGN = ("scenario", "point")
NEEDS = {"csv": ("pandas",), "parquet": ("pandas", "pyarrow"), "netcdf": ("h5netcdf", "h5py")}
ABOUT, COLUMNS = "about.json", "columns.csv"
Frames = Iterator["pd.DataFrame"]


def export(
    result: xr.Dataset | str | os.PathLike[str],
    form: str,
    out: str | os.PathLike[str] | None = None,
    *,
    force: bool = False,
    rows: int = ROWS,
    progress: bool = False,
) -> list[Path]:
    """Write a result for other programs.

    Parameters
    ----------
    result : path or Dataset
        A result directory, or what it opens to.
    form : str
        ``csv`` or ``parquet``: one table of runs, one of bands, and one of trajectories for each set of axes
        (``trajectories_state`` has a column for each quantity of a state). ``netcdf``: all arrays in ``runs.nc``.
    out : path, optional
        Folder; ``export`` in the result directory unless given.
    force : bool
        Replace files that are in the way.
    rows : int
        Rows held at a time; changes speed and memory only.
    progress : bool
        Show a progress bar.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    Mistake
        If the form is unknown, a package is missing, or a file is in the way.
    """
    if form not in NEEDS:
        raise Mistake(f"there is no form '{form}'; write {', '.join(NEEDS)}")
    for package in NEEDS[form]:
        if find_spec(package) is None:
            raise Mistake(f"{form} needs the package {package}; install it with pip install 'armsrace[export]'")
    if isinstance(result, xr.Dataset) and out is None:
        raise Mistake("a result in memory has no folder of its own; name one, out=...")
    if isinstance(result, xr.Dataset):
        data, home = result, Path()
    else:
        data, home = open_result(result), Path(result)
    folder = home / "export" if out is None else Path(out)
    jobs = _jobs(_readable(data), form, rows)
    for name in jobs:
        if (folder / name).exists() and not force:
            raise Mistake(f"{folder / name} is in the way; write --force to replace it, or choose another --out")
    folder.mkdir(parents=True, exist_ok=True)
    for name, write in tqdm(jobs.items(), unit="file", disable=not progress):
        aside = folder / f".{name}.part"
        try:
            write(aside)
            os.replace(aside, folder / name)
        finally:
            aside.unlink(missing_ok=True)
    return [folder / name for name in jobs]


def _readable(data: xr.Dataset) -> xr.Dataset:
    """Return the result with labels as plain text, which every format knows."""
    text = {name: array for name, array in data.variables.items() if array.dtype.kind == "T"}
    plain = {name: (array.dims, array.values.astype(object), array.attrs) for name, array in text.items()}
    return data.assign_coords({name: new for name, new in plain.items() if name in data.coords}).assign(
        {name: new for name, new in plain.items() if name not in data.coords}
    )


def _jobs(data: xr.Dataset, form: str, rows: int) -> dict[str, Callable[[Path], None]]:
    """Return the files to write, each with what writes it."""
    if form == "netcdf":
        return {"runs.nc": lambda path: _netcdf(data, path, rows)}
    tables = _tables(data, rows)
    if form == "parquet":
        return {f"{name}.parquet": _to_parquet(data, frames) for name, frames in tables.items()}
    return {
        **{f"{name}.csv": _to_csv(frames) for name, frames in tables.items()},
        COLUMNS: lambda path: _columns(data, path),
        ABOUT: lambda path: _about(data, path),
    }


# -- tables


def _tables(data: xr.Dataset, rows: int) -> dict[str, Callable[[], Frames]]:
    """Return each table as pieces to come."""
    tables: dict[str, Callable[[], Frames]] = {"runs": lambda: _runs(data, rows), "bands": lambda: _bands(data)}
    for name, quantities in _paths(data).items():
        tables[name] = lambda quantities=quantities: _trajectories(data, quantities, rows)  # type: ignore[misc]
    return tables


def outcomes(data: xr.Dataset) -> list[str]:
    """Return the names of what is known of every run, in one order; a store lists its arrays in any."""
    names = [str(name) for name, array in data.data_vars.items() if "run" in array.dims]
    known = list(OUTCOMES)
    return sorted(names, key=lambda name: (known.index(name) if name in known else len(known), name))


def _paths(data: xr.Dataset) -> dict[str, list[str]]:
    """Return the quantities whose paths were kept, by table: one for each set of axes beside member and time."""
    tables: dict[str, list[str]] = {}
    for name, array in data.data_vars.items():
        if {"member", "time"} <= set(array.dims):
            axes = [str(dim) for dim in array.dims if dim not in (*DESIGN, "member", "time")]
            tables.setdefault("_".join(["trajectories", *axes]), []).append(str(name))
    return {name: sorted(tables[name]) for name in sorted(tables)}


def _points(data: xr.Dataset) -> Iterator[tuple[dict[str, Any], xr.Dataset]]:
    """Yield each scenario and point with what tells it apart; a plain sweep is its scenario's point 0."""
    for s in range(data.sizes.get("scenario", 1)):
        for p in range(data.sizes.get("point", 1)):
            place = {dim: i for dim, i in zip(DESIGN, (s, p), strict=True) if dim in data.dims}
            one = data.isel(place)
            name = one["scenario"].item() if "scenario" in one.coords else data.attrs.get("scenario", "")
            point = one["point"].item() if "point" in one.coords else p
            known: dict[str, Any] = {"scenario": str(name), "point": point}
            yield known, one.drop_vars(DESIGN, errors="ignore")


def _factors(one: xr.Dataset) -> dict[str, Any]:
    """Return the settings at a point."""
    if "factor_values" not in one:
        return {}
    return {str(name): value for name, value in zip(one["factor"].values, one["factor_values"].values, strict=True)}


def _framed(piece: xr.Dataset, axes: list[str], known: Mapping[str, Any]) -> pd.DataFrame:
    """Return one piece as a table, what tells its point apart in front."""
    labels = [name for name in piece.coords if name not in axes]
    frame = piece.drop_vars(labels).load().to_dataframe(dim_order=axes).reset_index()
    for place, (name, value) in enumerate(known.items()):
        frame.insert(place, name, value)
    return frame


def _runs(data: xr.Dataset, rows: int) -> Frames:
    """Yield the outcomes, a row for each run."""
    for known, one in _points(data):
        settings = known | _factors(one)
        for first in range(0, max(one.sizes["run"], 1), rows):
            yield _framed(one[outcomes(data)].isel(run=slice(first, first + rows)), ["run"], settings)


def _bands(data: xr.Dataset) -> Frames:
    """Yield median and bands of the quantities summarised over all runs, by month."""
    for known, one in _points(data):
        for variable in histogrammed():
            if f"{variable.name}_histogram" in one:
                band = measures.bands(one, variable.name)
                yield _framed(band, ["state", "time", "level"], known | {"quantity": variable.name})


def _trajectories(data: xr.Dataset, quantities: list[str], rows: int) -> Frames:
    """Yield paths, a row for each member, month and place on the other axes."""
    for known, one in _points(data):
        some = one[quantities]
        axes = ["member", "time", *(str(dim) for dim in some[quantities[0]].dims if dim not in ("member", "time"))]
        cells = int(np.prod([some.sizes[dim] for dim in axes[1:]]))
        step = max(rows // max(cells, 1), 1)
        for first in range(0, max(some.sizes["member"], 1), step):
            yield _framed(some.isel(member=slice(first, first + step)), axes, known)


def _to_csv(frames: Callable[[], Frames]) -> Callable[[Path], None]:
    """Return what writes a table as CSV; a missing value is an empty cell."""

    def write(path: Path) -> None:
        with path.open("w", newline="", encoding="utf-8") as file:
            for number, frame in enumerate(frames()):
                frame.to_csv(file, index=False, header=number == 0, date_format="%Y-%m-%d", lineterminator="\n")

    return write


def _to_parquet(data: xr.Dataset, frames: Callable[[], Frames]) -> Callable[[Path], None]:
    """Return what writes a table as Parquet, units in the columns' metadata and provenance in the file's."""

    def write(path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pieces = (pa.Table.from_pandas(frame, preserve_index=False) for frame in frames())
        first = next(pieces, pa.table({}))
        fields = [field.with_metadata(_units(data, field.name)) for field in first.schema]
        schema = pa.schema(fields, {key: str(value) for key, value in _attributes(data).items()})
        with pq.ParquetWriter(path, schema) as file:
            for piece in chain([first], pieces):
                file.write_table(piece.cast(schema))

    return write


def _units(data: xr.Dataset, name: str) -> dict[str, str]:
    """Return unit and meaning of a column, if it is a quantity."""
    attrs = data[name].attrs if name in data.data_vars else {}
    return {key: str(attrs[key]) for key in ("units", "long_name") if key in attrs}


def _columns(data: xr.Dataset, path: Path) -> None:
    """Write unit and meaning of every column, which CSV itself cannot hold."""
    tables = {"runs": outcomes(data), **_paths(data)}
    tables["bands"] = [v.name for v in histogrammed() if f"{v.name}_histogram" in data]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["table", "column", "unit", "meaning"])
        for table, names in tables.items():
            for name in names:
                said = _units(data, name)
                column = f"quantity={name}" if table == "bands" else name
                writer.writerow([table, column, said.get("units", ""), said.get("long_name", "")])


def _about(data: xr.Dataset, path: Path) -> None:
    """Write which result the tables come from."""
    path.write_text(json.dumps(_attributes(data), indent=2) + "\n", encoding="utf-8")


def _attributes(data: xr.Dataset) -> dict[str, Any]:
    """Return the attributes of a result as numbers and text."""
    plain: dict[str, Any] = {}
    for key, value in data.attrs.items():
        plain[str(key)] = value.item() if isinstance(value, np.generic) else value
    return {k: v if isinstance(v, (int, float, str)) else json.dumps(v, default=str) for k, v in plain.items()}


# -- arrays


def _netcdf(data: xr.Dataset, path: Path, rows: int) -> None:
    """Write labels and small arrays with xarray, then what has runs or members piece by piece."""
    import h5netcdf

    large = {str(name): array for name, array in data.data_vars.items() if _grows(array)}
    data.drop_vars(list(large)).assign_attrs(_attributes(data)).to_netcdf(path, engine="h5netcdf")
    with h5netcdf.File(path, "a") as file:
        for name, array in large.items():
            for dim, size in array.sizes.items():
                if dim not in file.dimensions:
                    file.dimensions[str(dim)] = size
            _stream(file, name, array, rows)


def _grows(array: xr.DataArray) -> bool:
    """Say whether an array of numbers grows with the number of runs or points."""
    return array.dtype.kind in "fiub" and bool({*DESIGN, "run", "member"} & set(array.dims))


def _stream(file: Any, name: str, array: xr.DataArray, rows: int) -> None:
    """Write one array in pieces along its runs."""
    axis = sum(dim in DESIGN for dim in array.dims)  # scenario and point lead, then come runs or members
    axis = min(axis, array.ndim - 1)
    chunks = tuple(1 if i < axis else min(BLOCK, n) if i == axis else n for i, n in enumerate(array.shape))
    storage: dict[str, Any] = {"chunks": chunks, "compression": "gzip"} if array.size else {}
    if array.dtype.kind == "f":
        storage["fillvalue"] = np.nan
    stored = file.create_variable(name, array.dims, array.dtype, **storage)
    for key, value in array.attrs.items():
        stored.attrs[key] = value
    if not array.size:
        return
    width = int(np.prod(array.shape[axis + 1 :])) if axis + 1 < array.ndim else 1
    step = max(rows // width // BLOCK, 1) * BLOCK
    for place in np.ndindex(*array.shape[:axis]):
        for first in range(0, array.shape[axis], step):
            here = (*place, slice(first, min(first + step, array.shape[axis])))
            stored[here] = array[here].values
