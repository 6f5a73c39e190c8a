"""After a war the next one waits, the longer the more it cost (rule card R29)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="attack_score",
    card="R29",
    evidence=["ap_israeli_arms_2023-10", "carter_signorino_2010", "events_register"],
    says="the wars of late weigh {exhaustion:.2f} (44 days of fighting and 8,000 deaths weigh two)",
)
def tire_of_war(
    exhaustion: Array,
    ambition: Array,
    *,
    weight: Parameter = Parameter(
        1.0, "log per index", between=(0.5, 2.0), because="after a war like that of 2020 a seventh of the usual hazard"
    ),
    operation_share: Parameter = Parameter(
        0.2,
        "share",
        between=(0.0, 0.5),
        because="deadly fighting on the border resumed within a year of the war of 2020",
    ),
) -> Array:
    """A state is less ready for a campaign the more days and lives its late wars have cost.

    Reported: nothing in the articles on exhaustion; they report that after the war
    of 2020 the next offensive came in 2023 (AP).

    Assumed: proportional to days fought and lives lost of late, alike for winner and
    loser; a raid of a day tires nobody; limited operations wait less.

    Formula: ``-weight * (s + (1 - s) * ambition) * exhaustion``.

    Examples
    --------
    An operation and a campaign, right after a war like that of 2020:

    >>> import numpy as np
    >>> tire_of_war(np.array(2.0), np.array([0.0, 1.0])).round(2).tolist()
    [-0.4, -2.0]
    """
    return -weight * exhaustion * (operation_share + (1.0 - operation_share) * ambition)
