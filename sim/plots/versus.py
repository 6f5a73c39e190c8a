"""Two scenarios compared run by run under common luck."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.compare import compare
from sim.model.outcomes import MEASURES
from sim.plots import scales, style
from sim.plots.scales import month_words

SHOWS, MEASURE = style.TWO_RESULTS, compare

LOOKS = (style.Look(style.GREEN), style.Look(style.PURPLE, "--", "s"))  # not the colours of the states
NOT_SHOWN = [key for key, outcome in MEASURES.items() if outcome.kind == "window"]  # too many rows for one panel
WORDS = {key: outcome.words for key, outcome in MEASURES.items() if key not in NOT_SHOWN}
POINTS = "percentage points"
UNITS = {
    "share": "points",
    "log ratio": "log",
    "count": "",
    "persons": "",
    "thousand persons": "thousand",
    "US$2023 m per yr": "US$ m",
}
ROW = 0.19  # inches for a row of the lowest panel


def _names(dataset: xr.Dataset) -> tuple[str, str]:
    """Return what the two sides are called in print: as names, with a capital."""
    first, second = (str(dataset.attrs[key]).replace("_", " ") for key in ("scenario", "against"))
    return first[:1].upper() + first[1:], second[:1].upper() + second[1:]


def _last(dataset: xr.Dataset, name: str) -> tuple[float, float, float]:
    """Return a value on the probability of a campaign at the end of the run, with its interval."""
    one = dataset.sel(kind="campaign").isel(time=-1)
    return one[name].item(), one[f"{name}_low"].item(), one[f"{name}_high"].item()


def _by(dataset: xr.Dataset) -> str:
    """Return the last month of the run in words."""
    return month_words(dataset["end"].values[-1] - np.timedelta64(1, "D"))


def _percents(dataset: xr.Dataset) -> list[str]:
    """Return the two probabilities at the end, with a decimal where whole per cents hide the difference."""
    ends = [_last(dataset.sel(case=case), "probability")[0] for case in dataset["case"].values]
    whole = [scales.percent(end) for end in ends]
    return whole if whole[0] != whole[1] or ends[0] == ends[1] else [f"{end:.1%}" for end in ends]


def headline(dataset: xr.Dataset) -> str:
    """Say which side sees more campaigns, if the paired interval leaves out zero."""
    first, second = _names(dataset)
    _, low, high = _last(dataset, "probability_difference")
    if not (low > 0 or high < 0):
        return f"{first} and {second}, compared run by run"
    shares = _percents(dataset)
    return f"Major war by {_by(dataset)}: {second} {shares[1]}, {first} {shares[0]} of runs"


def versus(dataset: xr.Dataset) -> Figure:
    """Draw what `sim.analysis.compare.compare` finds: second scenario against first, paired by luck.

    From above: probability of a campaign on either side; its paired difference; where paths were
    kept, the paired difference in balance; main measures as standardised differences.
    """
    main = _main(dataset)
    fan = "balance_difference_median" in dataset
    heights = [1.75, 1.0, *([1.0] if fan else []), ROW * (main.sizes["measure"] + 2.5)]
    figure, axes = style.page(sum(heights) + 0.9, nrows=len(heights), height_ratios=heights)
    first, second = _names(dataset)
    levels = ", ".join(f"{100 * level:.0f}" for level in dataset["level"].values) if fan else ""
    style.frame(
        figure,
        dataset,
        headline(dataset),
        "Run k has the same luck on both sides, so each difference is taken within the run, "
        f"{second} minus {first}. Bars, and shading of shares: 95% intervals, each of its own, which cover the luck "
        "of a finite number of runs, not doubts about the model."
        + (f" Shading of the balance: the middle {levels}% of runs." if fan else ""),
        _note(dataset),
    )
    over_time = axes[:-1, 0]
    for ax, draw in zip(over_time, (_probability, _difference, _fan), strict=False):
        draw(ax, dataset)
        scales.time_axis(ax, dataset["time"].values[0], dataset["end"].values[-1])
        ax.tick_params(labelbottom=ax is over_time[-1])
    _forest(_apart(axes[-1, 0]), main)
    _label(over_time, dataset)
    return figure


def _apart(ax: Axes) -> Axes:
    """Put an axes into a grid of its own, so that its long labels do not narrow the panels above."""
    figure, place = ax.get_figure(root=True), ax.get_subplotspec()
    assert figure is not None
    assert place is not None
    ax.remove()
    return figure.add_subplot(place.subgridspec(1, 1)[0])


def _note(dataset: xr.Dataset) -> str:
    """Say what the figure is compared with, and what is left out."""
    about = dataset.attrs
    titles = dict(zip(_names(dataset), (about["title"], about["against_title"]), strict=True))
    named = [f"{name.partition(' (')[0]}: {title}" for name, title in titles.items() if title]
    said = [
        *([f"{'; '.join(named)}."] if len(set(titles.values())) > 1 else []),
        *([f"Settings, first against second: {'; '.join(about['settings'])}."] if about["settings"] else []),
        f"Against scenario {about['against']}, {int(about['against_runs']):,} runs, same seed, "
        f"digest {str(about['against_digest'])[:8]}. Filled dots: the interval leaves out zero. "
        "Fewer runs: against independent seeds, for an interval of the same width.",
    ]
    if about["members"] < 2:
        said.append("No balance by month and no spending: paths were not kept on both sides.")
    if about["failed"]:
        said.append(f"{about['failed']:,} runs failed on either side and are left out.")
    if about["not_compared"]:
        said.append(f"Not compared: {'; '.join(about['not_compared'])}.")
    if about["changed_code"]:
        said.append(f"The two differ in {', '.join(about['changed_code'])} too.")
    return " ".join(said)


def _steps(dataset: xr.Dataset, name: str) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return moments, and value, low and high at each; nothing has happened before the first."""
    moments = np.append(dataset["time"].values[:1], dataset["end"].values)
    return moments, [np.append(0.0, dataset[f"{name}{part}"].values) for part in ("", "_low", "_high")]


