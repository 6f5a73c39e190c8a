"""An ally's backing emboldens (rule card R29)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="attack_score",
    card="R29",
    evidence=["forbes_turkey_azerbaijan_2021", "baykar_agreement_2024-03", "snyder_1984"],
    claims=["SF-47", "SF-58"],
    says="{actor} has an ally behind it (backing {backing:.2f})",
)
def count_on_ally(
    backing: Array,
    ambition: Array,
    *,
    weight: Parameter = Parameter(
        0.8, "log", between=(0.5, 1.5), because="full backing doubles the hazard of a campaign; low end of the range"
    ),
    operation_share: Parameter = Parameter(
        0.4, "share", between=(0.0, 1.0), because="limited operations need less cover by an ally than campaigns"
    ),
) -> Array:
    """A state backed by an ally is readier to attack, and above all to wage a campaign.

    Reported: officials of Turkey and Azerbaijan speak of two states with one army,
    and Turkish fighters stood in Azerbaijan through the war of 2020 (Forbes 2021);
    Turkish support then is said to have proved its worth (news of March 2024).

    Assumed: in proportion to the backing the scenario states; emboldening outweighs
    the restraint allies may also exert (Snyder 1984).

    Formula: ``weight * backing * (s + (1 - s) * ambition)``.

    Examples
    --------
    >>> import numpy as np
    >>> count_on_ally(np.array(1.0), np.array([0.0, 1.0])).round(2).tolist()
    [0.32, 0.8]
    """
    return weight * backing * (operation_share + (1.0 - operation_share) * ambition)
