"""Outcomes computed from a sweep, each with its uncertainty.

Every function takes the Dataset of a sweep and returns a small Dataset (or rows) that a figure
can draw without computing anything. Two kinds of uncertainty are kept apart, and each variable
says which it carries: *spread*, what share of the runs falls within a band, and *Monte Carlo
error*, how far the estimate would move if the same sweep were repeated with other luck.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import xarray as xr
from scipy import stats

from sim import observed
from sim.observed import arsenal
from sim.variables import Mistake

LEVELS = (0.5, 0.8, 0.95)
Z = 1.959963984540054  # 97.5 % point of the normal distribution
WINDOWS = ((2011, 2015), (2016, 2020))
MOST_GROUPS = 6
AT_ONCE = 2048  # paths in memory when many are read: some tens of MB
REST, REST_NAME = "other_suppliers", "other suppliers"
PROVENANCE = ("scenario", "point", "title", "digest", "seed", "runs", "failed", "version", "steps_per_year", "start")
MONTE_CARLO = "low to high: 95% interval of the estimate (Monte Carlo error)"
SPREAD = "low to high: middle 80% of runs"

Row = dict[str, str | float]


# -- observed series: the only place that knows how they are stored


STOCK_FROM, STOCK_UNTIL = (
    1992,
    2021,
)  # the register is censored in and after 2021, so 1 January 2021 is the last
DECAYS, INHERITED = (
    (0.04, 0.07, 0.10),
    (0.0, 150.0, 300.0),
)  # [per yr], [TIV m]: no record of either, so a range


def _observed_milex(iso3: str, series: str) -> dict[int, float]:
    """Recorded spending of a state by year [US$2023 m per yr]; empty where nothing is recorded."""
    try:
        observed.annual("military_expenditure", "milex_usd2023_m", iso3)
    except ValueError:
        return {}
    return observed.annual("military_expenditure", series, iso3)


def _observed_stock(iso3: str, years: Sequence[int]) -> np.ndarray:
    """Recorded import-fed stock at 1 January, as (decay, inherited, year) [TIV m]; zero where unrecorded."""
    try:
        classes = {line.weapon_class for line in observed.deliveries(iso3)}
    except ValueError:
        return np.zeros((len(DECAYS), len(INHERITED), len(years)))
    paths = [
        [
            arsenal.stock_path(
                iso3,
                years,
                dict.fromkeys(classes, decay),
                legacy={min(classes): inherited},
                combat_only=False,
            )
            for inherited in INHERITED
        ]
        for decay in DECAYS
    ]
    return np.array([[list(path.values()) for path in row] for row in paths])


def _observed_deliveries(recipient: str, years: Sequence[int]) -> dict[tuple[int, str], float]:
    """Recorded deliveries to a state by year and supplier [TIV m]; an absent pair is zero recorded."""
    try:
        return arsenal.recorded_by_supplier(recipient, years)
    except ValueError:
        return {}


def _observed_onsets(states: Iterable[str]) -> list[tuple[np.datetime64, str]]:
    """Dates and names of the observed outbreaks of fighting between these states."""
    here = set(states)
    wars = [event for event in observed.events() if event.kind == "war" and set(event.actors) <= here]
    return [(np.datetime64(event.date, "ns"), event.what) for event in wars]


def _credit(*tables: str) -> str:
    """Return the evidence keys and the credit line that figures with these tables must carry."""
    keys = dict.fromkeys(key for table in tables for key in observed.file_sources(table))
    sipri = (
        "Information from SIPRI; own calculations are not attributed to SIPRI. "
        if any("sipri" in key for key in keys)
        else ""
    )
    return f"{sipri}Sources: {', '.join(keys)}."


# -- runs left out


def sound(result: xr.Dataset) -> xr.Dataset:
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
        raise Mistake(f"all {good.size} runs broke, so there is nothing to measure; `armsrace failures` says where")
    return result.isel(run=np.flatnonzero(good), member=np.flatnonzero(good[result["member"].values]))


# -- bands


def _inverse_cdf(counts: np.ndarray, edges: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Quantiles of a histogram, the cdf being linear within each bin; NaN where it is empty."""
    total = counts.sum()
    if total == 0:
        return np.full(len(probabilities), np.nan)
    return np.interp(probabilities, np.concatenate([[0.0], counts.cumsum() / total]), edges)


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
    return out.assign_attrs(_provenance(result), quantity=quantity)


