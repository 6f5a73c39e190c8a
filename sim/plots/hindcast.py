"""Fans of spending from several origins, what was spent, and where that lay within what was foretold.

The figure of `sim.hindcast`, drawn from its rows; it is none of a result.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.answers import Files, write_rows
from sim.model.mistakes import Mistake
from sim.plots import house, scales, style, tables
from sim.results.files import replacing, write_whole
from sim.validation.hindcast import Hindcast
from sim.validation.scored import MODEL, QUANTILES
from sim.validation.table import PARAMETERS

BANDS = (("q25", "q75", style.ALPHAS[0]), ("q05", "q95", style.ALPHAS[2]))
SUBJECT = "spending"
STRIP = 0.55  # inches, of the places of the record for each state


def can_be_drawn(found: Hindcast) -> bool:
    """Tell whether spending was foretold."""
    return any(row.subject == SUBJECT for row in found.rows)


def fans(found: Hindcast) -> xr.Dataset:
    """Return quantiles of spending by state, origin and year, with what was spent; of the best parameters played.

    Raises
    ------
    Mistake
        If the hindcast foretold no spending of a state.
    """
    rows = [row for row in found.rows if row.subject == SUBJECT and row.kind == MODEL]
    if not can_be_drawn(found):
        raise Mistake("this hindcast foretold no spending, so there is nothing to draw; ask for earlier origins")
    mode = next(mode for mode in found.about["modes"] if any(row.mode == mode for row in rows))
    names = {row.forecaster for row in rows}
    best = next((name for name in reversed(PARAMETERS) if name in names), min(names))
    rows = [row for row in rows if (row.mode, row.forecaster) == (mode, best)]
    states, origins = list(dict.fromkeys(row.of for row in rows)), sorted({row.origin for row in rows})
    years = list(range(min(origins), max(row.until for row in rows) + 1))
    shape = (len(states), len(origins), len(years))
    table = {name: np.full(shape, np.nan) for name in (*QUANTILES, "seen", "pit")}
    for row in rows:
        at = states.index(row.of), origins.index(row.origin), years.index(row.until)
        for name, values in table.items():
            values[at] = getattr(row, name)
    actors = [found.about["states"][code] for code in states]
    return xr.Dataset(
        {name: (("state", "origin", "year"), values) for name, values in table.items()},
        {"state": [actor["key"] for actor in actors], "origin": origins, "year": years,
         "state_name": ("state", [actor["name"] for actor in actors])},
        {"scenario": found.about["of"], "runs": found.about["runs"], "seed": found.about["seed"], "mode": mode,
         "parameters": best, "digest": found.about.get("digest", ""), "version": found.about["version"]},
    )  # fmt: skip


def picture(dataset: xr.Dataset) -> Figure:
    """Draw a panel of fans for each state, and below it a strip of the places of the record within its forecasts."""
    states = dataset.sizes["state"]
    heights = [2.3, STRIP] * states
    figure, axes = style.page(sum(heights) + 0.4, nrows=2 * states, height_ratios=heights)
    known = {"nothing": "nothing of later years given", "inputs": "output and oil of later years given"}
    style.frame(
        figure,
        dataset,
        "What was foretold of military spending, and what was spent",
        "Fans from each origin: lines, the median; shading, the middle 50% and 90% of runs. Markers: recorded values. "
        "Strips: where each recorded value lay within its forecast, from 0, below all runs, to 1, above all; good "
        "forecasts scatter them evenly.",
        f"Parameters {dataset.attrs['parameters']}, {known.get(dataset.attrs['mode'], 'as shipped')}.",
    )
    looks = style.looks(dataset["state"].values.tolist())
    for place in range(states):
        one = dataset.isel(state=place)
        look = looks[str(one["state"].item())]
        above, below = axes[2 * place, 0], axes[2 * place + 1, 0]
        _fans(above, one, look)
        _strip(below, one, look)
    return figure


def _fans(ax: Axes, one: xr.Dataset, look: style.Look) -> None:
    """Draw the fans of one state on a log axis."""
    style.panel(ax, f"{style.in_title(one['state_name'].item())}, US$ billion a year at 2023 prices, log scale")
    ax.set_yscale("log")
    years = one["year"].values
    for place in range(one.sizes["origin"]):
        fan = one.isel(origin=place)
        told = np.isfinite(fan["q50"].values)
        for low, high, alpha in BANDS:
            ax.fill_between(years[told], fan[low].values[told], fan[high].values[told], color=look.colour, alpha=alpha,
                            linewidth=0)  # fmt: skip
        ax.plot(years[told], fan["q50"].values[told], color=look.colour, linestyle=look.dash)
    seen = one["seen"].max("origin").values
    ax.plot(years, seen, look.marker, color=style.BLACK, markeredgecolor="white", markersize=5, zorder=5)
    scales.year_axis(ax, years, 13)
    scales.money_axis(ax)


def _strip(ax: Axes, one: xr.Dataset, look: style.Look) -> None:
    """Draw the places of the record within the forecasts of one state, an origin beside the other."""
    ax.grid(False)
    places = one["pit"].values
    for row, values in enumerate(places):
        there = values[np.isfinite(values)]
        ax.plot(there, np.full(len(there), -row), "|", color=look.colour, markersize=7, markeredgewidth=1.3)
    ax.set_xlim(0, 1)
    ax.set_ylim(0.5 - len(places), 0.5)
    ax.set_yticks([-row for row in range(len(places))], [str(year) for year in one["origin"].values], size=5.5)
    ax.set_xticks([0.0, 0.1, 0.5, 0.9, 1.0])


def alt_text(dataset: xr.Dataset) -> str:
    """Describe the fans in numbers."""
    parts = []
    for place in range(dataset.sizes["state"]):
        one = dataset.isel(state=place)
        pit = one["pit"].values[np.isfinite(one["pit"].values)]
        inside = int(((pit > 0.1) & (pit < 0.9)).sum())
        parts.append(f"{one['state_name'].item()}: {inside} of {len(pit)} recorded values within the middle 80%")
    origins = ", ".join(str(year) for year in dataset["origin"].values)
    return f"Fans of military spending foretold from January of {origins}, with recorded values. {'; '.join(parts)}."


def draw(found: Hindcast, folder: Path) -> Files:
    """Write the figure of a hindcast, PNG and SVG, with the plotted numbers and a description."""
    dataset = fans(found)
    with house.settings():
        figure = picture(dataset)
    folder.mkdir(parents=True, exist_ok=True)
    text = alt_text(dataset)
    files = [folder / f"fans.{form}" for form in ("png", "svg")]
    for path in files:
        with replacing(path) as draft:
            style.save(figure, draft, dataset, alt=text)
    with replacing(folder / "fans.csv") as draft:
        write_rows(tables.tidy(dataset), draft)
    write_whole(folder / "fans.txt", text + "\n")
    return Files([*files, folder / "fans.csv", folder / "fans.txt"])
