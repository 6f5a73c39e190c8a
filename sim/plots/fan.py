"""Spending, stock ratio and theatre balance over all runs: luck and what is not known, with the recorded values."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim import measures
from sim.measures.fan import BOTH
from sim.plots import scales, style
from sim.plots.words import wrapped

SHOWS, MEASURE = style.ALL_RUNS, measures.fan
RATIOS = {  # panels of ratios: what is on record, and what attacks are decided by, which no record has
    "stock_balance": "Arms held, {own} to {rival}, by trade-register volume",
    "balance": "Theatre balance, by which attacks are weighed: offence of {own} to defence of {rival}",
}
MOST_EVENTS, NAME = 4, 130.0  # events that are named, and points for the line of a name
PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 0.3}

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
    """Draw bands over time from `measures.fan`: luck alone, and where it was played, with what is not known.

    Spending of all states on a log axis; where anybody holds arms, the ratio of arms held and the theatre balance of
    the first state against its rival as ratios; recorded values as markers, dated events as lines.
    """
    dataset = style.lasting(dataset)
    if dataset.sizes["spell"] == 1:
        dataset = dataset.isel(spell=[0, 0]).assign_coords(spell=dataset["time"].values[[0, -1]])
    ratios = [name for name in RATIOS if _differs(dataset, name)]
    heights = (style.high_enough(dataset.sizes["state"], 2.55), *(1.7 for _ in ratios))
    figure, axes = style.page(sum(heights), nrows=len(heights), sharex=True, height_ratios=heights)
    spending, *others = axes[:, 0]
    own, rival = (style.in_title(dataset.attrs[side]) for side in ("state", "rival"))
    by = ", means of years" if dataset["spell"].size < dataset["time"].size else ""
    titles = [f"Military spending, US$ billion a year at 2023 prices{by}, log scale"]
    titles += [RATIOS[name].format(own=own, rival=rival) for name in ratios]
    for ax, title in zip((spending, *others), titles, strict=True):
        style.panel(ax, title)
        scales.time_axis(ax, dataset["time"].values[0], dataset["time"].values[-1])
    runs = f"all {int(dataset.attrs['runs']):,} runs" if "runs" in dataset.attrs else "all runs"
    style.frame(
        figure, dataset, headline(dataset), f"{_says(dataset, runs)} {_seen(dataset)}",
        f"{dataset.attrs.get('credit', '')} {_notes(dataset)}",
    )  # fmt: skip
    labels = {spending: _spending(spending, dataset)}
    look = style.Look(style.BLACK)
    for ax, name in zip(others, ratios, strict=True):
        _bands(ax, dataset, name, look)
        if f"{name}_observed" in dataset:
            span = [dataset[f"{name}_observed_{side}"].values for side in ("low", "high")]
            ax.vlines(dataset["begin"].values, *span, color=look.colour, linewidth=0.9)
            _points(ax, dataset["begin"], dataset[f"{name}_observed"], look)
        scales.ratio_axis(ax)
        labels[ax] = [(dataset[f"{name}_median"].values[-1], "median run", style.BLACK)]
    if dataset.attrs["stated"]:
        ax, name = (others[0], ratios[0]) if ratios else (spending, "milex")
        labels[ax] = [*labels[ax], *_names(dataset, name)]
    _events(figure, (spending, *others), dataset)
    style.label_ends(labels)
    return figure


def _differs(dataset: xr.Dataset, name: str) -> bool:
    """Tell whether a ratio is ever another than one to one: where nobody holds arms it says nothing."""
    return any(bool((abs(dataset[f"{name}_{part}"]) > 1e-9).any()) for part in ("median", "low", "high"))


def _inner(dataset: xr.Dataset) -> list[float]:
    """Return the levels of the bands that are drawn: of luck alone the one that the other band has too."""
    levels = [float(level) for level in dataset["level"].values]
    return [level for level in levels if level == BOTH] if dataset.attrs["stated"] else levels


def _says(dataset: xr.Dataset, runs: str) -> str:
    """Say what lines and shades are, and what is in them: luck, what is not known, or both."""
    unknown = dataset.attrs.get("unknown", "")
    if dataset.attrs["stated"]:
        return (
            f"Lines: median of {runs} at the stated numbers. Bands: the middle {BOTH:.0%} of runs, dark of luck alone, "
            f"light of luck and what is not known ({unknown})."
        )
    levels = ", ".join(f"{level:.0%}".rstrip("%") for level in _inner(dataset))
    what = f"luck and what is not known together ({unknown})" if unknown else "luck alone, at numbers as they stand"
    return f"Lines: median of {runs}. Shading, from dark to light: the middle {levels}% of runs, {what}."


def _names(dataset: xr.Dataset, name: str) -> list[style.Label]:
    """Return the names of the two bands, each at its own height at the end of a panel."""
    one = dataset.isel(state=0) if name == "milex" else dataset
    inner = one[f"{name}_high"].sel(level=_inner(dataset)[0]).values[-1]
    outer, low = (one[f"{name}_both_{side}"].values[-1] for side in ("high", "low"))
    middle = one[f"{name}_median"].values[-1]
    least = one[f"{name}_low"].sel(level=_inner(dataset)[0]).values[-1]
    beyond = (outer + inner) / 2 if outer > inner else (low + least) / 2
    return [((middle + inner) / 2, "luck alone", style.GREY), (beyond, "luck and what is not known", style.GREY)]


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
    """Draw median and bands of one series, the narrowest band darkest; behind them the one of what is not known."""
    time = dataset["spell" if name == "milex" else "time"].values
    shade = style.GREY if look.colour == style.BLACK else look.colour
    if dataset.attrs["stated"]:
        ax.fill_between(time, dataset[f"{name}_both_low"].values, dataset[f"{name}_both_high"].values, color=shade,
                        alpha=0.22, linewidth=0)  # fmt: skip
    alphas = (0.45,) if dataset.attrs["stated"] else style.ALPHAS
    for level, alpha in zip(_inner(dataset), alphas, strict=False):
        low, high = (dataset[f"{name}_{side}"].sel(level=level).values for side in ("low", "high"))
        if not np.allclose(low, high, equal_nan=True):
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


def _events(figure: Figure, axes: Sequence[Axes], dataset: xr.Dataset) -> None:
    """Mark dated events with a thin line through all panels, named in the first, none over another."""
    when = dataset["event_date"].values[:MOST_EVENTS]
    if not len(when):
        return
    top = axes[0]
    left, right = top.get_xlim()
    places = (np.array(top.convert_xunits(when), float) - left) / (right - left)
    wide = style.across() * 0.8
    ends: list[float] = []
    rows, names = list[int](), list[str]()
    for x, what in zip(places.tolist(), dataset["event_what"].values.tolist(), strict=False):
        room = min(NAME, max((1 - x) * wide, NAME / 2))
        name = "\n".join(wrapped(re.split(r"[,;:(]", what)[0].strip(), room, style.SMALL, most=2))
        row = next((row for row, end in enumerate(ends) if end < x), len(ends))
        ends[row : row + 1] = [x + room / wide]
        rows.append(row)
        names.append(name)
    high = 0.19 * len(ends)
    low, above = (np.log(end) for end in top.get_ylim()) if top.get_yscale() == "log" else top.get_ylim()
    stretched = low + (above - low) / (1 - high)
    top.set_ylim(top=float(np.exp(stretched)) if top.get_yscale() == "log" else stretched)
    scales.money_axis(top)
    for ax in axes:
        for date in when:
            ax.axvline(date, color=style.GREY, linewidth=0.6, linestyle=(0, (2, 2)), zorder=1)
    for x, row, name in zip(places, rows, names, strict=True):
        top.text(x + 0.008, 0.98 - 0.19 * row, name, transform=top.transAxes, va="top", size=style.SMALL,
                 color=style.GREY, linespacing=style.LINE, bbox=PAPER)  # fmt: skip


def alt_text(dataset: xr.Dataset) -> str:
    """Describe the panels in numbers."""
    own, rival = dataset.attrs["state"], dataset.attrs["rival"]
    parts = []
    for key, name in zip(dataset["state"].values.tolist(), dataset["state_name"].values.tolist(), strict=True):
        one = dataset.sel(state=key).isel(spell=-1)
        ends = [one["milex_median"], *(one[f"milex_{side}"].sel(level=_inner(dataset)[-1]) for side in ("low", "high"))]
        ends += [one[f"milex_both_{side}"] for side in ("low", "high")] if dataset.attrs["stated"] else []
        middle, low, high, *both = (scales.billions(end.item()) for end in ends)
        wider = f"; {both[0]} to {both[1]} with what is not known" if both else ""
        parts.append(f"{name} {middle} ({low} to {high}{wider})")
    shown = [name for name in RATIOS if _differs(dataset, name)]
    said = {"stock_balance": f"arms held, {own} to {rival}", "balance": f"offence of {own} to defence of {rival}"}
    ratios = [f"Median {said[name]}: {scales.ratio_words(dataset[f'{name}_median'].values[-1])}." for name in shown]
    span = "year" if dataset["spell"].size < dataset["time"].size else "month"
    marked = [f"{what} ({scales.month_words(when)})" for when, what in
              zip(dataset["event_date"].values, dataset["event_what"].values, strict=True)]  # fmt: skip
    return " ".join([
        f"{('One panel', 'Two panels', 'Three panels')[len(shown)]} of simulated bands over time.",
        _says(dataset, "all runs"),
        f"Military spending in the last {span}, US$ billion a year, median and middle {_inner(dataset)[-1]:.0%} "
        f"of runs: {', '.join(parts)}.",
        *ratios, *([f"Events are marked: {'; '.join(marked)}."] if marked else []), _seen(dataset),
    ])  # fmt: skip
