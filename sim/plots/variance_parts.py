"""Which part of the spread of outcomes is what is not known, which is chance, and which takes both."""

from __future__ import annotations

import os

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.cases import designed
from sim.analysis.variance import COMPONENTS
from sim.analysis.variance import variance as parts_of_variance
from sim.model.mistakes import Mistake, suggest
from sim.model.outcomes import MEASURES
from sim.plots import scales, style
from sim.plots.words import wrapped

ROW = 0.27  # inches
MOST = 40  # rows; of more, the main outcomes only, then the first
COLUMNS = (8.0, 66.0, 124.0)  # points from the panel, where numbers begin
ORDER = ("parameters", "interaction", "chance")  # from the left, so that the first and the last grow from an edge
LOOKS = {
    "parameters": style.Look(style.BLUE),
    "interaction": style.Look("#ffffff", hatch="////"),
    "chance": style.Look(style.PALE),
}
WORDS = {"parameters": "not known", "interaction": "both", "chance": "chance"}


def chosen_parts(result: xr.Dataset | str | os.PathLike[str], measure: str | None = None) -> xr.Dataset:
    """Return the parts of the variance that have a row: of one outcome where it is named."""
    if designed(result)[0].sizes.get("point", 1) < 2:
        told = "'variance_parts' shows points with runs of their own, and here every run plays a point of its own"
        raise style.Lacking(f"{told}; sweep without 'point_per_run'", "every run plays a point of its own")
    if designed(result)[0].attrs.get("stated_points"):
        told = "'variance_parts' shows points with runs of their own, and here one is as stated and one drawn anew"
        raise style.Lacking(f"{told} in every run; sweep an experiment of draws", "every run has draws of its own")
    found = parts_of_variance(result)
    names = found["name"].values.tolist()
    if measure is not None and measure not in names:
        raise Mistake(
            f"there is no measure '{measure}'{suggest(measure, names) or '; write one of ' + ', '.join(names)}"
        )
    wanted = [measure] if measure else names
    if len(wanted) * found.sizes["group"] > MOST:
        wanted = [name for name in wanted if MEASURES[name].main]
    return found.isel(measure=[names.index(name) for name in wanted])


SHOWS, MEASURE = style.ANALYSIS, chosen_parts


def headline(dataset: xr.Dataset) -> str:
    """Say which part of the spread of the first outcome is largest, where the intervals tell them apart."""
    one = dataset.isel(group=0, measure=0)
    parts = {part: one.sel(component=part) for part in COMPONENTS}
    words = _words(str(one["name"].item()))
    large = max(parts, key=lambda part: np.nan_to_num(parts[part]["share"].item(), nan=-1.0))
    rest = [parts[part]["high"].item() for part in COMPONENTS if part != large]
    if not parts[large]["low"].item() > max(rest):
        return "What is not known and what is chance, in the spread of each outcome"
    said = {"parameters": "what is not known", "chance": "chance", "interaction": "the two together"}[large]
    return f"Most of the spread of “{words}” is {said}: {scales.percent(parts[large]['share'].item())}"


def _words(name: str) -> str:
    """Return what an outcome is called."""
    return MEASURES[name].words.removesuffix(" (share of runs)")


def variance_parts(dataset: xr.Dataset) -> Figure:
    """Draw from `sim.analysis.variance.variance` a stacked bar for each outcome, with the intervals of its parts."""
    groups, rows = _groups(dataset), dataset.sizes["measure"]
    figure, axes = style.page(len(groups) * (ROW * rows + 0.75), nrows=len(groups), sharex=True)
    style.frame(
        figure,
        dataset,
        headline(dataset),
        "Shares of the variance of an outcome over points and runs. Not known: what points of the design explain. "
        "Chance: what luck explains, the same at every point. Both: luck that weighs otherwise at other points. Lines: "
        "95% intervals of where the first part ends and where the last begins; in brackets those of each part.",
        _note(dataset),
    )
    for place, (ax, group) in enumerate(zip(axes[:, 0], groups, strict=True)):
        style.panel(ax, _title(group))
        ax.grid(axis="y", visible=False)
        for y in range(rows):
            _row(ax, y, group.isel(measure=y))
        names = [_row_name(group.isel(measure=y)) for y in range(rows)]
        ax.set_yticks(range(rows), names)
        ax.tick_params(axis="y", length=0)
        ax.set_ylim(rows - 0.5, -1.35)
        ax.set_xlim(0, 1)
        ax.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        for x, part in zip(COLUMNS, ORDER, strict=True):
            style.cell(ax, -1.0, x, WORDS[part], "bold")
        if not place:
            _legend(ax)
    return figure