def _probability(ax: Axes, dataset: xr.Dataset) -> None:
    """Draw the probability of a campaign by month on either side."""
    style.panel(ax, "A campaign (major war) has started by then, share of runs")
    for case, look in zip(dataset["case"].values, LOOKS, strict=True):
        moments, (value, low, high) = _steps(dataset.sel(case=case, kind="campaign"), "probability")
        ax.fill_between(moments, low, high, step="post", color=look.colour, alpha=0.2, linewidth=0)
        ax.step(moments, value, where="post", color=look.colour, linestyle=look.dash)
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")


def _difference(ax: Axes, dataset: xr.Dataset) -> None:
    """Draw the paired difference of that probability by month."""
    style.panel(ax, f"Difference of these shares, {POINTS}")
    moments, (value, low, high) = _steps(dataset.sel(kind="campaign"), "probability_difference")
    ax.fill_between(moments[1:], low[1:], high[1:], step="pre", color=style.GREY, alpha=0.25, linewidth=0)
    ax.step(moments, value, where="post", color=style.BLACK)
    ax.axhline(0, color=style.GREY, linewidth=0.7, zorder=1)
    ax.yaxis.set_major_formatter(lambda share, _: signed(100 * share))


def _fan(ax: Axes, dataset: xr.Dataset) -> None:
    """Draw the paired difference in balance over the runs whose path was kept."""
    style.panel(ax, f"Difference in theatre balance of {style.in_title(dataset.attrs['state'])}, log ratio")
    dataset = style.lasting(dataset)
    time = dataset["time"].values
    for level, alpha in zip(range(dataset.sizes["level"]), style.ALPHAS, strict=False):
        low, high = (dataset[f"balance_difference_{side}"].isel(level=level).values for side in ("low", "high"))
        ax.fill_between(time, low, high, color=style.GREY, alpha=alpha, linewidth=0)
    ax.plot(time, dataset["balance_difference_median"].values, color=style.BLACK)
    ax.axhline(0, color=style.GREY, linewidth=0.7, zorder=1)
    ax.yaxis.set_major_formatter(lambda ratio, _: signed(ratio))


def _main(dataset: xr.Dataset) -> xr.Dataset:
    """Return the measures that vary and have a row in the lowest panel, largest effects first."""
    shown = np.isin(dataset["name"].values, list(WORDS)) & np.isfinite(dataset["standardised_low"].values)
    return dataset.isel(measure=np.flatnonzero(shown))


