"""A patron weighs whether to answer its client's call (rule card R16)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.variables import VARIABLES
from sim.model.world import Array

NEVER = VARIABLES["honour_score"].neutral  # log-odds of a patron that is not there
FAINTEST = 0.01  # credibility below which less makes no more difference


@rule(
    actor="state",
    writes="honour_score",
    card="R16",
    evidence=["forbes_turkey_azerbaijan_2021", "berkemeier_fuhrmann_2018", "leeds_2003", "snyder_1984"],
    claims=["SF-59", "SF-60"],
    says="{actor}'s patron weighs a call over {other} (treaty cover {treaty_cover:.2f}, rung {rung:.0f})",
)
def weigh_treaty_duty(
    treaty_cover: Array,
    patron_credibility: Array,
    rung: Array,
    *,
    base: Parameter = Parameter(
        -2.4,
        "log-odds",
        between=(-3.5, -1.5),
        because="with the credibility of 0.6 before 2022, 2 to 15 % for land outside the treaty",
    ),
    scope: Parameter = Parameter(
        1.8,
        "log-odds",
        between=(1.0, 2.5),
        because="10 to 35 % for land inside it; defence pacts since 1945 were honoured in 22 % of cases",
    ),
    means: Parameter = Parameter(
        1.0,
        "log-odds per log",
        between=(0.5, 1.5),
        because="the drop of credibility in February 2022 then leaves 0.3 to 0.6 of the chance",
    ),
    estrangement: Parameter = Parameter(
        0.5, "log-odds per rung", between=(0.0, 1.0), because="patrons do less for clients that turn away; size unknown"
    ),
) -> Array:
    """A patron answers a call the likelier, the more the treaty covers the land and the freer and closer it is.

    Reported: Russia has a defence pact with Armenia and a base there, and wants good
    relations with Azerbaijan too (Forbes 2021).

    Assumed: a logit of the treaty's scope, of the log of the patron's credibility
    (its will and means) and of the client's estrangement; defence pacts of
    1816-2003 were honoured less often than not (Berkemeier and Fuhrmann 2018).

    Formula: ``base + scope * cover[zone] + means * ln(credibility) - estrangement * rung``,
    counted from the log-odds of a patron that is not there.

    Examples
    --------
    The chance for land outside and inside the treaty:

    >>> score = weigh_treaty_duty(np.array([0.1, 1.0]), np.array(0.6), np.array(0.0))
    >>> (1.0 / (1.0 + np.exp(-score - NEVER))).round(2).tolist()
    [0.06, 0.25]
    """
    freedom = means * np.log(np.maximum(patron_credibility, FAINTEST)) - estrangement * rung
    return base + scope * treaty_cover + freedom - NEVER
