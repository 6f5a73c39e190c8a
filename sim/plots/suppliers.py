"""Who delivers: shares of suppliers, simulated and recorded."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation

from sim.measures.suppliers import REST, ledger_of_windows, on_record
from sim.measures.suppliers import suppliers as shares_of_suppliers
from sim.plots import scales, style
from sim.plots.words import wrapped

ACROSS = 2  # states side by side
AREAS, BARS, ROW = 2.0, 1.15, 0.19  # inches: of areas, of bars, of a supplier's row
LEAD, NAME = 12.0, 76.0  # points from an area to its name, and of the name
LEADER = {"arrowstyle": "-", "linewidth": 0.5, "color": style.GREY, "shrinkA": 1, "shrinkB": 0}
GAP = 0.12  # years between bars
NOBODY = "nobody is delivered any arms"
MOST_TOLD = 2  # states of which the headline speaks


SHOWS, MEASURE = style.WHOLE_PATHS, shares_of_suppliers


def lacking(dataset: xr.Dataset) -> str:
    """Say why there is nothing to draw; nothing where there is."""
    return "" if bool((dataset["share"] > 0).any()) else NOBODY


def _columns(dataset: xr.Dataset) -> list[tuple[str, xr.Dataset]]:
    """Return name and data of each state that gets anything, with only the groups it has."""
    each = [dataset.isel(state=i) for i in range(dataset.sizes["state"])] if "state" in dataset.dims else [dataset]
    columns = [(str(one["state_name"].item()), one.sel(group=_ranked(one, _used(one)))) for one in each]
    return [(name, one) for name, one in columns if one.sizes["group"]]


def _simulated(one: xr.Dataset) -> xr.DataArray:
    """Return the shares by year that the areas show."""
    return one["share"].sel(ledger="delivered", estimate="mean")


def _window(one: xr.Dataset) -> xr.DataArray:
    """Return the shares by window that dumbbells, headline and description tell, ``(estimate, group, window)``."""
    return one["window_share"].sel(ledger=ledger_of_windows(one))


def _used(one: xr.Dataset) -> list[str]:
    """Return the groups that a state has numbers for."""
    known = one["share"].notnull().any(["ledger", "estimate", "year"]) | one["observed"].notnull().any("year")
    there = (one["share"] > 0).any(["ledger", "estimate", "year"]) | (one["observed"] > 0).any("year")
    return [str(key) for key in one["group"].values[(known & there).values]]


def _ranked(one: xr.Dataset, groups: list[str]) -> list[str]:
    """Return groups by falling simulated share, the rest last."""
    total = _simulated(one).mean("year")
    return sorted(groups, key=lambda key: (key == REST, -float(total.sel(group=key)), key))


# -- what is told


def headline(dataset: xr.Dataset) -> str:
    """Say how much comes from whom, against the record or the first years."""
    columns = _columns(dataset)[:MOST_TOLD]
    if "window_share" not in dataset:
        year = int(dataset["year"].values[-1])
        return f"Arms in {year}: " + ", ".join(_of_a_year(state, one, year) for state, one in columns)
    what = "Recorded arms" if on_record(dataset) else "Arms"
    return f"{what} in {dataset['window'].values[-1]}: {', '.join(_of_years(*each) for each in columns)}"


def _of_a_year(state: str, one: xr.Dataset, year: int) -> str:
    """Return the largest supplier of a state in one year, with its share."""
    share = _simulated(one).sel(year=year).fillna(0.0)
    largest = share.isel(group=int(share.argmax("group")))
    return f"{state} {scales.percent(largest.item())} from {largest['group_name'].item()}"


def _of_years(state: str, one: xr.Dataset) -> str:
    """Return the share of the supplier that is a state's largest in most runs, or of the one that has moved most."""
    share, against = _window(one).sel(estimate="median").isel(window=-1).fillna(0.0), _against(one, -1)
    leads = one["window_largest"].sel(ledger=ledger_of_windows(one)).isel(window=-1)
    moved = abs(share - against.fillna(share))
    told = leads if float(leads.max()) > 0.5 or not float(moved.max()) > 0.0 else moved
    who = {"group": int(told.argmax("group"))}
    held = against.isel(who).item()
    beside = f" ({_held(one, scales.percent(held))})" if np.isfinite(held) else ""
    return f"{state} {scales.percent(share.isel(who).item())} from {one['group_name'].isel(who).item()}{beside}"


def _held(one: xr.Dataset, share: str) -> str:
    """Return what a share is held against, in words."""
    return f"SIPRI {share}" if on_record(one) else f"{share} in {one['window'].values[0]}"