def _forest(ax: Axes, main: xr.Dataset) -> None:
    """Draw standardised differences with intervals; filled where zero is left out."""
    style.panel(ax, "Main measures: difference in standard deviations over runs")
    ax.grid(axis="x", color="#ececec", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.axvline(0, color=style.GREY, linewidth=0.7, zorder=1)
    names = _actors(main)
    words = []
    for y in range(main.sizes["measure"]):
        one = main.isel(measure=y)
        middle, low, high = (one[f"standardised{part}"].item() for part in ("", "_low", "_high"))
        clear = low > 0 or high < 0
        ax.plot([low, high], [y, y], color=style.BLACK, linewidth=1.4)
        ax.plot(middle, y, "o", color=style.BLACK if clear else "white", markeredgecolor=style.BLACK, markersize=4.5)
        who = names[str(one["who"].item())]
        words.append(WORDS[str(one["name"].item())] + (f", {style.beside(who)}" if who else ""))
        _beside(ax, y, (_amount(one), _luck(one)))
    _beside(ax, -1.0, ("difference", "fewer runs"), weight="bold")
    ax.set_yticks(range(len(words)), words)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(max(len(words), 1) - 0.4, -1.5)


def _beside(ax: Axes, y: float, cells: tuple[str, str], weight: str = "normal") -> None:
    """Write the two columns at the right of a row."""
    for x, text in zip((1.03, 1.30), cells, strict=True):
        place = ax.get_yaxis_transform()
        ax.text(x, y, text, transform=place, va="center", size=style.SMALL, weight=weight)


def _actors(main: xr.Dataset) -> dict[str, str]:
    """Return the printed name of whom each measure is of."""
    known = dict(zip(main.attrs["states"], main.attrs["state_names"], strict=True))
    return {who: known.get(who, who) for who in map(str, main["who"].values)}


def _amount(one: xr.Dataset) -> str:
    """Return a difference in the unit of its measure."""
    unit, value = str(one["unit"].item()), one["difference"].item()
    return f"{signed(100 * value if unit == 'share' else value)} {UNITS.get(unit, unit)}".strip()


def _luck(one: xr.Dataset) -> str:
    """Return how many times fewer runs common luck takes."""
    ratio = one["variance_reduction"].item()
    if not one["differing"].item():
        return "same in all"
    return "no luck left" if np.isinf(ratio) else f"{ratio:,.1f} times" if ratio < 10 else f"{ratio:,.0f} times"


def signed(number: float) -> str:
    """Return a number with its sign, in two digits unless it has more before the point.

    Examples
    --------
    >>> signed(0.0449), signed(-164.6), signed(0.0), signed(1234.5)
    ('+0.045', '−165', '0', '+1,234')
    """
    text = f"{abs(number):,.0f}" if abs(number) >= 100 else f"{abs(number):.2g}"
    return text if float(text.replace(",", "")) == 0 else f"{'+' if number > 0 else '−'}{text}"


def alike(*numbers: float) -> tuple[str, ...]:
    """Return numbers with their sign and as many decimals each, so many that none is turned into nothing.

    Examples
    --------
    >>> alike(2.148, 0.018, 4.47), alike(-12.34, -20.0, 3.21)
    (('+2.15', '+0.02', '+4.47'), ('−12.3', '−20.0', '+3.2'))
    """
    least = min((abs(number) for number in numbers if number), default=1.0)
    decimals = next((places for places in (1, 2, 3) if least >= 0.5 * 10.0**-places), 3)
    rounded = [round(number, decimals) for number in numbers]
    return tuple(f"{'+' if n > 0 else '−' if n < 0 else ''}{abs(n):.{decimals}f}" for n in rounded)


def _label(axes: np.ndarray, dataset: xr.Dataset) -> None:
    """Write what the lines are at their ends."""
    ends = []
    for name, case, share, look in zip(_names(dataset), dataset["case"].values, _percents(dataset), LOOKS, strict=True):
        ends.append((_last(dataset.sel(case=case), "probability")[0], f"{name}\n{share}", look.colour))
    labels: dict[Axes, list[style.Label]] = {axes[0]: ends}
    value, low, high = _last(dataset, "probability_difference")
    middle, least, most = alike(100 * value, 100 * low, 100 * high)
    said = f"{middle}\n({least} to {most})"
    labels[axes[1]] = [(value, said, style.BLACK)]
    if "balance_difference_median" in dataset:
        labels[axes[2]] = [(dataset["balance_difference_median"].values[-1], "median run", style.BLACK)]
    style.label_ends(labels)


def alt_text(dataset: xr.Dataset) -> str:
    """Describe the comparison in numbers."""
    first, second = _names(dataset)
    shares = _percents(dataset)
    value, low, high = alike(*(100 * share for share in _last(dataset, "probability_difference")))
    parts = [
        f"{second} compared with {first}, run by run under common luck. By {_by(dataset)} a campaign has started in "
        f"{shares[1]} of runs, against {shares[0]}: a difference of {value} {POINTS} "
        f"(95% interval {low} to {high})."
    ]
    if dataset.attrs["settings"]:
        parts.append(f"Settings, {first} against {second}: {'; '.join(dataset.attrs['settings'])}.")
    main = _main(dataset)
    names = _actors(main)
    largest = []
    for y in range(min(3, main.sizes["measure"])):
        one = main.isel(measure=y)
        who = names[str(one["who"].item())]
        largest.append(f"{WORDS[str(one['name'].item())]}{f' of {who}' if who else ''} {_amount(one)}")
    if largest:
        parts.append(f"Largest differences against their spread over runs: {'; '.join(largest)}.")
    return " ".join(parts)
