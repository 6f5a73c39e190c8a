"""Success in battle advertises a supplier's arms (rule card R13)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="supplier_appeal",
    card="R13",
    evidence=["cnn_israel_arms_trade_2023-10", "ap_israeli_arms_2023-10", "forbes_turkey_azerbaijan_2021"],
    claims=["SF-37", "SF-76"],
    says="{actor} rates {other}'s arms at {reputation:+.2f} from what it has seen of them in battle",
)
def buy_battle_proven(
    reputation: Array,
    *,
    weight: Parameter = Parameter(
        1.0,
        "log per index",
        between=(0.3, 2.0),
        because="a full point of battle record counts like half the way from distrust to trust",
    ),
) -> Array:
    """A state prefers suppliers whose arms it has seen do well in battle and avoids those that did badly.

    Reported: Success in battle advertises the product (CNN 2023); in 2016 the Azerbaijani
    minister of defence already praised an Israeli combat drone after its use (AP 2023).

    Assumed: linear in the record, good and bad alike.

    Formula: ``weight * reputation[supplier]``.

    Examples
    --------
    >>> import numpy as np
    >>> buy_battle_proven(np.array([0.4, -0.4])).tolist()
    [0.4, -0.4]
    """
    return weight * reputation
