"""Every budget year brings something nobody planned (rule card R01)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.streams import normal
from sim.model.world import Array


@rule(
    actor="state",
    writes="milex_shock",
    card="R01",
    evidence=["sipri_milex_2025", "dunne_smith_2007"],
    says="{actor}'s budget year brings what nobody planned",
    draws=2,
)
def surprise_the_budget(
    draws: Array,
    *,
    spread: Parameter = Parameter(
        0.15,
        "log",
        between=(0.0, 0.3),
        basis="derived",
        source="sipri_milex_2025",
        because="fits of 1995-2021 leave residuals of 0.15 to 0.22 in Azerbaijan and 0.09 to 0.13 in Armenia",
    ),
) -> Array:
    """A state's budget departs each year from what its reasons explain, up as often as down.

    Reported: Nothing in the articles.

    Assumed: normal in the log, independent between states and years.

    Formula: ``spread * normal``; it counts in the budget month only.

    Examples
    --------
    The luckiest tenth of the years brings at least a fifth more (quantile 0.9 of the normal):

    >>> import numpy as np
    >>> draws = np.array([np.exp(-1.2816**2 / 2.0), 1.0])
    >>> round(float(np.exp(surprise_the_budget(draws))), 2)
    1.21
    """
    return spread * normal(draws[0], draws[1])