def _groups(dataset: xr.Dataset) -> list[xr.Dataset]:
    """Return the groups for which there is room, and of which anything is known."""
    known = np.flatnonzero(dataset["share"].notnull().any(["measure", "component"]).values)
    most = max(1, MOST // dataset.sizes["measure"])
    return [dataset.isel(group=int(i)) for i in known[:most]] or [dataset.isel(group=0)]


def _title(group: xr.Dataset) -> str:
    """Return the title of a panel: the scenario and the setting of its levers."""
    levers = str(group["levers"].item())
    return f"Share of the variance, {group['scenario'].item()}" + (f", {levers}" if levers else "")


def _row_name(one: xr.Dataset) -> str:
    """Return what a row is called."""
    return "\n".join(wrapped(_words(str(one["name"].item())), 1.6 * style.INCH, style.SMALL, most=2))


def _legend(ax: Axes) -> None:
    """Draw above the bars what each part looks like."""
    for x, part in zip((0.0, 0.33, 0.72), ORDER, strict=True):
        look = LOOKS[part]
        ax.barh(-1.0, 0.035, 0.45, x, color=look.colour, hatch=look.hatch, edgecolor=style.BLACK, linewidth=0.5)
        ax.text(x + 0.045, -1.0, WORDS[part], size=style.SMALL, va="center")


def _row(ax: Axes, y: int, one: xr.Dataset) -> None:
    """Draw the parts of one outcome, and write their numbers."""
    left = 0.0
    for x, part in zip(COLUMNS, ORDER, strict=True):
        share, low, high = (one[name].sel(component=part).item() for name in ("share", "low", "high"))
        if not np.isfinite(share):
            style.cell(ax, y, x, "–")
            continue
        look = LOOKS[part]
        ax.barh(y, share, 0.62, left, color=look.colour, hatch=look.hatch, edgecolor=style.BLACK, linewidth=0.5)
        if part != "interaction":  # whose ends both move, so that its interval stands in numbers alone
            ends = (low, high) if part == "parameters" else (1 - high, 1 - low)
            height = y - 0.13 if part == "parameters" else y + 0.13
            ax.plot(ends, [height, height], color="white", linewidth=2.6)
            ax.plot(ends, [height, height], color=style.BLACK, linewidth=1.1)
        style.cell(ax, y, x, f"{100 * share:.0f} ({100 * low:.0f}–{100 * high:.0f})")
        left += share


def _note(dataset: xr.Dataset) -> str:
    """Say how many points and runs stand behind the parts, and what is left out."""
    points, runs = (int(dataset[name].max()) for name in ("points", "runs"))
    left = dataset.sizes["group"] - len(_groups(dataset))
    design = dataset.attrs.get("design", "")
    said = f"Up to {points:,} points{f' of the design {design}' if design else ''} times {runs:,} runs. Numbers in %."
    return said + (f" {left} further settings are not shown." if left else "")


def alt_text(dataset: xr.Dataset) -> str:
    """Describe the parts in numbers."""
    said = [f"{headline(dataset)}."]
    group = _groups(dataset)[0]
    for y in range(group.sizes["measure"]):
        one = group.isel(measure=y)
        shares = {part: one["share"].sel(component=part).item() for part in ORDER}
        if np.isfinite(list(shares.values())).all():
            told = ", ".join(f"{WORDS[part]} {scales.percent(share)}" for part, share in shares.items())
            said.append(f"{_words(str(one['name'].item()))}: {told}.")
    return " ".join(said)
