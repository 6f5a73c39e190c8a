"""Spending, stock ratio and theatre balance as bands, beside what was recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import xarray as xr

from sim.measures.bands import bands
from sim.measures.intervals import LEVEL
from sim.measures.register import (
    DECAYS,
    INHERITED,
    STOCK_FROM,
    STOCK_UNTIL,
    by_year,
    credited,
    recorded_milex,
    recorded_stock,
)
from sim.measures.runs import MONTE_CARLO, ends_of, provenance, rivals, without_broken, years_of

DRAWN = "drawn_"  # begins the name of what is known of the runs in which what is not known is drawn
BOTH = 0.8  # share of these that their band holds
FEW = 4  # events that a scenario is about, which are told whether or not spending jumps
FEWEST_YEARS = 3  # of which a curve by year is made, and changes that tell which is unusual
FAR, SMALLEST_JUMP = 4.0, 0.1  # usual differences of a year's change, and the least [log], that make it a jump


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
        For ``stock_balance`` and ``balance`` (first state against its rival) and ``milex`` (all states):
        ``<q>_median (time)``, ``<q>_low`` and ``<q>_high (level, time)``; of ``milex`` ``(spell, state)``, means over
        calendar years of what holds in each month, since budgets change each January, or months where the run has
        fewer than three years; ``spell`` is the middle of each. Where the same runs were played with what is not known
        drawn for each, ``<q>_both_low`` and ``<q>_both_high``: the middle 80 % of these. Recorded values
        ``milex_observed (year, state)`` [US$2023 m per yr] dated mid-year, ``stock_balance_observed (year)``
        [log ratio] at 1 January, with ``_low`` and ``_high`` over assumed decay and inheritance, up to 2021,
        after which the register is censored. ``event_date`` and ``event_what (event)``: dated events in years in
        which spending of a state whose numbers they set jumps, and, if few, those that the scenario is about.
        ``milex_ratio (moment)``: median over
        members of the first state's spending over its rival's; ``milex_ratio_growth (bound)`` [log]: the median growth
        of that ratio and its 95 % interval (Monte Carlo error).
    """
    result = without_broken(result)
    first = result["state"].values[0]
    out: dict[str, xr.DataArray] = {}
    for quantity in ("milex", "stock_balance", "balance"):
        found = {quantity: bands(result, quantity)}
        if f"{DRAWN}{quantity}_histogram" in result:
            found[f"{quantity}_both"] = bands(_drawn(result, quantity), quantity, (BOTH,)).isel(level=0, drop=True)
        for name, band in found.items():
            band = _by_year(band) if quantity == "milex" else band.sel(state=first, drop=True)
            unwanted = [n for n in ("state_name", "state_iso3") if quantity != "milex" and n in band.coords]
            parts = ("median", "low", "high", "clipped") if name == quantity else ("low", "high")
            out |= {f"{name}_{part}": band.drop_vars(unwanted)[part] for part in parts}
    recorded = _recorded(result, series)
    known = bool(recorded["milex_observed"].notnull().any())
    events = _events(result, out["milex_median"])
    return xr.merge([xr.Dataset(out), recorded, events, _spending_ratio(result)]).assign_attrs(
        provenance(result) | rivals(result),
        series=series,
        unknown=result.attrs.get("unknown", ""),
        stated=int(f"{DRAWN}milex_histogram" in result),
        **(credited("military_expenditure", "arms_deliveries") if known else {}),
    )


def _drawn(result: xr.Dataset, quantity: str) -> xr.Dataset:
    """Return what is kept of a quantity in the runs beside these, under its own name."""
    names = [name for name in (quantity, f"{quantity}_histogram") if f"{DRAWN}{name}" in result]
    own = {name: result[f"{DRAWN}{name}"] for name in names} | {f"{quantity}_edges": result[f"{quantity}_edges"]}
    return xr.Dataset(own, attrs=result.attrs)


