"""Spending foretold without a model: last values, drifts, and regressions on what is known.

All work in logs and go straight to the year foretold: so many years ahead, the past of all states says how far such
forecasts were wrong. Errors pooled over states are the better spread: a state's own few years say too little of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.answers import Shortened
from sim.model.world import Array

MEMBERS = 400  # of a forecast, evenly over its distribution
FEWEST = 8  # cases of a spread or a regression
USUAL = 10  # years whose mean burden counts as usual


@dataclass(frozen=True, repr=False)
class Histories(Shortened):
    """Logs of yearly series of many states; NaN where nothing is on record.

    Attributes
    ----------
    states, years : tuple
        Names along the axes; years without a gap.
    spending, output : ndarray ``(state, year)``
        Military expenditure and output, each in one kind of constant money.
    oil_share : ndarray ``(state, year)``
        What resources bring, as a share of output [share].
    oil_price : ndarray ``(year,)``
        Log of the price of oil.
    """

    states: tuple[str, ...]
    years: tuple[int, ...]
    spending: Array
    output: Array
    oil_share: Array
    oil_price: Array

    def before(self, origin: int, *, inputs_given: bool = False) -> Histories:
        """Return what is known at the beginning of a year; output and oil of later years only where they are given."""
        gone = np.array(self.years) >= origin

        def cut(series: Array) -> Array:
            return np.where(gone, np.nan, series)

        known = replace(self, spending=cut(self.spending), oil_share=cut(self.oil_share))
        return known if inputs_given else replace(known, output=cut(self.output), oil_price=cut(self.oil_price))

    def last(self, state: str) -> int | None:
        """Return where on the axis of years the spending of a state ends; None where there is none."""
        there = np.flatnonzero(np.isfinite(self.spending[self.states.index(state)]))
        return int(there[-1]) if len(there) else None


Forecast = Array | None  # log of spending, (member,); None where too little is known


def last_value(known: Histories, state: str, year: int) -> Forecast:
    """Foretell the last value; errors are changes over as many years, of all states, up as often as down."""
    return _changed(known, state, year, _both_ways)


def own_errors(known: Histories, state: str, year: int) -> Forecast:
    """Foretell the last value; errors are those of the state alone."""
    own = known.states.index(state)
    return _changed(known, state, year, lambda changes: _both_ways(changes[own]))


def drift(known: Histories, state: str, year: int) -> Forecast:
    """Foretell that spending changes as that of all states has over as many years."""
    return _changed(known, state, year, np.ravel)


def _both_ways(changes: Array) -> Array:
    return np.concatenate([changes.ravel(), -changes.ravel()])


def _changed(known: Histories, state: str, year: int, errors: Callable[[Array], Array]) -> Forecast:
    """Return the last value changed as the past says of so many years."""
    last = known.last(state)
    if last is None:
        return None
    ahead = known.years.index(year) - last
    past = errors(known.spending[:, ahead:] - known.spending[:, :-ahead])
    past = past[np.isfinite(past)]
    if len(past) < FEWEST:
        return None
    return np.asarray(known.spending[known.states.index(state), last] + _evenly(past))


def _evenly(sample: Array) -> Array:
    """Return so many members that stand evenly over a sample."""
    members: Array = np.quantile(sample, (np.arange(MEMBERS) + 0.5) / MEMBERS)
    return members


# -- regressions: the change of the log of spending over so many years on what is known where it begins


def regressed(*features: Feature, own: bool = False) -> Callable[[Histories, str, int], Forecast]:
    """Return a forecast by least squares of changes on features, pooled over states or on the state's own past.

    Its errors are the residuals, made larger by what was fitted and by how far the features lie from usual.
    """

    def forecast(known: Histories, state: str, year: int) -> Forecast:
        last, place = known.last(state), known.states.index(state)
        if last is None:
            return None
        ahead = known.years.index(year) - last
        change = _later(known.spending, ahead) - known.spending
        table = np.stack([np.ones_like(change), *(feature(known, ahead) for feature in features)], -1)
        here = table[place, last]
        if own:
            change, table = change[place], table[place]
        whole = np.isfinite(change) & np.isfinite(table).all(-1)
        x, y = table[whole], change[whole]
        if len(y) < max(FEWEST, 3 * table.shape[-1]) or not np.isfinite(here).all():
            return None
        slopes, *_ = np.linalg.lstsq(x, y, rcond=None)
        doubt = here @ np.linalg.pinv(x.T @ x) @ here
        errors = (y - x @ slopes) * np.sqrt((1.0 + doubt) * len(y) / (len(y) - x.shape[1]))
        return np.asarray(known.spending[place, last] + here @ slopes + _evenly(errors))

    return forecast


Feature = Callable[[Histories, int], Array]  # (state, year), known in that year, or later if so given


def growth_before(known: Histories, ahead: int) -> Array:
    """Return how spending grew in the year before."""
    return known.spending - _later(known.spending, -1)


def usual_burden(known: Histories, ahead: int) -> Array:
    """Return how far the burden lies below its mean of ten years."""
    burden = known.spending - known.output
    past = np.stack([_later(burden, -back) for back in range(USUAL)])
    count = np.isfinite(past).sum(0)
    mean = np.where(np.isfinite(past), past, 0.0).sum(0) / np.maximum(count, 1)
    return np.where(count > 0, mean - burden, np.nan)


def output_ahead(known: Histories, ahead: int) -> Array:
    """Return how output grows up to the year foretold."""
    return _later(known.output, ahead) - known.output


def oil_ahead(known: Histories, ahead: int) -> Array:
    """Return how the oil price changes up to the year before the one foretold, times what oil is to the state."""
    change = _later(known.oil_price[None], ahead - 1) - _later(known.oil_price[None], -1)
    return known.oil_share * change


def _later(series: Array, by: int) -> Array:
    """Return a series as it stands so many years later; NaN beyond its ends."""
    moved = np.full_like(series, np.nan)
    if by > 0:
        moved[:, :-by] = series[:, by:]
    elif by < 0:
        moved[:, -by:] = series[:, :by]
    else:
        moved[...] = series
    return moved


NAIVE: Mapping[str, Callable[[Histories, str, int], Forecast]] = {
    "last value": last_value,
    "last value, own errors": own_errors,
    "drift": drift,
    "growth goes on": regressed(growth_before),
    "burden returns": regressed(usual_burden),
}
INFORMED: Mapping[str, Callable[[Histories, str, int], Forecast]] = {
    "regression on output": regressed(output_ahead),
    "regression on output and oil": regressed(output_ahead, oil_ahead),
    "own regression on output": regressed(output_ahead, own=True),
    "own regression on output and oil": regressed(output_ahead, oil_ahead, own=True),
}


def histories(
    spending: Mapping[str, Mapping[int, float]],
    output: Mapping[str, Mapping[int, float]],
    oil_share: Mapping[str, Mapping[int, float]],
    oil_price: Mapping[int, float],
    years: Sequence[int],
) -> Histories:
    """Lay out series by state and year; `oil_share` is none for a state that has no oil on record."""

    def table(of: Mapping[str, Mapping[int, float]], states: Sequence[str]) -> Array:
        return np.array([[of.get(state, {}).get(year, np.nan) for year in years] for state in states], float)

    states = tuple(sorted(spending))
    price = np.log([oil_price.get(year, np.nan) for year in years])
    return Histories(
        states, tuple(years), np.log(table(spending, states)), np.log(table(output, states)),
        table(oil_share, states), price,
    )  # fmt: skip
