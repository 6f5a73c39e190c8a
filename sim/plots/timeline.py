"""One run, month by month."""

from __future__ import annotations

import matplotlib.dates as mdates
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from sim import measures
from sim.measures.runs import ends_of
from sim.plots import scales, style
from sim.plots.scales import month_words

SHOWS, MEASURE = style.ONE_PATH, measures.timeline

FIGHTING = {1: ("operation", "#f6d3bd"), 2: ("campaign", "#d98c6b")}
TALKS = {  # the darker, the further they have come; no colours, which belong to actors
    0: ("no talks", style.Look("white")),
    1: ("talks", style.Look(style.PALE)),
    2: ("deadlock", style.Look("white", hatch="//////")),
    3: ("framework", style.Look("#8c8c8c")),
    4: ("treaty", style.Look(style.DARK)),
}
MOST_NAMES = 7
ROOM = 0.14  # of the first panel, for the names of spells below its lines


def headline(dataset: xr.Dataset) -> str:
    """Say what fighting this run saw; facts of one run need no test."""
    codes, start = dataset["fighting_code"].values, dataset["fighting_start"].values
    if not dataset.attrs["contested"]:
        return f"One run among many: what {dataset.attrs['state']} and {dataset.attrs['rival']} spend"
    if 2 in codes:
        return f"One run among many: a campaign begins in {month_words(start[codes == 2][0])}"
    if len(codes):
        return f"One run among many: limited fighting only, first in {month_words(start[0])}"
    return "One run among many: no fighting above clash level"


def _armed(dataset: xr.Dataset) -> bool:
    """Whether anybody has arms to set against each other."""
    return bool((dataset["balance"] != 0).any())


def _supplied(dataset: xr.Dataset) -> list[str]:
    """Return the states to which anything is delivered."""
    total = dataset["deliveries"].sum(["quarter", "group"])
    return [str(key) for key in dataset["state"].values[total.values > 0]]


def timeline(dataset: xr.Dataset) -> Figure:
    """Draw one run from `measures.timeline`.

    Spending and balance as lines, deliveries by supplier as stacked bars per quarter, talks as a ribbon;
    fighting is shaded through all panels. Of what there is nothing, there is no panel.
    """
    states, names = (dataset[name].values.tolist() for name in ("state", "state_name"))
    armed, supplied, talking = _armed(dataset), _supplied(dataset), dataset.sizes["stage"] > 0
    heights = [style.high_enough(len(states), 2.0), *[1.35] * (armed + len(supplied)), *[0.3] * talking]
    figure, axes = style.page(sum(heights), nrows=len(heights), sharex=True, height_ratios=heights)
    column = list(axes[:, 0])
    run = f" (run {dataset.attrs['run']})" if str(dataset.attrs.get("run", "")) else ""
    fought = "Vertical shading: fighting (dark a campaign, light a limited operation), drawn in whole months."
    style.frame(
        figure,
        dataset,
        headline(dataset),
        f"A single simulated history{run}, not a typical one: other runs of the same scenario may differ. "
        f"{fought if dataset.sizes['spell'] else ''}",
        "TIV is volume, not money." if supplied else "",
    )
    scales.time_axis(column[0], dataset["time"].values[0], ends_of(dataset["time"])[-1])
    lines, look = style.lasting(dataset), style.looks(dataset["group"].values.tolist(), "fill")
    _spending(column[0], lines)
    if armed:
        own, rival = (style.in_title(dataset.attrs[side]) for side in ("state", "rival"))
        style.panel(column[1], f"Theatre balance: offence of {own} to defence of {rival}")
        column[1].plot(lines["time"].values, lines["balance"].values, color=style.BLACK)
        scales.ratio_axis(column[1])
    if talking:
        _ribbon(column[-1], dataset)
    panels = dict(zip(supplied, column[1 + armed :], strict=False))
    for key, ax in panels.items():
        style.panel(ax, f"Deliveries to {style.in_title(names[states.index(key)])}, TIV million a quarter")
        _deliveries(ax, dataset["deliveries"].sel(state=key), look)
    for ax in column[: len(column) - talking]:
        _shade(ax, dataset)
    _labels(column[0], panels, dataset)
    return figure


def _spending(ax: Axes, dataset: xr.Dataset) -> None:
    """Draw spending of every state on a log axis."""
    style.panel(ax, "Military spending, US$ billion a year at 2023 prices, log scale")
    ax.set_yscale("log")
    ax.margins(y=0.15)
    for key, look in style.looks(dataset["state"].values.tolist()).items():
        ax.plot(
            dataset["time"].values,
            dataset["milex"].sel(state=key).values,
            color=look.colour,
            linestyle=look.dash,
        )
    low, high = ax.get_ylim()
    if dataset.sizes["spell"] and low > 0:
        ax.set_ylim(low * (low / high) ** ROOM, high)
    scales.money_axis(ax)


def _deliveries(ax: Axes, volume: xr.DataArray, look: dict[str, style.Look]) -> None:
    """Stack deliveries of a quarter by supplier."""
    below, left = np.zeros(volume.sizes["quarter"]), mdates.date2num(volume["quarter"].values)
    for key in volume["group"].values.tolist():
        height = volume.sel(group=key).fillna(0.0).values
        style.bars(ax, left, 84.0, below, height, look[key])  # days
        below = below + height
    ax.set_ylim(0, 1.05 * below.max() or 1)
    ax.yaxis.set_major_formatter(lambda volume, _: f"{volume:,.10g}")