def _provenance(result: xr.Dataset) -> dict[str, Any]:
    """Return the attributes that say which sweep a number comes from."""
    return {key: result.attrs[key] for key in PROVENANCE if key in result.attrs}


def _ends(time: xr.DataArray) -> np.ndarray:
    """Return the first moment after each step; steps are coordinates by their first day."""
    begin = time.values.astype("datetime64[ns]")
    length = begin[-1] - begin[-2] if len(begin) > 1 else np.timedelta64(30, "D")
    return np.append(begin[1:], begin[-1] + length)


def _years(result: xr.Dataset) -> list[int]:
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


def _by_year(recorded: Mapping[int, float], years: Sequence[int]) -> list[float]:
    """Line up a recorded series with years, NaN where nothing is recorded."""
    return [float(recorded.get(year, np.nan)) for year in years]


def _dates(years: Sequence[int], month: int) -> np.ndarray:
    """Return the first day of a month of each year."""
    return np.array([f"{year}-{month:02d}-01" for year in years], "datetime64[ns]")


# -- fan


def fan(result: xr.Dataset, series: str = "milex_usd2023_m") -> xr.Dataset:
    """Return spending, stock ratio and theatre balance as bands, with the recorded values.

    Parameters
    ----------
    result : Dataset
        A sweep.
    series : str
        Column of recorded spending; ``milex_usd2023_m_excl_special`` leaves out Azerbaijan's special
        projects of 2011-2015. Neither is the truth, so figures name the one they show.

    Returns
    -------
    Dataset
        For ``milex`` (all states), ``stock_balance`` and ``balance`` (first state against its rival):
        ``<q>_median (time[, state])``, ``<q>_low`` and ``<q>_high (level, time[, state])``. Recorded values
        ``milex_observed (year, state)`` [US$2023 m per yr] dated mid-year, ``stock_balance_observed (year)``
        [log ratio] at 1 January, with ``_low`` and ``_high`` over assumed decay and inheritance, up to 2021,
        after which the register is censored. ``milex_ratio (moment)``: median over members of the first
        state's spending over its rival's; ``milex_ratio_growth (bound)`` [log]: the median growth of that
        ratio and its 95 % interval (Monte Carlo error).
    """
    result = sound(result)
    first = result["state"].values[0]
    out: dict[str, xr.DataArray] = {}
    for quantity in ("milex", "stock_balance", "balance"):
        band = bands(result, quantity)
        band = band if quantity == "milex" else band.sel(state=first, drop=True)
        band = band.drop_vars([n for n in ("state_name", "state_iso3") if quantity != "milex" and n in band.coords])
        out |= {f"{quantity}_{part}": band[part] for part in ("median", "low", "high", "clipped")}
    recorded = _recorded(result, series)
    known = bool(recorded["milex_observed"].notnull().any())
    return xr.merge([xr.Dataset(out), recorded, _spending_ratio(result)]).assign_attrs(
        _provenance(result) | _sides(result),
        series=series,
        credit=_credit("military_expenditure", "arms_deliveries") if known else "",
    )


def _sides(result: xr.Dataset) -> dict[str, str]:
    """Return the printed names of the first state and of its rival."""
    first, *others = map(str, result["state_name"].values)
    return {"state": first, "rival": others[0] if len(others) == 1 else "its rivals"}


def _recorded(result: xr.Dataset, series: str) -> xr.Dataset:
    """Return the recorded spending and stock ratio in the years of the run."""
    years, iso3 = _years(result), [str(code) for code in result["state_iso3"].values]
    milex = np.array([_by_year(_observed_milex(code, series), years) for code in iso3]).T
    recorded = xr.Dataset(
        {"milex_observed": (("year", "state"), milex)},
        coords={
            "year": years,
            "state": result["state"].values,
            "middle": ("year", _dates(years, 7)),
            "begin": ("year", _dates(years, 1)),
        },
    )
    recorded["milex_observed"].attrs = {
        "units": "US$2023 m per yr",
        "long_name": "recorded spending",
        "series": series,
    }
    for part, ratio in _recorded_stock_ratio(iso3, years).items():
        recorded[f"stock_balance_{part}"] = ("year", ratio)
        recorded[f"stock_balance_{part}"].attrs = {
            "units": "log ratio",
            "long_name": f"stock from recorded deliveries, own over the rival's, 1 January: {part}",
            "assumed": f"ageing {DECAYS[0]:.0%} to {DECAYS[-1]:.0%} a year, "
            f"{INHERITED[0]:.0f} to {INHERITED[-1]:.0f} TIV m inherited by each side",
        }
    return _within(recorded, result["time"])


