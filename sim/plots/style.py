"""One look for all figures: colours by actor, direct labels, header, footnote, metadata.

Colours are Okabe-Ito (Okabe and Ito 2008). On white only black, blue, vermillion, green and purple
are readable as lines or text; orange, sky and yellow fill areas. Colour never stands alone: lines
also differ in dash and marker, areas in hatch, and all carry their name.
"""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from scipy.optimize import isotonic_regression

Row = dict[str, str | float]

# What a figure can need of a result.
ALL_RUNS = "what is kept of all runs"
WHOLE_PATHS = "whole paths, of all runs that have one"
ONE_PATH = "the whole path of one run"
TWO_RESULTS = "two results"
OF_PATHS = (WHOLE_PATHS, ONE_PATH)

BLACK, GREY, PALE = "#000000", "#595959", "#d9d9d9"
BLUE, VERMILLION, GREEN, PURPLE = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
ORANGE, SKY, YELLOW = "#e69f00", "#56b4e9", "#f0e442"

WIDTH = 7.2
SMALL, NORMAL, LARGE = 8.0, 8.5, 12.0
ALPHAS = (0.28, 0.20, 0.12)
RATIOS = (
    (1.0, 1.1, 1.2, 1.3, 1.4, 1.5),
    (1.0, 1.25, 1.5, 2.0, 2.5, 3.0),
    (1.0, 1.5, 2.0, 3.0, 5.0),
    (1.0, 2.0, 5.0, 10.0, 20.0, 50.0),
    (1.0, 3.0, 10.0, 30.0, 100.0),
    (1.0, 10.0, 100.0, 1000.0),
)

SETTINGS: Any = {
    "svg.hashsalt": "armsrace",
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "font.family": "DejaVu Sans",
    "font.size": SMALL,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.titlesize": NORMAL,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelsize": SMALL,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "hatch.linewidth": 0.5,
    "lines.linewidth": 1.4,
}


@dataclass(frozen=True)
class Look:
    """How an actor looks: a colour, and a second encoding for lines and for areas."""

    colour: str
    dash: str = "-"
    marker: str = "o"
    hatch: str = ""


LINES = (
    Look(BLUE),
    Look(VERMILLION, "--", "s"),
    Look(GREEN, "-.", "^"),
    Look(PURPLE, ":", "D"),
    Look(BLACK, (0, (5, 1, 1, 1, 1, 1)), "v"),  # type: ignore[arg-type]
)
FILLS = tuple(
    Look(colour, hatch=hatch) for hatch in ("", "////", "....") for colour in (SKY, ORANGE, YELLOW, PURPLE, GREEN)
)
KNOWN_LINES = {"azerbaijan": LINES[0], "armenia": LINES[1]}
KNOWN_FILLS = {
    "israel": Look(SKY),
    "russia": Look(PURPLE),
    "turkey": Look(ORANGE),
    "france": Look(GREEN),
    "india": Look(YELLOW),
    "belarus": Look(PURPLE, hatch="////"),
    "ukraine": Look(YELLOW, hatch="...."),
    "united_states": Look(SKY, hatch="////"),
    "iran": Look(GREEN, hatch="////"),
    "pakistan": Look(GREEN, hatch="...."),
    "czechia": Look(ORANGE, hatch="////"),
    "slovakia": Look(ORANGE, hatch="...."),
    "legacy": Look(PALE, hatch="...."),
    "home": Look("#a6a6a6"),
    "other": Look(PALE),
    "other_suppliers": Look(PALE),
}


def looks(keys: Iterable[str], kind: str = "line") -> dict[str, Look]:
    """Return the look of each actor, the same in every figure and in any order of the keys.

    Known actors have theirs. Others start from a place given by a hash of their key and move on while it
    is taken, so that two actors of one figure never look alike while there are looks left.

    Examples
    --------
    >>> looks(["b", "a"]) == looks(["a", "b"])
    True
    """
    known, pool = (KNOWN_LINES, LINES) if kind == "line" else (KNOWN_FILLS, FILLS)
    wanted = set(keys)
    out = {key: known[key] for key in wanted if key in known}
    for key in sorted(wanted - set(known)):
        start = hashlib.blake2b(key.encode(), digest_size=4).digest()[0]
        places = [pool[(start + i) % len(pool)] for i in range(len(pool))]
        out[key] = next((look for look in places if look not in out.values()), places[0])
    return out


# -- a page: header, body, footnote


def page(height: float, **grid: Any) -> tuple[Figure, np.ndarray]:
    """Return a figure of print width and its axes in a column or grid, in house style."""
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        axes = figure.subplots(**{"squeeze": False, **grid})
    for ax in axes.flat:
        ax.grid(axis="y", color="#ececec", linewidth=0.6)
        ax.set_axisbelow(True)
    return figure, axes


