"""How likely it is that fighting has come by a given month."""

from __future__ import annotations

import matplotlib.dates as mdates
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim import measures
from sim.plots import scales, style
from sim.plots.scales import month_words

SHOWS, MEASURE = style.ALL_RUNS, measures.war_probability

KINDS = {
    "campaign": ("campaign\n(major war)", "-", style.BLACK),
    "any": ("any fighting", (0, (5, 1.5)), style.GREY),
}
SURE_ENOUGH = 0.05


def _last(dataset: xr.Dataset, kind: str) -> tuple[float, float, float]:
    """Return probability and interval at the end of the run."""
    one = dataset.sel(kind=kind).isel(time=-1)
    return one["probability"].item(), one["low"].item(), one["high"].item()


def _by(dataset: xr.Dataset) -> str:
    """Return the last month of the run in words."""
    return month_words(dataset["end"].values[-1] - np.timedelta64(1, "D"))


def headline(dataset: xr.Dataset) -> str:
    """Say how many runs see a campaign, if Monte Carlo error is small enough."""
    value, low, high = _last(dataset, "campaign")
    if high - low > 2 * SURE_ENOUGH:
        return "How likely fighting is, as time goes on"
    return f"A major war starts by {_by(dataset)} in {scales.percent(value)} of runs"


def war_probability(dataset: xr.Dataset) -> Figure:
    """Draw cumulative probabilities with intervals from `measures.war_probability`.

    Step curves of a first campaign (solid) and of any fighting (dashed); observed outbreaks are ticks in a
    strip below, for orientation, not for comparison with a single run.
    """
    strip = dataset.sizes["observed"] > 0
    ratio = (8, 1) if strip else (1,)
    figure, axes = style.page(3.4, nrows=1 + strip, sharex=True, height_ratios=ratio)
    style.frame(
        figure,
        dataset,
        headline(dataset),
        "Share of runs in which it has started by the end of each month. Shading: 95% interval of the "
        "estimate, which covers the luck of a finite number of runs, not doubts about the model.",
        dataset.attrs.get("credit", ""),
    )
    ax = axes[0, 0]
    begin = np.append(dataset["time"].values[:1], dataset["end"].values)
    for kind, (_, dash, colour) in KINDS.items():
        one = dataset.sel(kind=kind)
        value, low, high = (np.append(0.0, one[name].values) for name in ("probability", "low", "high"))
        ax.fill_between(begin, low, high, step="post", color=colour, alpha=0.2, linewidth=0)
        ax.step(begin, value, where="post", color=colour, linestyle=dash)
    ax.set_ylim(0, 1)
    scales.time_axis(ax, begin[0], begin[-1])
    ax.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    if strip:
        _strip(axes[1, 0], dataset)
    last = {kind: _last(dataset, kind)[0] for kind in KINDS}
    ends = [
        (last[kind], f"{words}\n{scales.percent(last[kind])}", colour) for kind, (words, _, colour) in KINDS.items()
    ]
    style.label_ends({ax: ends})
    return figure


def _strip(ax: Axes, dataset: xr.Dataset) -> None:
    """Draw a strip of ticks with the dates of observed outbreaks, pushed apart where they would overlap."""
    ax.grid(False)
    ax.set_yticks([])
    ax.set_ylim(0, 1)
    ax.spines["left"].set_visible(False)
    left, right = ax.get_xlim()
    onsets = dataset["onset"].values
    at = (mdates.date2num(onsets) - left) / (right - left)
    for x, place, when in zip(at, style.spread(list(at), 0.115, 0.05, 0.95), onsets, strict=True):
        ax.plot([x, x], [0, 0.35], transform=ax.transAxes, color=style.BLACK, linewidth=1.2, clip_on=False)
        ax.plot([x, place], [0.35, 0.5], transform=ax.transAxes, color=style.BLACK, linewidth=0.5, clip_on=False)
        ax.text(
            place,
            0.55,
            month_words(when),
            transform=ax.transAxes,
            ha="center",
            size=style.SMALL,
        )
    ax.text(
        1.01,
        0.5,
        "observed\noutbreaks",
        transform=ax.transAxes,
        va="center",
        size=style.SMALL,
    )


def alt_text(dataset: xr.Dataset) -> str:
    """Describe the two curves in numbers."""
    words = []
    for kind, what in (("campaign", "a campaign has started"), ("any", "any fighting has started")):
        value, low, high = _last(dataset, kind)
        words.append(f"{what} in {value:.1%} of runs (95% interval {low:.1%} to {high:.1%})")
    dates = ", ".join(month_words(when) for when in dataset["onset"].values)
    seen = f" Observed outbreaks are marked: {dates}." if dates else ""
    return f"Two rising step curves. By {_by(dataset)}, {' and '.join(words)}.{seen}"
