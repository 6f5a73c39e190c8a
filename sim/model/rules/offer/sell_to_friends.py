"""Suppliers sell more readily to clients they are close to (rule card R08)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="supplier",
    writes="willingness",
    card="R08",
    evidence=["forbes_turkey_azerbaijan_2021", "thurner_2019", "akerman_seim_2014", "lebacher_2021"],
    claims=["SF-44", "SF-47"],
    says="{actor}'s political closeness to {other} is {affinity:+.2f} on a scale from -1 to 1",
)
def sell_to_friends(
    affinity: Array,
    *,
    baseline: Parameter = Parameter(
        1.0, "log-odds", between=(0.0, 6.0), because="without any closeness about three licences in four are open"
    ),
    weight: Parameter = Parameter(
        2.5,
        "log-odds",
        between=(1.0, 6.0),
        because="sign from the network studies of arms trade; at -1 four licences in five are closed",
    ),
) -> Array:
    """A supplier licenses sales the more readily the closer it is to the client politically.

    Reported: Officials speak of Turkey and Azerbaijan as two states with one army, and
    their military ties deepen (Forbes 2021).

    Assumed: log-odds linear in closeness, the same for every supplier.

    Formula: ``baseline + weight * affinity[client]``.

    Examples
    --------
    How often is the licence of a friend, a stranger and an adversary open?

    >>> import numpy as np
    >>> odds = sell_to_friends(np.array([1.0, 0.0, -1.0]))
    >>> (1.0 / (1.0 + np.exp(-odds))).round(2).tolist()
    [0.97, 0.73, 0.18]
    """
    return baseline + weight * affinity
