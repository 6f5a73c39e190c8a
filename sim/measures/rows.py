"""The main outcomes of a sweep as rows."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import xarray as xr

from sim.measures.distribution import bands
from sim.measures.runs import MONTE_CARLO, SPREAD, sound
from sim.measures.supply import suppliers_each
from sim.measures.war import war_probability

Row = dict[str, str | float]


def summary(result: xr.Dataset) -> list[Row]:
    """Return the main outcomes as rows: measure, state, value, low, high, unit, meaning.

    The meaning says what low and high are: the Monte Carlo error of a probability, or the spread
    of an outcome over runs. State is empty where a row is about the region.
    """
    result = sound(result)
    return _war_rows(result) + _end_rows(result) + _supplier_rows(result)


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
    for shares in suppliers_each(result, list(map(str, result["state"].values))):
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
    spread: np.ndarray = np.quantile(sample, [0.5, 0.1, 0.9], method="inverted_cdf")
    return spread
