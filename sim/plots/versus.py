"""Two scenarios compared run by run under common luck."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.compare import compare
from sim.plots import effects, scales, style
from sim.plots.effects import Effect, alike
from sim.plots.scales import last_month

SHOWS, MEASURE = style.TWO_RESULTS, compare

ROW = 0.19  # inches for a row of measures
MOST_TOLD = 3  # rows that the description tells


def _names(dataset: xr.Dataset) -> tuple[str, str]:
    """Return what the two sides are called in print: as names, with a capital."""
    first, second = (str(dataset.attrs[key]).replace("_", " ") for key in ("scenario", "against"))
    return first[:1].upper() + first[1:], second[:1].upper() + second[1:]


def _last(dataset: xr.Dataset, name: str) -> tuple[float, float, float]:
    """Return a value on the probability of a campaign at the end of the run, with its interval."""
    one = dataset.sel(kind="campaign").isel(time=-1)
    return one[name].item(), one[f"{name}_low"].item(), one[f"{name}_high"].item()


def _of_hundred(dataset: xr.Dataset) -> list[str]:
    """Return in how many of 100 histories there is a war at the end, with a decimal where whole numbers hide it."""
    ends = [100 * _last(dataset.sel(case=case), "probability")[0] for case in dataset["case"].values]
    whole = [f"{end:.0f}" for end in ends]
    return whole if whole[0] != whole[1] or ends[0] == ends[1] else [f"{end:.1f}" for end in ends]


def _rows(dataset: xr.Dataset) -> list[Effect]:
    """Return all rows of the picture, largest effects first."""
    rows = effects.effects(effects.main(dataset)) + effects.effects(effects.shares(dataset))
    return sorted(rows, key=lambda row: -abs(row.values[2]))


def headline(dataset: xr.Dataset) -> str:
    """Say whether there is more war, and what changed most, of what is clear of luck in all rows at once."""
    first, second = _names(dataset)
    _, low, high = _last(dataset, "probability_difference")
    war, changed = low > 0 or high < 0, [row for row in _rows(dataset) if row.sure]
    if not war and not changed:
        return f"Nothing that tells {second} from {first} but luck"
    here, there = _of_hundred(dataset)
    said = f"major war by {last_month(dataset)} in {there} of 100 histories, not {here}" if war else ""
    most = changed[0].told() if changed else ""
    luck = "" if war else "no difference in war to be told from luck"
    return f"{second} against {first}: " + "; ".join(filter(None, (said, most, luck)))


def versus(dataset: xr.Dataset) -> Figure:
    """Draw what `sim.analysis.compare.compare` finds: second scenario against first, paired by luck.

    From above: in how many histories a campaign has begun on either side; the paired difference; where paths were
    kept, the paired difference in balance, and shares of suppliers; main measures in their units.
    """
    rows = {
        name: effects.effects(found)
        for name, found in (("shares", effects.shares(dataset)), ("main", effects.main(dataset)))
    }
    rows = {name: found for name, found in rows.items() if found or name == "main"}
    fan = "balance_difference_median" in dataset
    curves = [1.6, 0.95, *([0.95] if fan else [])]
    heights = [*curves, *(ROW * (len(found) + 3.4) for found in rows.values())]
    figure, axes = style.page(sum(heights) + 0.9, nrows=len(heights), height_ratios=heights)
    style.frame(figure, dataset, headline(dataset), _reading(dataset), _note(dataset))
    over_time = axes[: len(curves), 0]
    for ax, draw in zip(over_time, (_probability, _difference, _fan), strict=False):
        draw(ax, dataset)
        scales.time_axis(ax, dataset["time"].values[0], dataset["end"].values[-1])
        ax.tick_params(labelbottom=ax is over_time[-1])
    below = [_apart(ax) for ax in axes[len(curves) :, 0]]
    for ax, (name, found) in zip(below, rows.items(), strict=True):
        style.panel(ax, _title(dataset, name))
        effects.rows(ax, found, _names(dataset))
        (effects.dumbbells if name == "shares" else effects.forest)(ax, found)
    _label(over_time, dataset)
    return figure


def _reading(dataset: xr.Dataset) -> str:
    """Say how to read the page."""
    first, second = _names(dataset)
    levels = ", ".join(f"{100 * level:.0f}" for level in dataset["level"].values) if "level" in dataset.dims else ""
    return (
        f"Run k has the same luck on both sides, so each difference is taken within the run, {second} minus {first}. "
        "Bands and bars: 95% intervals, pointwise, each for its month or row alone; they cover the luck of a finite "
        "number of runs, not doubts about the model."
        + (f" Shading of the balance: the middle {levels}% of runs in each month." if levels else "")
    )


def _title(dataset: xr.Dataset, name: str) -> str:
    """Return the title of a panel of rows."""
    if name == "main":
        return "Main measures; dots: difference in standard deviations over runs"
    years = dataset["time"].dt.year.values
    window = dataset.attrs.get("window", f"{years[0]}-{years[-1]}")
    return f"Shares in deliveries {window}, mean of runs (dot: first, square: second)"


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
        "What changed most is told where all rows hold at once (Bonferroni).",
    ]
    if about["members"] < 2:
        said.append("No balance by month, no shares and no spending: paths were not kept on both sides.")
    if about["failed"]:
        said.append(f"{about['failed']:,} runs failed on either side and are left out.")
    if about["not_compared"]:
        said.append(f"Not compared: {'; '.join(about['not_compared'])}.")
    if about["changed_code"]:
        said.append(f"The two differ in {', '.join(about['changed_code'])} too.")
    return " ".join(said)


# -- over time


def _steps(dataset: xr.Dataset, name: str) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return moments, and value, low and high at each, of 100; nothing has happened before the first."""
    moments = np.append(dataset["time"].values[:1], dataset["end"].values)
    return moments, [np.append(0.0, 100 * dataset[f"{name}{part}"].values) for part in ("", "_low", "_high")]