def _against(one: xr.Dataset, window: int) -> xr.DataArray:
    """Return what the shares of a window are held against: the record, or the first years; NaN for nothing."""
    if on_record(one):
        return one["observed_window"].isel(window=window)
    first = _window(one).sel(estimate="median").isel(window=0)
    return first if one.sizes["window"] > 1 else first * np.nan


def _compared(dataset: xr.Dataset) -> list[int]:
    """Return the windows that have a panel: all that are on record, or the last."""
    if "window_share" not in dataset:
        return []
    return list(range(dataset.sizes["window"])) if on_record(dataset) else [dataset.sizes["window"] - 1]


def _reading(dataset: xr.Dataset) -> str:
    """Say how to read the panels there are."""
    year = dataset["year"].values[-1]
    parts = [
        "Areas: mean share over runs of each year's simulated deliveries, whether or not a register sees them; "
        f"numbers beside them are of {year}."
    ]
    if on_record(dataset):
        parts.append(
            "Bars: shares recorded by SIPRI over five years, since single years are lumpy. Below: dot and line, median "
            "and middle 80% of runs as a register would record them; diamond, SIPRI."
        )
    elif "window_share" in dataset:
        parts.append("Below: dot and line, median and middle 80% of runs over five years.")
        if dataset.sizes["window"] > 1:
            parts.append(f"Ring: median of {dataset['window'].values[0]}.")
    return " ".join(parts)


# -- the page


def suppliers(dataset: xr.Dataset) -> Figure:
    """Draw supplier shares from `measures.suppliers`, one column per state, two across.

    Above, the mean share over runs by year, named beside; where there is a record, bars of five years of it;
    below, a row for each supplier: median and middle 80% of runs beside the recorded value or the first years.
    """
    columns, windows = _columns(dataset), _compared(dataset)
    across = min(len(columns), ACROSS)
    most = max(one.sizes["group"] for _, one in columns)
    rows = [AREAS, *([BARS] if on_record(dataset) else []), *[ROW * (most + 2)] * len(windows)]
    heights = rows * -(-len(columns) // across)
    figure, axes = style.page(sum(heights), nrows=len(heights), ncols=across, height_ratios=heights)
    blocks = axes.reshape(-1, len(rows), across).swapaxes(1, 2).reshape(-1, len(rows))  # one row of these per state
    for ax in blocks[len(columns) :].flat:
        ax.remove()
    style.frame(figure, dataset, headline(dataset), _reading(dataset), dataset.attrs.get("credit", ""))
    look = style.looks(dataset["group"].values.tolist(), "fill")
    for block, (name, one) in zip(blocks, columns, strict=False):
        above, *below = block
        style.panel(above, f"{style.in_title(name)}: simulated")
        _areas(above, one, look)
        if on_record(dataset):
            style.panel(below[0], "Recorded by SIPRI, five years together")
            _bars(below.pop(0), one, look)
        for ax, window in zip(below, windows, strict=True):
            style.panel(ax, _title(one, window))
            _dumbbell(ax, _falling(one, window), window, look)
    _name_areas(figure, {block[0]: one for block, (_, one) in zip(blocks, columns, strict=False)})
    return figure


def _title(one: xr.Dataset, window: int) -> str:
    """Return the title of the rows of suppliers."""
    years = str(one["window"].values[window])
    if on_record(one):
        return f"{years}, simulated against SIPRI"
    return f"{years} against {one['window'].values[0]}" if one.sizes["window"] > 1 else years


def _falling(one: xr.Dataset, window: int) -> xr.Dataset:
    """Return a state with its groups by falling simulated share of a window, the rest last."""
    share = _window(one).sel(estimate="median").isel(window=window).fillna(0.0)
    order = sorted(one["group"].values.tolist(), key=lambda key: (key == REST, -round(float(share.sel(group=key)), 3)))
    return one.sel(group=order)


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
        ax.fill_between(years, top[i] - share[i], top[i], linewidth=0.4, **_filled(look[key]))
    _years_and_shares(ax, one["year"].values)


def _filled(look: style.Look) -> dict[str, Any]:
    """Return how an area looks."""
    return {"facecolor": look.colour, "hatch": look.hatch, "edgecolor": look.ink}


def _name_areas(figure: Figure, panels: dict[Axes, xr.Dataset]) -> None:
    """Name the areas at their right ends, each with its last share and a line that leads to it."""
    figure.get_layout_engine().execute(figure)  # type: ignore[union-attr]  # gives the axes the height they will have
    for ax, one in panels.items():
        share = _simulated(one).isel(year=-1).fillna(0.0).values
        middle = share.cumsum() - share / 2
        gap = style.SMALL * 1.25 * figure.dpi / style.INCH / ax.bbox.height
        beside = ax.transAxes + ScaledTranslation(LEAD / style.INCH, 0, figure.dpi_scale_trans)
        places = style.spread(middle.tolist(), gap, gap / 2, 1 - gap / 2)
        for y, place, much, name in zip(middle, places, share, one["group_name"].values, strict=True):
            words = f"{''.join(wrapped(str(name), NAME, style.SMALL, most=1))} {scales.percent(much)}"
            ax.text(1, place, words, transform=beside, va="center", size=style.SMALL)
            ax.annotate("", (1, y), (1, place), ax.transAxes, beside, arrowprops=LEADER)


def _bars(ax: Axes, one: xr.Dataset, look: dict[str, style.Look]) -> None:
    """Stack the recorded shares of five years in the same order and colours, with their numbers inside."""
    _years_and_shares(ax, one["year"].values)
    share = one["observed_window"].transpose("group", "window").fillna(0.0).values
    below = share.cumsum(0) - share
    room = (BARS * style.INCH - 2 * style.SMALL) * 0.8
    for j, window in enumerate(one["window"].values.tolist()):
        first, last = map(int, window.split("-"))
        for i, key in enumerate(one["group"].values.tolist()):
            left, wide = first - 0.5 + GAP, last - first + 1 - 2 * GAP
            ax.bar(left, share[i, j], wide, below[i, j], align="edge", linewidth=0.4, **_filled(look[key]))
            if share[i, j] * room > style.SMALL:
                plain = {"facecolor": look[key].colour, "edgecolor": "none", "pad": 0.6}
                ax.text(left + wide / 2, below[i, j] + share[i, j] / 2, scales.percent(share[i, j]), ha="center",
                        va="center", size=style.SMALL, color=look[key].ink, bbox=plain)  # fmt: skip


def _dumbbell(ax: Axes, one: xr.Dataset, window: int, look: dict[str, style.Look]) -> None:
    """Draw a row for each supplier: median and middle 80% of runs, and what they are held against."""
    share, against = _window(one).isel(window=window), _against(one, window)
    ax.grid(axis="x", color="#ececec", linewidth=0.6)
    ax.grid(False, axis="y")
    for i, key in enumerate(one["group"].values.tolist()):
        median, low, high = (share.sel(estimate=e, group=key).item() for e in ("median", "low", "high"))
        held = against.sel(group=key).item()
        ax.plot([low, high], [i, i], color=style.BLACK, linewidth=4.2, solid_capstyle="butt", clip_on=False)
        ax.plot([low, high], [i, i], color=look[key].colour, linewidth=2.8, solid_capstyle="butt", clip_on=False)
        ax.plot(held, i, "D" if on_record(one) else "o", color="white", markeredgecolor=style.BLACK, markersize=6,
                clip_on=False)  # fmt: skip
        ax.plot(median, i, "o", color=style.BLACK, markersize=3.5, clip_on=False)
    ax.set_yticks(range(one.sizes["group"]), [style.beside(str(name)) for name in one["group_name"].values],
                  va="center_baseline")  # fmt: skip
    ax.yaxis.tick_right()
    ax.tick_params(axis="y", length=0, pad=6)
    ax.set_ylim(one.sizes["group"] - 0.4, -0.6)
    ax.set_xlim(0, 1)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1])
    ax.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")


