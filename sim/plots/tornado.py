"""What moves an outcome: a bar for each factor of a design, the largest first."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.tornado import tornado as what_moves
from sim.model.outcomes import MEASURES
from sim.plots import scales, style
from sim.plots.words import width, wrapped

SHOWS, MEASURE = style.ANALYSIS, what_moves

WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
MOST = 15  # rows; the rest are counted
ROW = 0.48  # inches
LOOKS = (style.Look(style.SKY, hatch="////"), style.Look(style.ORANGE))  # moved to the low end, to the high end
READ = {  # what the number of each design is
    "difference": "Bars: the change where this number alone is put at its low end (hatched) or high end (plain), the "
    "others as they are, under the same luck.",
    "total": "Bars: total index of Sobol', the share of the variance over points that this number has a part in.",
    "mu*": "Bars: mean change over the whole range of this number, whichever way (elementary effects of Morris).",
    "rank regression": "Bars: by how many standard deviations the outcome's rank rises with one of this number's.",
}  # fmt: skip


def headline(dataset: xr.Dataset) -> str:
    """Name what moves the outcome most, if that is clear of luck."""
    outcome, sure = _outcome(dataset), _sure(dataset)
    if not len(sure):
        return f"Nothing that was tried is told from luck in what moves {outcome}"
    first = dataset.isel(factor=int(sure[0]))
    whose = f" of {first['whose'].item()}" if first["whose"].item() else ""
    counted = f"clear of luck: {len(sure)} of {dataset.sizes['factor']} numbers tried"
    return f"{_capital(first['number'].item())}{whose} moves {outcome} most; {counted}"


def _outcome(dataset: xr.Dataset) -> str:
    """Return what the outcome is called in a sentence."""
    outcome = MEASURES[dataset.attrs["measure"]]
    return f"the share of {outcome.meaning}" if outcome.share else outcome.words


def _capital(words: str) -> str:
    """Begin with a capital."""
    return words[:1].upper() + words[1:]


def _sure(dataset: xr.Dataset) -> np.ndarray:
    """Return the places of the factors of which either end is clear of luck."""
    places: np.ndarray = np.flatnonzero(dataset["sure"].any("end").values)
    return places


def tornado(dataset: xr.Dataset) -> Figure:
    """Draw from `sim.analysis.tornado.tornado` what an outcome owes to each factor, with 95 % intervals.

    Bars that luck alone could make are pale; the ends of each factor's range stand at its bars.
    """
    shown = dataset.isel(factor=slice(0, MOST))
    rows = shown.sizes["factor"]
    figure, axes = style.page(ROW * rows + 0.6)
    ax, about = axes[0, 0], dataset.attrs
    style.frame(
        figure,
        dataset,
        headline(dataset),
        f"{READ[about['index']]} Lines: 95% interval. Pale bars without an edge: not told from "
        "luck. At the bars: the ends between which the number moved.",
        _note(dataset),
    )
    style.panel(ax, _axis(dataset))
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", color="#ececec", linewidth=0.6)
    _bars(ax, shown)
    ax.axvline(0, color=style.BLACK, linewidth=0.8, zorder=1)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_ylim(rows - 0.5, -0.62)
    scales.round_ticks(ax.xaxis, 6)
    if _percent(dataset):
        ax.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g}")
    return figure


def _percent(dataset: xr.Dataset) -> bool:
    """Whether the axis is one of shares, shown in per cent."""
    return bool(dataset.attrs["unit"] == "share")


def _axis(dataset: xr.Dataset) -> str:
    """Return what the axis shows."""
    about, outcome = dataset.attrs, MEASURES[dataset.attrs["measure"]]
    words = _capital(_outcome(dataset))
    if about["index"] == "total":
        return f"{words}: share of its variance over points, %"
    if about["index"] == "rank regression":
        return f"{words}: regression on ranks, standard deviations"
    mean = float(dataset["baseline"].item())
    base = scales.percent(mean) if outcome.share else f"{mean:,.3g}"
    unit = "percentage points" if _percent(dataset) else outcome.unit
    where = "with nothing moved" if about["index"] == "difference" else "on average"
    return f"{words}: change, {unit} ({base} {where})"


def _bars(ax: Axes, shown: xr.Dataset) -> None:
    """Draw the bars of each factor, its name above them, the ends of its range beside them."""
    ends = np.nan_to_num([shown[part].values.ravel() for part in ("effect", "low", "high")])
    low, high = min(float(ends.min()), 0.0), max(float(ends.max()), 0.0)
    room = 0.16 * (high - low or 1.0)  # for the words at the bars
    ax.set_xlim(low - (room if ends[0].min() < 0 else 0.1 * room), high + room)
    both = shown.attrs["index"] == "difference"
    for y in range(shown.sizes["factor"]):
        one = shown.isel(factor=y)
        ends = one["setting"].values.tolist()
        for end, look in enumerate(LOOKS if both else LOOKS[1:]):
            if not np.isfinite(one["effect"].values[end]):
                continue
            place = y + (0.3 * end - 0.02 if both else 0.1)
            words = f"{ends[end]:.3g}" if both else f"{ends[0]:.3g} to {ends[1]:.3g}"
            _bar(ax, one.isel(end=end), place, look, words)
        _label(ax, y - 0.31, one)


def _label(ax: Axes, y: float, one: xr.Dataset) -> None:
    """Write above its bars which number it is, and the sentence of its rule as far as there is room."""
    page, sentence = style.across() * 0.96, str(one["sentence"].item())
    number = wrapped(_number(one), 0.6 * page, style.SMALL, bold=True, most=1)[0]
    start = width(number, style.SMALL, bold=True) + 6.0
    place: Any = {"xycoords": ax.get_yaxis_transform(), "textcoords": "offset points", "va": "center",
                  "size": style.SMALL, "bbox": WHITE}  # fmt: skip
    for x, words, weight in (
        (0.0, number, "bold"),
        (start, wrapped(sentence, page - start, style.SMALL, most=1)[0], "normal"),
    ):
        text = ax.annotate(words, (0.0, y), xytext=(x, 0.0), weight=weight, **place)
        text.set_in_layout(False)  # its room is that of the page


def _bar(ax: Axes, one: xr.Dataset, y: float, look: style.Look, words: str) -> None:
    """Draw one bar with its interval and the words at its end."""
    effect, low, high = (float(one[part].item()) for part in ("effect", "low", "high"))
    sure = bool(one["sure"].item())
    ax.barh(y, effect, 0.22, color=look.colour if sure else style.PALE, hatch=look.hatch if sure else "",
            edgecolor=style.BLACK if sure else style.PALE, linewidth=0.5)  # fmt: skip
    if np.isfinite(low):
        ax.plot([low, high], [y, y], color=style.BLACK, linewidth=1.0)
    ahead = effect >= 0
    end = np.nanmax([effect, high, 0.0]) if ahead else np.nanmin([effect, low, 0.0])
    ax.annotate(words, (end, y), xytext=(3 if ahead else -3, 0), textcoords="offset points", va="center",
                ha="left" if ahead else "right", size=style.SMALL, color=style.GREY)  # fmt: skip


def _number(one: xr.Dataset) -> str:
    """Return which number a factor is, whose, and its unit."""
    unit, whose = str(one["factor_unit"].item()), str(one["whose"].item())
    said = f"{whose}: {one['number'].item()}" if whose else _capital(str(one["number"].item()))
    return said + ("" if unit in ("1", "flag", "") else f", {unit}")


def _note(dataset: xr.Dataset) -> str:
    """Say what is left out, and what else was held."""
    about = dataset.attrs
    left = dataset.sizes["factor"] - MOST
    said = [f"{about['points']:,} points of the design {about['design'].replace('_', ' ')}."]
    if left > 0:
        said.append(f"Not shown: {left} more, which move it less.")
    if about["levers"]:
        more = f"; {about['settings'] - 1} other settings are not shown" if about["settings"] > 1 else ""
        said.append(f"With {about['levers']}{more}.")
    return " ".join(said)


def alt_text(dataset: xr.Dataset) -> str:
    """Describe in numbers what moves the outcome."""
    said = [f"{headline(dataset)}. {_axis(dataset)}."]
    for y in range(min(3, dataset.sizes["factor"])):
        one = dataset.isel(factor=y)
        each = zip(one["effect"].values, one["setting"].values, strict=True)
        moved = [f"{effect:+.3g} at {setting:.3g}" if dataset.attrs["index"] == "difference" else f"{effect:.3g}"
                 for effect, setting in each if np.isfinite(effect)]  # fmt: skip
        said.append(f"{_number(one)} ({one['sentence'].item()}): {', '.join(moved)}.")
    return " ".join(said)
