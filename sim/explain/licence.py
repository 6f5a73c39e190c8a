"""A supplier's licence for sales to a client: the reasons, and whether luck opens or closes it this month."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import expit

from sim.explain.decisions import Decision, Stage
from sim.explain.draws import drawn
from sim.explain.happening import History
from sim.explain.sentences import percent
from sim.explain.taken import stages_of, taken
from sim.model.accounting import ENTRIES
from sim.model.seats import LEAST


def in_the_long_run(odds: float) -> str:
    """Return how often a licence is open, from the sum of the reasons for it."""
    return f"a licence is open {percent(float(expit(odds)))} of the time in the long run"


def approval(history: History, step: int, supplier: str, client: str) -> Decision:
    """Return a supplier's weighing of sales to a client; luck has no part in it where a person decides."""
    titles, place = history.position.titles, history.position.labels["client"].index(client)
    by_luck = taken(history, step, supplier, "licence", client) is None
    draw = drawn(
        history, ENTRIES["review_licences"], step, supplier, 0, ("licence",),
        lambda found: found["licence"][place], "whether its licence is open after this month",
        ("it is closed", "it is open"), row=place,
    )  # fmt: skip
    return Decision(
        f"{titles[supplier]} considers sales to {titles[client]}", step, supplier, client, "willingness", (place,),
        in_the_long_run, (draw,) if by_luck else (),
        stages=lambda at: _approved(history, at, supplier, client),
    )  # fmt: skip


def _approved(history: History, step: int, supplier: str, client: str) -> Iterator[Stage]:
    """Yield what the reasons for sales come to, then the word of a person, as good as certain either way."""
    labels = history.position.labels
    place, index = labels["client"].index(client), labels["supplier"].index(supplier)
    odds, is_open = (history.moments[step].arrays[name][place, index, 0] for name in ("willingness", "licence"))
    if taken(history, step, supplier, "licence", client) is not None:
        odds = np.log(LEAST) * (-1.0 if is_open else 1.0)
    yield from stages_of(
        history, step, supplier, "licence", client, (place,), float, float(odds), quantity="willingness"
    )
