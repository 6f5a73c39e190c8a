"""Who delivers: shares of suppliers, simulated and recorded."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim import measures
from sim.plots import scales, style

SHOWS, MEASURE = style.WHOLE_PATHS, measures.suppliers

HEIGHTS = {"simulated": 2.1, "recorded": 1.7, "windows": 2.1}  # inches
LEDGERS = {"simulated": "delivered", "windows": "recorded"}  # which of the two ledgers of the runs a row shows
ACROSS = 2  # states side by side
READING = {
    "simulated": "Areas: mean share over runs of each year's simulated deliveries, whether or not a register "
    "sees them.",
    "recorded": "Bars: shares recorded by SIPRI; an empty year has no recorded delivery.",
    "windows": "Bottom: shares in recorded deliveries over five years; bar and dot: middle 80% and median of runs.",
}
DIAMOND = " Diamond: observed."


def lacking(dataset: xr.Dataset) -> str:
    """Say why there is nothing to draw; nothing where there is."""
    there = dataset["share"].notnull().any() or dataset["observed"].notnull().any()
    return "" if there else "nobody delivers arms"


def _columns(dataset: xr.Dataset) -> list[tuple[str, xr.Dataset]]:
    """Return name and data of each state, with only the groups it has."""
    each = [dataset.isel(state=i) for i in range(dataset.sizes["state"])] if "state" in dataset.dims else [dataset]
    return [(str(one["state_name"].item()), one.sel(group=_ranked(one, _used(one)))) for one in each]


def _simulated(one: xr.Dataset) -> xr.DataArray:
    """Return the shares by year that the areas show."""
    return one["share"].sel(ledger=LEDGERS["simulated"], estimate="mean")


def _used(one: xr.Dataset) -> list[str]:
    """Return the groups that a state has numbers for."""
    known = one["share"].notnull().any(["ledger", "estimate", "year"]) | one["observed"].notnull().any("year")
    return [str(key) for key in one["group"].values[known.values]]


def _ranked(one: xr.Dataset, groups: list[str]) -> list[str]:
    """Return groups by falling simulated share, the rest last."""
    total = _simulated(one).mean("year")
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
        share = one["window_share"].sel(ledger=LEDGERS["windows"]).isel(window=-1)
        first, *others = (
            share.sel(estimate="median").sortby(share.sel(estimate="median"), ascending=False)["group"].values
        )
        if not all(share.sel(group=first, estimate="low") > share.sel(group=k, estimate="high") for k in others):
            return neutral
        words.append(f"{one['group_name'].sel(group=first).item()} for {state}")
    return f"Largest supplier on record in the runs, {window}: {', '.join(words)}"


def _rows(dataset: xr.Dataset) -> dict[str, float]:
    """Return the rows of panels that there are numbers for, with their heights."""
    there = {
        "simulated": True,
        "recorded": bool(dataset["observed"].notnull().any()),
        "windows": "window_share" in dataset,
    }
    return {row: HEIGHTS[row] for row, is_there in there.items() if is_there}


def suppliers(dataset: xr.Dataset) -> Figure:
    """Draw supplier shares from `measures.suppliers`, one column per state, two across.

    Above, the mean share over runs by year; in the middle, the recorded share; below, five-year windows as a
    register would show them: median and middle 80% of runs beside the recorded value. Rows without numbers
    are left out.
    """
    columns, rows = _columns(dataset), _rows(dataset)
    across = min(len(columns), ACROSS)
    heights = [*rows.values()] * -(-len(columns) // across)
    figure, axes = style.page(sum(heights), nrows=len(heights), ncols=across, height_ratios=heights)
    blocks = axes.reshape(-1, len(rows), across).swapaxes(1, 2).reshape(-1, len(rows))  # one row of these per state
    for ax in blocks[len(columns) :].flat:
        ax.remove()
    reading = " ".join(READING[row] for row in rows) + (DIAMOND if {"recorded", "windows"} <= set(rows) else "")
    style.frame(figure, dataset, headline(dataset), reading, dataset.attrs.get("credit", ""))
    look = style.looks(dataset["group"].values.tolist(), "fill")
    draw = {"simulated": _areas, "recorded": _bars, "windows": _windows}
    for block, (name, one) in zip(blocks, columns, strict=False):
        titles = {"simulated": f"{style.in_title(name)}: simulated", "recorded": "Recorded by SIPRI"}
        for ax, row in zip(block, rows, strict=True):
            style.panel(ax, titles.get(row) or " above ".join(one["window"].values.tolist()))
            draw[row](ax, one, look)
            if row != "windows":
                _years_and_shares(ax, dataset["year"].values)
    style.label_ends({block[0]: _names(one) for block, (_, one) in zip(blocks, columns, strict=False)})
    return figure


def _years_and_shares(ax: Axes, years: np.ndarray) -> None:
    """Set the axes of the stacked panels."""
    ax.grid(False)
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    scales.year_axis(ax, years, 5)


def _areas(ax: Axes, one: xr.Dataset, look: dict[str, style.Look]) -> None:
    """Stack the mean simulated shares, the first group at the bottom."""
    share = _simulated(one).transpose("group", "year").fillna(0.0).values
    years, top = one["year"].values, share.cumsum(0)
    if len(years) == 1:  # as wide as a bar
        years, share, top = years + np.array([-0.5, 0.5]), share.repeat(2, 1), top.repeat(2, 1)
    for i, key in enumerate(one["group"].values.tolist()):
        ax.fill_between(
            years,
            top[i] - share[i],
            top[i],
            facecolor=look[key].colour,
            hatch=look[key].hatch,
            edgecolor="white",
            linewidth=0.8,
        )


def _names(one: xr.Dataset) -> list[style.Label]:
    """Return the names at the right end of the areas."""
    share = _simulated(one).isel(year=-1).fillna(0.0).values
    middle = share.cumsum() - share / 2
    names = one["group_name"].values.tolist()
    return [(y, name, style.BLACK) for y, name in zip(middle, names, strict=True)]


def _bars(ax: Axes, one: xr.Dataset, look: dict[str, style.Look]) -> None:
    """Stack the recorded shares by year in the same order and colours."""
    share = one["observed"].transpose("group", "year").fillna(0.0).values
    below = share.cumsum(0) - share
    for i, key in enumerate(one["group"].values.tolist()):
        style.bars(ax, one["year"].values - 0.425, 0.85, below[i], share[i], look[key])


def _windows(ax: Axes, one: xr.Dataset, look: dict[str, style.Look]) -> None:
    """Draw window shares: a band and a dot per supplier, and a diamond for the recorded value."""
    names, count = one["group_name"].values.tolist(), one.sizes["window"]
    ax.grid(False)
    for i, key in enumerate(one["group"].values.tolist()):
        for j in range(count):
            share = one["window_share"].sel(ledger=LEDGERS["windows"], group=key).isel(window=j)
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
    ax.set_yticks(range(len(names)), [style.beside(name) for name in names])
    ax.yaxis.tick_right()
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(max(len(names), 1) - 0.5, -0.5)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")


def alt_text(dataset: xr.Dataset) -> str:
    """Describe the last window where there is one, otherwise the first and the last year."""
    parts = []
    for state, one in _columns(dataset):
        if "window_share" in one:
            share = one["window_share"].sel(ledger=LEDGERS["windows"], estimate="median").isel(window=[-1])
            seen, when = one["observed_window"].isel(window=[-1]), f"on record in {one['window'].values[-1]}"
        else:
            ends = sorted({0, one.sizes["year"] - 1})
            share, seen = (shares.isel(year=ends) for shares in (_simulated(one), one["observed"]))
            when = "in " + " and ".join(str(year) for year in one["year"].values[ends])
        each = [
            f"{name} {_percents(share.sel(group=key), 'none')}"
            + (f" (recorded {_percents(seen.sel(group=key), 'none')})" if seen.sel(group=key).notnull().any() else "")
            for key, name in zip(one["group"].values, one["group_name"].values, strict=True)
        ]
        parts.append(f"Simulated shares in deliveries to {state} {when}: {', '.join(each) or 'none'}.")
    panels = {
        "simulated": "areas of simulated",
        "recorded": "bars of recorded",
        "windows": "bands of five-year",
    }
    what = ", ".join(panels[row] for row in _rows(dataset))
    return f"Panels with {what} supplier shares. " + " ".join(parts)


def _percents(shares: xr.DataArray, missing: str) -> str:
    """Return shares in per cent, or a word where there is none."""
    return " and ".join(f"{share:.0%}" if np.isfinite(share) else missing for share in shares.values)
