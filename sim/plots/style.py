"""One look for all figures: colours by actor, direct labels, header, footnote, metadata.

Lines are in colours of Okabe and Ito (2008) that are readable on white; areas are filled with five others in which
their hues are as far apart in grey as in colour. Colour never stands alone: lines also differ in dash and marker, areas
in lightness or hatch, and all carry their name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from scipy.optimize import isotonic_regression

from sim.measures.runs import ends_of
from sim.model.mistakes import Mistake
from sim.plots.files import footnote as footnote
from sim.plots.files import png as png
from sim.plots.files import save as save
from sim.plots.house import INCH as INCH
from sim.plots.house import LARGE as LARGE
from sim.plots.house import LINE as LINE
from sim.plots.house import NORMAL as NORMAL
from sim.plots.house import SMALL as SMALL
from sim.plots.house import WIDTH as WIDTH
from sim.plots.house import Page
from sim.plots.house import across as across
from sim.plots.words import wrapped

# What a figure can need of a result.
ALL_RUNS = "what is kept of all runs"
WHOLE_PATHS = "whole paths, of all runs that have one"
ONE_PATH = "the whole path of one run"
TWO_RESULTS = "two results"
SEVERAL_CASES = "several cases, of one result or of several, the first of them the baseline"
ANALYSIS = "all points of a designed result"
OF_PATHS = (WHOLE_PATHS, ONE_PATH)
OF_ONE_CASE = (ALL_RUNS, *OF_PATHS)


class Lacking(Mistake):
    """A result has not what a figure shows: told to who asked for it, left out with its reason where all are drawn.

    Attributes
    ----------
    reason : str
        Why, as the beginning of a sentence.
    """

    def __init__(self, sentence: str, reason: str) -> None:
        super().__init__(sentence)
        self.reason = reason


BLACK, DARK, GREY, PALE = "#000000", "#333333", "#595959", "#d9d9d9"
BLUE, VERMILLION, GREEN, PURPLE = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
ORANGE, SKY, YELLOW = "#e69f00", "#56b4e9", "#f0e442"
STRAW, AMBER, PLUM = "#f5ee8f", "#f2b83b", "#7b2d63"  # with sky and green: five steps of grey for areas
DIM = 130  # of 255: a fill on which white is read better than black

COLUMN = 130  # points: the least that axes and their labels take beside others
TALLEST = 210  # inches: what can be drawn has fewer than 65,536 dots
TOP, BELOW, LEADING = 5.0, 5.0, 1.25  # points above the title and below the subtitle; size of a line to its font
ALPHAS = (0.28, 0.20, 0.12)


@dataclass(frozen=True)
class Look:
    """How an actor looks: a colour, and a second encoding for lines and for areas."""

    colour: str
    dash: str = "-"
    marker: str = "o"
    hatch: str = ""

    @property
    def grey(self) -> float:
        """How light it is in print without colour, from 0 to 255."""
        return float(np.dot([0.299, 0.587, 0.114], [int(self.colour[i : i + 2], 16) for i in (1, 3, 5)]))

    @property
    def ink(self) -> str:
        """The colour of a hatch, an edge or a word upon it."""
        return "#ffffff" if self.grey < DIM else BLACK


LINES = (
    Look(BLUE),
    Look(VERMILLION, "--", "s"),
    Look(GREEN, "-.", "^"),
    Look(PURPLE, ":", "D"),
    Look(BLACK, (0, (5, 1, 1, 1, 1, 1)), "v"),  # type: ignore[arg-type]
)
MORE_LINES = tuple(
    Look(LINES[i].colour, LINES[(i + by) % 5].dash, LINES[(i + 2 * by) % 5].marker)
    for by in range(1, 5)
    for i in range(5)
)
FILLS = tuple(
    Look(colour, hatch=hatch) for hatch in ("", "////", "....") for colour in (SKY, AMBER, STRAW, PLUM, GREEN)
)
SIDES = (Look("#767676"), Look(BLACK, "--", "s"))  # of two scenarios compared: no actor's, and apart in grey
KNOWN_LINES = {"azerbaijan": LINES[0], "armenia": LINES[1]}
KNOWN_FILLS = {
    "israel": Look(SKY),
    "russia": Look(PLUM),
    "turkey": Look(AMBER),
    "france": Look(GREEN),
    "india": Look(STRAW),
    "belarus": Look(PLUM, hatch="////"),
    "ukraine": Look(STRAW, hatch="...."),
    "united_states": Look(SKY, hatch="////"),
    "iran": Look(GREEN, hatch="////"),
    "pakistan": Look(GREEN, hatch="...."),
    "czechia": Look(AMBER, hatch="////"),
    "slovakia": Look(AMBER, hatch="...."),
    "legacy": Look(PALE, hatch="xx"),
    "home": Look(PALE, hatch="\\\\\\\\"),
    "other": Look(PALE, hatch="--"),
    "other_suppliers": Look(PALE, hatch="--"),
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
    known, pool, more = (KNOWN_LINES, LINES, MORE_LINES) if kind == "line" else (KNOWN_FILLS, FILLS, ())
    wanted = set(keys)
    out = {key: known[key] for key in wanted if key in known}
    for key in sorted(wanted - set(known)):
        start = hashlib.blake2b(key.encode(), digest_size=4).digest()[0]
        places = [*(pool[(start + i) % len(pool)] for i in range(len(pool))), *more]
        out[key] = next((look for look in places if look not in out.values()), places[0])
    return out


# -- a page: header, body, footnote


def page(height: float, least: float = COLUMN, **grid: Any) -> tuple[Figure, np.ndarray]:
    """Return a figure as wide as the settings say and its axes; the height [inches] is that of the axes.

    Columns for which the page is too narrow, with fewer points for each than the least, come one below the other.
    """
    shape = grid.get("nrows", 1), grid.get("ncols", 1)
    if shape[1] > 1 and across() < least * shape[1]:
        grid |= {"nrows": shape[0] * shape[1], "ncols": 1}
        grid |= {"height_ratios": np.tile(grid["height_ratios"], shape[1])} if "height_ratios" in grid else {}
        height *= shape[1]
    figure = Page(across() / INCH, height)
    axes = figure.subplots(**{"squeeze": False, **grid})
    axes = axes.reshape(shape[::-1]).T if "height_ratios" in grid else axes.reshape(shape)  # by column if rows differ
    for ax in axes.flat:
        ax.grid(axis="y", color="#ececec", linewidth=0.6)
        ax.set_axisbelow(True)
    return figure, axes


def frame(figure: Figure, dataset: xr.Dataset, title: str, subtitle: str, note: str = "") -> None:
    """Write title, subtitle and footnote above and below the axes, and make the page as high as that takes.

    Parameters
    ----------
    title, subtitle : str
        The headline, and how to read the figure in words.
    note : str
        A further footnote, for example credits and what is not shown.
    """
    figure.set_label(title)  # and so the title of its file
    wide, height = figure.get_size_inches() * INCH
    room = wide * 0.98
    head = wrapped(title, room, LARGE, bold=True, most=8)
    sub = wrapped(subtitle, room, NORMAL, most=8)
    foot = wrapped(f"{footnote(dataset)} {note}", room, SMALL, most=16)
    top = TOP + (len(head) * LARGE + len(sub) * NORMAL) * LEADING + BELOW
    bottom = 4 + len(foot) * LEADING * SMALL + 4
    height += top + bottom
    if height > TALLEST * INCH:
        raise Mistake(
            f"this figure would be {height / INCH:.0f} inches high and {TALLEST} can be drawn, since it has a row for "
            "each of too many actors; name the figures that you want"
        )
    figure.set_size_inches(wide / INCH, height / INCH)
    y = height - TOP
    placed = [(line, LARGE, "bold", BLACK) for line in head] + [(line, NORMAL, "normal", DARK) for line in sub]
    for line, size, weight, colour in placed:
        figure.text(0.01, (y - 0.8 * size) / height, line, size=size, weight=weight, color=colour, va="baseline")
        y -= LEADING * size
    for row, line in enumerate(reversed(foot)):
        figure.text(0.01, (6 + row * LEADING * SMALL) / height, line, size=SMALL, color=GREY, va="baseline")
    figure.get_layout_engine().set(rect=(0.005, bottom / height, 0.99, 1 - (top + bottom) / height))  # type: ignore[union-attr, call-arg]


# -- words beside lines

BESIDE = 92.0  # points of a line at the right of a panel; a longer one would narrow it
BESIDE_OF_PAGE = 0.22  # and at most so much of a narrow page
IN_TITLE = 150.0  # points of a name in the title of a panel, which must keep its unit
LEFT = 40.0  # points that the labels of an axis take


def beside(text: str, most: int = 1) -> str:
    """Return a name as it is written at the right of a panel, in a line or a few."""
    room = min(BESIDE, BESIDE_OF_PAGE * across())
    return "\n".join(line for part in text.split("\n") for line in wrapped(part, room, SMALL, most=most))


def in_title(name: str) -> str:
    """Return a name as it is written in the title of a panel, cut where it is very long."""
    return "".join(wrapped(name, min(IN_TITLE, 0.5 * across()), NORMAL, bold=True, most=1))


def panel(ax: Axes, title: str, room: float = 0.0) -> None:
    """Write the title of a panel, which says what its axis shows and in which unit; in a width [points] if given."""
    place = ax.get_subplotspec()
    room = room or across() / (place.get_gridspec().ncols if place else 1) - LEFT
    lines = "\n".join(wrapped(title, room, NORMAL, bold=True, most=3))
    ax.set_title(lines, loc="left", size=NORMAL, weight="bold", linespacing=LINE)


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


Label = tuple[float, str, str]  # height in data units, text, colour


def label_ends(panels: Mapping[Axes, Sequence[Label]]) -> None:
    """Write names at the right of axes, at their data height, pushed apart where they would overlap.

    Parameters
    ----------
    panels : mapping of Axes to sequence of (y, text, colour)
        Height in data units; text may have several lines, and long ones are broken where there is room.
    """
    figure = next(iter(panels)).get_figure(root=True)
    assert figure is not None
    figure.get_layout_engine().execute(figure)  # type: ignore[union-attr]  # gives the axes the height they will have
    for ax, labels in panels.items():
        _label_ends(ax, [label for label in labels if np.isfinite(label[0])], ax.bbox.height * INCH / figure.dpi)


def _label_ends(ax: Axes, labels: Sequence[Label], height: float) -> None:
    """Write names at the right of axes of a height [points]."""
    if not labels:
        return
    right = ax.get_xlim()[1]
    heights = [ax.transAxes.inverted().transform(ax.transData.transform((right, y)))[1] for y, _, _ in labels]
    for most in (3, 2, 1):
        texts = [beside(text, most) for _, text, _ in labels]
        room = [SMALL * 1.25 * (1 + text.count("\n")) / height for text in texts]
        if sum(room) <= 1:
            break
    places = spread(heights, room, room[int(np.argmin(heights))] / 2, 1 - room[int(np.argmax(heights))] / 2)
    for y, text, (_, _, colour) in zip(places, texts, labels, strict=True):
        ax.annotate(text, (1.01, y), xycoords="axes fraction", va="center", color=colour, size=SMALL, linespacing=LINE)


def cell(ax: Axes, y: float, points: float, words: str, weight: str = "normal") -> None:
    """Write words at the right of a panel [points], at a data height: a cell of a column."""
    ax.annotate(words, (1, y), xycoords=ax.get_yaxis_transform(), xytext=(points, 0), textcoords="offset points",
                va="center", size=SMALL, weight=weight)  # fmt: skip


def bars(ax: Axes, left: np.ndarray, width: float, below: np.ndarray, height: np.ndarray, look: Look) -> None:
    """Draw bars that stand on others, as one thing however many there are.

    Parameters
    ----------
    left, below, height : ndarray of float, shape (bar,)
        In data units; there is no bar where the height is none.
    """
    shown = height > 0
    x, low, high = left[shown], below[shown], (below + height)[shown]
    corners = np.array([(x, low), (x, high), (x + width, high), (x + width, low)]).transpose(2, 0, 1)
    ax.add_collection(
        PolyCollection(list(corners), facecolor=look.colour, hatch=look.hatch, edgecolor=look.ink, linewidth=0.2)
    )


def high_enough(names: int, least: float) -> float:
    """Return the height of a panel [inches] beside which so many names are written."""
    return max(least, 0.5 + names * SMALL * 1.3 / INCH)


def lasting(dataset: xr.Dataset) -> xr.Dataset:
    """Return a Dataset whose only step lasts until its end, so that there is a line to draw; others as they are."""
    if dataset.sizes["time"] > 1:
        return dataset
    time = dataset["time"].values.astype("datetime64[ns]")
    return dataset.isel(time=[0, 0]).assign_coords(time=np.append(time, ends_of(dataset["time"])))
