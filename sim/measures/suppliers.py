"""Who delivers to whom: shares of suppliers, simulated and recorded."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import xarray as xr

from sim.measures.register import credited, recorded_deliveries
from sim.measures.runs import provenance, without_broken, yearly, years_of

WINDOWS = ((2011, 2015), (2016, 2020))  # in which the register is whole
LONG = 5  # years of a window, since single years are lumpy
MOST_GROUPS = 6
REST, REST_NAME = "other_suppliers", "other suppliers"


def suppliers(result: xr.Dataset, state: str | None = None) -> xr.Dataset:
    """Return the share of each supplier in a state's deliveries, simulated and recorded.

    Parameters
    ----------
    result : Dataset
        A sweep.
    state : str or None
        A state, or all of them along a leading ``state`` dimension.

    Returns
    -------
    Dataset
        ``share (ledger, estimate, group, year)``: ledger is ``delivered`` (true) or ``recorded`` (what a
        register would show); estimate is the mean (which sums to one), the median and the bounds of the
        middle 80 % over members (spread). Shares are ratios of sums within a member. ``observed (group,
        year)``: recorded by SIPRI, NaN where nothing is recorded. ``window_share`` and ``observed_window``:
        the same over five years, since single years are lumpy: those in which the register is whole where
        it knows a state of the run, otherwise the first and the last five years. ``window_largest (ledger,
        group, window)``: share of members in which a group delivers most over those years. At most six
        groups; small suppliers are folded into one.
    """
    result = without_broken(result)
    if state is not None:
        return next(suppliers_each(result, [state]))
    each = list(suppliers_each(result, list(map(str, result["state"].values))))
    apart = [one.expand_dims("state").drop_vars("state_name") for one in each]
    together = xr.concat(apart, "state", join="outer", coords="different", compat="equals")
    names = [str(name) for name in result["state_name"].sel(state=together["state"].values).values]
    shown = max((one.attrs for one in each), key=len)  # of a state with recorded deliveries, if there is one
    return together.assign_coords(state_name=("state", names)).assign_attrs(shown)


def suppliers_each(result: xr.Dataset, states: Sequence[str]) -> Iterator[xr.Dataset]:
    """Yield the shares of each state's suppliers; the paths of all are read once."""
    years = years_of(result)
    public_of = {key: _recorded_volume(result, key, years) for key in map(str, result["state"].values)}
    windows = _windows(years, xr.concat(public_of.values(), "state").sum(["state", "origin"]))
    ledgers = [yearly(result[name]) for name in ("deliveries", "recorded_deliveries")]
    volumes = xr.concat(ledgers, "ledger").assign_coords(ledger=["delivered", "recorded"])
    for state in states:
        volume, public = volumes.sel(state=state, drop=True), public_of[state]
        keep = largest([*volume.reindex(origin=public["origin"], fill_value=0.0).transpose("ledger", ...), public])
        shares = _supplier_shares(result, fold(volume, keep), fold(public, keep), windows)
        name = str(result["state_name"].sel(state=state).item())
        yield shares.assign_coords(state=state, state_name=name).assign_attrs(
            provenance(result) | (credited("arms_deliveries") if float(public.sum()) > 0 else {})
        )


def on_record(shares: xr.Dataset) -> bool:
    """Return whether windows are held against the register, and so in the ledger ``recorded`` rather than the true one.

    Parameters
    ----------
    shares : Dataset
        From `suppliers`.
    """
    return set(shares["window"].values.tolist()) <= set(map(_named, WINDOWS)) if "window" in shares else False


def ledger_of_windows(shares: xr.Dataset) -> str:
    """Return the ledger in which the windows of `suppliers` are told: like is held against like."""
    return "recorded" if on_record(shares) else "delivered"


def _windows(years: Sequence[int], recorded: xr.DataArray) -> list[tuple[int, int]]:
    """Return the windows of a run: those of the register where it knows any of its states, or the first and the last.

    Parameters
    ----------
    years : sequence of int
    recorded : DataArray
        What is recorded to all states by ``year`` [TIV m].
    """
    known = [window for window in WINDOWS if set(range(window[0], window[1] + 1)) <= set(years)]
    if any(float(recorded.sel(year=slice(*window)).sum()) > 0 for window in known):
        return known
    first, last = (years[0], years[0] + LONG - 1), (years[-1] - LONG + 1, years[-1])
    return [first, last] if first[1] < last[0] else [last] if first <= last else []


def _named(window: tuple[int, int]) -> str:
    """Return what a window is called."""
    return f"{window[0]}-{window[1]}"