def frame(figure: Figure, dataset: xr.Dataset, title: str, subtitle: str, note: str = "") -> None:
    """Write title, subtitle and footnote, and leave the rest of the page to the axes.

    Parameters
    ----------
    title, subtitle : str
        The headline, and how to read the figure in words.
    note : str
        A further footnote, for example credits and what is not shown.
    """
    height = figure.get_size_inches()[1] * 72
    head, sub = textwrap.wrap(title, 68), textwrap.wrap(subtitle, 104)
    foot = textwrap.wrap(footnote(dataset), 108) + (textwrap.wrap(note, 108) if note else [])
    top = 6.0
    for lines, size, weight, colour in ((head, LARGE, "bold", BLACK), (sub, NORMAL, "normal", "#333333")):
        for line in lines:
            figure.text(0.01, 1 - top / height, line, size=size, weight=weight, color=colour, va="top", family=FAMILY)
            top += size * 1.35
    bottom = 4.0
    for line in reversed(foot):
        figure.text(0.01, bottom / height, line, size=SMALL, color=GREY, va="bottom", family=FAMILY)
        bottom += SMALL * 1.3
    top, bottom = top + 4, bottom + 3
    figure.get_layout_engine().set(rect=(0.005, bottom / height, 0.99, 1 - (top + bottom) / height))  # type: ignore[union-attr, call-arg]


FAMILY = str(SETTINGS["font.family"])


def footnote(dataset: xr.Dataset) -> str:
    """Return the sentence that says what the figure is and which sweep it shows."""
    about = dataset.attrs
    runs = f"{int(about['runs']):,} runs" if "runs" in about else "one run"
    if about.get("failed"):
        runs += f" ({int(about['failed']):,} runs left out)"
    point = f" ({about['point']})" if about.get("point") else ""
    parts = [
        f"Scenario {about.get('scenario', 'unnamed')}{point}",
        runs,
        f"seed {about.get('seed', 'unknown')}",
        f"digest {str(about.get('digest', 'unknown'))[:8]}",
        f"armsrace {about.get('version', 'unknown')}",
    ]
    return "Simulation, not a forecast. " + ", ".join(parts) + "."


def metadata(dataset: xr.Dataset, form: str, title: str = "", alt: str = "") -> dict[str, Any]:
    """Return file metadata without dates, under the names that PNG, SVG or PDF know."""
    note = footnote(dataset)
    if form == "svg":
        return {"Title": title, "Description": f"{alt} {note}".strip(), "Creator": "armsrace", "Date": None}
    if form == "pdf":
        return {"Title": title, "Subject": note, "Keywords": alt, "Creator": "armsrace", "CreationDate": None}
    return {"Title": title, "Description": alt, "Source": note, "Software": "armsrace"}


def save(figure: Figure, path: Path, dataset: xr.Dataset, title: str = "", alt: str = "") -> None:
    """Write a figure so that the same dataset gives the same bytes (PNG at 200 dots per inch, SVG, PDF)."""
    form = path.suffix.lstrip(".").lower()
    with mpl.rc_context(SETTINGS):
        figure.savefig(path, dpi=200, metadata=metadata(dataset, form, title, alt))


def png(figure: Figure) -> bytes:
    """Return a figure as the bytes of a PNG file, for a screen."""
    file = BytesIO()
    with mpl.rc_context(SETTINGS):
        figure.savefig(file, format="png", dpi=100)
    return file.getvalue()


# -- words beside lines


def panel(ax: Axes, title: str) -> None:
    """Write the title of a panel, which says what its axis shows and in which unit."""
    ax.set_title(title, loc="left", size=NORMAL, weight="bold", family=FAMILY)


def spread(wanted: Sequence[float], gap: float | Sequence[float], low: float = 0.0, high: float = 1.0) -> np.ndarray:
    """Move positions as little as possible so that neighbours are at least a gap apart.

    Least squares under order constraints: subtracting the gaps turns it into isotonic regression.
    ``gap`` is one number, or the room that each entry needs.

    Examples
    --------
    >>> spread([0.5, 0.5], 0.1).round(2).tolist()
    [0.45, 0.55]
    """
    if len(wanted) == 0:
        return np.zeros(0)
    room = np.broadcast_to(np.asarray(gap, float), (len(wanted),))
    order = np.argsort(wanted, kind="stable")
    steps = (room[order][1:] + room[order][:-1]) / 2
    offset = np.concatenate([[0.0], np.cumsum(steps)])
    placed = np.clip(isotonic_regression(np.asarray(wanted, float)[order] - offset).x, low, high - offset[-1]) + offset
    out = np.empty(len(wanted))
    out[order] = placed
    return out


