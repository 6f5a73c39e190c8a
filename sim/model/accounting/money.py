"""Money: oil revenue, budgets, spending, and what a data set records of it."""

from __future__ import annotations

import numpy as np

from sim.model.accounting.entry import TINY, Entry, entry
from sim.model.parameter import Parameter
from sim.model.streams import normal
from sim.model.world import Array

# -- exogenous


@entry(actor="state")
def feel_the_oil_price(
    gdp: Array,
    gdp_known: Array,
    oil_revenue: Array,
    oil_price: Array,
    oil_price_lately: Array,
    *,
    passed_on: Parameter = Parameter(
        0.3,
        "share",
        between=(0.2, 0.6),
        because="part of what oil brings more or less that shows in output, in constant dollars",
    ),
) -> Entry:
    """Let output beyond the record follow the oil price, as far as a state lives on oil."""
    weight = passed_on * np.minimum(oil_revenue / np.maximum(gdp, TINY), 1.0)
    moved = gdp * (oil_price / np.maximum(oil_price_lately, TINY)) ** weight
    return {"gdp": np.where(gdp_known > 0, gdp, moved)}


@entry(actor="state")
def settle_inputs(
    oil_revenue: Array,
    oil_revenue_observed: Array,
    oil_revenue_known: Array,
    oil_revenue_lately: Array,
    oil_price: Array,
    oil_price_lately: Array,
    dt: Array,
    *,
    memory: Parameter = Parameter(
        1.0,
        "yr",
        between=(0.5, 4.0),
        because="budgets follow the revenue of the year before (R03); an oil fund smooths more than that",
    ),
) -> Entry:
    """Set oil revenue: observed while known, then moved by the oil price; budgets remember that of recent years."""
    moved = oil_revenue * (oil_price / np.maximum(oil_price_lately, TINY))
    revenue = np.where(oil_revenue_known > 0, oil_revenue_observed, moved)
    kept = np.exp(-dt / memory)
    return {"oil_revenue": revenue, "oil_revenue_lately": revenue + kept * (oil_revenue_lately - revenue)}


@entry(actor="region")
def remember_price(oil_price: Array) -> Entry:
    """Keep this step's oil price for the next."""
    return {"oil_price_lately": oil_price}


# -- budget


@entry(actor="state")
def fold_projects(
    projects_folded: Array,
    milex: Array,
    special_milex: Array,
    special_programme: Array,
    *,
    kept: Parameter = Parameter(
        0.5,
        "share",
        between=(0.3, 0.7),
        because="the regular budget rose when special projects ended, though revenue fell",
    ),
) -> Entry:
    """Leave part of special projects that have ended in the regular budget: what they bought has to be kept up."""
    ended = np.maximum(special_milex - special_programme, 0.0)
    regular = np.maximum(milex - special_milex, TINY)
    return {"projects_folded": projects_folded + np.log1p(kept * ended / regular)}


@entry(actor="state")
def adopt_budget(
    milex_target: Array,
    milex_intercept: Array,
    milex_target_log: Array,
    milex_limit: Array,
    projects_folded: Array,
    special_milex: Array,
    special_programme: Array,
    gdp: Array,
    gdp_budgeted: Array,
    january: Array,
    *,
    crowding_out: Parameter = Parameter(
        0.5,
        "share",
        between=(0.0, 0.6),
        because="regular spending stood still while special projects ran, and rose when they ended though revenue fell",
    ),
) -> Entry:
    """Aim at new spending each January, as far as the economy bears it.

    Special projects stand outside the regular budget and are paid as they come; while
    they run, they pay for part of what the regular budget would have bought.
    """
    aimed = soften(np.exp(milex_intercept + projects_folded + milex_target_log), milex_limit)
    relieved = aimed / (1.0 + crowding_out * special_programme / aimed)
    regular = np.where(january > 0, relieved, np.maximum(milex_target - special_milex, TINY))
    return {
        "milex_target": regular + special_programme,
        "gdp_budgeted": np.where(january > 0, gdp, gdp_budgeted),
    }


def soften(wanted: Array, limit: Array) -> Array:
    """Return ``wanted * limit / (wanted + limit)``: each further dollar is harder to spare, the limit never reached.

    The part ``1 - result / limit`` of any further reason still tells.

    Examples
    --------
    >>> soften(np.array([10.0, 100.0, 1e9]), np.array(100.0)).round(1).tolist()
    [9.1, 50.0, 100.0]
    """
    return wanted / (1.0 + wanted / limit)


def harden(spent: Array, limit: Array) -> Array:
    """Return what was wanted where `spent` is aimed at: the inverse of `soften`.

    Examples
    --------
    >>> float(soften(harden(np.array(70.0), np.array(100.0)), np.array(100.0)).round(6))
    70.0
    """
    return spent / (1.0 - spent / limit)


@entry(actor="state")
def adjust_spending(
    milex: Array,
    milex_target: Array,
    milex_adjustment: Array,
    milex_shock: Array,
    milex_change: Array,
    special_milex: Array,
    special_programme: Array,
    january: Array,
    dt: Array,
) -> Entry:
    """Move regular spending part of the way to its target, add the year's surprise, any direct change, projects."""
    regular = np.maximum(milex - special_milex, TINY)
    aimed = np.maximum(milex_target - special_programme, TINY)
    step = (1.0 - np.exp(-milex_adjustment * dt)) * np.log(aimed / regular)
    moved = regular * np.exp(step + january * milex_shock)
    return {
        "milex": np.maximum(moved + milex_change * dt, TINY) + special_programme,
        "special_milex": np.zeros(moved.shape) + special_programme,
    }


# -- observe


@entry(actor="state", draws=2)
def keep_public_record(
    milex: Array,
    draws: Array,
    *,
    error: Parameter = Parameter(
        0.05, "log", between=(0.03, 0.1), because="editions and sources differ by about this much (R40)"
    ),
) -> Entry:
    """Record spending as a public data set would, with its error."""
    return {"recorded_milex": milex * np.exp(error * normal(draws[0], draws[1]))}