def _supplier_shares(
    result: xr.Dataset, volume: xr.DataArray, public: xr.DataArray, windows: Sequence[tuple[int, int]]
) -> xr.Dataset:
    """Return yearly and window shares of volumes already folded into groups."""
    out = {"share": _over_members(_share(volume)), "observed": _share(public)}
    if windows:
        of_windows = _share(_windowed(volume, windows))
        most = of_windows.fillna(-1.0).idxmax("group").where(of_windows.notnull().any("group"))
        out["window_share"] = _over_members(of_windows)
        out["window_largest"] = (most == of_windows["group"]).mean("member")
        whole = [window in WINDOWS for window in windows]  # of others the register holds a part at most
        out["observed_window"] = _share(_windowed(public, windows)).where(xr.DataArray(whole, dims="window"))
    shares = xr.Dataset(out)
    shares = shares.assign_coords(group_name=("group", group_names(result, shares["group"].values)))
    for name, array in shares.items():
        array.attrs = {"units": "share", "long_name": f"share of deliveries by supplier: {name}"}
    if windows:
        shares["window_largest"].attrs["long_name"] = "share of runs in which a supplier delivers most"
    return shares.transpose("ledger", "estimate", "group", ...)


def _recorded_volume(result: xr.Dataset, state: str, years: Sequence[int]) -> xr.DataArray:
    """Return observed recorded deliveries by origin and year [TIV m].

    A supplier without a key of its own counts as ``other``; zeros are zero recorded.
    """
    iso3 = str(result["state_iso3"].sel(state=state).item())
    origins = [str(key) for key in result["origin"].values]
    key_of = {str(code): key for key, code in zip(origins, result["origin_iso3"].values, strict=True) if code}
    volume = xr.DataArray(
        np.zeros((len(origins) + 1, len(years))),
        coords={"origin": [*origins, REST], "year": list(years)},
        dims=("origin", "year"),
    )
    for (year, code), tiv in recorded_deliveries(iso3, years).items():
        if year in years:
            volume.loc[key_of.get(code, REST), year] += tiv
    return volume


def fold(volume: xr.DataArray, keep: Sequence[str]) -> xr.DataArray:
    """Sum origins into groups: those to keep, then all the others."""
    volume = volume.drop_vars(["origin_name", "origin_iso3"], errors="ignore")
    others = [key for key in volume["origin"].values if key not in keep]
    rest = volume.sel(origin=others).sum("origin").expand_dims(origin=[REST])
    both = xr.concat([volume.sel(origin=list(keep)), rest], "origin", coords="minimal", compat="override")
    return both.rename(origin="group")


def group_names(result: xr.Dataset, groups: Iterable[str]) -> list[str]:
    """Return the printed names of groups of suppliers."""
    names = dict(zip(result["origin"].values.tolist(), result["origin_name"].values.tolist(), strict=True))
    return [str(names.get(key, REST_NAME)) for key in groups]


def _share(volume: xr.DataArray) -> xr.DataArray:
    """Return shares over groups, NaN where nothing was delivered."""
    total = volume.sum("group")
    return volume / total.where(total > 0)


def largest(volumes: Sequence[xr.DataArray]) -> list[str]:
    """Return the origins to name, by the sum of their shares in several ledgers, largest first."""
    pooled = [v.sum([d for d in v.dims if d != "origin"]) for v in volumes]
    score = sum((v / v.sum() for v in pooled if float(v.sum()) > 0), start=xr.zeros_like(pooled[0], float))
    order = score.sortby(score, ascending=False)
    named = [str(k) for k in order["origin"].values if k not in ("other", REST) and float(order.sel(origin=k)) > 0]
    return named[: MOST_GROUPS - 1]


def _over_members(share: xr.DataArray) -> xr.DataArray:
    """Return mean, median and middle 80 % over the members in which anything was delivered."""
    share = share if share.sizes["member"] else share.reindex(member=[0])  # nothing kept: all NaN
    with warnings.catch_warnings():  # a year without any delivery has no shares, and says so by NaN
        warnings.simplefilter("ignore", RuntimeWarning)
        quantile = share.quantile([0.5, 0.1, 0.9], "member").drop_vars("quantile").rename(quantile="estimate")
    out = xr.concat([share.mean("member").expand_dims("estimate"), quantile], "estimate", coords="minimal")
    return out.assign_coords(estimate=["mean", "median", "low", "high"])


def _windowed(volume: xr.DataArray, windows: Sequence[tuple[int, int]]) -> xr.DataArray:
    """Sum years into windows."""
    parts = [volume.sel(year=slice(begin, end)).sum("year") for begin, end in windows]
    return xr.concat(parts, "window").assign_coords(window=list(map(_named, windows)))
