"""Who delivers: shares of suppliers, simulated and recorded."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim import measures
from sim.plots import style

SHOWS, MEASURE = style.WHOLE_PATHS, measures.suppliers

HEIGHTS = {"simulated": 1.25, "recorded": 1.0, "windows": 1.25}
READING = {
    "simulated": "Areas: mean share over runs of each year's simulated deliveries, whether or not a register "
    "sees them.",
    "recorded": "Bars: shares recorded by SIPRI; an empty year has no recorded delivery.",
    "windows": "Bottom: shares in recorded deliveries over five years; bar and dot: middle 80% and median of runs.",
}
DIAMOND = " Diamond: observed."


def _columns(dataset: xr.Dataset) -> list[tuple[str, xr.Dataset]]:
    """Return name and data of each state, with only the groups it has."""
    each = [dataset.isel(state=i) for i in range(dataset.sizes["state"])] if "state" in dataset.dims else [dataset]
    return [(str(one["state_name"].item()), one.sel(group=_ranked(one, _used(one)))) for one in each]


def _used(one: xr.Dataset) -> list[str]:
    """Return the groups that a state has numbers for."""
    known = one["share"].notnull().any(["ledger", "estimate", "year"]) | one["observed"].notnull().any("year")
    return [str(key) for key in one["group"].values[known.values]]


def _ranked(one: xr.Dataset, groups: list[str]) -> list[str]:
    """Return groups by falling simulated share, the rest last."""
    total = one["share"].sel(ledger="delivered", estimate="mean").mean("year")
    return sorted(groups, key=lambda key: (key == "other_suppliers", -float(total.sel(group=key)), key))


def headline(dataset: xr.Dataset) -> str:
    """Name the largest supplier of each state in the last window, if it clearly leads in each."""
    neutral = "Who delivers the arms"
    if "window_share" not in dataset:
        return neutral
    window, words = str(dataset["window"].values[-1]), []
    for state, one in _columns(dataset):
        if one.sizes["group"] == 0:
            return neutral
        share = one["window_share"].sel(ledger="delivered").isel(window=-1)
        first, *others = (
            share.sel(estimate="median").sortby(share.sel(estimate="median"), ascending=False)["group"].values
        )
        if not all(share.sel(group=first, estimate="low") > share.sel(group=k, estimate="high") for k in others):
            return neutral
        words.append(f"{one['group_name'].sel(group=first).item()} for {state}")
    return f"Largest supplier in the runs, {window}: {', '.join(words)}"


def _rows(dataset: xr.Dataset) -> dict[str, float]:
    """Return the rows of panels that there are numbers for, with their heights."""
    there = {
        "simulated": True,
        "recorded": bool(dataset["observed"].notnull().any()),
        "windows": "window_share" in dataset,
    }
    return {row: HEIGHTS[row] for row, is_there in there.items() if is_there}


def suppliers(dataset: xr.Dataset) -> Figure:
    """Draw supplier shares from `measures.suppliers`, one column per state.

    Above, the mean share over runs by year; in the middle, the recorded share; below, five-year windows as a
    register would show them: median and middle 80% of runs beside the recorded value. Rows without numbers
    are left out.
    """
    columns, rows = _columns(dataset), _rows(dataset)
    figure, axes = style.page(
        1.6 + 2.0 * len(rows), nrows=len(rows), ncols=len(columns), height_ratios=list(rows.values())
    )
    reading = " ".join(READING[row] for row in rows) + (DIAMOND if {"recorded", "windows"} <= set(rows) else "")
    style.frame(figure, dataset, headline(dataset), reading, dataset.attrs.get("credit", ""))
    look = style.looks(dataset["group"].values.tolist(), "fill")
    draw = {"simulated": _areas, "recorded": _bars, "windows": _windows}
    for column, (name, one) in enumerate(columns):
        titles = {"simulated": f"{name}: simulated", "recorded": "Recorded by SIPRI"}
        for ax, row in zip(axes[:, column], rows, strict=True):
            style.panel(ax, titles.get(row) or " above ".join(one["window"].values.tolist()))
            draw[row](ax, one, look)
            if row != "windows":
                _years_and_shares(ax, dataset["year"].values, 5 if len(columns) < 3 else 3)
    for column, (_, one) in enumerate(columns):
        _name_areas(axes[0, column], one)
    return figure


def _years_and_shares(ax: Axes, years: np.ndarray, ticks: int) -> None:
    """Set the axes of the stacked panels."""
    ax.grid(False)
    ax.set_ylim(0, 1)
    ax.set_xlim(years[0] - 0.5, years[-1] + 0.5)
    ax.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    ax.xaxis.set_major_locator(MaxNLocator(nbins=ticks, integer=True, steps=[1, 2, 5, 10]))


def _areas(ax: Axes, one: xr.Dataset, look: dict[str, style.Look]) -> None:
    """Stack the mean simulated shares, the first group at the bottom."""
    share = one["share"].sel(ledger="delivered", estimate="mean").transpose("group", "year").fillna(0.0).values
    top = share.cumsum(0)
    for i, key in enumerate(one["group"].values.tolist()):
        ax.fill_between(
            one["year"].values,
            top[i] - share[i],
            top[i],
            facecolor=look[key].colour,
            hatch=look[key].hatch,
            edgecolor="white",
            linewidth=0.8,
        )


def _name_areas(ax: Axes, one: xr.Dataset) -> None:
    """Write the names at the right end of the areas."""
    share = one["share"].sel(ledger="delivered", estimate="mean").isel(year=-1).fillna(0.0).values
    middle = share.cumsum() - share / 2
    names = one["group_name"].values.tolist()
    style.label_ends(ax, [(y, name, style.BLACK) for y, name in zip(middle, names, strict=True)])


def _bars(ax: Axes, one: xr.Dataset, look: dict[str, style.Look]) -> None:
    """Stack the recorded shares by year in the same order and colours."""
    share = one["observed"].transpose("group", "year").fillna(0.0).values
    below = share.cumsum(0) - share
    for i, key in enumerate(one["group"].values.tolist()):
        ax.bar(
            one["year"].values,
            share[i],
            bottom=below[i],
            width=0.85,
            color=look[key].colour,
            hatch=look[key].hatch,
            edgecolor="white",
            linewidth=0.5,
        )


def _windows(ax: Axes, one: xr.Dataset, look: dict[str, style.Look]) -> None:
    """Draw window shares: a band and a dot per supplier, and a diamond for the recorded value."""
    names, count = one["group_name"].values.tolist(), one.sizes["window"]
    ax.grid(False)
    for i, key in enumerate(one["group"].values.tolist()):
        for j in range(count):
            share = one["window_share"].sel(ledger="recorded", group=key).isel(window=j)
            median, low, high = (share.sel(estimate=e).item() for e in ("median", "low", "high"))
            y = i + (j - (count - 1) / 2) * 0.36
            ax.barh(
                y,
                high - low,
                left=low,
                height=0.26,
                color=look[key].colour,
                hatch=look[key].hatch,
                edgecolor=style.GREY,
                linewidth=0.4,
            )
            ax.plot(median, y, "o", color=style.BLACK, markersize=3.5)
            ax.plot(
                one["observed_window"].sel(group=key).isel(window=j).item(),
                y,
                "D",
                color="white",
                markeredgecolor=style.BLACK,
                markersize=4.5,
                clip_on=False,
            )
    ax.set_yticks(range(len(names)), names)
    ax.yaxis.tick_right()
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(max(len(names), 1) - 0.5, -0.5)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")


def alt_text(dataset: xr.Dataset) -> str:
    """Describe the shares over the whole run, or over the last window where there is one."""
    parts = []
    for state, one in _columns(dataset):
        if "window_share" in one:
            share = one["window_share"].sel(ledger="delivered", estimate="median").isel(window=-1)
            seen, when = one["observed_window"].isel(window=-1), f"in {one['window'].values[-1]}"
        else:
            share = one["share"].sel(ledger="delivered", estimate="mean").mean("year")
            seen, when = one["observed"].mean("year"), "on average over the years"
        each = [
            f"{one['group_name'].sel(group=key).item()} {_percent(share.sel(group=key), 'not simulated')}"
            + (f" (recorded {_percent(seen.sel(group=key), '')})" if np.isfinite(seen.sel(group=key)) else "")
            for key in one["group"].values
        ]
        parts.append(f"Simulated shares in deliveries to {state} {when}: {', '.join(each) or 'none'}.")
    panels = {
        "simulated": "areas of simulated",
        "recorded": "bars of recorded",
        "windows": "bands of five-year",
    }
    what = ", ".join(panels[row] for row in _rows(dataset))
    return f"Panels with {what} supplier shares. " + " ".join(parts)


def _percent(share: xr.DataArray, missing: str) -> str:
    """Return a share in per cent, or a word where there is none."""
    return f"{share.item():.0%}" if np.isfinite(share) else missing
