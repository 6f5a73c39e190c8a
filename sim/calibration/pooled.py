"""What a panel of states says of spending and growth up to a year: the priors of the parameters it speaks of.

One regression for all states, in deviations from each state's own mean: the growth of spending on that of output in the
same year, on spending the year before and on output the year before. Deviations from means of few years make spending
return faster than it does (Nickell 1981, doi:10.2307/1911408); the halves of each series, fitted by themselves, say by
how much, and the speed is corrected for it (Dhaene and Jochmans 2015, doi:10.1093/restud/rdv007). The errors are those
of a bootstrap over states.
Growth hardly persists: how much of a state's past growth is left in the next five years is estimated too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.answers import Shortened
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
class Pooled(Shortened):
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
        What a budget year brings that nobody planned, its spread over states and years, and how that differs [log].
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
    typical = np.sqrt(np.mean(np.square(np.concatenate(errors))))
    growth, kept, volatility = _growth(before)
    return Pooled(
        before, len(rows), sum(map(len, rows)), speed, elasticity, at_once,
        Estimate(float(typical), float(spreads.std(ddof=1))), growth, kept, volatility,
    )  # fmt: skip


def _years_of(state: str, before: int) -> Array:
    """Return growth of spending and of output, and both the year before, ``(year, 4)`` [log]."""
    spending, output = panel.spending(state, before=before), panel.output(state, before=before)
    rows = []
    for year in spending:
        if year - 1 in spending and year in output and year - 1 in output:
            now, then = (np.log([spending[y], output[y]]) for y in (year, year - 1))
            if abs(now[0] - then[0]) < LARGEST:
                rows.append([*(now - then), *then])
    return np.array(rows).reshape(-1, 4)


def _fit(rows: list[Array]) -> tuple[Array, list[Array]]:
    """Return what goes at once, speed and elasticity, and each state's residuals."""
    whole = _least_squares(rows)
    early, late = (_least_squares([own[half] for own, half in _halves(rows, part)]) for part in (0, 1))
    share = float(np.clip(-whole[1], 1e-3, 0.95))  # of the gap that is closed in a year
    corrected = float(np.clip(-2.0 * whole[1] + (early[1] + late[1]) / 2.0, 1e-3, 0.95))
    residuals = [centred[:, 0] - centred[:, 1:] @ whole for centred in (own - own.mean(0) for own in rows)]
    return np.array([whole[0], -np.log1p(-corrected), whole[2] / share]), residuals


def _halves(rows: list[Array], part: int) -> Iterator[tuple[Array, slice]]:
    """Yield every state's years with its first or second half."""
    for own in rows:
        middle = len(own) // 2
        yield own, slice(None, middle) if part == 0 else slice(middle, None)


def _least_squares(rows: list[Array]) -> Array:
    """Return the three coefficients over all states, in deviations from each state's mean."""
    table = np.concatenate([own - own.mean(0) for own in rows])
    found: Array = np.linalg.lstsq(table[:, 1:], table[:, 0], rcond=None)[0]
    return found


def _growth(before: int) -> tuple[Estimate, Estimate, Estimate]:
    """Return mean growth of output, the share of a state's past difference that lasts, and the yearly spread."""
    series = {state: panel.output(state, before=before) for state in panel.states()}
    paths = [np.array(list(_steps(output))) for output in series.values() if len(output) > FEWEST]
    every = np.concatenate(paths)
    means = np.array([path.mean() for path in paths])
    spreads = np.array([usual_spread(path) for path in paths])
    past, future = np.array([pair for output in series.values() for pair in _past_and_future(output)]).reshape(-1, 2).T
    slope = _slope(past, future) if len(past) > FEWEST else 0.0
    return (
        Estimate(float(np.median(every)), float(means.std(ddof=1) / np.sqrt(len(means)))),
        Estimate(float(np.clip(slope, 0.0, 1.0)), 0.1),
        Estimate(float(np.median(spreads)), float(spreads.std(ddof=1))),
    )


def usual_spread(changes: Array) -> float:
    """Return the standard deviation of changes, breaks aside: of a normal with their median distance from the middle.

    Examples
    --------
    >>> round(usual_spread(np.array([-0.1, 0.0, 0.1, 5.0])), 2)
    0.15
    """
    return 1.4826 * float(np.median(np.abs(changes - np.median(changes))))


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
