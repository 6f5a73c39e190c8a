"""War uses up arms: ground forces are destroyed, munitions fired (rule card R33)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

ALL_BUT = 0.99  # largest share of a class used up by one campaign

CAMPAIGN_DAYS = 44.0  # the war of 2020, to which shares lost in a campaign refer


@rule(
    actor="state",
    writes="loss_rate",
    card="R33",
    evidence=["voa_arms_race", "cnn_israel_arms_trade_2023-10", "calcara_2022"],
    claims=["SF-66"],
    says="{actor} loses arms in the fighting",
)
def lose_equipment(
    fighting: Array,
    attacking: Array,
    their_attacking: Array,
    their_aim: Array,
    their_win_chance: Array,
    rivalry: Array,
    ground: Array,
    shielding: Array,
    burn: Array,
    *,
    attacker_loss: Parameter = Parameter(
        0.10,
        "share",
        between=(0.05, 0.2),
        because="about one to four against the defender, as in counts of tanks lost in 2020",
    ),
    defender_loss: Parameter = Parameter(
        0.40,
        "share",
        between=(0.2, 0.6),
        because="centre of the range for armour in 44 days of fighting under armed drones",
    ),
    operation_intensity: Parameter = Parameter(
        0.7,
        "share",
        between=(0.3, 1.0),
        because="limited operations engage part of the forces, at about the same deaths a day",
    ),
) -> Array:
    """States at war lose ground forces and fire munitions each day; defenders also lose their shield.

    Reported: advanced weapons were decisive against Soviet-era equipment (VOA);
    drones were used incessantly in 2020 (CNN 2023).

    Assumed: shares lost in a 44-day campaign, spread evenly over its days; a
    defender loses more the likelier the attacker is to prevail where it aims, and
    at even odds the share the parameter names.

    Formula: rates ``-ln(1 - share) / 44`` per day; attacker's times ``ground``, defender's
    times ``min(ground + shielding, 1) * (0.5 + p)``, both plus that of ``burn``.

    Examples
    --------
    Armour and drones of attacker and defender at even odds, per cent left after 44 days:

    >>> attacker, aim, even = np.array([1.0, 0.0]), np.ones((1, 1, 1, 1)), np.full((1, 1, 1), 0.5)
    >>> rate = lose_equipment(np.array(2.0), attacker, attacker[None, ::-1], aim, even, np.ones((1, 2)),
    ...                       np.array([[1.0], [0.0]]), np.zeros((2, 1)), np.array([[0.0], [0.5]]))
    >>> (100.0 * np.exp(-44.0 * rate)).round().tolist()
    [[90.0, 60.0], [50.0, 50.0]]
    """
    attacked_by = rivalry * their_attacking
    defending = (1.0 - attacking) * np.minimum(attacked_by.sum(0), 1.0)
    pressure = (attacked_by * (their_aim.sum(2) * their_win_chance).sum(1)).sum(0)
    lost_attacking = attacking * -np.log(1.0 - attacker_loss)
    lost_defending = defending * -np.log(1.0 - defender_loss) * (0.5 + pressure)
    fired = -np.log(1.0 - np.minimum(burn, ALL_BUT)) * (attacking + defending)
    lost = lost_attacking * ground + lost_defending * np.minimum(ground + shielding, 1.0) + fired
    intensity = np.where(fighting == 2.0, 1.0, operation_intensity)
    rate: Array = np.where(fighting > 0.0, intensity / CAMPAIGN_DAYS, 0.0) * lost
    return rate
