"""When wars start: the year of the first campaign in each of several cases."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.analysis.war_onsets import war_onsets as of_each_case
from sim.plots import scales, style

SHOWS, MEASURE = style.SEVERAL_CASES, of_each_case

ROW = 0.9  # inches, of one case
SURE_ENOUGH = 0.05
BAR = "#8c8c8c"


def _by(one: xr.Dataset) -> str:
    """Return the last month of a case in words."""
    return scales.month_words(np.datetime64(str(one["until"].item())))


def headline(dataset: xr.Dataset) -> str:
    """Say between which shares the cases lie, if Monte Carlo error is small enough and all end together."""
    wide = float((dataset["started_high"] - dataset["started_low"]).max())
    if wide > 2 * SURE_ENOUGH or len(set(dataset["until"].values.tolist())) > 1:
        return "When the first major war starts"
    ends = [scales.of_hundred(float(end)) for end in (dataset["started"].min(), dataset["started"].max())]
    between = ends[0] if ends[0] == ends[1] else f"{ends[0].removesuffix(' of 100')} to {ends[1]}"
    return f"A major war starts by {_by(dataset.isel(case=0))} in {between} histories, by case"


def war_onsets(dataset: xr.Dataset) -> Figure:
    """Draw from `sim.analysis.war_onsets.war_onsets` a row of bars for each case on one axis of years.

    The first case is an outline in the rows of the others; beside each row stands in how many of a hundred
    histories a campaign starts, and in how many none does.
    """
    cases = dataset.sizes["case"]
    figure, axes = style.page(ROW * cases + 0.2, nrows=cases, sharex=True, sharey=True)
    years = (
        "year"
        if dataset.attrs["years"] == 1
        else f"period of {dataset.attrs['years']} years, of which a run may have a part"
    )
    first = dataset["case_name"].values[0]
    style.frame(
        figure,
        dataset,
        headline(dataset),
        f"Histories in which the first major war starts within each {years}. Bars: in 100 of a case, with the 95% "
        f"interval of the estimate, which covers the luck of a finite number of runs, not doubts about the model. "
        f"Outline: {first}.",
    )
    highest = float(dataset["starts_high"].max())
    for place, ax in enumerate(axes[:, 0]):
        one = dataset.isel(case=place)
        style.panel(ax, str(one["case_name"].item()))
        _bars(ax, one, dataset.isel(case=0) if place else None, dataset.attrs["years"])
        _beside(ax, one)
    low, width = int(dataset["period"].values[0]), int(dataset.attrs["years"])
    ax.set_xlim(low, int(dataset["period"].values[-1]) + width)
    ax.set_ylim(0, 1.05 * highest or 1)
    ax.xaxis.set_major_locator(MaxNLocator(9, integer=True, min_n_ticks=1))
    ax.xaxis.set_major_formatter(lambda year, _: f"{year:.0f}")
    ax.yaxis.set_major_locator(MaxNLocator(2))
    ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g}")
    return figure


def _bars(ax: Axes, one: xr.Dataset, first: xr.Dataset | None, width: int) -> None:
    """Draw the bars of one case with their intervals, and the outline of the first."""
    share, low, high = (one[f"starts{end}"].values for end in ("", "_low", "_high"))
    known, left = np.isfinite(share), one["period"].values
    ax.bar(left[known] + width / 2, share[known], width=0.8 * width, color=BAR, linewidth=0)
    ax.vlines(left[known] + width / 2, low[known], high[known], color=style.BLACK, linewidth=0.8)
    if first is not None:
        ax.stairs(
            first["starts"].fillna(0.0).values, np.append(left, left[-1] + width), color=style.BLACK, linewidth=0.9
        )


def _beside(ax: Axes, one: xr.Dataset) -> None:
    """Write beside a row in how many histories a campaign starts, and in how many none does."""
    told = [scales.of_hundred(one[name].item()) for name in ("started", "without")]
    ax.annotate(
        style.beside(f"{told[0]}\nby {_by(one)},\n{told[1]} without", 1),
        (1.01, 0.5),
        xycoords="axes fraction",
        va="center",
        size=style.SMALL,
        linespacing=1.0,
    )


def alt_text(dataset: xr.Dataset) -> str:
    """Describe in numbers when wars start in each case."""
    said = []
    for place in range(dataset.sizes["case"]):
        one = dataset.isel(case=place)
        starts = one["starts"].values
        most = int(np.nanargmax(starts))
        peak = f", most often from {one['period'].values[most]} ({starts[most]:.1%})" if starts[most] > 0 else ""
        said.append(f"{one['case_name'].item()}, in {one['started'].item():.1%} of runs by {_by(one)}{peak}")
    return (
        f"A row of bars for each of {dataset.sizes['case']} cases: when the first major war starts. {'; '.join(said)}."
    )
