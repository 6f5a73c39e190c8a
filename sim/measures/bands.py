"""Central bands of a quantity over all runs: from their paths where all are kept, else from histograms and paths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from sim.measures.runs import provenance

LEVELS = (0.5, 0.8, 0.95)


def _quantiles(counts: np.ndarray, edges: np.ndarray, kept: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Quantiles of the runs that a histogram counts, of which the values of some are kept; NaN where it is empty.

    Exact where all are kept. Else the runs of a bin lie where those of it that are kept do (post-stratification), and
    evenly where none is; in its middle if it holds all of them, so that nobody is told a width that only the bin has.

    Examples
    --------
    >>> counts, edges, none = np.array([0, 4, 0]), np.array([0.0, 1.0, 2.0, 3.0]), np.zeros(0)
    >>> _quantiles(counts, edges, none, np.array([0.1, 0.9])).tolist()
    [1.5, 1.5]
    >>> _quantiles(counts, edges, np.array([1.25, 1.25]), np.array([0.1, 0.9])).tolist()
    [1.25, 1.25]
    """
    total, kept = counts.sum(), np.sort(kept[np.isfinite(kept)])  # of a broken run nothing is known
    if total == 0:
        return np.full(len(probabilities), np.nan)
    quantiles: np.ndarray
    if len(kept) == total:
        quantiles = np.quantile(kept, probabilities)
        return quantiles
    bins = (np.searchsorted(edges, kept, side="right") - 1).clip(0, len(counts) - 1)
    first = np.searchsorted(bins, bins)  # of its bin, the place among all that are kept
    inside = np.bincount(bins, minlength=len(counts))
    before = counts.cumsum() - counts
    known = before[bins] + counts[bins] * (np.arange(len(kept)) - first + 0.5) / inside[bins]
    bare = np.flatnonzero((counts > 0) & (inside == 0))
    low, high = edges[bare], edges[bare + 1]
    if counts[bare].sum() == total and len(bare) == 1:
        low = high = (low + high) / 2
    there = counts[bins] > 0  # what is kept with fewer digits than were counted may seem to lie in a neighbour
    place = np.concatenate([known[there], before[bare], (before + counts)[bare]])
    value = np.concatenate([kept[there], low, high])
    order = np.lexsort([value, place])
    quantiles = np.interp(probabilities * total, place[order], value[order])
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
        A sweep, with ``<quantity>_histogram (time, state, bin)`` and ``<quantity>_edges``; kept paths of the quantity,
        where there are any, say where in its bin a run lies.
    quantity : str
        For example ``"milex"``.
    levels : sequence of float
        Shares of runs that the bands hold.

    Returns
    -------
    Dataset
        ``median (time, state)``, ``low`` and ``high (level, time, state)`` [unit of the quantity]: exact where all
        paths are kept, else true to a bin; and ``clipped (time, state)`` [share], the runs in the two end bins
        of which not all paths are kept: where it is not small, a band that reaches the end of the histogram is not to
        be trusted.

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
    kept = result[quantity].load() if quantity in result else xr.DataArray(np.zeros(0), dims="member")
    quantile = xr.apply_ufunc(
        _quantiles,
        counts,
        edges,
        kept.astype(float),
        wanted,
        input_core_dims=[[binned], [edged], ["member"], ["wanted"]],
        output_core_dims=[["wanted"]],
        vectorize=True,
    ).transpose("wanted", "time", "state")
    ends, runs = counts.isel({binned: [0, -1]}).sum(binned), counts.sum(binned)
    count = len(tails)
    level = {"wanted": "level"}
    out = xr.Dataset(
        {
            "median": quantile.isel(wanted=0),
            "low": quantile.isel(wanted=slice(1, count + 1)).rename(level),
            "high": quantile.isel(wanted=slice(count + 1, None)).rename(level),
            "clipped": ends.where(kept.notnull().sum("member") < runs, 0) / runs,
        },
        coords={"level": ("level", np.asarray(levels, float))},
    )
    units, name = counts.attrs.get("units", ""), counts.attrs.get("long_name", quantity)
    for variable in ("median", "low", "high"):
        unit = result[quantity].attrs.get("units", units) if quantity in result else units
        out[variable].attrs = {"units": unit, "long_name": f"{name}: {variable}"}
    out["clipped"].attrs = {"units": "share", "long_name": "runs in the end bins of the histogram"}
    return out.assign_attrs(provenance(result), quantity=quantity)
