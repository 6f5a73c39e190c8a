"""Money: oil revenue, budgets, spending, and what a data set records of it."""

from __future__ import annotations

import numpy as np

from sim.model.accounting.entry import TINY, Entry, entry
from sim.model.parameter import Parameter
from sim.model.streams import normal
from sim.model.world import Array

# -- exogenous


@entry(actor="state")
def settle_inputs(
    oil_revenue: Array,
    oil_revenue_observed: Array,
    oil_revenue_known: Array,
    oil_revenue_last_year: Array,
    oil_price: Array,
    oil_price_lately: Array,
    new_year: Array,
) -> Entry:
    """Set oil revenue: observed while known, then moved by the oil price; remember last year's."""
    moved = oil_revenue * (oil_price / np.maximum(oil_price_lately, TINY))
    return {
        "oil_revenue_last_year": np.where(new_year > 0, oil_revenue, oil_revenue_last_year),
        "oil_revenue": np.where(oil_revenue_known > 0, oil_revenue_observed, moved),
    }


@entry(actor="region")
def remember_price(oil_price: Array) -> Entry:
    """Keep this step's oil price for the next."""
    return {"oil_price_lately": oil_price}


# -- budget


@entry(actor="state")
def adopt_budget(
    milex_target: Array,
    milex_intercept: Array,
    milex_target_log: Array,
    milex_ceiling: Array,
    special_milex: Array,
    special_programme: Array,
    january: Array,
    *,
    cap_sharpness: Parameter = Parameter(
        8.0, "1", between=(4.0, 8.0), because="leaves targets up to half the ceiling within 0.05 %"
    ),
    crowding_out: Parameter = Parameter(
        0.5,
        "share",
        between=(0.0, 0.6),
        because="regular spending stood still while special projects ran, and rose when they ended though revenue fell",
    ),
) -> Entry:
    """Aim at new spending each January, under the soft ceiling of what the economy bears.

    Special projects stand outside the regular budget and are paid as they come; while
    they run, they pay for part of what the regular budget would have bought.
    """
    wanted = np.exp(milex_intercept + milex_target_log)
    aimed = soften(wanted, milex_ceiling, cap_sharpness)
    relieved = aimed / (1.0 + crowding_out * special_programme / aimed)
    regular = np.where(january > 0, relieved, np.maximum(milex_target - special_milex, TINY))
    return {"milex_target": regular + special_programme}


def soften(wanted: Array, ceiling: Array, sharpness: Array | float) -> Array:
    """Return ``wanted / (1 + (wanted / ceiling)**n)**(1/n)``: the soft cap of spending.

    Examples
    --------
    >>> soften(np.array([50.0, 100.0, 1e9]), np.array(100.0), 8.0).round(1).tolist()
    [50.0, 91.7, 100.0]
    """
    excess = sharpness * np.log(wanted / ceiling)
    return wanted * np.exp(-np.logaddexp(0.0, excess) / sharpness)


def harden(capped: Array, ceiling: Array, sharpness: Array | float) -> Array:
    """Return the target whose softened value is `capped`: the inverse of `soften`.

    Examples
    --------
    >>> float(soften(harden(np.array(70.0), np.array(100.0), 8.0), np.array(100.0), 8.0).round(6))
    70.0
    """
    share = np.log(capped / ceiling) * sharpness
    return capped * np.exp(-np.log1p(-np.exp(share)) / sharpness)


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
