"""The record met and missed: each calibration target on the scale of its tolerance."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.analysis.targets.table import judged
from sim.measures.ranks import ordinary
from sim.measures.runs import without_broken
from sim.plots import style
from sim.plots.words import wrapped

EDGE = 3.0  # tolerances from the middle at which the axis ends
LINE = 0.128  # inches, of a line of words
GAP = 0.03  # inches between rows
NAMES = 0.56  # of the width, for what a target is
TOLD = 6  # of what is missed, in the description
COLUMNS = (8.0, 50.0)  # points from the panel, where words begin


def with_a_verdict(result: xr.Dataset) -> xr.Dataset:
    """Return the targets of a case that have a verdict."""
    if "target_statistics" not in result:
        nothing = "no statistics of runs were kept"
        raise style.Lacking(f"'targets' shows statistics of runs, and {nothing}; sweep it anew", nothing)
    if int(without_broken(result).sizes["run"]) < 2:
        nothing = "fewer than two runs are sound"
        raise style.Lacking(f"'targets' shows how runs spread, and {nothing}; sweep more", nothing)
    nothing = "nothing that it could be held against is on record in its years and states"
    dataset = judged(result)
    if not dataset.sizes["target"]:
        raise style.Lacking(f"'targets' shows the record, and {nothing}; plot a result of a past", nothing)
    return dataset


SHOWS, MEASURE = style.ALL_RUNS, with_a_verdict


def headline(dataset: xr.Dataset) -> str:
    """Say how many targets are met, and how many blocks of those that say much the same."""
    about = dataset.attrs
    return (
        f"{about['met']} of {about['rows']} targets on record are met, "
        f"{about['blocks_met']} of {about['blocks']} blocks of them"
    )


def targets(dataset: xr.Dataset) -> Figure:
    """Draw from `sim.analysis.targets.table.judged` a row for each target, with what counts as met.

    Met targets have a disc and the word, missed ones a cross and the word.
    """
    names = [wrapped(f"{code}  {what}", NAMES * style.across(), style.SMALL, most=3) for code, what in _titles(dataset)]
    heights = np.array([LINE * len(name) + GAP for name in names])
    ends = np.cumsum(heights)
    centres, bottom = ends - heights / 2, ends[-1]
    figure, axes = style.page(bottom + 0.75)
    ax = axes[0, 0]
    style.frame(
        figure,
        dataset,
        headline(dataset),
        "Grey: what counts as met, by the tolerance set beforehand, each on its own scale. Upright: the record. "
        "Disc (met) or cross (missed): simulated median with the middle 80% of runs, or mean with its 95% interval; "
        "arrows: beyond the axis. Rank: share of runs below the record, * outside 0.05 to 0.95. Rows joined by a line "
        "at their left make a block and say much the same.",
        _note(dataset),
    )
    style.panel(ax, "Tolerance: -1 to 1", COLUMNS[-1] + 100)
    ax.grid(axis="y", visible=False)
    ax.set_xlim(-EDGE, EDGE)
    ax.set_ylim(bottom, -0.3)
    ax.set_xticks(range(-int(EDGE), int(EDGE) + 1))
    ax.set_yticks(centres, ["\n".join(name) for name in names])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    style.cell(ax, -0.15, COLUMNS[1], "rank", "bold")
    for block in set(dataset["block"].values.tolist()) - {0.0}:
        rows = np.flatnonzero(dataset["block"].values == block)
        if len(rows) > 1:
            span = [ends[rows[0]] - heights[rows[0]] + GAP, ends[rows[-1]] - GAP]
            ax.plot([-EDGE, -EDGE], span, color=style.BLACK, linewidth=2.0, clip_on=False, solid_capstyle="butt")
    for y, centre, height in zip(range(len(names)), centres, heights, strict=True):
        _row(ax, dataset.isel(target=y), centre, height)
    return figure


def _titles(dataset: xr.Dataset) -> list[tuple[str, str]]:
    """Return code and meaning of each target."""
    apart = dataset["apart"].values
    return [
        (str(code), f"{what} (news, apart)" if apart[i] else str(what))
        for i, (code, what) in enumerate(zip(dataset["code"].values, dataset["what"].values, strict=True))
    ]


def _note(dataset: xr.Dataset) -> str:
    """Say what is not counted, and as how many numbers the rest count."""
    about = dataset.attrs
    return (
        f"The rows hold about {about['independent']:.0f} independent numbers. News, apart: not counted, they rest on "
        f"news reports. {about['not_computed']} targets have no verdict and no row: nothing is on record, or it is "
        "held back."
    )


def _row(ax: Axes, one: xr.Dataset, y: float, height: float) -> None:
    """Draw one target."""
    met = one["verdict"].item() == "pass"
    below, above = np.isfinite(one["low"].item()), np.isfinite(one["high"].item())
    left, right = (-1.0 if below else -EDGE), (1.0 if above else EDGE)
    ax.add_patch(Rectangle((left, y - height * 0.36), right - left, height * 0.72, color="#e4e4e4", linewidth=0))
    value, low, high, record = (
        float(one[f"scaled_{name}"].item()) for name in ("value", "value_low", "value_high", "on_record")
    )
    if np.isfinite([low, high]).all():
        ax.plot(np.clip([low, high], -EDGE, EDGE), [y, y], color=style.BLUE if met else style.VERMILLION, linewidth=1.4)
    if np.isfinite(record):
        beyond = abs(record) > EDGE
        marker = (">" if record > 0 else "<") if beyond else "|"
        ax.plot(
            np.clip(record, -EDGE, EDGE), y, marker, color=style.BLACK, markersize=5 if beyond else 9, clip_on=False
        )
    if abs(value) > EDGE:
        marker = ">" if value > 0 else "<"
    else:
        marker = "o" if met else "X"
    ax.plot(np.clip(value, -EDGE, EDGE), y, marker, color=style.BLUE if met else style.VERMILLION, markersize=5.5,
            markeredgecolor="white", markeredgewidth=0.5, clip_on=False)  # fmt: skip
    style.cell(ax, y, COLUMNS[0], "met" if met else "missed", "normal" if met else "bold")
    style.cell(ax, y, COLUMNS[1], _rank(one))


def _rank(one: xr.Dataset) -> str:
    """Return the rank of the record where there is one, marked where the record would be a surprise."""
    rank = float(one["rank"].item())
    return f"{rank:.2f}{'' if ordinary(rank) else ' *'}" if np.isfinite(rank) else "–"


def _missed(dataset: xr.Dataset) -> list[xr.Dataset]:
    """Return the targets that are missed, each alone."""
    return [dataset.isel(target=[place]) for place in np.flatnonzero(dataset["verdict"].values == "fail")]


def alt_text(dataset: xr.Dataset) -> str:
    """Name what is missed, with the rank of the record."""
    missed = [f"{_titles(one)[0][1]} (rank {_rank(one.isel(target=0))})" for one in _missed(dataset)]
    more = [f"{len(missed) - TOLD} more"] if len(missed) > TOLD else []
    return f"{headline(dataset)}. Missed: {'; '.join([*missed[:TOLD], *more]) or 'none'}."
