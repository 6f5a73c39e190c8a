"""Spending, stock ratio and theatre balance over all runs, with the recorded values."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim import measures
from sim.plots import scales, style

SHOWS, MEASURE = style.ALL_RUNS, measures.fan

SERIES = {  # of recorded spending, in words
    "milex_usd2023_m": "with special projects where there are any",
    "milex_usd2023_m_excl_special": "without special projects",
}


def headline(dataset: xr.Dataset) -> str:
    """Say how the spending ratio develops, if that is clear beyond Monte Carlo error."""
    neutral = f"Military spending and power balance: {dataset.attrs['state']} and {dataset.attrs['rival']}"
    if "milex_ratio" not in dataset:
        return neutral
    start, end = dataset["milex_ratio"].values
    _, low, high = dataset["milex_ratio_growth"].values
    more, less = dataset.attrs["state"], dataset.attrs["rival"]
    if end < 1:
        more, less, start, end, low, high = less, more, 1 / start, 1 / end, -high, -low
    if not (low > 0 or high < 0) or f"{start:.1f}" == f"{end:.1f}":
        return neutral
    way = "up" if low > 0 else "down"
    return f"{more} ends up spending {end:.1f} times as much as {less} in the median run, {way} from {start:.1f}"


def fan(dataset: xr.Dataset) -> Figure:
    """Draw three panels of bands over time from `measures.fan`.

    Spending of all states on a log axis, the ratio of arms held and the theatre balance of the first
    state against its rival as ratios; recorded values as markers.
    """
    dataset = style.lasting(dataset)
    heights = (style.high_enough(dataset.sizes["state"], 2.55), 1.7, 1.7)
    figure, axes = style.page(sum(heights), nrows=3, sharex=True, height_ratios=heights)
    spending, stock, balance = axes[:, 0]
    own, rival = (style.in_title(dataset.attrs[side]) for side in ("state", "rival"))
    for ax, title in (
        (spending, "Military spending, US$ billion a year at 2023 prices, log scale"),
        (stock, f"Arms held, {own} to {rival}, by trade-register volume"),
        (balance, f"Theatre balance: offence of {own} to defence of {rival}"),
    ):
        style.panel(ax, title)
        scales.time_axis(ax, dataset["time"].values[0], dataset["time"].values[-1])
    runs = f"all {int(dataset.attrs['runs']):,} runs" if "runs" in dataset.attrs else "all runs"
    levels = ", ".join(f"{level:.0%}".rstrip("%") for level in dataset["level"].values)
    style.frame(
        figure,
        dataset,
        headline(dataset),
        f"Lines: median of {runs}. Shading, from dark to light: the middle {levels}% of runs. {_seen(dataset)}",
        f"{dataset.attrs.get('credit', '')} {_notes(dataset)}",
    )
    labels = {spending: _spending(spending, dataset)}
    look = style.Look(style.BLACK)
    for ax, name in ((stock, "stock_balance"), (balance, "balance")):
        _bands(ax, dataset, name, look)
        if f"{name}_observed" in dataset:
            span = [dataset[f"{name}_observed_{side}"].values for side in ("low", "high")]
            ax.vlines(dataset["begin"].values, *span, color=look.colour, linewidth=0.9)
            _points(ax, dataset["begin"], dataset[f"{name}_observed"], look)
        scales.ratio_axis(ax)
        labels[ax] = [(dataset[f"{name}_median"].values[-1], "median run", style.BLACK)]
    style.label_ends(labels)
    return figure


def _seen(dataset: xr.Dataset) -> str:
    """Say what the markers are and where they end."""
    years = dataset["year"].values[np.isfinite(dataset["milex_observed"].values).any(axis=1)]
    return f"Markers: recorded values, shown to {years[-1]}." if len(years) else "There are no recorded values."


def _notes(dataset: xr.Dataset) -> str:
    """Name the spending series, the range behind the whiskers and bands that are cut off."""
    notes = []
    if dataset["milex_observed"].notnull().any():
        notes.append(f"Recorded spending: {SERIES.get(dataset.attrs['series'], dataset.attrs['series'])}.")
    if dataset["stock_balance_observed"].notnull().any():
        notes.append(f"Whiskers: assumed {dataset['stock_balance_observed'].attrs['assumed']}.")
    if max(float(dataset[f"{name}_clipped"].max()) for name in ("milex", "stock_balance", "balance")) > 0.02:
        notes.append("Some bands reach the end of the histogram and are cut off there.")
    return " ".join(notes)


def _bands(ax: Axes, dataset: xr.Dataset, name: str, look: style.Look) -> None:
    """Draw median and bands of one series, the narrowest band darkest."""
    time, shade = dataset["time"].values, style.GREY if look.colour == style.BLACK else look.colour
    for level, alpha in zip(np.argsort(dataset["level"].values), style.ALPHAS, strict=False):
        low, high = (dataset[f"{name}_{side}"].isel(level=level).values for side in ("low", "high"))
        ax.fill_between(time, low, high, color=shade, alpha=alpha, linewidth=0)
    ax.plot(time, dataset[f"{name}_median"].values, color=look.colour, linestyle=look.dash)


def _points(ax: Axes, when: xr.DataArray, what: xr.DataArray, look: style.Look) -> None:
    """Draw recorded values as markers with a white rim."""
    ax.plot(
        when.values,
        what.values,
        look.marker,
        color=look.colour,
        markeredgecolor="white",
        markeredgewidth=0.7,
        markersize=5,
        zorder=5,
        clip_on=False,
    )


def _spending(ax: Axes, dataset: xr.Dataset) -> list[style.Label]:
    """Draw spending of every state, each with its colour, dash and marker; return their names."""
    ax.set_yscale("log")
    look = style.looks(dataset["state"].values.tolist())
    labels = []
    for key, name in zip(dataset["state"].values.tolist(), dataset["state_name"].values.tolist(), strict=True):
        one = dataset.sel(state=key)
        _bands(ax, one, "milex", look[key])
        _points(ax, one["middle"], one["milex_observed"], look[key])
        labels.append((float(one["milex_median"].values[-1]), name, look[key].colour))
    scales.money_axis(ax)
    return labels


def alt_text(dataset: xr.Dataset) -> str:
    """Describe the three panels in numbers."""
    last = dataset.isel(time=-1)
    wide = {"level": int(np.argmax(dataset["level"].values))}
    parts = []
    for key, name in zip(dataset["state"].values.tolist(), dataset["state_name"].values.tolist(), strict=True):
        one = last.sel(state=key)
        ends = (one["milex_median"], one["milex_low"].isel(wide), one["milex_high"].isel(wide))
        middle, low, high = (scales.billions(end.item()) for end in ends)
        parts.append(f"{name} {middle} ({low} to {high})")
    stock, balance = (scales.ratio_words(last[f"{name}_median"].item()) for name in ("stock_balance", "balance"))
    own, rival = dataset.attrs["state"], dataset.attrs["rival"]
    return (
        "Three panels of simulated bands over time. Military spending in the last month, US$ billion a year, "
        f"median and middle {dataset['level'].values.max():.0%} of runs: {', '.join(parts)}. "
        f"Median arms held, {own} to {rival}: {stock}. "
        f"Median of offence of {own} to defence of {rival}: {balance}. {_seen(dataset)}"
    )
