"""What two scenarios differ in, row by row in the units of readers: of 100 histories, US$ bn, ratios, per cent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from sim.measures.intervals import level_of_each, normal_quantile
from sim.measures.suppliers import REST_NAME
from sim.model.outcomes import MEASURES
from sim.plots import scales, style
from sim.plots.words import width, wrapped

WORDS = {key: outcome.words for key, outcome in MEASURES.items() if outcome.main}
SHARE, LEAST, MOST_SHARES = "supplier_share", 0.04, 8  # shares below the least on both sides have no row
MOST_LOG = 700.0  # of which there is still an exponential
MOST_MORE = 3  # digits more than usual, to tell the ends of an interval apart
COLUMN = 58.0  # points of a name above a column
HEADS = -0.7  # rows from the first to the names above the columns
BETWEEN = 10.0  # points between columns


@dataclass(frozen=True)
class Effect:
    """One measure on two sides, as it is printed.

    Attributes
    ----------
    label : str
        Which measure, and of whom.
    sides : tuple of str
        Its value on the first and on the second side.
    difference : str
        Second minus first, or over it for a ratio, with its interval.
    unit : str
    values : tuple of float
        First, second, and the standardised difference with its bounds.
    clear : bool
        Whether its interval leaves out zero.
    sure : bool
        Whether it does so where every row of the picture is to be right at once.
    """

    label: str
    sides: tuple[str, str]
    difference: str
    unit: str
    values: tuple[float, float, float, float, float]
    clear: bool
    sure: bool

    def told(self) -> str:
        """Return it in a sentence.

        Examples
        --------
        >>> Effect("battle deaths", ("300", "200"), "−100", "a history", (3.0, 2.0, 0, 0, 0), True, True).told()
        'battle deaths 200 a history, not 300'
        """
        unit = self.unit if self.unit in ("", "%") else f" {self.unit}"
        first = f"{self.sides[0]}{'%' if unit == '%' else ''}"
        return f"{'arms from ' if unit == '%' else ''}{self.label} {self.sides[1]}{unit}, not {first}"


def main(dataset: xr.Dataset) -> xr.Dataset:
    """Return the main measures that vary, largest effects first."""
    return _where(dataset, np.isin(dataset["name"].values, list(WORDS)))


def shares(dataset: xr.Dataset) -> xr.Dataset:
    """Return the supplier shares that matter on either side and vary, largest changes first."""
    large = (dataset["name"] == SHARE).values & (dataset["value"].max("case") >= LEAST).values
    found = _where(dataset, large)
    return found.isel(measure=np.argsort(-abs(found["difference"].values), kind="stable")[:MOST_SHARES])


def _where(dataset: xr.Dataset, wanted: np.ndarray) -> xr.Dataset:
    """Return those of the measures wanted that vary."""
    return dataset.isel(measure=np.flatnonzero(wanted & np.isfinite(dataset["standardised_low"].values)))


def effects(dataset: xr.Dataset) -> list[Effect]:
    """Return the rows of measures, of `main` or of `shares`, in their order."""
    family = max(2, main(dataset).sizes["measure"] + shares(dataset).sizes["measure"])
    return [_effect(dataset.isel(measure=i), family) for i in range(dataset.sizes["measure"])]


def _effect(one: xr.Dataset, family: int) -> Effect:
    """Return the row of one measure."""
    first, second = map(float, one["value"].values)
    change, low, high = (one[name].item() for name in ("difference", "low", "high"))
    standard = tuple(one[f"standardised{part}"].item() for part in ("", "_low", "_high"))
    reach = (change - low if change > 0 else high - change) * normal_quantile(level_of_each(family)) / normal_quantile()
    unit, share = str(one["unit"].item()), str(one["name"].item()) == SHARE
    if unit == "log ratio":
        words, sides, difference = "", (_ratio(first), _ratio(second)), _times(change, low, high)
    else:
        scale, words = scales.READERS.get(unit, (1.0, unit))
        words = "of 100" if unit == "share" and not share else words
        *apart, _ = alike(scale * change, scale * low, scale * high, scale * (high - low) / 2, most=2)
        places = len(apart[0].partition(".")[2])
        sides = (f"{scale * first:,.{places}f}", f"{scale * second:,.{places}f}")
        difference = f"{apart[0]} ({apart[1]} to {apart[2]})"
    return Effect(_label(one), sides, difference, words, (first, second, *standard), low > 0 or high < 0,
                  abs(change) > reach)  # fmt: skip


def _label(one: xr.Dataset) -> str:
    """Return which measure a row is of, and of whom."""
    name, who = str(one["name"].item()), str(one["who"].item())
    about = one.attrs
    states = dict(zip(about["states"], about["state_names"], strict=True))
    if name == SHARE:
        origin, _, state = who.partition(" to ")
        origins = {**dict(zip(about["origins"], about["origin_names"], strict=True)), "other": REST_NAME}
        return f"{style.beside(origins.get(origin, origin))} to {style.beside(states.get(state, state))}"
    words = WORDS[name].partition(" (")[0]
    return f"{words}, {style.beside(states.get(who, who))}" if who else words


def _ratio(log_ratio: float) -> str:
    """Return a log ratio as one to another."""
    number = _size(float(np.exp(min(abs(log_ratio), MOST_LOG))))
    return f"{number}:1" if log_ratio >= 0 else f"1:{number}"


def _times(change: float, low: float, high: float) -> str:
    """Return a difference of log ratios as a factor."""
    factors = [float(np.exp(min(number, MOST_LOG))) for number in (change, low, high)]
    for more in range(MOST_MORE):
        middle, least, most = (_size(factor, more) for factor in factors)
        if least != most or np.isclose(low, high, rtol=0.0, atol=1e-9):  # which more figures would not part
            break
    return f"×{middle} ({least} to {most})"


def _size(number: float, more: int = 0) -> str:
    """Return a number above nothing in about three digits, or in more."""
    return f"{number:.{2 + more}f}" if number < 10 else f"{number:.{3 + more}g}"


def alike(*numbers: float, most: int = 3) -> tuple[str, ...]:
    """Return numbers with their sign and as many decimals each, so many that none is turned into nothing.

    Examples
    --------
    >>> alike(2.148, 0.018, 4.47), alike(-12.34, -20.0, 3.21), alike(-175.7, -334.9, -16.5)
    (('+2.15', '+0.02', '+4.47'), ('−12.3', '−20.0', '+3.2'), ('−176', '−335', '−16'))
    """
    least = min((abs(number) for number in numbers if number), default=1.0)
    enough = (5.0, 0.05, 0.005, 0.0)
    decimals = min(next(places for places, size in enumerate(enough) if not least < size), most)
    rounded = [round(number, decimals) for number in numbers]
    return tuple(f"{'+' if n > 0 else '−' if n < 0 else ''}{abs(n):,.{decimals}f}" for n in rounded)


# -- drawn


def rows(ax: Axes, found: list[Effect], names: tuple[str, str]) -> None:
    """Write the rows beside an axes: labels at its left, and columns of values, difference and unit at its right."""
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", color="#ececec", linewidth=0.6)
    ax.set_yticks(range(len(found)), [effect.label for effect in found], va="center_baseline")
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(max(len(found), 1) - 0.4, 3 * HEADS)
    heads = ["\n".join(wrapped(name, COLUMN, style.SMALL, most=2)) for name in names]
    columns = [
        (heads[0], [effect.sides[0] for effect in found], style.SIDES[0].colour),
        (heads[1], [effect.sides[1] for effect in found], style.SIDES[1].colour),
        ("difference (95%)", [effect.difference for effect in found], style.BLACK),
    ]
    right = 0.0
    for head, cells, colour in columns:
        lines = [*head.split("\n"), *cells]
        right += BETWEEN + max(width(line, style.SMALL) for line in lines)
        _cell(ax, right, HEADS, head, colour, up="bottom")
        for y, text in enumerate(cells):
            _cell(ax, right, y, text, colour)
    for y, effect in enumerate(found):
        _cell(ax, right + BETWEEN / 2, y, effect.unit, style.GREY, "left")


def _cell(
    ax: Axes, right: float, y: float, text: str, colour: str, side: str = "right", up: str = "center_baseline"
) -> None:
    """Write a cell so many points from the right end of an axes."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    place = ax.get_yaxis_transform() + ScaledTranslation(right / style.INCH, 0, figure.dpi_scale_trans)
    ax.text(1, y, text, transform=place, ha=side, va=up, size=style.SMALL, color=colour, linespacing=1.05)


def forest(ax: Axes, found: list[Effect]) -> None:
    """Draw standardised differences with intervals; filled where zero is left out."""
    ax.axvline(0, color=style.GREY, linewidth=0.7, zorder=1)
    for y, effect in enumerate(found):
        middle, low, high = effect.values[2:]
        ax.plot([low, high], [y, y], color=style.BLACK, linewidth=1.4)
        face = style.BLACK if effect.clear else "white"
        ax.plot(middle, y, "o", color=face, markeredgecolor=style.BLACK, markersize=4.5)


def dumbbells(ax: Axes, found: list[Effect]) -> None:
    """Draw a share on both sides, with a line between them."""
    for y, effect in enumerate(found):
        ax.plot(effect.values[:2], [y, y], color=style.GREY, linewidth=1.2, zorder=1)
        for value, look, size in zip(effect.values, style.SIDES, (7, 4), strict=False):
            ax.plot(value, y, look.marker, color=look.colour, markersize=size, clip_on=False)
    ax.set_xlim(0, 1)
    ax.set_xticks([0, 0.5, 1])
    ax.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
