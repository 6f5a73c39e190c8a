"""Each state misjudges the balance, and opacity makes it worse (rule card R26)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.streams import normal
from sim.model.world import Array

MONTHS_PER_YEAR = 12.0


@rule(
    actor="state",
    writes="misperception",
    card="R26",
    evidence=["cnn_israel_arms_trade_2023-10", "fearon_1995", "blainey_1973", "slantchev_2003"],
    claims=["SF-69", "SF-71"],
    says="{actor} had misjudged the log balance by {misperception:+.2f} in the step before",
    draws=2,
)
def misjudge_rival(
    misperception: Array,
    their_concealed_share: Array,
    rivalry: Array,
    dt: Array,
    draws: Array,
    *,
    persistence: Parameter = Parameter(
        0.9, "per month", between=(0.8, 0.95), because="an error of judgement is half forgotten after half a year"
    ),
    error: Parameter = Parameter(
        0.25,
        "log",
        between=(0.1, 0.4),
        because="middle of the grid that simulations of states with imperfect knowledge use",
    ),
    opacity: Parameter = Parameter(
        1.0,
        "1",
        between=(0.0, 2.0),
        because="judging a wholly concealed build-up is taken to be twice as uncertain as a public one",
    ),
) -> Array:
    """A state errs about the balance, for months at a time, and errs more the more its rivals conceal.

    Reported: Public information on the arms trade of Israel and Azerbaijan breaks off
    after 2020 although the trade most likely went on; most of it is hidden (CNN 2023).

    Assumed: errors without bias that fade like a first-order autoregression; concealment
    widens them in proportion. Uncertainty as a cause of war: Blainey 1973, Fearon 1995.

    Formula: ``phi m + error * (1 + opacity * concealed) * sqrt(1 - phi**2) * normal``,
    ``phi = persistence ** (12 dt)``, ``concealed`` the mean share over the rivals.

    Examples
    --------
    Without luck, a tenth of an error fades each month:

    >>> month, no_luck = np.array(1.0 / 12.0), np.array([1.0, 0.5])
    >>> error = misjudge_rival(np.array(0.5), np.zeros(1), np.ones(1), month, no_luck)
    >>> round(float(error), 2)
    0.45
    """
    rivals = np.maximum(rivalry.sum(0), 1.0)
    concealed = (rivalry * their_concealed_share).sum(0) / rivals
    kept = np.exp(MONTHS_PER_YEAR * dt * np.log(persistence))
    spread: Array = error * (1.0 + opacity * concealed) * np.sqrt(1.0 - kept * kept)
    drift: Array = kept * misperception
    return drift + spread * normal(draws[0], draws[1])
