"""Blood shed along the line raises tension (rule card R27)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="region",
    writes="tension_push",
    card="R27",
    evidence=["cnn_israel_arms_trade_2023-10", "hawkes_1971"],
    claims=["SF-79"],
    says="recent clashes (adding {clash_excitement:.1f} a year) raise tension",
)
def let_clashes_raise_tension(
    clash_excitement: Array,
    *,
    weight: Parameter = Parameter(
        0.10, "index", between=(0.05, 0.3), because="with the response of clashes to tension the loop stays below one"
    ),
) -> Array:
    """Recent clashes raise tension in proportion to their number.

    Reported: clashes and a border crisis go together in Syunik (Zangezur), where
    Azerbaijani troops hold ground inside Armenia (CNN 2023).

    Assumed: the fading memory of clashes pushes tension, rather than the clash at
    the moment it happens.

    Formula: ``weight * clash_excitement``, index per yr.

    Examples
    --------
    >>> import numpy as np
    >>> let_clashes_raise_tension(np.array([0.0, 2.0])).tolist()
    [0.0, 0.2]
    """
    return weight * clash_excitement
