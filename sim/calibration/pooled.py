"""What a panel of states says of spending and growth up to a year: the priors of the parameters it speaks of.

One regression for all states, in deviations from each state's own mean: the growth of spending on that of output in the
same year, on spending the year before and on output the year before. Its errors are those of a bootstrap over states.
Growth hardly persists: how much of a state's past growth is left in the next five years is estimated too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.answers import Brief
from sim.model.world import Array
from sim.observed import panel

FEWEST = 8  # years of a state that take part
LARGEST = 1.0  # log change in a year beyond which a series breaks rather than moves
RESAMPLES = 200
AHEAD = 5  # years of growth foretold
LOOKING_BACK = 10  # from years of growth before


@dataclass(frozen=True)
class Estimate:
    """A number estimated from records, with its standard error."""

    mean: float
    error: float


@dataclass(frozen=True, repr=False)
class Pooled(Brief):
    """What the panel says up to a year.

    Attributes
    ----------
    before : int
        First year that was not looked at.
    states, years : int
        How many states, and state-years, took part.
    speed : Estimate
        At which spending moves to its aim [per yr].
    elasticity : Estimate
        Of the aim to output [log per log].
    at_once : Estimate
        Growth of output that goes into spending in the same year [log per log].
    spread : Estimate
        What a budget year brings that nobody planned, its spread over years and that of this number over states [log].
    growth, growth_kept, volatility : Estimate
        Mean growth of output [per yr], share of a state's past difference from it that lasts, and yearly spread [log].
    """

    before: int
    states: int
    years: int
    speed: Estimate
    elasticity: Estimate
    at_once: Estimate
    spread: Estimate
    growth: Estimate
    growth_kept: Estimate
    volatility: Estimate


@cache
def pooled(before: int) -> Pooled:
    """Return what the panel says of the years before one.

    Raises
    ------
    ValueError
        If no state has years enough.
    """
    rows = [found for state in panel.states() if len(found := _years_of(state, before)) >= FEWEST]
    if not rows:
        raise ValueError(f"no state of the panel has {FEWEST} usable years before {before}")
    luck = np.random.default_rng(0)
    centre, errors = _fit(rows)
    tries = np.array([_fit([rows[i] for i in luck.integers(0, len(rows), len(rows))])[0] for _ in range(RESAMPLES)])
    sd = tries.std(0, ddof=1)
    at_once, speed, elasticity = (Estimate(float(m), float(e)) for m, e in zip(centre, sd, strict=True))
    spreads = np.array([np.sqrt(np.mean(np.square(own))) for own in errors])
    growth, kept, volatility = _growth(before)
    return Pooled(
        before, len(rows), sum(map(len, rows)), speed, elasticity, at_once,
        Estimate(float(np.median(spreads)), float(spreads.std(ddof=1))), growth, kept, volatility,
    )  # fmt: skip


def _years_of(state: str, before: int) -> Array:
    """Return growth of spending and of output, and both the year before, ``(year, 4)``, centred [log]."""
    spending, output = panel.spending(state, before=before), panel.output(state, before=before)
    rows = []
    for year in spending:
        if year - 1 in spending and year in output and year - 1 in output:
            now, then = (np.log([spending[y], output[y]]) for y in (year, year - 1))
            if abs(now[0] - then[0]) < LARGEST:
                rows.append([*(now - then), *then])
    table = np.array(rows).reshape(-1, 4)
    centred: Array = table - table.mean(0) if len(table) else table
    return centred


def _fit(rows: list[Array]) -> tuple[Array, list[Array]]:
    """Return what goes at once, speed and elasticity by least squares over all states, and each state's residuals."""
    table = np.concatenate(rows)
    (at_once, lost, drawn), *_ = np.linalg.lstsq(table[:, [1, 2, 3]], table[:, 0], rcond=None)
    residuals = [own[:, 0] - own[:, [1, 2, 3]] @ np.array([at_once, lost, drawn]) for own in rows]
    share = float(np.clip(-lost, 1e-3, 0.95))  # of the gap that is closed in a year
    return np.array([at_once, -np.log1p(-share), drawn / share]), residuals


def _growth(before: int) -> tuple[Estimate, Estimate, Estimate]:
    """Return mean growth of output, the share of a state's past difference that lasts, and the yearly spread."""
    series = {state: panel.output(state, before=before) for state in panel.states()}
    paths = [np.array(list(_steps(output))) for output in series.values() if len(output) > FEWEST]
    every = np.concatenate(paths)
    means = np.array([path.mean() for path in paths])
    spreads = np.array([1.4826 * np.median(np.abs(path - np.median(path))) for path in paths])  # breaks aside
    past, future = np.array([pair for output in series.values() for pair in _past_and_future(output)]).reshape(-1, 2).T
    slope = _slope(past, future) if len(past) > FEWEST else 0.0
    return (
        Estimate(float(np.median(every)), float(means.std(ddof=1) / np.sqrt(len(means)))),
        Estimate(float(np.clip(slope, 0.0, 1.0)), 0.1),
        Estimate(float(np.median(spreads)), float(spreads.std(ddof=1))),
    )


def _steps(output: dict[int, float]) -> Iterator[float]:
    """Yield the growth of output from year to year [log]."""
    for year in output:
        if year - 1 in output:
            yield float(np.log(output[year] / output[year - 1]))


def _past_and_future(output: dict[int, float]) -> Iterator[tuple[float, float]]:
    """Yield yearly growth of the ten years before and of the five years after, every five years [log per yr]."""
    for year in range(min(output, default=0) + LOOKING_BACK, max(output, default=0) - AHEAD + 1, AHEAD):
        if all(y in output for y in (year - LOOKING_BACK, year, year + AHEAD)):
            past = np.log(output[year] / output[year - LOOKING_BACK]) / LOOKING_BACK
            yield float(past), float(np.log(output[year + AHEAD] / output[year]) / AHEAD)


def _slope(x: Array, y: Array) -> float:
    """Return the slope of a robust line: extremes are held to the middle nine tenths."""
    x, y = (np.clip(v, *np.quantile(v, [0.05, 0.95])) for v in (x, y))
    return float(np.cov(x, y)[0, 1] / x.var(ddof=1))
