"""The shape of a rule, drawn from the example in its docstring.

The example is played while somebody notes what it gives the rule; then one input after the other is moved from end to
end, the others left as the example has them, and what moves the rule most is drawn. The band is what its parameters
make of it, each moved over its stated range; a rule that only luck decides is drawn as a histogram.
"""

from __future__ import annotations

import doctest
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from sim.model.rule import Rule
from sim.model.variables import RUNGS, SCALES, TALKS, Variable
from sim.model.world import sight
from sim.plots import house

STEPS, PANELS, LINES = 61, 2, 3  # more panels are not read on a phone
FLAT = 1e-9
UNMOVED = {"draws", "dt", "rivalry"}
CODES = {"talks": TALKS, "rung": RUNGS, "fighting": ("none", *SCALES)}
COLOURS = ("#1f4e79", "#b5541c", "#6b6b6b")
DRAWN = {
    "svg.fonttype": "none", "svg.hashsalt": "armsrace", "font.family": "sans-serif", "font.size": 9.0,
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "#888888", "axes.labelcolor": "#333333",
    "xtick.color": "#555555", "ytick.color": "#555555", "axes.grid": True, "grid.color": "#e8e8e8", "figure.dpi": 100,
}  # fmt: skip


@dataclass(frozen=True)
class Panel:
    """What one input does: its values (`x`), and for each line what the rule comes to, with the ends of a band."""

    word: str
    variable: Variable
    x: np.ndarray
    lines: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @property
    def reach(self) -> float:
        """How far the input moves the rule."""
        return float(np.ptp(self.lines, axis=-1).max())


def calls(rule: Rule) -> list[tuple[list[np.ndarray], dict[str, Any]]]:
    """Return with what the example calls its rule.

    Examples
    --------
    >>> import sim.model.rules
    >>> from sim.model.rule import CATALOGUE
    >>> [[given.tolist() for given in inputs] for inputs, _ in calls(CATALOGUE["nurse_grievance"])]
    [[[0.0, 2.0]]]
    """
    noted = []

    def noting(*inputs: Any, **named: Any) -> Any:
        noted.append(([np.asarray(given, float) for given in inputs], named))
        return rule.function(*inputs, **named)

    names = {**rule.function.__globals__, "np": np, rule.name: noting}
    for example in doctest.DocTestParser().get_examples(inspect.getdoc(rule.function) or ""):
        exec(compile(example.source, rule.name, "exec"), names)
    return noted


def panels(rule: Rule) -> list[Panel]:
    """Return what the inputs of a rule do, the one that moves it most first; none where only luck does."""
    inputs, named = calls(rule)[0]
    found = []
    for place, word in enumerate(rule.reads):
        if (
            word not in UNMOVED
            and not word.endswith(("_opening", "_known", "_observed"))
            and (panel := _panel(rule, inputs, named, place, word)) is not None
        ):
            found.append(panel)
    found.sort(key=lambda panel: -panel.reach)
    return [panel for panel in found if panel.reach > 0.02 * found[0].reach][:PANELS]


def _panel(rule: Rule, inputs: list[np.ndarray], named: dict[str, Any], place: int, word: str) -> Panel | None:
    """Return what one input does: moved in one of its entries where it has axes of its own, else altogether first."""
    variable = sight(rule.actor, word).variable
    given = inputs[place]
    for alone in (bool(variable.axes), not variable.axes):
        x = _ends(variable, given)

        def played(x: np.ndarray, alone: bool = alone, **changed: float) -> np.ndarray:
            """Return what the rule comes to, a row for each of its entries."""
            moved = np.repeat(given[..., None], len(x), axis=-1)
            moved[(*[0] * given.ndim, slice(None)) if alone else ...] = x
            arguments = [moved if i == place else value[..., None] for i, value in enumerate(inputs)]
            with np.errstate(all="ignore"):
                told = np.asarray(rule.function(*arguments, **named, **changed), float)
            return np.broadcast_to(told, (*told.shape[:-1], len(x))).reshape(-1, len(x))

        lines = played(x)
        if len(x) == STEPS and x[0] == 0.0 and _starts_at_a_cliff(lines):
            x = np.linspace(x[-1] / 20.0, x[-1], STEPS)
            lines = played(x)
        moving = np.unique(lines[np.ptp(lines, axis=-1) > FLAT].round(9) + 0.0, axis=0)[:LINES]
        if len(moving):
            return Panel(word, variable, x, moving, *_band(rule, named, x, played, moving))
    return None


def _starts_at_a_cliff(lines: np.ndarray) -> bool:
    """Whether nearly all happens in the first step, as with the logarithm of nothing."""
    first, rest = (np.ptp(part, axis=-1).max() for part in (lines[:, :2], lines[:, 1:]))
    return not np.isfinite(first) or (first > rest > FLAT)


