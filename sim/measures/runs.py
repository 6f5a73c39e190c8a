"""Which sweep a number comes from, which of its runs count, and what its time axis means."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from sim.model.mistakes import Mistake, command

PROVENANCE = ("scenario", "point", "title", "digest", "seed", "runs", "failed", "version", "steps_per_year", "start")
MONTE_CARLO = "low to high: 95% interval of the estimate (Monte Carlo error)"
SPREAD = "low to high: middle 80% of runs"
PERIODS = (1, 5, 10, 25, 50, 100)  # years of a period
MOST_PERIODS = 16  # of which there is room beside a curve
AT_ONCE = 2048  # paths in memory when many are read: some tens of MB


def without_broken(result: xr.Dataset) -> xr.Dataset:
    """Return one case without the runs that broke (histograms never hold them); `failed` in attrs counts them.

    Raises
    ------
    Mistake
        If no run is left.
    """
    if "failed" not in result or not result.attrs.get("failed", 1) or "run" not in result["failed"].dims:
        return result
    good = np.isnan(result["failed"].values)
    result = result.assign_attrs(failed=int((~good).sum()))
    if good.all():
        return result
    if not good.any():
        out = result.encoding.get("source")
        where = command("failures", out) if out else "sweep them into a directory, and `armsrace failures DIR`"
        raise Mistake(f"all {good.size} runs broke, so there is nothing to measure; {where} says where")
    return result.isel(run=np.flatnonzero(good), member=np.flatnonzero(good[result["member"].values]))


def provenance(result: xr.Dataset) -> dict[str, Any]:
    """Return the attributes that say which sweep a number comes from."""
    return {key: result.attrs[key] for key in PROVENANCE if key in result.attrs}


def rivals(result: xr.Dataset) -> dict[str, str]:
    """Return the printed names of the first state and of its rival."""
    first, *others = map(str, result["state_name"].values)
    return {"state": first, "rival": others[0] if len(others) == 1 else "its rivals"}


def ends_of(time: xr.DataArray) -> np.ndarray:
    """Return the first moment after each step; steps are coordinates by their first day."""
    begin = time.values.astype("datetime64[ns]")
    length = begin[-1] - begin[-2] if len(begin) > 1 else np.timedelta64(30, "D")
    return np.append(begin[1:], begin[-1] + length)


def in_periods(years: np.ndarray) -> tuple[int, np.ndarray]:
    """Return the years of a period, and that in which each of some calendar years lies, by its first year.

    Examples
    --------
    >>> in_periods(np.array([2000, 2013]))[1].tolist(), in_periods(np.array([2002, 2013, 2039]))[1].tolist()
    ([2000, 2013], [2000, 2010, 2035])
    """
    length = next((n for n in PERIODS if years.max() // n - years.min() // n < MOST_PERIODS), PERIODS[-1])
    return length, years // length * length


def contested(result: xr.Dataset) -> bool:
    """Whether there is land over which somebody can talk or fight."""
    return result.sizes.get("zone", 1) > 0


def years_of(result: xr.Dataset) -> list[int]:
    """Return the calendar years that the run touches."""
    return sorted(set(result["time"].dt.year.values.tolist()))


def yearly(path: xr.DataArray) -> xr.DataArray:
    """Return a path summed into calendar years, ``(year, ..., member)``.

    Members are read a slice at a time, so a hundred thousand paths on disk take no more memory than a few.
    """
    years, begins = np.unique(path["time"].dt.year.values, return_index=True)
    rest = [dim for dim in path.dims if dim not in ("time", "member")]
    slices = [path.isel(member=slice(first, first + AT_ONCE)) for first in range(0, path.sizes["member"], AT_ONCE)]
    sums = [
        # Loaded first: to transpose what is still on disk would read it number by number.
        np.add.reduceat(part.compute().transpose("time", *rest, "member").values, begins, axis=0, dtype=float)
        for part in slices or [path]
    ]
    coords = {dim: path[dim].values for dim in (*rest, "member") if dim in path.coords}
    return xr.DataArray(np.concatenate(sums, axis=-1), {"year": years, **coords}, ("year", *rest, "member"))
