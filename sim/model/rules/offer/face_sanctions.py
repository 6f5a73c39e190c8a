"""Sanctions may follow when people are driven out, and rarely do (rule card R36)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="sanctions",
    card="R36",
    evidence=["cnn_israel_arms_trade_2023-10", "erickson_2015"],
    claims=["SF-81"],
    says="outrage stands at {outrage:.2f}, {actor}'s record at {abuse:.2f}, need of its energy at {energy_need:.0%}",
    draws=2,
)
def face_sanctions(
    sanctions: Array,
    outrage: Array,
    abuse: Array,
    energy_need: Array,
    dt: Array,
    draws: Array,
    *,
    readiness_to_act: Parameter = Parameter(
        0.5,
        "per yr per index",
        between=(0.0, 1.0),
        because="at most one chance in ten within a year of a flight as in 2023 (R36)",
    ),
    relief: Parameter = Parameter(0.3, "per yr", between=(0.1, 1.0), because="sanctions last about three years"),
) -> Array:
    """A state that drove people out faces sanctions while outrage lasts, less likely the more its energy is needed.

    Reported: Close to a hundred members of the US Congress call for sanctions, and
    European lawmakers consider measures (CNN 2023): a threat, not an act.

    Assumed: a rate in proportion to outrage, with diminishing returns of the record;
    sanctions are lifted at a constant rate. Imposed on arms only, not on the economy.

    Formula: imposed with probability ``1 - exp(-readiness_to_act * outrage * abuse /
    (1 + abuse) * (1 - energy_need) * dt)``, lifted with ``1 - exp(-relief * dt)``.

    Examples
    --------
    The same luck, with oil and gas that are needed and with none:

    >>> one, luck = np.array(1.0), np.array([0.15, 0.5])
    >>> [float(face_sanctions(0.0 * one, one, one, need, one, luck)) for need in (0.7 * one, 0.0 * one)]
    [0.0, 1.0]
    """
    rate = readiness_to_act * outrage * abuse / (1.0 + abuse) * (1.0 - energy_need)
    imposed = draws[0] < 1.0 - np.exp(-rate * dt)
    lifted = draws[1] < 1.0 - np.exp(-relief * dt)
    return np.where(sanctions > 0.0, np.where(lifted, 0.0, 1.0), np.where(imposed, 1.0, 0.0))
