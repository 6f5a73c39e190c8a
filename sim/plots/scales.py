"""Axes in readers' units: years and months, US$ billion, ratios in words, shares in per cent."""

from __future__ import annotations

import matplotlib.dates as mdates
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from sim.plots.style import GREY

LADDERS = (  # digits of ticks, the closest first
    (1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0),
    (1.0, 1.5, 2.0, 3.0, 5.0, 7.0),
    (1.0, 2.0, 5.0),
    (1.0, 3.0),
    (1.0,),
)
FEWEST, MOST = 3, 6  # ticks of an axis
READERS = {  # of a unit: by how much it is multiplied for readers, and what they call the product
    "share": (100.0, "%"),
    "thousand persons": (1.0, "thousand"),
    "US$2023 m per yr": (1e-3, "US$ bn a year"),
    "persons": (1.0, "a history"),
    "count": (1.0, "a history"),
    "per yr": (1.0, "a year"),
    "yr": (1.0, "years"),
}
YEARS = (1, 2, 5, 10, 20, 50, 100)  # between two ticks
MONTHS = (1, 2, 3, 6)
MOST_YEARS, MOST_MONTHS = 9, 6  # ticks for which there is room


def ticks_between(low: float, high: float) -> list[float]:
    """Return three to six round numbers of a log axis, as close together as their number allows.

    Examples
    --------
    >>> ticks_between(0.9, 1.9), ticks_between(0.4, 30.0), ticks_between(4.0, 4.2)
    ([1.0, 1.2, 1.4, 1.6, 1.8], [0.5, 1.0, 2.0, 5.0, 10.0, 20.0], [4.0, 4.05, 4.1, 4.15, 4.2])
    """
    if not 0.0 < low < high < np.inf:
        return []
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    for digits in LADDERS:
        inside = [tick for power in powers for digit in digits if low <= (tick := digit * 10.0**power) <= high]
        if len(inside) < FEWEST:
            break
        if len(inside) <= MOST or digits == LADDERS[-1]:
            step = 1 + (len(inside) - 1) // MOST
            return inside[(inside.index(1.0) if 1.0 in inside else 0) % step :: step]
    ticks = MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [float(f"{tick:.9g}") for tick in ticks if low <= tick <= high]


def ratio_axis(ax: Axes) -> None:
    """Label an axis of log ratios as 1:2, 1:1, 2:1, and mark parity."""
    low, high = ax.get_ylim()
    if low < 0 < high:
        far = ticks_between(1.0, float(np.exp(max(high, -low))))
        both = sorted({sign * np.log(tick) for tick in far for sign in (-1, 1) if low <= sign * np.log(tick) <= high})
        inside = both if len(both) <= MOST + 1 else both[both.index(0.0) % 2 :: 2]
        ax.axhline(0, color=GREY, linewidth=0.7, zorder=1)
    else:
        sign = 1.0 if high > 0 else -1.0
        ends = sorted(float(np.exp(sign * end)) for end in (low, high))
        inside = [sign * np.log(tick) for tick in ticks_between(*ends)]
    ax.yaxis.set_major_locator(FixedLocator(inside) if inside else MaxNLocator(3))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda x, _: ratio_words(x)))


def factor_axis(ax: Axes) -> None:
    """Label an axis of log ratios as factors, and mark one that changes nothing."""
    ax.axhline(0, color=GREY, linewidth=0.7, zorder=1)
    factors = ticks_between(*np.exp(ax.get_ylim()).tolist())
    ax.set_yticks(np.log(factors), [f"×{factor:g}" for factor in factors])


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
        if len(inside) >= FEWEST:
            break
    axis.set_major_locator(FixedLocator(inside))


def percent(share: float) -> str:
    """Return a share in whole per cent, without turning nearly all into all.

    Examples
    --------
    >>> percent(0.368), percent(0.997), percent(0.001), percent(1.0)
    ('37%', '>99%', '<1%', '100%')
    """
    return _nearly(share, "<1%", ">99%") or f"{share:.0%}"


def of_hundred(share: float) -> str:
    """Return a share as so many of a hundred, without turning nearly all into all.

    Examples
    --------
    >>> of_hundred(0.368), of_hundred(0.997), of_hundred(0.001), of_hundred(0.0)
    ('37 of 100', 'more than 99 of 100', 'fewer than 1 of 100', '0 of 100')
    """
    return f"{hundred(share)} of 100"


def hundred(share: float, places: int = 0) -> str:
    """Return that number alone; with more places only none and all are told from nearly so.

    Examples
    --------
    >>> hundred(0.004), hundred(0.004, 1)
    ('fewer than 1', '0.4')
    """
    return (not places and _nearly(share, "fewer than 1", "more than 99")) or f"{100 * share:.{places}f}"


def _nearly(share: float, few: str, many: str) -> str:
    """Return the words for a share that a whole number would turn into none or all; empty for others."""
    return few if 0 < share < 0.005 else many if 0.995 < share < 1 else ""


def money_axis(ax: Axes) -> None:
    """Label a log axis of US$ m in US$ billion at round numbers."""
    if not ax.dataLim.y1 > 0:  # nobody spends anything, and a log axis has no place for that
        ax.set_yscale("linear")
        return
    inside = ticks_between(*ax.get_ylim())
    ax.yaxis.set_major_locator(FixedLocator(inside) if inside else MaxNLocator(3))
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


def last_month(dataset: xr.Dataset) -> str:
    """Return the last month of a run in words: the one before its last step's ``end``."""
    return month_words(dataset["end"].values[-1] - np.timedelta64(1, "D"))


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