def _probability(ax: Axes, dataset: xr.Dataset) -> None:
    """Draw in how many histories a campaign has begun, by month on either side."""
    style.panel(ax, "A campaign (major war) has begun by then, of 100 histories")
    most = 0.0
    for case, look in zip(dataset["case"].values, style.SIDES, strict=True):
        moments, (value, low, high) = _steps(dataset.sel(case=case, kind="campaign"), "probability")
        ax.fill_between(moments, low, high, step="post", color=look.colour, alpha=0.2, linewidth=0)
        ax.step(moments, value, where="post", color=look.colour, linestyle=look.dash)
        most = max(most, float(high.max()))
    ax.set_ylim(0, min(100, 10 * np.ceil(max(most, 1) / 10)))


def _difference(ax: Axes, dataset: xr.Dataset) -> None:
    """Draw the paired difference of that number by month."""
    style.panel(ax, "Difference, of 100 histories")
    moments, (value, low, high) = _steps(dataset.sel(kind="campaign"), "probability_difference")
    ax.fill_between(moments[1:], low[1:], high[1:], step="pre", color=style.GREY, alpha=0.25, linewidth=0)
    ax.step(moments, value, where="post", color=style.BLACK)
    ax.axhline(0, color=style.GREY, linewidth=0.7, zorder=1)
    ax.yaxis.set_major_formatter(lambda number, _: signed(number))


def _fan(ax: Axes, dataset: xr.Dataset) -> None:
    """Draw the paired difference in balance over the runs whose path was kept, as a factor."""
    first, second = map(style.in_title, _names(dataset))
    style.panel(ax, f"Theatre balance of {style.in_title(dataset.attrs['state'])}: {second} over {first}")
    dataset = style.lasting(dataset)
    time = dataset["time"].values
    for level, alpha in zip(range(dataset.sizes["level"]), style.ALPHAS, strict=False):
        low, high = (dataset[f"balance_difference_{side}"].isel(level=level).values for side in ("low", "high"))
        ax.fill_between(time, low, high, color=style.GREY, alpha=alpha, linewidth=0)
    ax.plot(time, dataset["balance_difference_median"].values, color=style.BLACK)
    scales.factor_axis(ax)


def signed(number: float) -> str:
    """Return a number with its sign, in two digits unless it has more before the point.

    Examples
    --------
    >>> signed(0.0449), signed(-164.6), signed(0.0), signed(1234.5)
    ('+0.045', '−165', '0', '+1,234')
    """
    text = f"{abs(number):,.0f}" if abs(number) >= 100 else f"{abs(number):.2g}"
    return text if float(text.replace(",", "")) == 0 else f"{'+' if number > 0 else '−'}{text}"


def _label(axes: np.ndarray, dataset: xr.Dataset) -> None:
    """Write what the lines are at their ends."""
    sides = zip(_names(dataset), dataset["case"].values, _of_hundred(dataset), style.SIDES, strict=True)
    ends = [
        (100 * _last(dataset.sel(case=case), "probability")[0], f"{name}\n{count}", look.colour)
        for name, case, count, look in sides
    ]
    labels: dict[Axes, list[style.Label]] = {axes[0]: ends}
    middle, least, most = alike(*(100 * share for share in _last(dataset, "probability_difference")))
    labels[axes[1]] = [
        (float(100 * _last(dataset, "probability_difference")[0]), f"{middle}\n({least} to {most})", style.BLACK)
    ]
    if "balance_difference_median" in dataset:
        last = dataset["balance_difference_median"].values[-1]
        labels[axes[2]] = [(last, f"median run\n×{np.exp(last):.3g}", style.BLACK)]
    style.label_ends(labels)


def alt_text(dataset: xr.Dataset) -> str:
    """Describe the comparison in numbers."""
    first, second = _names(dataset)
    here, there = _of_hundred(dataset)
    value, low, high = alike(*(100 * share for share in _last(dataset, "probability_difference")))
    parts = [
        f"{second} compared with {first}, run by run under common luck. By {last_month(dataset)} a campaign has begun "
        f"in {there} of 100 histories, against {here}: a difference of {value} (95% interval {low} to {high})."
    ]
    if dataset.attrs["settings"]:
        parts.append(f"Settings, {first} against {second}: {'; '.join(dataset.attrs['settings'])}.")
    if told := [row.told() for row in _rows(dataset)[:MOST_TOLD]]:
        parts.append(f"Largest differences against their spread over runs, first side then second: {'; '.join(told)}.")
    return " ".join(parts)
