"""A supplier cares for its name as a dependable one (rule card R13)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="supplier",
    writes="willingness",
    card="R13",
    evidence=["cnn_israel_arms_trade_2023-10"],
    claims=["SF-83"],
    says="{actor} wants to be known as dependable by those it already arms, {other} among them",
)
def keep_word_to_clients(
    presence: Array,
    *,
    loyalty: Parameter = Parameter(
        0.5, "log-odds", between=(0.0, 2.0), because="enough to outweigh a moderate pressure to stop, not a legal bar"
    ),
) -> Array:
    """A supplier is more willing to go on arming a client it already sells to than to start.

    Reported: An Israeli expert says Israel cares for its name as a dependable supplier
    (CNN 2023).

    Assumed: the same for every supplier and client.

    Formula: ``loyalty * presence[client]``.

    Examples
    --------
    >>> import numpy as np
    >>> keep_word_to_clients(np.array([1.0, 0.0])).tolist()
    [0.5, 0.0]
    """
    return loyalty * presence
