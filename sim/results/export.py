"""A result for other programs: tables as CSV or Parquet, arrays as netCDF.

Runs are read and written in parts, so memory does not grow with their number. A file is
written aside and renamed when it is whole.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from sim.answers import Files, amount
from sim.engine.record import histogrammed, kept_axes
from sim.model.mistakes import Mistake
from sim.model.outcomes import CASE
from sim.model.streams import BLOCK
from sim.results.files import file_name, refuse_links, replacing
from sim.results.manifest import EXPORTS
from sim.results.open import open_result
from sim.results.tables import TRAJECTORIES, Frames, lengths, outcomes, tables
from sim.results.tables import paths as quantities_of_paths
from sim.terminal import Shown, progress_bar

ROWS = 250_000  # rows of a table held at a time
SAMPLE = 200  # rows of which the text is looked at, to tell how long all will be
NEEDS = {"csv": ("pandas",), "parquet": ("pandas", "pyarrow"), "netcdf": ("h5netcdf", "h5py")}
ABOUT, COLUMNS, ARRAYS_IN_ONE = "about.json", "columns.csv", "runs.nc"


def export(
    result: xr.Dataset | str | os.PathLike[str],
    form: str,
    out: str | os.PathLike[str] | None = None,
    *,
    paths: bool = False,
    force: bool = False,
    rows: int = ROWS,
    progress: Shown = "auto",
) -> Files:
    """Write a result for other programs.

    Parameters
    ----------
    result : path or Dataset
        A result directory, or what it opens to.
    form : str
        ``csv`` or ``parquet``: one table of runs and one of bands. ``netcdf``: all arrays in ``runs.nc``.
    out : path, optional
        Folder; ``export`` in the result directory unless given.
    paths : bool
        Whole paths as tables too, one for each set of axes (``trajectories_state`` has a column for each quantity of a
        state); `sizes` tells how large they would be.
    force : bool
        Replace files that are in the way.
    rows : int
        Rows held at a time; changes speed and memory only.
    progress : bool or "auto"
        Show a progress bar; ``auto`` does in a notebook and in a terminal.

    Returns
    -------
    Files
        Their paths.

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
    folder = home / EXPORTS if out is None else Path(out)
    if not isinstance(result, xr.Dataset) and Path(os.path.abspath(home)) in Path(os.path.abspath(folder)).parents:
        refuse_links(home)
    jobs = _jobs(_readable(data), form, rows, paths=paths)
    for name in jobs:
        if os.path.lexists(folder / name) and not force:
            raise Mistake(f"{folder / name} is in the way; write --force to replace it, or choose another --out")
    folder.mkdir(parents=True, exist_ok=True)
    with progress_bar(len(jobs), "file", shown=progress) as bar:
        for name, write in jobs.items():
            with replacing(folder / name) as draft:
                write(draft)
            bar.update()
    return Files(folder / name for name in jobs)


def sizes(result: xr.Dataset | str | os.PathLike[str]) -> dict[str, float]:
    """Return about how many bytes each table of a result takes as CSV, by name, from the text of its first rows."""
    data = _readable(result if isinstance(result, xr.Dataset) else open_result(result))
    found = {}
    for name, frames in tables(data, SAMPLE).items():
        first = next(frames())
        text = first.head(SAMPLE).to_csv(index=False, header=False)
        found[name] = len(text.encode()) / max(min(len(first), SAMPLE), 1) * lengths(data)[name]
    return found


def foretold(result: xr.Dataset | str | os.PathLike[str], *, paths: bool) -> str:
    """Return in a sentence how large the tables of a result are as CSV, and what is left out."""
    expected = sizes(result)
    large = sum(size for name, size in expected.items() if name.startswith(TRAJECTORIES))
    small = sum(expected.values()) - large
    if paths or not large:
        return f"the tables take about {amount(small + large)}"
    return f"the tables take about {amount(small)}; whole paths are left out, --paths adds about {amount(large)}"