def _within(recorded: xr.Dataset, time: xr.DataArray) -> xr.Dataset:
    """Blank recorded values dated before the first or after the last step of the run."""
    dated = {name: "middle" if name == "milex_observed" else "begin" for name in recorded.data_vars}
    inside = {date: (recorded[date] >= time[0].values) & (recorded[date] <= time[-1].values) for date in dated.values()}
    return recorded.assign({name: recorded[name].where(inside[date]) for name, date in dated.items()})


def _recorded_stock_ratio(iso3: Sequence[str], years: Sequence[int]) -> dict[str, np.ndarray]:
    """Return the recorded log stock ratio by year: central assumptions, lowest, highest."""
    parts = ("observed", "observed_low", "observed_high")
    out = {part: np.full(len(years), np.nan) for part in parts}
    known = np.array([STOCK_FROM < year <= STOCK_UNTIL for year in years])
    if len(iso3) != 2 or not known.any():
        return out
    own, rival = (_observed_stock(code, [year for year in years if STOCK_FROM < year <= STOCK_UNTIL]) for code in iso3)
    if own.all() and rival.all():
        ratio = np.log(own / rival)
        middle = ratio[len(DECAYS) // 2, len(INHERITED) // 2]
        for part, values in zip(parts, (middle, ratio.min((0, 1)), ratio.max((0, 1))), strict=True):
            out[part][known] = values
    return out


def _median_interval(sample: np.ndarray) -> tuple[float, float, float]:
    """Return the median of a sample and the 95 % interval of that estimate.

    Distribution-free, from order statistics (Conover 1999); NaN for an empty sample.
    """
    if len(sample) == 0:
        return np.nan, np.nan, np.nan
    middle = float(np.median(sample))
    interval = stats.quantile_test(sample, q=middle, p=0.5).confidence_interval(0.95)
    return middle, float(interval.low), float(interval.high)


def _spending_ratio(result: xr.Dataset) -> xr.Dataset:
    """Return how far the first state outspends its rival, at the opening and at the end."""
    if result.sizes["state"] != 2 or result.sizes["member"] == 0:
        return xr.Dataset()
    first_and_last = slice(None, None, max(result.sizes["time"] - 1, 1))
    ends = result["milex"].isel(time=first_and_last).compute().transpose("time", "state", "member").astype(float)
    ratio = np.log((ends[:, 0] / ends[:, 1]).values)
    ratio = ratio[:, np.isfinite(ratio).all(0)]
    out = xr.Dataset(
        {
            "milex_ratio": ("moment", np.exp(np.median(ratio, axis=1))),
            "milex_ratio_growth": ("bound", np.array(_median_interval(ratio[1] - ratio[0]))),
        },
        coords={"moment": ["opening", "end"], "bound": ["value", "low", "high"]},
    )
    out["milex_ratio"].attrs = {
        "units": "ratio",
        "long_name": "median spending ratio of first state to rival",
    }
    out["milex_ratio_growth"].attrs = {
        "units": "log",
        "long_name": f"median growth of that ratio, {MONTE_CARLO}",
    }
    return out


# -- war


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share (Wilson 1927)."""
    interval = stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)


def _cumulative(onset: np.ndarray, steps: int) -> np.ndarray:
    """Count the runs whose onset has come by the end of each step; NaN means it never came."""
    come = onset[np.isfinite(onset)].astype(int)
    return np.bincount(come[come < steps], minlength=steps)[:steps].cumsum()


def war_probability(result: xr.Dataset) -> xr.Dataset:
    """Return the probability that fighting has started by the end of each month.

    Returns
    -------
    Dataset
        ``probability``, ``low`` and ``high (kind, time)`` [share], the interval being a 95 % Wilson
        interval over runs (Monte Carlo error); kind is ``campaign`` or ``any`` (campaign or limited
        operation). ``end (time)``: the moment each value refers to. ``onset (observed)`` and
        ``onset_what (observed)``: dates and names of the observed outbreaks within the run.
    """
    result = sound(result)
    campaign, operation = (result[f"first_{kind}"].values.astype(float) for kind in ("campaign", "operation"))
    steps, trials = result.sizes["time"], result.sizes["run"]
    counts = np.stack([_cumulative(campaign, steps), _cumulative(np.fmin(campaign, operation), steps)])
    interval = {count: wilson(count, trials) for count in set(counts.ravel().tolist())}
    low, high = (np.vectorize(lambda n, side=side: interval[n][side], otypes=[float])(counts) for side in (0, 1))
    ends = _ends(result["time"])
    begin = result["time"].values[0].astype("datetime64[ns]")
    onsets = [row for row in _observed_onsets(map(str, result["state_iso3"].values)) if begin <= row[0] < ends[-1]]
    out = xr.Dataset(
        {
            "probability": (("kind", "time"), counts / trials),
            "low": (("kind", "time"), low),
            "high": (("kind", "time"), high),
            "onset": ("observed", np.array([when for when, _ in onsets], "datetime64[ns]")),
            "onset_what": ("observed", np.array([what for _, what in onsets], dtype="U")),
        },
        coords={"kind": ["campaign", "any"], "time": result["time"], "end": ("time", ends)},
        attrs=_provenance(result) | {"trials": trials, "credit": _credit("events") if onsets else ""},
    )
    for name in ("probability", "low", "high"):
        out[name].attrs = {"units": "share", "long_name": f"runs with fighting by then: {name}"}
    return out


# -- suppliers


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
    for (year, code), tiv in _observed_deliveries(iso3, years).items():
        if year in years:
            volume.loc[key_of.get(code, REST), year] += tiv
    return volume


def _fold(volume: xr.DataArray, keep: Sequence[str]) -> xr.DataArray:
    """Sum origins into groups: those to keep, then all the others."""
    volume = volume.drop_vars(["origin_name", "origin_iso3"], errors="ignore")
    others = [key for key in volume["origin"].values if key not in keep]
    rest = volume.sel(origin=others).sum("origin").expand_dims(origin=[REST])
    both = xr.concat([volume.sel(origin=list(keep)), rest], "origin", coords="minimal", compat="override")
    return both.rename(origin="group")


def _group_names(result: xr.Dataset, groups: Iterable[str]) -> list[str]:
    """Return the printed names of groups of suppliers."""
    names = dict(zip(result["origin"].values.tolist(), result["origin_name"].values.tolist(), strict=True))
    return [str(names.get(key, REST_NAME)) for key in groups]


def _share(volume: xr.DataArray) -> xr.DataArray:
    """Return shares over groups, NaN where nothing was delivered."""
    total = volume.sum("group")
    return volume / total.where(total > 0)


def _largest(volumes: Sequence[xr.DataArray]) -> list[str]:
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
    return xr.concat(parts, "window").assign_coords(window=[f"{begin}-{end}" for begin, end in windows])


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
        the same over the five-year windows that lie within the run, since single years are lumpy.
        At most six groups; small suppliers are folded into one.
    """
    result = sound(result)
    if state is not None:
        return next(_suppliers_each(result, [state]))
    each = list(_suppliers_each(result, list(map(str, result["state"].values))))
    apart = [one.expand_dims("state").drop_vars("state_name") for one in each]
    together = xr.concat(apart, "state", join="outer", coords="different", compat="equals")
    names = [str(name) for name in result["state_name"].sel(state=together["state"].values).values]
    credit = max((one.attrs["credit"] for one in each), key=len)
    return together.assign_coords(state_name=("state", names)).assign_attrs(each[0].attrs, credit=credit)


def _suppliers_each(result: xr.Dataset, states: Sequence[str]) -> Iterator[xr.Dataset]:
    """Yield the shares of each state's suppliers; the paths of all are read once."""
    years = _years(result)
    ledgers = [yearly(result[name]) for name in ("deliveries", "recorded_deliveries")]
    volumes = xr.concat(ledgers, "ledger").assign_coords(ledger=["delivered", "recorded"])
    for state in states:
        volume, public = volumes.sel(state=state, drop=True), _recorded_volume(result, state, years)
        keep = _largest([*volume.reindex(origin=public["origin"], fill_value=0.0).transpose("ledger", ...), public])
        shares = _supplier_shares(result, _fold(volume, keep), _fold(public, keep))
        name = str(result["state_name"].sel(state=state).item())
        yield shares.assign_coords(state=state, state_name=name).assign_attrs(
            _provenance(result), credit=_credit("arms_deliveries") if float(public.sum()) > 0 else ""
        )


def _supplier_shares(result: xr.Dataset, volume: xr.DataArray, public: xr.DataArray) -> xr.Dataset:
    """Return yearly and window shares of volumes already folded into groups."""
    years = public["year"].values.tolist()
    windows = [window for window in WINDOWS if set(range(window[0], window[1] + 1)) <= set(years)]
    out = {"share": _over_members(_share(volume)), "observed": _share(public)}
    if windows:
        out["window_share"] = _over_members(_share(_windowed(volume, windows)))
        out["observed_window"] = _share(_windowed(public, windows))
    shares = xr.Dataset(out)
    shares = shares.assign_coords(group_name=("group", _group_names(result, shares["group"].values)))
    for name, array in shares.items():
        array.attrs = {"units": "share", "long_name": f"share of deliveries by supplier: {name}"}
    return shares.transpose("ledger", "estimate", "group", ...)


# -- summary


def _row(measure: str, state: str, numbers: Iterable[float], unit: str, meaning: str) -> Row:
    """Return one row of the summary."""
    value, low, high = (float(number) for number in numbers)
    return {
        "measure": measure,
        "state": state,
        "value": value,
        "low": low,
        "high": high,
        "unit": unit,
        "meaning": meaning,
    }


def _spread(sample: np.ndarray) -> np.ndarray:
    """Return median and middle 80% of a sample, as values that occur in it; NaN where it is empty."""
    if len(sample) == 0:
        return np.full(3, np.nan)
    return np.quantile(sample, [0.5, 0.1, 0.9], method="inverted_cdf")


def _war_rows(result: xr.Dataset) -> list[Row]:
    """Return rows on whether fighting came, how often and at what cost."""
    war = war_probability(result).isel(time=-1)
    by = f"by the end of the run ({war['time'].dt.strftime('%Y-%m').item()})"
    rows = [
        _row(
            name,
            "",
            [war[part].sel(kind=kind).item() for part in ("probability", "low", "high")],
            "share",
            f"runs with {what} {by}; {MONTE_CARLO}",
        )
        for name, kind, what in (
            ("war_probability", "campaign", "a campaign (major war)"),
            ("fighting_probability", "any", "a campaign or a limited operation"),
        )
    ]
    for name, what in (("campaigns", "campaigns"), ("operations", "limited operations")):
        rows.append(_row(f"median_{name}", "", _spread(result[name].values), "count", f"{what} per run; {SPREAD}"))
    fought = np.isfinite(result["first_campaign"].values)
    for name, what, unit in (
        ("deaths", "battle deaths", "persons"),
        ("displaced", "people displaced", "thousand persons"),
    ):
        meaning = f"{what} in runs with a campaign; {SPREAD}"
        rows.append(_row(f"{name}_given_campaign", "", _spread(result[name].values[fought]), unit, meaning))
    return rows


def _end_rows(result: xr.Dataset) -> list[Row]:
    """Return rows on spending and balances in the last month."""
    rows = []
    for quantity, what in (
        ("milex", "military expenditure"),
        ("stock_balance", "log ratio of arms held, own over the rival's"),
        ("balance", "log ratio of own offence over the rival's defence"),
    ):
        band = bands(result, quantity, levels=(0.8,)).isel(time=-1)
        for state in band["state"].values:
            one = band.sel(state=state)
            numbers = [one["median"].item(), one["low"].item(), one["high"].item()]
            unit = str(band["median"].attrs["units"])
            rows.append(_row(f"final_{quantity}", str(state), numbers, unit, f"{what} in the last month; {SPREAD}"))
    return rows


def _supplier_rows(result: xr.Dataset) -> list[Row]:
    """Return rows on supplier shares by window, as a public register would show them."""
    rows = []
    for shares in _suppliers_each(result, list(map(str, result["state"].values))):
        state = str(shares["state"].item())
        windows = shares["window"].values if "window" in shares and result.sizes["member"] else ()
        for window in windows:
            for group in shares["group"].values:
                one = shares.sel(window=window, group=group)
                numbers = [
                    one["window_share"].sel(ledger="recorded", estimate=e).item() for e in ("median", "low", "high")
                ]
                seen = one["observed_window"].item()
                known = f"; observed {seen:.3f}" if np.isfinite(seen) else ""
                meaning = f"share of {one['group_name'].item()} in recorded deliveries {window}; {SPREAD}{known}"
                rows.append(_row(f"supplier_share_{window}_{group}", state, numbers, "share", meaning))
    return rows


def summary(result: xr.Dataset) -> list[Row]:
    """Return the main outcomes as rows: measure, state, value, low, high, unit, meaning.

    The meaning says what low and high are: the Monte Carlo error of a probability, or the spread
    of an outcome over runs. State is empty where a row is about the region.
    """
    result = sound(result)
    return _war_rows(result) + _end_rows(result) + _supplier_rows(result)


# -- one run


def _spells(codes: np.ndarray, begin: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return start, end and code of each stretch in which a code stays the same.

    Examples
    --------
    >>> _spells(np.array([0, 2, 2, 1]), np.arange(4), np.arange(1, 5))
    (array([0, 1, 3]), array([1, 3, 4]), array([0, 2, 1]))
    """
    change = np.flatnonzero(np.diff(codes)) + 1
    first, after = np.append(0, change), np.append(change, len(codes))
    return begin[first], end[after - 1], codes[first]


def timeline(record: xr.Dataset) -> xr.Dataset:
    """Return what one run looked like, month by month.

    Parameters
    ----------
    record : Dataset
        One run: ``milex``, ``balance (time, state)``, ``deliveries (time, origin, state)``, ``talks`` and
        ``fighting (time)``; for example ``result.sel(member=17)``. ``attrs["events"]`` may hold its events.

    Returns
    -------
    Dataset
        ``milex (time, state)``; ``balance (time)`` of the first state; ``deliveries (quarter, group, state)``
        [TIV m per quarter], at most six groups; ``fighting_start``, ``_end`` and ``_code (spell)`` of each
        spell of fighting, ``talks_start``, ``_end`` and ``_code (stage)``; ``events`` as JSON in attrs.
    """
    if "member" in record.dims:
        raise ValueError("timeline shows one run: choose it first, for example result.sel(member=0)")
    volume = record["deliveries"].load()
    folded = _fold(volume, _largest([volume])).resample(time="QS").sum().rename(time="quarter")
    begin, end = record["time"].values.astype("datetime64[ns]"), _ends(record["time"])
    war = _spells(record["fighting"].values.astype(int), begin, end)
    talks = _spells(record["talks"].values.astype(int), begin, end)
    out = xr.Dataset(
        {
            "milex": record["milex"],
            "balance": record["balance"]
            .isel(state=0, drop=True)
            .drop_vars(["state_name", "state_iso3"], errors="ignore"),
            "deliveries": folded,
            **{f"fighting_{part}": ("spell", war[i][war[2] > 0]) for i, part in enumerate(("start", "end", "code"))},
            **{f"talks_{part}": ("stage", talks[i]) for i, part in enumerate(("start", "end", "code"))},
        }
    ).assign_coords(group_name=("group", _group_names(record, folded["group"].values)))
    out["deliveries"].attrs = {"units": "TIV m per quarter", "long_name": "arms delivered, by supplier"}
    events = record.attrs.get("events", [])
    run = record["member"].item() if "member" in record.coords else record.attrs.get("run", "")
    return out.drop_vars(["member", "run"], errors="ignore").assign_attrs(
        _provenance(record) | _sides(record),
        run=run,
        events=events if isinstance(events, str) else json.dumps(events, default=_plain),
    )


def _plain(value: object) -> str:
    """Write dates, which JSON does not know, as text."""
    return value.isoformat() if isinstance(value, date) else str(value)