def alt_text(dataset: xr.Dataset) -> str:
    """Describe the last window where there is one, otherwise the last year, in the numbers that are drawn."""
    parts = []
    for state, one in _columns(dataset):
        if "window_share" in one:
            share, against = _window(one).sel(estimate="median").isel(window=-1), _against(one, -1)
            when = f"{one['window'].values[-1]}, median of runs"
        else:
            share = _simulated(one).isel(year=-1)
            against, when = share * np.nan, f"{one['year'].values[-1]}, mean of runs"
        each = [
            f"{name} {_percent(share.sel(group=key))}"
            + (f" ({_percent(against.sel(group=key))})" if against.sel(group=key).notnull() else "")
            for key, name in zip(one["group"].values, one["group_name"].values, strict=True)
        ]
        known = "window_share" in one and bool(against.notnull().any())
        held = (
            (", in brackets SIPRI" if on_record(one) else f", in brackets {one['window'].values[0]}") if known else ""
        )
        what = "deliveries that a register sees" if on_record(one) else "deliveries"
        parts.append(f"Shares of {what} to {state}, {when}{held}: {', '.join(each)}.")
    panels = ["areas of simulated shares by year"]
    panels += ["bars of recorded shares over five years"] if on_record(dataset) else []
    panels += ["a row for each supplier with its range over runs"] if _compared(dataset) else []
    return f"Supplier shares: {', '.join(panels)}. " + " ".join(parts)


def _percent(share: xr.DataArray) -> str:
    """Return a share in per cent, or a word where there is none."""
    return scales.percent(share.item()) if bool(np.isfinite(share)) else "none"
