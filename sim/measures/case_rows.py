"""One row for each case of a designed sweep: where it lies in the design, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import xarray as xr

from sim.measures import Row, Z, summary, wilson
from sim.model.outcomes import CASE, OUTCOMES


def summary_rows(result: xr.Dataset) -> list[Row]:
    """Return the summary of a result: of its one case, or a row for each of many."""
    return list(case_rows(result)) if any(axis in result.dims for axis in CASE) else summary(result)


def case_rows(result: xr.Dataset) -> Iterator[Row]:
    """Yield a row for each case.

    Parameters
    ----------
    result : Dataset
        Outcomes ``([scenario,] [point,] run)``, with ``factor_values (point, factor)`` where there is a design.

    Yields
    ------
    dict
        Scenario, point and factors; runs that count and runs left out; probability of a campaign with its
        95 % Wilson interval; mean of every other outcome with half the width of its 95 % interval
        (``_pm``; normal, Monte Carlo error).
    """
    axes = [axis for axis in CASE if axis in result.dims]
    names = [name for name in OUTCOMES if not name.startswith(("first_", "failed"))]
    loaded = result[[*names, "first_campaign", "failed"]].load()
    for places in product(*(range(result.sizes[axis]) for axis in axes)):
        one = loaded.isel(dict(zip(axes, places, strict=True)))
        good = np.isnan(one["failed"].values)
        one = one.isel(run=np.flatnonzero(good)).assign_attrs(failed=int((~good).sum()))
        yield {**_place(result, dict(zip(axes, places, strict=True))), **_war(one), **_means(one, names)}


def _place(result: xr.Dataset, places: dict[str, int]) -> Row:
    """Return where a case lies."""
    row: dict[str, Any] = {axis: str(result[axis].values[place]) for axis, place in places.items()}
    if "factor_values" in result.coords and "point" in places:
        values = result["factor_values"].values[places["point"]].tolist()
        row |= dict(zip(map(str, result["factor"].values), values, strict=True))
    return row


def _war(one: xr.Dataset) -> Row:
    """Return runs and the probability of a campaign."""
    runs, fought = one.sizes["run"], int(np.isfinite(one["first_campaign"]).sum())
    low, high = wilson(fought, runs) if runs else (np.nan, np.nan)
    share = fought / runs if runs else np.nan
    counts: Row = {"runs": runs, "left_out": one.attrs["failed"]}
    return counts | {"war_probability": share, "war_probability_low": low, "war_probability_high": high}


def _means(one: xr.Dataset, names: list[str]) -> Row:
    """Return the mean of every outcome with half the width of its interval."""
    row: Row = {}
    for name in names:
        values = one[name].values
        row[name] = float(values.mean()) if len(values) else np.nan
        row[f"{name}_pm"] = float(Z * values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else np.nan
    return row