def _band(rule: Rule, named: dict[str, Any], x: np.ndarray, played: Any, moving: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the least and the most that any parameter makes of the first line, each moved over its range alone."""
    row = int(np.abs(played(x).round(9) - moving[0]).sum(-1).argmin())
    tried = [moving[0]]
    for name, number in rule.parameters.items():
        if name not in named:
            tried += [played(x, **{name: end})[row] for end in number.between]
    yield np.min(tried, axis=0)
    yield np.max(tried, axis=0)


def _ends(variable: Variable, given: np.ndarray) -> np.ndarray:
    """Return the values over which an input is moved: its bounds, or about twice as far as in the example.

    Examples
    --------
    >>> from sim.model.variables import VARIABLES
    >>> _ends(VARIABLES["talks"], np.zeros(1)).tolist(), _ends(VARIABLES["balance"], np.full(1, 0.5))[[0, -1]].tolist()
    ([0.0, 1.0, 2.0, 3.0, 4.0], [-1.0, 1.0])
    """
    far = 2.0 * float(np.abs(given).max()) or 1.0
    high = variable.high if np.isfinite(variable.high) else far
    low = variable.low if np.isfinite(variable.low) else -far
    if variable.unit in ("flag", "code", "count"):
        return np.arange(low, max(high, 3.0 if variable.unit == "count" else 1.0) + 1.0)
    return np.linspace(low, high, STEPS)


# -- drawn


def draw(rule: Rule, path: Path) -> str:
    """Write the picture of a rule and return its description; an empty one where the example shows no shape."""
    found = panels(rule)
    with mpl.rc_context({**house.SETTINGS, **DRAWN}):
        if found:
            figure, told = _curves(rule, found), _told(rule, found)
        elif rule.draws:
            figure, told = _histogram(rule), f"What luck makes of {_words(rule.writes)}, in 4,000 draws"
        else:
            return ""
        figure.savefig(path, metadata={"Date": None}, transparent=False)
    return told


def _curves(rule: Rule, found: list[Panel]) -> Figure:
    figure = _page(1.0 + 2.3 * len(found))
    for ax, panel in zip(np.atleast_1d(figure.subplots(1, len(found), sharey=True)), found, strict=True):
        marked = "o" if len(panel.x) < STEPS else ""
        dash = ":" if panel.word in CODES else "-"  # between stages there is nothing
        if len(panel.lines) == 1:
            ax.fill_between(panel.x, panel.low, panel.high, color=COLOURS[0], alpha=0.13, linewidth=0)
        for line, colour in zip(panel.lines, COLOURS, strict=False):
            ax.plot(panel.x, line, dash, color=colour, linewidth=1.8, marker=marked, markersize=4, clip_on=False)
        ax.set_xlabel(_label(panel.word, panel.variable.unit))
        if panel.word in CODES:
            ax.set_xticks(panel.x, CODES[panel.word][: len(panel.x)], rotation=20, ha="right", fontsize=7.5)
        elif len(panel.x) < 12 and marked:
            ax.set_xticks(panel.x)
        else:
            ax.locator_params(axis="x", nbins=5)
    figure.axes[0].set_ylabel(_label(rule.writes, rule.variable.unit, 24))
    figure.axes[0].locator_params(axis="y", nbins=5)
    return figure


def _page(width: float) -> Figure:
    """Return a page of a width [inches] with room for labels of two lines; fixed, since laying out takes long."""
    figure, height = Figure((width, 2.15)), 2.15
    figure.subplots_adjust(left=0.95 / width, right=1.0 - 0.12 / width, bottom=0.76 / height, top=0.94, wspace=0.12)
    return figure


def _histogram(rule: Rule) -> Figure:
    """Draw what luck makes of a rule."""
    inputs, named = calls(rule)[0]
    luck = np.random.default_rng(1).random((rule.draws, 4000))
    arguments = [luck if word == "draws" else value[..., None] for word, value in zip(rule.reads, inputs, strict=True)]
    figure = _page(3.4)
    ax = figure.subplots()
    ax.hist(np.asarray(rule.function(*arguments, **named)).ravel(), bins=40, color=COLOURS[0], alpha=0.8)
    ax.set_xlabel(_label(rule.writes, rule.variable.unit))
    ax.set_ylabel("of 4,000 draws")
    return figure


def _told(rule: Rule, found: list[Panel]) -> str:
    """Return the description: what moves the rule how far, from one end of the input to the other."""
    ends = (
        f"as {_words(panel.word)} goes from {panel.x[0]:.3g} to {panel.x[-1]:.3g}, "
        f"from {panel.lines[0, 0] + 0.0:.3g} to {panel.lines[0, -1] + 0.0:.3g}"
        for panel in found
    )
    return f"{_words(rule.writes)}: {'; '.join(ends)}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _label(name: str, unit: str, most: int = 34) -> str:
    said = _words(name)
    text = f"{said} [{unit}]" if unit not in ("flag", "code", "1") else said
    return text if len(text) < most else f"{said}\n[{unit}]"
