"""The three pictures of a first page, small enough to stand together: war, the balance, who sells.

The figures of the catalogue fill a page each; these draw the same comparison (`sim.compare`) in a panel or two, at the
width at which they are printed, and leave headline and notes to the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.briefs.blocks import Number, Picture, Text
from sim.briefs.effects import Effects
from sim.briefs.layout import FULL, HALF
from sim.briefs.numbers import ALL, LEVEL
from sim.plots import files, house, scales, style, words

INCH = 25.4  # mm
HEIGHT, ROW = 44.0, 5.2  # mm of a picture over time, and of a row

Draw = Callable[[Figure], None]


def panels(effects: Effects, sides: tuple[str, str] = ("without", "with")) -> list[Picture]:
    """Draw what a comparison finds, as far as it holds it; sides are what its two cases are called."""
    found = effects.comparison
    return [*_war(found, sides), *_balance(found, sides), *_shares(effects, sides)]


def _picture(
    found: xr.Dataset, name: str, draw: Draw, size: tuple[float, float], told: tuple[Text, str], rows: Sequence[Any]
) -> Picture:
    """Draw a picture of a size [mm]; told are its caption and its description."""
    letters = {letter for row in rows for value in row.values() for letter in str(value) if letter.isprintable()}
    with house.settings(words.families(letters)[0], size[0] / INCH):
        figure = house.Page(size[0] / INCH, size[1] / INCH)
        draw(figure)
        drawn = {form: BytesIO() for form in ("svg", "png")}
        for form, file in drawn.items():
            about = files.metadata(found, form, str(told[0]), told[1])
            figure.savefig(file, format=form, dpi=files.DOTS, metadata=about)
    return Picture(name, drawn["svg"].getvalue(), drawn["png"].getvalue(), *told, rows)


def _title(ax: Axes, text: str, room: float) -> None:
    lines = words.wrapped(text, room / INCH * 72 * 0.92, house.NORMAL, bold=True, most=2)
    ax.set_title("\n".join(lines), loc="left", size=house.NORMAL, weight="bold")
    ax.grid(axis="y", color="#ececec", linewidth=0.6)
    ax.set_axisbelow(True)


# -- over time


def _war(found: xr.Dataset, sides: tuple[str, str]) -> Iterator[Picture]:
    """Yield the histories in which a major war has started, month by month, without and with."""
    one = found.sel(kind="campaign")
    parts = ("probability", "probability_low", "probability_high")
    values = {name: one[name].transpose("case", "time").values * ALL.value for name in parts}
    if not values["probability"].any():
        return
    ends = [scales.of_hundred(share / ALL.value) for share in values["probability"][:, -1]]
    moments = np.append(found["time"].values[:1], found["end"].values)

    def draw(figure: Figure) -> None:
        ax = figure.subplots()
        _title(ax, f"A major war has started by then, of {ALL} histories", HALF)
        labels: list[style.Label] = []
        for case, (side, end, look) in enumerate(zip(sides, ends, style.SIDES, strict=True)):
            middle, low, high = (np.append(0.0, values[name][case]) for name in parts)
            ax.fill_between(moments, low, high, step="pre", color=look.colour, alpha=0.16, linewidth=0)
            ax.step(moments, middle, where="pre", color=look.colour, linestyle=look.dash)
            labels.append((middle[-1], f"{side}\n{end}", look.colour))
        ax.set_ylim(0, min(ALL.value, 1.15 * max(values["probability_high"].max(), 10.0)))
        scales.time_axis(ax, moments[0], moments[-1])
        style.label_ends({ax: labels})

    rows = [
        {"side": side, "month": str(month)[:7], **{name: values[name][case, step] for name in parts}}
        for case, side in enumerate(sides)
        for step, month in enumerate(found["time"].values)
    ]
    caption = Text(
        "Whether there is war. Shading: {level} % intervals, which cover the luck of so many histories.",
        {"level": LEVEL},
    )
    alt = f"Histories with a major war by {scales.last_month(found)}: {sides[0]} {ends[0]}, {sides[1]} {ends[1]}."
    yield _picture(found, "war_probability", draw, (HALF, HEIGHT), (caption, alt), rows)


def _balance(found: xr.Dataset, sides: tuple[str, str]) -> Iterator[Picture]:
    """Yield by how much the balance moves, where whole paths were kept."""
    if "balance_difference_median" not in found or not np.isfinite(found["balance_difference_median"].values).any():
        return
    data = style.lasting(found)
    middle = data["balance_difference_median"].values
    bands = [(data["balance_difference_low"].values[place], data["balance_difference_high"].values[place])
             for place in range(data.sizes["level"])]  # fmt: skip
    state, factor = str(found.attrs["state"]), f"{np.exp(middle[-1]):.2f}"
    short = words.wrapped(state, 90.0, house.NORMAL, most=1)[0]

    def draw(figure: Figure) -> None:
        ax = figure.subplots()
        _title(ax, f"Offence of {short} to its rival's defence, {sides[1]} over {sides[0]}", HALF)
        for (low, high), alpha in zip(bands, style.ALPHAS, strict=False):
            ax.fill_between(data["time"].values, low, high, color=style.GREY, alpha=alpha, linewidth=0)
        ax.plot(data["time"].values, middle, color=style.BLACK)
        scales.factor_axis(ax)
        scales.time_axis(ax, data["time"].values[0], found["end"].values[-1])
        style.label_ends({ax: [(float(middle[-1]), f"× {factor}\nmedian", style.BLACK)]})

    rows = [{"month": str(month)[:7], "factor": float(np.exp(value))}
            for month, value in zip(data["time"].values, middle, strict=True)]  # fmt: skip
    levels = [Number(100 * level, f"{100 * level:g}", "%", "versus.level") for level in data["level"].values]
    caption = Text(
        "How the balance moves: {one} over {other}, in each pair. Shading: the middle {low} to {high} % of pairs.",
        {"one": sides[1], "other": sides[0], "low": levels[0], "high": levels[-1]},
    )
    by = scales.last_month(found)
    alt = f"By {by} the offence of {state} to its rival's defence is {factor} times what it is {sides[0]}."
    yield _picture(found, "versus", draw, (HALF, HEIGHT), (caption, alt), rows)


# -- shares


def _shares(effects: Effects, sides: tuple[str, str]) -> Iterator[Picture]:
    """Yield from whom each state has its arms, without and with: the suppliers of the table."""
    panels: dict[str, list[tuple[str, np.ndarray]]] = {}
    for effect in effects.of("supplier_share"):
        supplier, state = effect.names
        panels.setdefault(state, []).append((supplier, ALL.value * np.array([effect.found.first, effect.found.second])))
    if not panels:
        return
    rows = [{"state": state, "supplier": name, sides[0]: pair[0], sides[1]: pair[1]}
            for state, pairs in panels.items() for name, pair in pairs]  # fmt: skip
    tall = 14.0 + ROW * max(map(len, panels.values()))

    def draw(figure: Figure) -> None:
        for ax, (state, pairs) in zip(
            figure.subplots(ncols=len(panels), squeeze=False)[0], panels.items(), strict=True
        ):
            _title(ax, f"Where the arms of {state} come from, %", FULL / len(panels))
            _dumbbells(ax, pairs)
            ax.set_ylim(max(map(len, panels.values())) - 0.5, -0.5)
        _named_sides(figure.axes[0], sides)

    caption = Text("Who sells: shares of what is delivered, {one} (dot) and {other} (square).",
                   {"one": sides[0], "other": sides[1]})  # fmt: skip
    alt = "; ".join(f"{row['supplier']} to {row['state']}: {sides[0]} {row[sides[0]]:.0f} %, {sides[1]} "
                    f"{row[sides[1]]:.0f} %" for row in rows)  # fmt: skip
    yield _picture(effects.comparison, "suppliers", draw, (FULL, tall), (caption, f"{alt}."), rows)


def _dumbbells(ax: Axes, pairs: Sequence[tuple[str, np.ndarray]]) -> None:
    """Draw a row for each supplier: its two shares, joined, with their numbers outside."""
    for row, (_, ends) in enumerate(pairs):
        ax.plot(ends, [row, row], color="#bdbdbd", linewidth=2.2, zorder=2, solid_capstyle="round")
        for end, look, size in zip(ends, style.SIDES, (6.5, 4.5), strict=True):
            ax.plot(end, row, look.marker, color=look.colour, markersize=size, zorder=3)
        if f"{ends[0]:.0f}" == f"{ends[1]:.0f}":
            _number(ax, ends.max(), row, 1, style.SIDES[1].colour)
            continue
        for end, other, look in zip(ends, ends[::-1], style.SIDES, strict=True):
            _number(ax, end, row, 1 if end > other else -1, look.colour)
    ax.set_yticks(range(len(pairs)), [words.wrapped(name, 80.0, house.SMALL, most=1)[0] for name, _ in pairs])
    ax.tick_params(axis="y", length=0)
    most = max(float(ends.max()) for _, ends in pairs)
    ax.set_xlim(-0.09 * most, 1.1 * most)
    ax.set_xticks([])
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)


def _number(ax: Axes, end: float, row: int, side: int, colour: str) -> None:
    ax.annotate(f"{end:.0f}", (end, row), (6 * side, 0), textcoords="offset points", va="center_baseline",
                ha="left" if side > 0 else "right", size=house.SMALL, color=colour)  # fmt: skip


def _named_sides(ax: Axes, sides: tuple[str, str]) -> None:
    """Write beneath a panel what dot and square are."""
    for place, (side, look, size) in enumerate(zip(sides, style.SIDES, (6.5, 4.5), strict=True)):
        ax.plot([], [], look.marker, color=look.colour, markersize=size, label=side, zorder=place)
    ax.legend(loc="upper left", bbox_to_anchor=(0, 0), ncols=2, frameon=False, handlelength=1, borderaxespad=0.2)
