"""How likely it is that fighting has come by a given month, and in which years it comes."""

from __future__ import annotations

import matplotlib.dates as mdates
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim import measures
from sim.plots import scales, style
from sim.plots.scales import last_month, month_words

SHOWS, MEASURE = style.ALL_RUNS, measures.war_probability

LOOKS = {"campaign": style.Look(style.BLACK), "any": style.Look(style.GREY, (0, (5, 1.5)), "s")}  # type: ignore[arg-type]
NAMES = {"campaign": "campaign\n(major war)", "any": "any fighting"}
OBSERVED = {"campaign": ("^", style.BLACK), "operation": ("o", "white")}  # marker and what fills it
SURE_ENOUGH = 0.05
CERTAIN = 0.99  # a curve of what comes more often says nothing
STEP, FINE_STEP = 0.1, 0.01  # of which an axis has a whole number: of the curve, of the risk
HEIGHTS = (2.7, 1.3, 0.62)  # inches: curve, risk, strip of observed outbreaks


def lacking(dataset: xr.Dataset) -> str:
    """Say why there is nothing to draw; nothing where there is."""
    return "" if dataset.attrs["contested"] else "nobody can attack"


def _last(dataset: xr.Dataset, kind: str) -> tuple[float, float, float]:
    """Return probability and interval at the end of the run."""
    one = dataset.sel(kind=kind).isel(time=-1)
    return one["probability"].item(), one["low"].item(), one["high"].item()


def _drawn(dataset: xr.Dataset) -> list[str]:
    """Return the kinds of fighting that have a curve."""
    return ["campaign"] if _last(dataset, "any")[0] > CERTAIN else list(LOOKS)


def headline(dataset: xr.Dataset) -> str:
    """Say how many runs see a campaign, if Monte Carlo error is small enough."""
    value, low, high = _last(dataset, "campaign")
    if high - low > 2 * SURE_ENOUGH:
        return "How likely fighting is, as time goes on"
    if value == 0:
        return f"No major war starts by {last_month(dataset)} in any of {int(dataset.attrs['trials']):,} histories"
    return f"A major war starts by {last_month(dataset)} in {scales.of_hundred(value)} histories"


def war_probability(dataset: xr.Dataset) -> Figure:
    """Draw cumulative probabilities and the risk of each period with intervals from `measures.war_probability`.

    Step curves of a first campaign (solid) and of any fighting (dashed, unless it is all but certain); below, points
    for the risk by period. Observed outbreaks are marks in a strip, for orientation, not for comparison with a
    single run.
    """
    strip, kinds = dataset.sizes["observed"] > 0, _drawn(dataset)
    heights = HEIGHTS[: 2 + strip]
    figure, axes = style.page(sum(heights), nrows=len(heights), sharex=True, height_ratios=heights)
    certain = "" if "any" in kinds else (
        f"Any fighting, limited operations included, comes in {scales.of_hundred(_last(dataset, 'any')[0])} "
        "histories, and is not drawn. "
    )  # fmt: skip
    style.frame(
        figure,
        dataset,
        headline(dataset),
        f"{certain}Shading and bars: 95% interval of the estimate, which covers the luck of a finite number of runs, "
        "not doubts about the model.",
        dataset.attrs.get("credit", ""),
    )
    curve, risk = axes[:2, 0]
    style.panel(curve, "Histories in which it has started by then")
    style.panel(risk, f"Histories in which it starts within {_period(dataset)}, of those without any before")
    begin = np.append(dataset["time"].values[:1], dataset["end"].values)
    scales.time_axis(curve, begin[0], begin[-1])
    labels = {
        curve: [_curve(curve, begin, dataset.sel(kind=kind), LOOKS[kind], NAMES[kind]) for kind in kinds],
        risk: [
            _points(risk, dataset.sel(kind=kind), (place + 1) / (len(kinds) + 1), LOOKS[kind], NAMES[kind])
            for place, kind in enumerate(kinds)
        ],
    }
    shown = dataset.sel(kind=kinds)
    curve.set_ylim(0, _top(shown["high"].max().item(), STEP))
    risk.set_ylim(0, _top(shown["risk_high"].where(shown["risk"].notnull()).max().item(), FINE_STEP))
    for ax in (curve, risk):
        ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g}%")
    if strip:
        _strip(axes[2, 0], dataset)
    style.label_ends(labels)
    return figure


