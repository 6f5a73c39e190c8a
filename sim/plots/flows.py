"""Who arms whom, at three dates: suppliers on an arc, states below, arrows as wide as what is delivered."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path

from sim.measures.flows import flows as volumes
from sim.plots import style
from sim.plots.suppliers import NOBODY
from sim.plots.words import width, wrapped

# A panel in points, in which everything has its place by its number alone: nothing here is a map.
ACROSS, HIGH = 500.0, 132.0
ARC, RISE = 92.0, 18.0  # height of the outermost suppliers, and of the middle one above them
GROUND, HEAD = 15.0, 6.0  # height at which arrows end, and of their heads
WIDEST, TOGETHER = 22.0, 120.0  # of one arrow, and of all that end at a state
BETWEEN = 2.0  # arrows
LEAST = 0.25  # points of an arrow that can be seen
NAMED = 0.04  # part of the largest from which an arrow carries its number
ALONG = (0.35, 0.45, 0.55, 0.25, 0.65, 0.75, 0.15)  # where on its arrow a number may stand
NOTHING = "no deliveries in nine of ten histories"
MOST_TOLD, MOST_STATES = 3, 2  # flows of a year in the description, states in the headline

Spot = tuple[float, float]


SHOWS, MEASURE = style.WHOLE_PATHS, volumes


def lacking(dataset: xr.Dataset) -> str:
    """Say why there is nothing to draw; nothing where there is."""
    return "" if bool((dataset["volume"] > 0).any()) else NOBODY


# -- what is told


def _ranked(dataset: xr.Dataset, year: int, state: str | None = None) -> list[tuple[str, str, float]]:
    """Return origin, state and median volume of what flows in a year in most histories, the largest first."""
    volume = dataset["volume"].sel(estimate="median", year=year)
    found = [
        (str(origin), str(to), float(volume.sel(origin=origin, state=to)))
        for origin in dataset["origin"].values
        for to in dataset["state"].values
        if state in (None, to)
    ]
    return sorted((flow for flow in found if flow[2] >= 0.5), key=lambda flow: -flow[2])


def _called(dataset: xr.Dataset, dim: str) -> dict[str, str]:
    """Return the printed names of suppliers or of states."""
    return dict(zip(map(str, dataset[dim].values), map(str, dataset[f"{dim}_name"].values), strict=True))


def headline(dataset: xr.Dataset) -> str:
    """Say what the largest flow to each state is in the last year, and what it was in the first."""
    years = dataset["year"].values.tolist()
    origins, states = _called(dataset, "origin"), _called(dataset, "state")
    said = []
    for state in list(states)[:MOST_STATES]:
        if largest := _ranked(dataset, years[-1], state)[:1]:
            origin, _, now = largest[0]
            then = float(dataset["volume"].sel(estimate="median", year=years[0], origin=origin, state=state))
            before = f" ({then:,.0f} in {years[0]})" if len(years) > 1 else ""
            said.append(f"{origins[origin]} to {states[state]} {now:,.0f}{before}")
    return f"Most arms in {years[-1]}, TIV m: {', '.join(said)}" if said else "Who arms whom: nobody in most histories"


def _reading(dataset: xr.Dataset) -> str:
    """Say how to read the arrows."""
    said = (
        "Arrows: deliveries in the twelve months of a year [TIV m], as wide as in the median history, whether or not a "
        "register sees them; outline: nine of ten histories have less. "
    )
    if bool(dataset["recorded"].notnull().any()):
        said += "Striped: recorded by SIPRI. "
    return said + "Places are those of a list and no map."


# -- the page


def flows(dataset: xr.Dataset) -> Figure:
    """Draw deliveries from `sim.measures.flows`, a panel for each year: suppliers on an arc, states below."""
    years = dataset["year"].values.tolist()
    figure, axes = style.page((HIGH + 24) * len(years) / style.INCH, nrows=len(years))
    style.frame(figure, dataset, headline(dataset), _reading(dataset), dataset.attrs.get("credit", ""))
    scale = _scale(dataset)
    for ax, year in zip(axes[:, 0], years, strict=True):
        style.panel(ax, str(year))
        ax.set_axis_off()
        ax.set_xticks([])
        ax.set_yticks([])
        ax.set_xlim(0, ACROSS)
        ax.set_ylim(0, HIGH)
        _panel(ax, dataset.sel(year=year), scale)
    _key(axes[0, 0], dataset, scale)
    return figure


def _scale(dataset: xr.Dataset) -> float:
    """Return points of width for a unit of volume, the same in all panels."""
    wide, seen = dataset["volume"].max("estimate").fillna(0.0), dataset["recorded"].fillna(0.0)
    widest = max(float(wide.max()), float(seen.max()))
    room = min(TOGETHER, 0.8 * ACROSS / dataset.sizes["state"])
    together = float((wide + seen).sum("origin").max())
    return min(WIDEST / widest, room / together) if widest > 0 else 1.0


def _arc(count: int) -> list[Spot]:
    """Return the places of suppliers, from left to right."""
    along = (np.arange(count) + 0.5) / count
    return [(ACROSS * u, ARC + RISE * (1 - (2 * u - 1) ** 2)) for u in along.tolist()]


def _line(count: int) -> list[Spot]:
    """Return the places of states, from left to right."""
    return [(ACROSS * (i + 0.5) / count, GROUND) for i in range(count)]


def _panel(ax: Axes, one: xr.Dataset, scale: float) -> None:
    """Draw the actors of a year and all that flows between them."""
    above, below = _arc(one.sizes["origin"]), _line(one.sizes["state"])
    look = list(map(style.looks(one["origin"].values.tolist(), "fill").__getitem__, one["origin"].values.tolist()))
    for (x, y), name in zip(above, one["origin_name"].values, strict=True):
        words = wrapped(str(name), ACROSS / len(above) - 4, style.SMALL, most=2)
        ax.text(x, y + 4, "\n".join(words), ha="center", va="bottom", size=style.SMALL, linespacing=1.0)
    for (x, y), name in zip(below, one["state_name"].values, strict=True):
        word = wrapped(str(name), ACROSS / len(below) - 4, style.SMALL, bold=True, most=1)
        ax.text(x, y - 3, "".join(word), ha="center", va="top", size=style.SMALL, weight="bold")
    median, high = (scale * one["volume"].sel(estimate=part).values for part in ("median", "high"))
    wide, seen = np.maximum(median, high), scale * one["recorded"].fillna(0.0).values
    room = np.where(wide + seen >= LEAST, wide + seen + BETWEEN, 0.0)
    leave, arrive = _stacked([x for x, _ in above], room.T).T, _stacked([x for x, _ in below], room)
    numbers: list[tuple[float, list[Spot]]] = []
    for i, j in np.argwhere(room > 0).tolist():
        shift = (wide[i, j] - room[i, j]) / 2
        curve = _curve((leave[i, j] + shift, above[i][1]), (arrive[i, j] + shift, GROUND))
        _arrow(ax, curve, median[i, j], wide[i, j], look[i])
        if seen[i, j] >= LEAST:
            _stripes(ax, [(x + (wide[i, j] + seen[i, j]) / 2, y) for x, y in curve], seen[i, j])
        numbers.append((median[i, j] / scale, curve))
    if not numbers:
        ax.text(ACROSS / 2, ARC / 2, NOTHING, size=style.SMALL, ha="center", va="center", color=style.GREY)
    _numbers(ax, numbers, NAMED * WIDEST / scale)


def _stacked(places: list[float], room: np.ndarray) -> np.ndarray:
    """Return the middles of arrows side by side at each of the places, ``(arrow, place)``, about it."""
    middle: np.ndarray = np.array(places) - room.sum(0) / 2 + room.cumsum(0) - room / 2
    return middle


def _curve(start: Spot, end: Spot) -> list[Spot]:
    """Return the corners of a curve that leaves and arrives upright."""
    middle = (start[1] + end[1] + HEAD) / 2
    return [start, (start[0], middle), (end[0], middle), (end[0], end[1] + HEAD)]


def _stroke(ax: Axes, curve: list[Spot], wide: float, colour: str, **more: object) -> None:
    """Draw a curve of a width [points]."""
    codes = [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
    ax.add_patch(PathPatch(Path(curve, codes), fill=False, edgecolor=colour, linewidth=wide, capstyle="butt", **more))


def _arrow(ax: Axes, curve: list[Spot], median: float, high: float, look: style.Look) -> None:
    """Draw what flows in the median history, within an outline of what flows in nine of ten at most."""
    if high >= LEAST:
        _stroke(ax, curve, high + 1.0, style.GREY)
        _stroke(ax, curve, max(high - 0.2, 0.0), "white")
    if median >= LEAST:
        _stroke(ax, curve, median + 0.8, style.GREY, zorder=3)
        _stroke(ax, curve, median, look.colour, zorder=3)
    x, y = curve[-1]
    half = max(high, 3.0) / 2 + 1.0
    face = look.colour if median >= LEAST else "white"
    head = [(x - half, y), (x + half, y), (x, y - HEAD)]
    if high >= LEAST:
        ax.add_patch(Polygon(head, facecolor=face, edgecolor=style.GREY, linewidth=0.6, zorder=3))


def _stripes(ax: Axes, curve: list[Spot], wide: float) -> None:
    """Draw what is recorded."""
    _stroke(ax, curve, wide, style.BLACK, linestyle=(0, (1.6 / wide, 1.6 / wide)), alpha=0.75, zorder=2)


def _numbers(ax: Axes, flows: list[tuple[float, list[Spot]]], least: float) -> None:
    """Write the median volume on each arrow that is not tiny, where no other number stands."""
    taken: list[tuple[float, float, float]] = []
    for volume, curve in sorted(flows, key=lambda flow: -flow[0]):
        if volume < max(least, 0.5):
            continue
        text = f"{volume:,.0f}"
        half = width(text, style.SMALL) / 2 + 4
        for t in ALONG:
            weights = np.array([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3])
            x, y = (weights @ np.array(curve)).tolist()
            if all(abs(x - a) > half + b or abs(y - c) > style.SMALL * 1.6 for a, c, b in taken):
                taken.append((x, y, half))
                paper = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.9}
                ax.text(x, y, text, ha="center", va="center", size=style.SMALL, bbox=paper, zorder=5)
                break


def _key(ax: Axes, dataset: xr.Dataset, scale: float) -> None:
    """Draw at the right above the first panel how wide a round volume is."""
    most = 9.0 / scale
    power = 10.0 ** np.floor(np.log10(most))
    volume = max(digit * power for digit in (1, 2, 5) if digit * power <= most)
    text = f"{volume:,.10g} TIV m"
    right = ACROSS - width(text, style.SMALL) - 6
    ax.plot([right - 24, right - 4], [HIGH + 8] * 2, color=style.GREY, linewidth=scale * volume, clip_on=False,
            solid_capstyle="butt")  # fmt: skip
    ax.text(right, HIGH + 8, text, size=style.SMALL, va="center")


def alt_text(dataset: xr.Dataset) -> str:
    """Describe the largest flows of each year in the numbers that are drawn."""
    origins, states = _called(dataset, "origin"), _called(dataset, "state")
    parts = []
    for year in dataset["year"].values.tolist():
        told = []
        for origin, state, volume in _ranked(dataset, year)[:MOST_TOLD]:
            seen = float(dataset["recorded"].sel(year=year, origin=origin, state=state))
            known = f" (recorded {seen:,.0f})" if np.isfinite(seen) else ""
            told.append(f"{origins[origin]} to {states[state]} {volume:,.0f}{known}")
        parts.append(f"In {year}: {'; '.join(told) or 'nothing in most histories'}.")
    return (
        "Arrows from suppliers on an arc to states below, as wide as deliveries in the median history [TIV m]. The "
        f"largest: {' '.join(parts)}"
    )