def _shade(ax: Axes, dataset: xr.Dataset) -> None:
    """Shade the spells of fighting."""
    spells = (dataset[f"fighting_{part}"].values for part in ("start", "end", "code"))
    for start, end, code in zip(*spells, strict=True):
        ax.axvspan(start, end, color=FIGHTING[int(code)][1], alpha=0.75, linewidth=0, zorder=0)


def _ribbon(ax: Axes, dataset: xr.Dataset) -> None:
    """Draw the state of talks as a ribbon, with a key of the stages that the run has seen."""
    style.panel(ax, "Talks")
    ax.grid(False)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    stages = (dataset[f"talks_{part}"].values for part in ("start", "end", "code"))
    for start, end, code in zip(*stages, strict=True):
        look = TALKS[int(code)][1]
        ax.axvspan(start, end, facecolor=look.colour, hatch=look.hatch, edgecolor=style.GREY, linewidth=0.4)
    seen = [TALKS[code] for code in sorted({int(code) for code in dataset["talks_code"].values})]
    ax.legend(
        [Patch(facecolor=look.colour, hatch=look.hatch, edgecolor=style.GREY, linewidth=0.4) for _, look in seen],
        [name for name, _ in seen],
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=len(seen),
        fontsize=style.SMALL,
        frameon=False,
        borderaxespad=0.0,
        borderpad=0.2,
        handlelength=1.4,
        handletextpad=0.4,
        columnspacing=1.2,
    )


def _labels(spending: Axes, panels: dict[str, Axes], dataset: xr.Dataset) -> None:
    """Write all names: states at their lines, suppliers beside the bars, spells below the lines."""
    names = dict(zip(dataset["state"].values.tolist(), dataset["state_name"].values.tolist(), strict=True))
    look, last = style.looks(names), dataset["milex"].isel(time=-1)
    style.label_ends({spending: [(last.sel(state=key).item(), name, look[key].colour) for key, name in names.items()]})
    fills = style.looks(dataset["group"].values.tolist(), "fill")
    for key, ax in panels.items():
        _key(ax, dataset["deliveries"].sel(state=key), fills)
    _name_spells(spending, dataset)


def _key(ax: Axes, volume: xr.DataArray, look: dict[str, style.Look]) -> None:
    """Name the suppliers of one state beside its panel, each with a swatch, largest on top."""
    total = volume.sum("quarter")
    keys = [key for key in volume["group"].values.tolist() if total.sel(group=key) > 0]
    keys.sort(key=lambda key: (key == "other_suppliers", -float(total.sel(group=key))))
    for i, key in enumerate(keys):
        y = 0.95 - i * 0.18
        ax.add_patch(_swatch(ax, y, look[key]))
        ax.annotate(
            style.beside(volume["group_name"].sel(group=key).item()),
            (1.045, y),
            xycoords="axes fraction",
            va="center",
            size=style.SMALL,
        )


def _swatch(ax: Axes, y: float, look: style.Look) -> Rectangle:
    """Return a small filled rectangle right of the axes."""
    return Rectangle(
        (1.012, y - 0.06),
        0.025,
        0.12,
        transform=ax.transAxes,
        facecolor=look.colour,
        hatch=look.hatch,
        edgecolor=look.ink,
        linewidth=0.3,
        clip_on=False,
    )


def _name_spells(ax: Axes, dataset: xr.Dataset) -> None:
    """Name the spells of fighting in the first panel, pushed apart where they would overlap."""
    left, right = ax.get_xlim()
    codes = dataset["fighting_code"].values
    named = np.flatnonzero(codes == 2 if len(codes) > MOST_NAMES else codes > 0)[:MOST_NAMES]
    start = np.array(ax.convert_xunits(dataset["fighting_start"].values[named]), float)
    names = [FIGHTING[int(code)][0] for code in codes[named]]
    places = style.spread(list((start - left) / (right - left)), 0.12, 0.06, 0.94)
    for x, name in zip(places, names, strict=True):
        ax.text(
            x,
            0.04,
            name,
            transform=ax.transAxes,
            ha="center",
            size=style.SMALL,
            bbox={"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 0.8},
        )


def alt_text(dataset: xr.Dataset) -> str:
    """Describe the run in numbers."""
    spells = [
        f"{FIGHTING[int(code)][0]} from {month_words(start)}"
        for start, code in zip(dataset["fighting_start"].values, dataset["fighting_code"].values, strict=True)
    ]
    spending = [
        f"{name} from {' to '.join(scales.billions(end) for end in dataset['milex'].sel(state=key).values[[0, -1]])}"
        for key, name in zip(dataset["state"].values, dataset["state_name"].values, strict=True)
    ]
    ends = [TALKS[int(dataset["talks_code"].values[-1])][0]] if dataset.sizes["stage"] else []
    ends += [f"balance {scales.ratio_words(dataset['balance'].values[-1])}"] if _armed(dataset) else []
    fought = f" Fighting: {', '.join(spells) or 'none'}." if dataset.attrs["contested"] else ""
    at_the_end = f" At the end: {', '.join(ends)}." if ends else ""
    return (
        f"One simulated run in stacked panels. Spending, US$ billion a year: {'; '.join(spending)}.{fought}{at_the_end}"
    )
