"""Several cases against the first of them: what each would change, one panel an outcome, one row a case."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator

from sim.analysis.outlooks import outlooks as against_the_first
from sim.plots import scales, style
from sim.plots.words import wrapped

SHOWS, MEASURE = style.SEVERAL_CASES, against_the_first

COLUMNS, LEAST = 4, 100  # panels side by side, and points that each takes
NAMES = 0.27  # of the width, for the names of rows
MOST = 4  # cases told in the description
BETWEEN = 14.0  # points between panels
WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
ROW = 0.21  # inches, of one line
TITLES = {
    "war_probability": "Major war, % of histories",
    "final_balance": "{who}: balance at the end",
    "mean_milex": "{who}: spending, US$ billion a year",
    "supplier_share": "{who}: arms from {supplier}, %",
}


def clear(dataset: xr.Dataset) -> xr.DataArray:
    """Return where the interval of a difference leaves out zero, ``(measure, outlook)``."""
    return (dataset["low"] > 0) | (dataset["high"] < 0)


def headline(dataset: xr.Dataset) -> str:
    """Say how many outlooks change the chance of a campaign beyond luck, and which lowers or raises it most."""
    war, name, by = _war(dataset), dataset.attrs["name"], _by(dataset)
    if war is None or not clear(war).any():
        return f"No outlook is told apart from “{name}” in how often major war comes"
    sure = war.isel(outlook=np.flatnonzero(clear(war).values))
    most = sure.isel(outlook=int(np.argmax(np.abs(sure["difference"].values))))
    ends = [scales.hundred(most[part].item()) for part in ("value", "baseline")]
    which = f"{sure.sizes['outlook']} of {war.sizes['outlook']} outlooks change how often major war comes by {by}"
    return f"{which}; most: {most['outlook_name'].item()}, in {ends[0]} of 100 histories, not {ends[1]}"


def _war(dataset: xr.Dataset) -> xr.Dataset | None:
    """Return the row of the probability of a campaign, where there is one."""
    if "war_probability" not in dataset["name"].values:
        return None
    return dataset.isel(measure=dataset["name"].values.tolist().index("war_probability"))


def _by(dataset: xr.Dataset) -> str:
    """Return the last month in words."""
    return scales.month_words(np.datetime64(dataset["end"].item(), "ns"))


def outlooks(dataset: xr.Dataset) -> Figure:
    """Draw from `sim.analysis.outlooks.outlooks` a panel for each outcome and a row for each case.

    The vertical line is the first case, the point another with the interval of its paired difference; filled
    where that leaves out zero.
    """
    names = [wrapped(str(name), NAMES * style.across() - 6, style.SMALL, most=2)
             for name in dataset["outlook_name"].values]  # fmt: skip
    count, rows = dataset.sizes["measure"], dataset.sizes["outlook"]
    columns = min(COLUMNS, count)
    lines = -(-count // columns)
    crowded = any(len(above) + len(below) > 3 for above, below in pairwise(names))
    row = ROW * (1.45 if crowded else 1.0)
    room = (1 - NAMES) * style.across() / columns - BETWEEN
    titles = max(
        len(wrapped(_title(dataset.isel(measure=i)), room, style.NORMAL, bold=True, most=3)) for i in range(count)
    )
    height = row * (rows + 0.85) + 0.17 * titles + 0.35
    figure, axes = style.page(lines * height, LEAST, nrows=lines, ncols=columns, sharey=True)
    style.frame(
        figure,
        dataset,
        headline(dataset),
        f"Line: {dataset.attrs['name']}. Points: each outlook, the difference taken run by run under the same luck, "
        "with its 95% interval, which covers the luck of a finite number of runs, not doubts about the model. Filled: "
        "the interval leaves out no difference. Hollow: not told from luck.",
        _note(dataset),
    )
    for place, ax in enumerate(axes.flat):
        if place >= count:
            ax.remove()
            continue
        _panel(ax, dataset.isel(measure=place), room)
        ax.set_yticks(range(rows), ["\n".join(name) for name in names], va="center_baseline", linespacing=style.LINE)
        ax.tick_params(axis="y", length=0)
        ax.set_ylim(rows - 0.4, -1.25)
    return figure


def _title(one: xr.Dataset) -> str:
    """Return the title of a panel."""
    return TITLES[str(one["name"].item())].format(who=one["who"].item(), supplier=one["supplier"].item())


def _panel(ax: Axes, one: xr.Dataset, room: float) -> None:
    """Draw one outcome of all cases in the unit that a reader knows, in a width [points]."""
    unit = str(one["unit"].item())
    style.panel(ax, _title(one), room)
    ax.grid(axis="x", color="#ececec", linewidth=0.6)
    ax.spines["left"].set_visible(False)
    baseline = one["baseline"].item()
    ax.axvline(baseline, color=style.BLACK, linewidth=0.8, zorder=1)
    ax.text(baseline, -0.75, _base(one), ha="center", va="center", size=style.SMALL, bbox=WHITE)
    sure = clear(one).values
    for y in range(one.sizes["outlook"]):
        difference, low, high = (one[part].values[y] for part in ("difference", "low", "high"))
        ax.plot([baseline, baseline + difference], [y, y], color=style.PALE, linewidth=3, solid_capstyle="butt")
        ax.plot([baseline + low, baseline + high], [y, y], color=style.BLACK, linewidth=1.2)
        face = style.BLACK if sure[y] else "white"
        ax.plot(baseline + difference, y, "o", color=face, markeredgecolor=style.BLACK, markersize=4.5)
    ax.margins(x=0.08)
    scales.round_ticks(ax.xaxis, 4)
    if unit == "share":
        ax.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g}")
    elif unit == "log ratio":
        _ratio_ticks(ax)
    else:
        ax.xaxis.set_major_formatter(lambda money, _: f"{money / 1000:g}")


def _ratio_ticks(ax: Axes) -> None:
    """Put ticks at round ratios, of whichever side is the stronger, as 1:2, 1:1, 2:1."""
    low, high = ax.get_xlim()
    least, most = np.exp(max(0.0, low, -high)), np.exp(max(-low, high))  # on either side of parity
    for count in range(3, 8):
        ticks = np.asarray(MaxNLocator(count, steps=[1, 2, 2.5, 5, 10]).tick_values(least, most))
        logs = np.log(ticks[ticks >= 1.0])
        inside = [tick for tick in np.unique([*-logs, *logs]).tolist() if low <= tick <= high]
        if len(inside) >= scales.FEWEST:
            break
    ax.xaxis.set_major_locator(FixedLocator(inside))
    ax.xaxis.set_major_formatter(lambda ratio, _: scales.ratio_words(ratio))


def _note(dataset: xr.Dataset) -> str:
    """Say what rests on fewer runs, and how the cases are compared."""
    kept = int(dataset.attrs["members"])
    few = f"Spending and suppliers: the {kept:,} runs of which whole paths were kept. " if kept else ""
    return f"{few}All cases have the same seed; each interval is a 95% interval of its own."


def _sentence(one: xr.Dataset, outlook: int) -> str:
    """Return a case's value of an outcome in words."""
    value, unit = one["value"].values[outlook], str(one["unit"].item())
    if not np.isfinite(value):
        return "unknown"
    if unit == "share":
        return scales.percent(float(value))
    return scales.ratio_words(round(float(value), 3)) if unit == "log ratio" else f"{scales.billions(float(value))}"


def _base(one: xr.Dataset) -> str:
    """Return the value of an outcome in the first case, in words."""
    return _sentence(one.assign(value=one["baseline"].broadcast_like(one["value"])), 0)


def alt_text(dataset: xr.Dataset) -> str:
    """Describe in numbers how often war comes in each case, and the largest change of everything else."""
    said = [f"{headline(dataset)}. Compared run by run with {dataset.attrs['name']}."]
    for measure in range(dataset.sizes["measure"]):
        one = dataset.isel(measure=measure)
        sure = np.flatnonzero(clear(one).values)
        most = sure[np.argsort(-np.abs(one["difference"].values[sure]), kind="stable")][: MOST if not measure else 1]
        told = "; ".join(f"{one['outlook_name'].values[i]} {_sentence(one, int(i))}" for i in most)
        said.append(f"{_title(one)}: {_base(one)}; {told or 'no change is clear of luck'}.")
    return " ".join(said)
