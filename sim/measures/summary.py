"""What came of a sweep, in rows: the main outcomes of one case, or a row for each case of many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

import numpy as np
import xarray as xr

from sim.answers import Rows
from sim.measures.bands import bands
from sim.measures.intervals import normal_quantile, wilson
from sim.measures.runs import MONTE_CARLO, SPREAD, without_broken
from sim.measures.suppliers import ledger_of_windows, suppliers_each
from sim.measures.war_probability import war_probability
from sim.model.outcomes import CASE, MEASURES, complete

Row = dict[str, Any]


def summary(result: xr.Dataset) -> Rows:
    """Return what came of a sweep.

    Parameters
    ----------
    result : Dataset
        A sweep; outcomes ``([scenario,] [point,] run)``, with ``factor_values (point, factor)`` of a design.

    Returns
    -------
    Rows
        Of one case: measure, state (empty where a row is about the region), value, low, high, unit, and a meaning that
        says what low and high are, the Monte Carlo error of a probability or the spread of an outcome over runs.
        Of many cases a row for each: scenario, point and factors; runs that count and runs left out; probability of a
        campaign with its 95 % Wilson interval; mean of every other outcome with half the width of its 95 % interval
        (``_pm``; normal, Monte Carlo error).
    """
    if any(axis in result.dims for axis in CASE):
        return Rows(_case_rows(result))
    result = without_broken(result)
    return Rows(_war_rows(result) + _end_rows(result) + _supplier_rows(result))


# -- one case


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
    for name in ("campaigns", "operations"):
        meaning = f"{MEASURES[name].words} per run; {SPREAD}"
        rows.append(_row(f"median_{name}", "", _spread(result[name].values), MEASURES[name].unit, meaning))
    fought = np.isfinite(result["first_campaign"].values)
    for name in ("deaths", "displaced"):
        meaning = f"{MEASURES[name].words} in runs with a campaign; {SPREAD}"
        numbers = _spread(result[name].values[fought])
        rows.append(_row(f"{name}_given_campaign", "", numbers, MEASURES[name].unit, meaning))
    return rows


def _end_rows(result: xr.Dataset) -> list[Row]:
    """Return rows on spending and balances in the last month."""
    rows = []
    for quantity, what in (
        ("milex", "military expenditure"),
        ("stock_balance", "log ratio of arms held, own over the rival's"),
        ("balance", "log ratio of own offence over the rival's defence"),
    ):
        band = bands(result.isel(time=[-1]), quantity, levels=(0.8,)).isel(time=0)
        for state in band["state"].values:
            one = band.sel(state=state)
            numbers = [one["median"].item(), one["low"].item(), one["high"].item()]
            unit = str(band["median"].attrs["units"])
            rows.append(_row(f"final_{quantity}", str(state), numbers, unit, f"{what} in the last month; {SPREAD}"))
    return rows


def _supplier_rows(result: xr.Dataset) -> list[Row]:
    """Return rows on supplier shares by window; as a public register would show them where there is one."""
    rows: list[Row] = []
    if not result.sizes["member"]:  # no path was kept, so nobody knows who delivered
        return rows
    for shares in suppliers_each(result, list(map(str, result["state"].values))):
        state = str(shares["state"].item())
        ledger = ledger_of_windows(shares)
        what = "recorded deliveries" if ledger == "recorded" else "deliveries"
        if "window" not in shares:
            continue
        spread = shares["window_share"].sel(ledger=ledger, estimate=["median", "low", "high"])
        observed = shares["observed_window"].transpose("window", "group").values
        groups = list(zip(shares["group"].values, shares["group_name"].values, strict=True))
        of_windows = zip(spread.transpose("window", "group", "estimate").values, observed, strict=True)
        for window, (numbers_of, seen_of) in zip(shares["window"].values, of_windows, strict=True):
            for (group, name), numbers, seen in zip(groups, numbers_of, seen_of, strict=True):
                known = f"; observed {seen:.3f}" if np.isfinite(seen) else ""
                meaning = f"share of {name} in {what} {window}; {SPREAD}{known}"
                rows.append(_row(f"supplier_share_{window}_{group}", state, numbers, "share", meaning))
    return rows


def _row(measure: str, state: str, numbers: Iterable[float], unit: str, meaning: str) -> Row:
    """Return one row of the summary."""
    value, low, high = (float(number) for number in numbers)
    return {
        "measure": measure, "state": state, "value": value, "low": low, "high": high, "unit": unit, "meaning": meaning,
    }  # fmt: skip


def _spread(sample: np.ndarray) -> np.ndarray:
    """Return median and middle 80% of a sample, as values that occur in it; NaN where it is empty."""
    if len(sample) == 0:
        return np.full(3, np.nan)
    spread: np.ndarray = np.quantile(sample, [0.5, 0.1, 0.9], method="inverted_cdf")
    return spread


# -- many cases


def _case_rows(result: xr.Dataset) -> Iterator[Row]:
    """Yield a row for each case."""
    axes = [axis for axis in CASE if axis in result.dims]
    loaded = result[[*complete(), "first_campaign", "failed"]].load()
    for places in product(*(range(result.sizes[axis]) for axis in axes)):
        one = loaded.isel(dict(zip(axes, places, strict=True)))
        good = np.isnan(one["failed"].values)
        one = one.isel(run=np.flatnonzero(good)).assign_attrs(failed=int((~good).sum()))
        yield {**_place(result, dict(zip(axes, places, strict=True))), **_war_share(one), **_means(one)}


def _place(result: xr.Dataset, places: dict[str, int]) -> Row:
    """Return where a case lies."""
    row: dict[str, Any] = {axis: str(result[axis].values[place]) for axis, place in places.items()}
    if "factor_values" in result.coords and "point" in places:
        values = result["factor_values"].values[places["point"]].tolist()
        row |= dict(zip(map(str, result["factor"].values), values, strict=True))
    return row


def _war_share(one: xr.Dataset) -> Row:
    """Return runs and the probability of a campaign."""
    runs, fought = one.sizes["run"], int(np.isfinite(one["first_campaign"]).sum())
    low, high = wilson(fought, runs) if runs else (np.nan, np.nan)
    share = fought / runs if runs else np.nan
    counts: Row = {"runs": runs, "left_out": one.attrs["failed"]}
    return counts | {"war_probability": share, "war_probability_low": low, "war_probability_high": high}


def _means(one: xr.Dataset) -> Row:
    """Return the mean of every outcome with half the width of its interval."""
    row: Row = {}
    for name in complete():
        values = one[name].values
        row[name] = float(values.mean()) if len(values) else np.nan
        reach = normal_quantile() * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
        row[f"{name}_pm"] = float(reach)
    return row
