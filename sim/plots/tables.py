"""The table beside a figure: every number that it draws from, in tidy rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

Row = dict[str, str | float]


def tidy(dataset: xr.Dataset) -> list[Row]:
    """Return every number of a Dataset as a row: quantity, one column per dimension, value, unit."""
    dimensions = [str(dim) for dim in dataset.sizes]
    rows: list[Row] = []
    for name, array in dataset.data_vars.items():
        labels = {str(dim): _labels(array, str(dim)) for dim in array.dims}
        for place, value in np.ndenumerate(array.values):
            at = {dim: labels[dim][i] for dim, i in zip(labels, place, strict=True)}
            row: Row = {"quantity": str(name), **{dim: at.get(dim, "") for dim in dimensions}}
            rows.append(row | {"value": _plain(value), "unit": str(array.attrs.get("units", ""))})
    return rows


def _labels(array: xr.DataArray, dim: str) -> list[str | float]:
    """Return the labels along a dimension, or places where it has none."""
    return [_plain(v) for v in array[dim].values] if dim in array.coords else list(range(array.sizes[dim]))


def _plain(value: Any) -> str | float:
    """Return a number or text as a CSV should hold it; dates by day."""
    if isinstance(value, np.datetime64):
        return str(np.datetime_as_string(value, "D"))
    plain: str | float = value.item() if isinstance(value, np.generic) else value
    return plain