def label_ends(ax: Axes, labels: Sequence[tuple[float, str, str]]) -> None:
    """Write names at the right of the axes, at their data height, pushed apart where they would overlap.

    Parameters
    ----------
    labels : sequence of (y, text, colour)
        Height in data units; text may have several lines.
    """
    kept = [entry for entry in labels if np.isfinite(entry[0])]
    if not kept:
        return
    # Only a drawn page has its layout, and with it the height of the axes in points, in which the words are measured.
    ax.get_figure(root=True).draw_without_rendering()  # type: ignore[union-attr]
    height = ax.get_window_extent().height * 72 / ax.get_figure(root=True).dpi  # type: ignore[union-attr]
    right = ax.get_xlim()[1]
    heights = [ax.transAxes.inverted().transform(ax.transData.transform((right, y)))[1] for y, _, _ in kept]
    room = [SMALL * 1.25 * (1 + text.count("\n")) / height for _, text, _ in kept]
    places = spread(heights, room, room[int(np.argmin(heights))] / 2, 1 - room[int(np.argmax(heights))] / 2)
    for y, (_, text, colour) in zip(places, kept, strict=True):
        ax.annotate(
            text,
            (1.01, y),
            xycoords="axes fraction",
            va="center",
            color=colour,
            size=SMALL,
            family=FAMILY,
            linespacing=1.1,
        )


# -- axes in readers' units


def ratio_axis(ax: Axes) -> None:
    """Label an axis of log ratios as 1:2, 1:1, 2:1, and mark parity."""
    low, high = ax.get_ylim()
    for steps in RATIOS:
        inside = sorted(
            {sign * np.log(step) for step in steps for sign in (-1, 1) if low <= sign * np.log(step) <= high}
        )
        covered = max(abs(low), abs(high)) <= 1.4 * np.log(steps[-1])
        if covered and len(inside) <= 6:
            break
    ax.yaxis.set_major_locator(FixedLocator(inside))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda x, _: ratio_words(x)))
    if low < 0 < high:
        ax.axhline(0, color=GREY, linewidth=0.7, zorder=1)


def ratio_words(log_ratio: float) -> str:
    """Return a log ratio in words.

    Examples
    --------
    >>> ratio_words(np.log(2)), ratio_words(np.log(0.5)), ratio_words(0)
    ('2:1', '1:2', '1:1')
    """
    size = float(np.exp(abs(log_ratio)))
    number = f"{size:.3g}" if size < 1000 else f"{size:.0f}"
    return f"{number}:1" if log_ratio >= 0 else f"1:{number}"


def percent(share: float) -> str:
    """Return a share in whole per cent, without turning nearly all into all.

    Examples
    --------
    >>> percent(0.368), percent(0.997), percent(0.001), percent(1.0)
    ('37%', '>99%', '<1%', '100%')
    """
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 < share < 1 else f"{share:.0%}"


def money_axis(ax: Axes) -> None:
    """Label a log axis of US$ m in US$ billion at 1, 2 and 5 times powers of ten."""
    low, high = ax.get_ylim()
    ticks = [digit * 10.0**power for power in range(-2, 8) for digit in (1, 2, 5)]
    inside = [tick for tick in ticks if low <= tick <= high]
    inside = inside if len(inside) <= 7 else [tick for tick in inside if f"{tick:e}"[0] == "1"]
    ax.yaxis.set_major_locator(FixedLocator(inside))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x / 1000:g}"))


# -- the table beside a figure


def tidy(dataset: xr.Dataset) -> list[Row]:
    """Return every number of a Dataset as a row: quantity, one column per dimension, value, unit."""
    dimensions = [str(dim) for dim in dataset.sizes]
    rows: list[Row] = []
    for name, array in dataset.data_vars.items():
        labels = {str(dim): _labels(array, str(dim)) for dim in array.dims}
        for place, value in np.ndenumerate(array.values):
            at = {dim: labels[dim][i] for dim, i in zip(labels, place, strict=True)}
            row: Row = {"quantity": str(name), **{dim: at.get(dim, "") for dim in dimensions}}
            rows.append(row | {"value": _plain(value), "unit": str(array.attrs.get("units", ""))})
    return rows


def _labels(array: xr.DataArray, dim: str) -> list[str | float]:
    """Return the labels along a dimension, or places where it has none."""
    return [_plain(v) for v in array[dim].values] if dim in array.coords else list(range(array.sizes[dim]))


def _plain(value: Any) -> str | float:
    """Return a number or text as a CSV should hold it; dates by day."""
    if isinstance(value, np.datetime64):
        return str(np.datetime_as_string(value, "D"))
    plain: str | float = value.item() if isinstance(value, np.generic) else value
    return plain
