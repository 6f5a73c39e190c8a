"""A closing window is a reason to strike now (rule card R30)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

LARGEST_SHIFT = 3.0  # log units, twenty to one: beyond it nobody's forecast is believed
CERTAIN = 15.0  # log odds beyond which a chance is 0 or 1


@rule(
    actor="state",
    writes="attack_score",
    card="R30",
    evidence=["voa_arms_race", "fearon_1995", "powell_2006", "krainin_2017"],
    claims=["SF-10", "SF-11"],
    says="{actor} weighs how coming arms would shift a balance now at {perceived_balance:+.2f}",
)
def strike_before_window_closes(
    stock_total: Array,
    stock_forecast: Array,
    their_stock_total: Array,
    their_stock_forecast: Array,
    perceived_balance: Array,
    rivalry: Array,
    *,
    urgency: Parameter = Parameter(
        0.8,
        "log per log unit",
        between=(0.3, 1.5),
        because="near the centre of the range of the discounted shift coefficient; not identifiable from one history",
    ),
    steepness: Parameter = Parameter(
        2.0,
        "per log unit",
        between=(1.0, 4.0),
        because="from weaker to preponderant within about one log unit either side of parity",
    ),
) -> Array:
    """A state that is strong now and expects its rivals to catch up has a reason to attack at once.

    Reported: Azerbaijan reads Armenian arms purchases as a possible wish to regain
    Karabakh, with fears of a rearmed challenge in five, ten or more years (VOA).

    Assumed: the shift is the expected fall of the log ratio of arms held, at the
    common planning horizon; it counts most for the preponderant (Krainin 2017,
    and findings on weak risers); the same for operations and campaigns.

    Formula: ``urgency * min(max(0, shift), 3) / (1 + exp(-steepness * balance))`` with
    ``shift = ln(theirs later / theirs now) - ln(own later / own now)``, 1 TIV m added to each.

    Examples
    --------
    Rivals on course to triple their arms worry the stronger more than the equal,
    and nobody who keeps pace:

    >>> held, tripled, even = np.array(99.0), np.array([299.0]), np.ones(1)
    >>> worry = strike_before_window_closes(held, held, held[None], tripled, np.array([1.4, 0.0]), even)
    >>> worry.round(2).tolist()
    [0.83, 0.44]
    >>> float(strike_before_window_closes(held, tripled[0], held[None], tripled, np.array(1.4), even))
    0.0
    """
    theirs_now = (rivalry * their_stock_total).sum(0)
    theirs_later = (rivalry * their_stock_forecast).sum(0)
    gaining = (theirs_later + 1.0) / (theirs_now + 1.0)
    shift = np.log(gaining * (stock_total + 1.0) / (stock_forecast + 1.0))
    feared = np.clip(shift, 0.0, LARGEST_SHIFT)
    strong = 1.0 / (1.0 + np.exp(-np.clip(steepness * perceived_balance, -CERTAIN, CERTAIN)))
    score: Array = urgency * feared * strong
    return score
