"""A supplier courts a client that turns to others (rule card R15)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="supplier",
    writes="willingness",
    card="R15",
    evidence=["forbes_turkey_azerbaijan_2021", "snyder_1984"],
    claims=["SF-57", "SF-60", "SF-61"],
    says="{other} placed {placed_elsewhere:.0%} of its recent order money with competitors of {actor}",
)
def court_the_drifting_client(
    placed_elsewhere: Array,
    ally: Array,
    *,
    effort: Parameter = Parameter(
        0.6,
        "log-odds per share",
        between=(0.2, 1.0),
        because="middle of R15's range; the sign follows the expectation in Forbes 2021, not a measurement",
    ),
) -> Array:
    """A supplier with this doctrine is readier to arm a client that buys elsewhere, unless a treaty binds it already.

    Reported: Russia is expected to answer Turkish influence by closer ties with
    Azerbaijan, not by arming Armenia better; it sells to both (Forbes 2021).

    Assumed: influence is read from the competitors' share of recent order money, whoever
    they are; what one client does makes no difference to the offer to another.

    Formula: ``effort * placed_elsewhere[client] * (1 - ally[client])``.

    Examples
    --------
    A client that buys half elsewhere, a treaty ally that does so, and a faithful client:

    >>> import numpy as np
    >>> court_the_drifting_client(np.array([0.5, 0.5, 0.0]), np.array([0.0, 1.0, 0.0])).tolist()
    [0.3, 0.0, 0.0]
    """
    return effort * placed_elsewhere * (1.0 - ally)
