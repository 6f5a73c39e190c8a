"""What describes an opening belongs to one date: a scenario with another `start` states it anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sim.model.variables import VARIABLES
from sim.scenario.document import Document, Place, Problem
from sim.scenario.schema import MONTH, can_be_kept

# Quantities that are set and describe the opening nevertheless; every stock does.
OF_THE_OPENING = ("spending_gap", "order_book")


def inherited_opening(base: Document, merged: Document) -> Iterator[Problem]:
    """Yield a problem for every figure of the opening that a scenario has from one with another `start`.

    Of a `start` that is no month, or none that can be kept, the schema complains, and nothing is said here.
    """
    before, now = base.data.get("start"), merged.data.get("start")
    if before is None or before == now:
        return
    if not re.match(MONTH, str(now)) or not can_be_kept(str(now)):
        return
    for place in _figures(merged.data):
        name = str(place[-1])
        stock = name in VARIABLES and VARIABLES[name].kind == "stock"
        if (stock or name in OF_THE_OPENING) and merged.marks[place] == base.marks.get(place):
            mark = merged.mark(("start",))
            message = (
                f"describes the opening in {before}, and this scenario has its start in {now}; state it anew there"
            )
            yield Problem(mark, place, message)


def _figures(data: Any) -> Iterator[Place]:
    """Yield the place of every quantity of every actor."""
    actors: list[Place] = [("region",)]
    for section in ("states", "suppliers", "mediators"):
        actors += [(section, key) for key in data.get(section) or {}]
    for place in actors:
        actor = data
        for step in place:
            actor = actor.get(step) if isinstance(actor, dict) else None
        quantities = actor.get("quantities") if isinstance(actor, dict) else None
        for name in quantities if isinstance(quantities, dict) else ():
            yield (*place, "quantities", name)
