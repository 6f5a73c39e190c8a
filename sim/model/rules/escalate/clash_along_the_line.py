"""Clashes along the line breed clashes (rule card R27)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

STEEPEST = 8.0  # log of the base rate's rise at which every step is full of clashes anyway


@rule(
    actor="region",
    writes="clashes",
    card="R27",
    evidence=["ap_israeli_arms_2023-10", "cnn_israel_arms_trade_2023-10", "hawkes_1971"],
    claims=["SF-38", "SF-79"],
    says="tension stands at {tension:.1f} and recent clashes add {clash_excitement:.1f} a year",
    draws=1,
)
def clash_along_the_line(
    tension: Array,
    clash_excitement: Array,
    season: Array,
    dt: Array,
    draws: Array,
    *,
    base: Parameter = Parameter(
        1.2,
        "per yr",
        between=(0.02, 3.0),
        because="deadly incidents in most years, years above 25 deaths in about one of three",
    ),
    response: Parameter = Parameter(
        0.3,
        "log per index",
        between=(0.1, 0.6),
        because="small enough that clashes do not feed themselves through tension without end",
    ),
) -> Array:
    """Fatal clashes come at a rate that rises with tension and season, and further after recent clashes.

    Reported: clashes on the border cost lives in 2021 (AP 2023), and the border
    crisis goes on (CNN 2023).

    Assumed: a self-exciting count (Hawkes 1971). The season multiplies spontaneous
    clashes only, so that on average a clash brings less than one other in any
    month. Of more than four in a step, four are counted.

    Formula: ``rate = base * exp(response * tension + season) + clash_excitement``;
    the count is Poisson with mean ``rate * dt``, by inversion of its distribution.

    Examples
    --------
    A quiet month has no clash nine times out of ten:

    >>> luck = np.array([[0.5, 0.89, 0.95, 0.999]])
    >>> quiet = np.zeros(4)
    >>> clash_along_the_line(quiet, quiet, quiet, np.array(1 / 12), luck).tolist()
    [0.0, 0.0, 1.0, 2.0]
    """
    rate = base * np.exp(np.minimum(response * tension + season, STEEPEST)) + clash_excitement
    mean = rate * dt
    none = np.exp(-mean)
    at_most_one = none * (1.0 + mean)
    at_most_two = at_most_one + none * (0.5 * mean * mean)
    at_most_three = at_most_two + none * (mean * mean * mean / 6.0)
    exceeded = np.stack([none, at_most_one, at_most_two, at_most_three])
    count: Array = np.where(draws > exceeded, 1.0, 0.0).sum(0)
    return count