def _readable(data: xr.Dataset) -> xr.Dataset:
    """Return the result with labels as plain text, which every format knows."""
    text = {name: array for name, array in data.variables.items() if array.dtype.kind == "T"}
    plain = {name: (array.dims, array.values.astype(object), array.attrs) for name, array in text.items()}
    return data.assign_coords({name: new for name, new in plain.items() if name in data.coords}).assign(
        {name: new for name, new in plain.items() if name not in data.coords}
    )


def _jobs(data: xr.Dataset, form: str, rows: int, *, paths: bool) -> dict[str, Callable[[Path], None]]:
    """Return the files to write, each with what writes it; their names are those of `exported`."""
    if form == "netcdf":
        return {ARRAYS_IN_ONE: lambda path: _netcdf(data, path, rows)}
    parts = {file_name(name): frames for name, frames in tables(data, rows, with_paths=paths).items()}
    if form == "parquet":
        return {f"{name}.parquet": _to_parquet(data, frames) for name, frames in parts.items()}
    return {
        **{f"{name}.csv": _to_csv(frames) for name, frames in parts.items()},
        COLUMNS: lambda path: _columns(data, path, list(parts)),
        ABOUT: lambda path: _about(data, path),
    }


def exported() -> set[str]:
    """Return the names of all files that an export of a result can have."""
    axes = {"_".join([TRAJECTORIES, *axes]) for _, _, axes in kept_axes()}
    tables = {f"{name}.{form}" for name in ("runs", "bands", *axes) for form in ("csv", "parquet")}
    return {*tables, COLUMNS, ABOUT, ARRAYS_IN_ONE}


# -- tables


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

        parts = (pa.Table.from_pandas(frame, preserve_index=False) for frame in frames())
        first = next(parts, pa.table({}))
        fields = [field.with_metadata(_units(data, field.name)) for field in first.schema]
        schema = pa.schema(fields, {key: str(value) for key, value in _attributes(data).items()})
        with pq.ParquetWriter(path, schema) as file:
            for part in chain([first], parts):
                file.write_table(part.cast(schema))

    return write


def _units(data: xr.Dataset, name: str) -> dict[str, str]:
    """Return unit and meaning of a column, if it is a quantity."""
    attrs = data[name].attrs if name in data.data_vars else {}
    return {key: str(attrs[key]) for key in ("units", "long_name") if key in attrs}


def _columns(data: xr.Dataset, path: Path, tables: Sequence[str]) -> None:
    """Write unit and meaning of every column, which CSV itself cannot hold."""
    columns = {"runs": outcomes(data), **quantities_of_paths(data)}
    columns["bands"] = [v.name for v in histogrammed() if f"{v.name}_histogram" in data]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["table", "column", "unit", "meaning"])
        for table, names in columns.items():
            for name in names if table in tables else ():
                said = _units(data, name)
                column = f"quantity={name}" if table == "bands" else name
                writer.writerow([table, column, said.get("units", ""), said.get("long_name", "")])


def _about(data: xr.Dataset, path: Path) -> None:
    """Write which result the tables come from."""
    path.write_text(json.dumps(_attributes(data), indent=2) + "\n", encoding="utf-8", newline="\n")


def _attributes(data: xr.Dataset) -> dict[str, Any]:
    """Return the attributes of a result as numbers and text."""
    plain: dict[str, Any] = {}
    for key, value in data.attrs.items():
        plain[str(key)] = value.item() if isinstance(value, np.generic) else value
    return {k: v if isinstance(v, (int, float, str)) else json.dumps(v, default=str) for k, v in plain.items()}


# -- arrays


def _netcdf(data: xr.Dataset, path: Path, rows: int) -> None:
    """Write labels and small arrays with xarray, then what has runs or kept paths part by part."""
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
    return array.dtype.kind in "fiub" and bool({*CASE, "run", "member"} & set(array.dims))


def _stream(file: Any, name: str, array: xr.DataArray, rows: int) -> None:
    """Write one array in parts along its runs."""
    axis = sum(dim in CASE for dim in array.dims)  # scenario and point lead, then come runs or kept paths
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