def _by_year(band: xr.Dataset) -> xr.Dataset:
    """Return bands of months as their means over calendar years, dated in the middle of what is played of each."""
    begin, years = band["time"].values.astype("datetime64[ns]"), band["time"].dt.year.values
    ends = ends_of(band["time"])
    if len(set(years.tolist())) < FEWEST_YEARS:
        return band.rename(time="spell")
    first = np.unique(years, return_index=True)[1]
    last = np.append(first[1:], len(years)) - 1
    middle = begin[first] + (ends[last] - begin[first]) // 2
    return band.groupby("time.year").mean().assign_coords(year=middle).rename(year="spell")


def _events(result: xr.Dataset, spending: xr.DataArray) -> xr.Dataset:
    """Return the dated events that made spending jump: in that year, of a state whose numbers they set.

    Those that the scenario is about are told in any case, if they are few.
    """
    jumps = {str(key): _jumps(spending.sel(state=key)) for key in spending["state"].values}
    first, last = result["time"].values[[0, -1]]
    events = [event for event in json.loads(str(result.attrs.get("dated_events", "[]")))
              if first < np.datetime64(event["date"][:7], "D") <= last]  # fmt: skip
    few = sum(event.get("added", False) for event in events) <= FEW
    found = []
    for event in events:
        year = int(event["date"][:4])
        own, jumped = event.get("added", False), [key for key, years in jumps.items() if year in years]
        if (own and few) or set(jumped) & set(event["sets"]):
            found.append((np.datetime64(event["date"], "ns"), str(event["what"])))
    return xr.Dataset({
        "event_date": ("event", np.array([when for when, _ in found], "datetime64[ns]")),
        "event_what": ("event", np.array([what for _, what in found], dtype="U")),
    })  # fmt: skip


def _jumps(path: xr.DataArray) -> set[int]:
    """Return the years in which a path over years changed far more, or far less, than usually and than beside them.

    Examples
    --------
    >>> money = xr.DataArray([1.0, 1.02, 1.06, 2.0, 2.04, 2.1], dims="spell")
    >>> _jumps(money.assign_coords(spell=np.arange("2000", "2006", dtype="datetime64[Y]").astype("datetime64[ns]")))
    {2003}
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.diff(np.log(path.values))
    if len(change) < FEWEST_YEARS or not np.isfinite(change).all():
        return set()
    away = np.abs(change - np.median(change))
    far = max(FAR * float(np.median(away)), SMALLEST_JUMP)
    steps = np.abs(np.diff(change))
    sharp = np.minimum(np.append(np.inf, steps), np.append(steps, np.inf)) > SMALLEST_JUMP
    return {int(year) for year in path["spell"].dt.year.values[1:][(away > far) & sharp]}


def _recorded(result: xr.Dataset, series: str) -> xr.Dataset:
    """Return the recorded spending and stock ratio in the years of the run."""
    years, iso3 = years_of(result), [str(code) for code in result["state_iso3"].values]
    milex = np.array([by_year(recorded_milex(code, series), years) for code in iso3]).T
    recorded = xr.Dataset(
        {"milex_observed": (("year", "state"), milex)},
        coords={
            "year": years,
            "state": result["state"].values,
            "middle": ("year", dates_in(years, 7)),
            "begin": ("year", dates_in(years, 1)),
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


def dates_in(years: Sequence[int], month: int) -> np.ndarray:
    """Return the first day of a month of each year."""
    return np.array([f"{year}-{month:02d}-01" for year in years], "datetime64[ns]")


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
    own, rival = (recorded_stock(code, [year for year in years if STOCK_FROM < year <= STOCK_UNTIL]) for code in iso3)
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
    from scipy import stats  # takes a third of a second, which a sweep need not pay

    interval = stats.quantile_test(sample, q=middle, p=0.5).confidence_interval(LEVEL)
    return middle, float(interval.low), float(interval.high)


def _spending_ratio(result: xr.Dataset) -> xr.Dataset:
    """Return how far the first state outspends its rival, at the opening and at the end."""
    if result.sizes["state"] != 2 or result.sizes["time"] < 2 or result.sizes["member"] == 0:
        return xr.Dataset()
    first_and_last = [0, -1]
    ends = result["milex"].isel(time=first_and_last).compute().transpose("time", "state", "member").astype(float)
    ratio = np.log((ends[:, 0] / ends[:, 1]).values)
    ratio = ratio[:, np.isfinite(ratio).all(0)]
    if not ratio.size:
        return xr.Dataset()
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
