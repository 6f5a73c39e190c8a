"""What a supplier lets a client have: whether it licenses sales, at which price, with how much of its technology."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import expit

from sim.explain.deciding import WORDINGS, label_of
from sim.explain.decisions import Decision, Stage
from sim.explain.draws import drawn
from sim.explain.happening import History
from sim.explain.taken import by_a_person, taken
from sim.model.accounting import ENTRIES
from sim.model.seats import LEAST


def approval(history: History, step: int, supplier: str, client: str) -> Decision:
    """Return a supplier's weighing of sales to a client; luck has no part in it where a person decided."""
    labels, titles = history.position.labels, history.position.titles
    place, index = labels["client"].index(client), labels["supplier"].index(supplier)
    odds_told = "a licence is open {:.0%} of the time in the long run"
    one = taken(history, step, supplier, "licence", client)
    if one is not None:
        says = WORDINGS["licence"].says(history.moments[step].arrays["licence"][place, index, 0], titles[client])
        return Decision(
            f"{titles[supplier]} is to {says}: {by_a_person(one)}; what its rules weigh", step, supplier, client,
            "willingness", (place,), lambda odds: f"by its rules {odds_told.format(expit(odds))}",
        )  # fmt: skip
    draw = drawn(
        history, ENTRIES["review_licences"], step, supplier, 0, ("licence",),
        lambda found: found["licence"][place], "whether its licence is open after this month",
        ("it is closed", "it is open"), row=place,
    )  # fmt: skip
    return Decision(
        f"{titles[supplier]} considers sales to {titles[client]}", step, supplier, client, "willingness", (place,),
        lambda odds: odds_told.format(expit(odds)), (draw,),
    )  # fmt: skip


def offered(history: History, step: int, name: str, supplier: str, client: str) -> Decision:
    """Return a supplier's weighing of its price for a client, or of its technology on offer, as logarithms."""
    labels, titles = history.position.labels, history.position.titles
    place, index = labels["client"].index(client), labels["supplier"].index(supplier)

    def stages(at: int) -> Iterator[Stage]:
        moment, one = history.moments[at], taken(history, at, supplier, name, client)
        made = [
            np.ravel(r.term)[min(place, np.size(r.term) - 1)]
            for r in moment.reasons.get(name, ())
            if r.actor == supplier
        ]
        yield Stage(name, "", float(np.log(np.maximum(made, LEAST)).sum()), of_reasons=True)
        if one is not None:
            reached = float(np.log(max(moment.arrays[name][place, index, 0], LEAST)))
            yield Stage("decision", by_a_person(one), reached, fresh=True)

    return Decision(
        f"{titles[supplier]} weighs: {label_of(name, titles[client]).lower()}", step, supplier, client, name, (place,),
        lambda log: WORDINGS[name].says(float(np.exp(log)), titles[client]), stages=stages, unit="log",
    )  # fmt: skip
