"""Axes in readers' units: years and months, US$ billion, ratios in words, shares in per cent."""

from __future__ import annotations

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from sim.plots.style import GREY

RATIOS = (
    (1.0, 1.1, 1.2, 1.3, 1.4, 1.5),
    (1.0, 1.25, 1.5, 2.0, 2.5, 3.0),
    (1.0, 1.5, 2.0, 3.0, 5.0),
    (1.0, 2.0, 5.0, 10.0, 20.0, 50.0),
    (1.0, 3.0, 10.0, 30.0, 100.0),
    (1.0, 10.0, 100.0, 1000.0),
)
LEAST = 3  # ticks
YEARS = (1, 2, 5, 10, 20, 50, 100)  # between two ticks
MONTHS = (1, 2, 3, 6)
MOST_YEARS, MOST_MONTHS = 9, 6  # ticks for which there is room


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
    ax.yaxis.set_major_locator(FixedLocator(inside) if inside else MaxNLocator(3))
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
    if not np.isfinite(log_ratio):
        return "unknown"
    size = float(np.exp(abs(log_ratio)))
    number = f"{size:.3g}" if size < 1000 else f"{size:.0f}"
    return f"{number}:1" if log_ratio >= 0 else f"1:{number}"


def round_ticks(axis: Axis, most: int) -> None:
    """Put ticks at round numbers within the limits of an axis: three at least, about so many at most."""
    low, high = sorted(axis.get_view_interval())
    for count in range(most, most + 4):
        ticks = np.asarray(MaxNLocator(count, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high))
        inside = [float(tick) for tick in ticks if low <= tick <= high]
        if len(inside) >= LEAST:
            break
    axis.set_major_locator(FixedLocator(inside))


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


def of_hundred(share: float) -> str:
    """Return a share as so many of a hundred, without turning nearly all into all.

    Examples
    --------
    >>> of_hundred(0.368), of_hundred(0.997), of_hundred(0.001), of_hundred(0.0)
    ('37 of 100', 'more than 99 of 100', 'fewer than 1 of 100', '0 of 100')
    """
    if 0 < share < 0.005:
        return "fewer than 1 of 100"
    return "more than 99 of 100" if 0.995 < share < 1 else f"{100 * share:.0f} of 100"


def money_axis(ax: Axes) -> None:
    """Label a log axis of US$ m in US$ billion at 1, 2 and 5 times powers of ten."""
    if not ax.dataLim.y1 > 0:  # nobody spends anything, and a log axis has no place for that
        ax.set_yscale("linear")
        return
    low, high = ax.get_ylim()
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    inside = [tick for power in powers for digit in (1, 2, 5) if low <= (tick := digit * 10.0**power) <= high]
    inside = inside if len(inside) <= 7 else [tick for tick in inside if f"{tick:e}"[0] == "1"]
    ax.yaxis.set_major_locator(FixedLocator(inside[:: 1 + len(inside) // 8]) if inside else MaxNLocator(3))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x / 1000:g}"))


def billions(money: float) -> str:
    """Return US$ m in US$ billion.

    Examples
    --------
    >>> billions(1485.0), billions(float("nan"))
    ('1.5', 'unknown')
    """
    return f"{money / 1000:.2g}" if np.isfinite(money) else "unknown"


# -- time


def month_words(moment: np.datetime64) -> str:
    """Return a date as month and year.

    Examples
    --------
    >>> month_words(np.datetime64("2020-09-27"))
    'Sep 2020'
    """
    return str(mdates.num2date(mdates.date2num(moment)).strftime("%b %Y"))


def time_axis(ax: Axes, begin: np.datetime64, end: np.datetime64) -> None:
    """Let an axis reach from one moment to another, and name years below it, or months where it is short."""
    ax.set_xlim(*mdates.date2num([begin, end]))
    first, last = (int(moment.astype("datetime64[M]").astype(int)) + 1970 * 12 for moment in (begin, end))
    rooms = [*((months, MOST_MONTHS) for months in MONTHS), *((12 * years, MOST_YEARS) for years in YEARS)]
    step = next((step for step, most in rooms if last - first <= step * most), 12 * last)
    months = np.arange(-(-first // step) * step, last + 1, step)
    ticks = (months - 1970 * 12).astype("datetime64[M]").astype("datetime64[ns]")
    ticks = ticks[(begin <= ticks) & (ticks <= end)]
    names = [str(month // 12) if step >= 12 else month_words(tick) for month, tick in zip(months, ticks, strict=False)]
    if not len(ticks):
        ticks, names = np.array([begin]), [f"{begin.astype('datetime64[D]').item():%d} {month_words(begin)}"]
    ax.xaxis.set_major_locator(FixedLocator(mdates.date2num(ticks)))
    ax.xaxis.set_major_formatter(FixedFormatter(names))


def year_axis(ax: Axes, years: np.ndarray, most: int) -> None:
    """Let an axis have room for bars of these years, and name no more of them than there is room for."""
    ax.set_xlim(years[0] - 0.5, years[-1] + 0.5)
    step = next((step for step in YEARS if len(years) <= step * most), len(years))
    ticks = [year for year in years.tolist() if year % step == 0] or [years[0]]
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_major_formatter(FixedFormatter([str(year) for year in ticks]))
