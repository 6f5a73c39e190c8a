"""A supplier of both sides leans towards the weaker one (rule card R14)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

UTMOST = 8.0  # log-odds beyond which a lead makes no more difference


@rule(
    actor="supplier",
    writes="willingness",
    card="R14",
    evidence=["forbes_turkey_azerbaijan_2021", "crawford_2003", "snyder_1984"],
    claims=["SF-60"],
    says="{actor} leans towards the weaker side ({other}'s log stock ratio is {stock_balance:+.2f})",
)
def balance_two_clients(
    stock_balance: Array,
    *,
    weight: Parameter = Parameter(
        0.5, "log-odds per log", between=(0.0, 6.0), because="weak enough that the stronger side is still sold to"
    ),
) -> Array:
    """A supplier that balances is more willing to arm the weaker of its clients, and still arms the stronger.

    Reported: Russia sells to both sides and wants good relations with both; it would
    not necessarily arm Armenia better in answer to Turkish influence (Forbes 2021).

    Assumed: linear in the log of the stock ratio, taken from its mean over the clients
    and bounded; only suppliers with this doctrine do so. Pivotal states: Crawford 2003.

    Formula: ``-weight * (stock_balance[client] - mean over clients)``, within -8 to 8.

    Examples
    --------
    One client holds four times the arms of the other:

    >>> balance_two_clients(np.log(np.array([4.0, 0.25]))).round(2).tolist()
    [-0.69, 0.69]
    """
    lead = stock_balance - stock_balance.mean(0)
    leaning: Array = np.clip(-weight * lead, -UTMOST, UTMOST)
    return leaning
