"""Central bands of a quantity over all runs, from the histograms of a sweep."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from sim.measures.runs import provenance

LEVELS = (0.5, 0.8, 0.95)


def _inverse_cdf(counts: np.ndarray, edges: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Quantiles of a histogram, the cdf being linear within each bin; NaN where it is empty."""
    total = counts.sum()
    if total == 0:
        return np.full(len(probabilities), np.nan)
    quantiles: np.ndarray = np.interp(probabilities, np.concatenate([[0.0], counts.cumsum() / total]), edges)
    return quantiles


def _histogram(result: xr.Dataset, quantity: str) -> tuple[xr.DataArray, xr.DataArray]:
    """Counts and edges of a quantity, or an error that names what there is."""
    name = f"{quantity}_histogram"
    if name not in result:
        there = sorted(str(n).removesuffix("_histogram") for n in result if str(n).endswith("_histogram"))
        raise KeyError(f"no histogram of '{quantity}' in this result; there are {', '.join(there)}")
    return result[name].load(), result[f"{quantity}_edges"].load()


def bands(result: xr.Dataset, quantity: str, levels: Sequence[float] = LEVELS) -> xr.Dataset:
    """Return median and central bands of a quantity over all runs.

    Parameters
    ----------
    result : Dataset
        A sweep, with ``<quantity>_histogram (time, state, bin)`` and ``<quantity>_edges``.
    quantity : str
        For example ``"milex"``.
    levels : sequence of float
        Shares of runs that the bands hold.

    Returns
    -------
    Dataset
        ``median (time, state)``, ``low`` and ``high (level, time, state)`` [unit of the quantity], and
        ``clipped (time, state)`` [share], the runs in the two end bins: where it is not small, a band
        that reaches the end of the histogram is not to be trusted.

    Examples
    --------
    >>> edges = np.linspace(0, 10, 11)
    >>> counts = np.ones((1, 1, 10), int)
    >>> toy = xr.Dataset({"milex_histogram": (("time", "state", "milex_bin"), counts),
    ...                   "milex_edges": ("milex_edge", edges)})
    >>> band = bands(toy, "milex", levels=(0.5,))
    >>> band["low"].item(), band["median"].item(), band["high"].item()
    (2.5, 5.0, 7.5)
    """
    counts, edges = _histogram(result, quantity)
    tails = (1 - np.asarray(levels, float)) / 2
    wanted = xr.DataArray(np.concatenate([[0.5], tails, 1 - tails]), dims="wanted")
    binned, edged = f"{quantity}_bin", f"{quantity}_edge"
    quantile = xr.apply_ufunc(
        _inverse_cdf,
        counts,
        edges,
        wanted,
        input_core_dims=[[binned], [edged], ["wanted"]],
        output_core_dims=[["wanted"]],
        vectorize=True,
    ).transpose("wanted", "time", "state")
    count = len(tails)
    level = {"wanted": "level"}
    out = xr.Dataset(
        {
            "median": quantile.isel(wanted=0),
            "low": quantile.isel(wanted=slice(1, count + 1)).rename(level),
            "high": quantile.isel(wanted=slice(count + 1, None)).rename(level),
            "clipped": counts.isel({binned: [0, -1]}).sum(binned) / counts.sum(binned),
        },
        coords={"level": ("level", np.asarray(levels, float))},
    )
    units, name = counts.attrs.get("units", ""), counts.attrs.get("long_name", quantity)
    for variable in ("median", "low", "high"):
        unit = result[quantity].attrs.get("units", units) if quantity in result else units
        out[variable].attrs = {"units": unit, "long_name": f"{name}: {variable}"}
    out["clipped"].attrs = {"units": "share", "long_name": "runs in the end bins of the histogram"}
    return out.assign_attrs(provenance(result), quantity=quantity)
