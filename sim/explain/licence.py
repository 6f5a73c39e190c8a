"""A supplier's licence for sales to a client: the reasons, and whether luck opens or closes it this month."""

from __future__ import annotations

import numpy as np

from sim.explain.decisions import Decision
from sim.explain.draws import drawn
from sim.explain.happening import History
from sim.model.accounting import ENTRIES


def approval(history: History, step: int, supplier: str, client: str) -> Decision:
    """Return a supplier's weighing of sales to a client."""
    titles, place = history.position.titles, history.position.labels["client"].index(client)
    draw = drawn(
        history, ENTRIES["review_licences"], step, supplier, 0, ("licence",),
        lambda found: found["licence"][place], "whether its licence is open after this month",
        ("it is closed", "it is open"), row=place,
    )  # fmt: skip
    return Decision(
        f"{titles[supplier]} considers sales to {titles[client]}", step, supplier, client, "willingness", (place,),
        lambda odds: f"a licence is open {1 / (1 + np.exp(-odds)):.0%} of the time in the long run", (draw,),
    )  # fmt: skip