def _period(dataset: xr.Dataset) -> str:
    """Say how long a period is."""
    return "the year" if dataset.attrs["years"] == 1 else f"{dataset.attrs['years']} years"


def _top(highest: float, step: float) -> float:
    """Return where an axis of shares ends: a little above what is drawn, at a multiple of a step."""
    return float(min(1.0, step * max(1.0, np.ceil(1.05 * highest / step)))) if np.isfinite(highest) else 1.0


def _curve(ax: Axes, begin: np.ndarray, one: xr.Dataset, look: style.Look, name: str) -> style.Label:
    """Draw one curve with its interval; return its name and where it ends."""
    value, low, high = (np.append(0.0, one[part].values) for part in ("probability", "low", "high"))
    ax.fill_between(begin, low, high, step="post", color=look.colour, alpha=0.2, linewidth=0)
    ax.step(begin, value, where="post", color=look.colour, linestyle=look.dash)
    return value[-1], f"{name}\n{scales.percent(value[-1])}", look.colour


def _points(ax: Axes, one: xr.Dataset, place: float, look: style.Look, name: str) -> style.Label:
    """Draw the risk of each period with its interval, at a part of it; return the points' name and where they end."""
    begin, until = (mdates.date2num(one[end].values) for end in ("begin", "until"))
    risk, low, high = (one[part].values for part in ("risk", "risk_low", "risk_high"))
    known = np.isfinite(risk)
    x = (begin + place * (until - begin))[known]
    ax.vlines(x, low[known], high[known], color=look.colour, linewidth=1)
    fill = look.colour if look.marker == "o" else "white"
    ax.plot(x, risk[known], look.marker, color=look.colour, markerfacecolor=fill, markersize=4, clip_on=False)
    return risk[known][-1] if known.any() else np.nan, name, look.colour


def _strip(ax: Axes, dataset: xr.Dataset) -> None:
    """Draw a strip with the observed outbreaks, each with the mark of its kind, pushed apart where they overlap."""
    ax.grid(False)
    ax.set_yticks([])
    ax.set_ylim(0, 1)
    ax.spines["left"].set_visible(False)
    left, right = ax.get_xlim()
    onsets, kinds = dataset["onset"].values, dataset["onset_kind"].values.tolist()
    at = (mdates.date2num(onsets) - left) / (right - left)
    for x, place, when, kind in zip(at, style.spread(list(at), 0.115, 0.05, 0.95), onsets, kinds, strict=True):
        marker, fill = OBSERVED[kind]
        ax.plot([x, place], [0.18, 0.36], transform=ax.transAxes, color=style.BLACK, linewidth=0.5, clip_on=False)
        ax.plot(
            x,
            0.14,
            marker,
            transform=ax.transAxes,
            color=style.BLACK,
            markerfacecolor=fill,
            markersize=5.5,
            clip_on=False,
        )
        ax.text(
            place,
            0.4,
            f"{month_words(when)}\n{kind}",
            transform=ax.transAxes,
            ha="center",
            size=style.SMALL,
            linespacing=style.LINE,
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
    """Describe the curves and the largest risk in numbers."""
    kinds, words = _drawn(dataset), []
    for kind, what in (("campaign", "a campaign has started"), ("any", "any fighting has started")):
        value, low, high = _last(dataset, kind)
        if kind in kinds:
            words.append(f"{what} in {value:.1%} of runs (95% interval {low:.1%} to {high:.1%})")
        else:
            words.append(f"{what} in {value:.1%} of runs, which is not drawn")
    curves = "Two rising step curves" if len(kinds) > 1 else "A rising step curve"
    risk = dataset["risk"].sel(kind="campaign")
    most = ""
    if risk.max() > 0:
        highest = risk.isel(period=int(np.nanargmax(risk.values)))
        since = str(highest["begin"].dt.year.item())
        most = (
            f" Below, the risk of a first campaign in {_period(dataset)}, largest from {since}: {highest.item():.1%}."
        )
    dates = ", ".join(
        f"{month_words(when)} ({kind})"
        for when, kind in zip(dataset["onset"].values, dataset["onset_kind"].values, strict=True)
    )
    seen = f" Observed outbreaks are marked: {dates}." if dates else ""
    return f"{curves}. By {last_month(dataset)}, {' and '.join(words)}.{most}{seen}"
