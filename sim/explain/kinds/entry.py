"""A supplier begins to sell to a state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.explain.decisions import Decision, named
from sim.explain.draws import drawn
from sim.explain.happening import Happening, History, before_step, reasons_for, steps_of
from sim.explain.kind import Kind
from sim.explain.licence import approval
from sim.model.rule import CATALOGUE


def notice(history: History, step: int) -> Iterator[Happening]:
    """Yield every supplier that has entered a market."""
    moment, labels, titles = history.moments[step], history.position.labels, history.position.titles
    now, before = (arrays["presence"][..., 0] > 0 for arrays in (moment.arrays, before_step(history, step)))
    for client, supplier in np.argwhere(now & ~before):
        seller, buyer = labels["supplier"][supplier], labels["state"][client]
        what = f"{titles[seller]} begins to sell arms to {titles[buyer]}"
        reasons = reasons_for(history, step, "willingness", seller)
        yield Happening(moment.date, "entry", seller, buyer, what, reasons, (int(client),))


def decisions(history: History, happening: Happening) -> list[Decision]:
    """Return how the supplier came to sell."""
    return entry(history, steps_of(history, happening.date)[0], happening.actor, happening.other)


def closest(history: History, names: Sequence[str], steps: Sequence[int]) -> list[Decision]:
    """Return the weighing of the supplier most likely to enter a market in the first month asked for."""
    sellers, states = (named(history, actor, names) for actor in ("supplier", "state"))
    pairs = [entry(history, steps[0], seller, state) for seller in sellers for state in states]
    # One stretch of draws only: it is in the market already, or nothing could bring it there.
    open_ = [pair for pair in pairs if pair[0].draws and len(pair[0].draws[0].stretches) > 1]
    return max(open_, key=lambda pair: min(pair[0].draws[0].chances().values()), default=[])


def entry(history: History, step: int, supplier: str, client: str) -> list[Decision]:
    """Return how a supplier came to sell to a client, or did not: whether it enters, and whether it would sell."""
    labels, titles = history.position.labels, history.position.titles
    place, sells = labels["client"].index(client), approval(history, step, supplier, client)
    if not _follows(history, "enter_new_market", labels["supplier"].index(supplier)):
        return [sells]
    draw = drawn(
        history, CATALOGUE["enter_new_market"], step, supplier, 0, ("presence", "defeat"),
        lambda answer: answer[place] > 0, "whether it is in the market after this month",
        (f"{titles[supplier]} stays away", f"{titles[supplier]} sells"), row=place,
    )  # fmt: skip
    enters = Decision(
        f"{titles[supplier]} looks at the market of {titles[client]}", step, supplier, client, "presence", (place,),
        lambda sum_: "it sells there" if sum_ > 0 else "it does not sell there", (draw,),
    )  # fmt: skip
    return [enters, sells]


def _follows(history: History, rule: str, index: int) -> bool:
    """Tell whether the actor at a place follows a rule."""
    doctrines = history.position.doctrines
    mask = doctrines.get(rule)
    return rule in doctrines and (mask is None or bool(mask[index, 0]))


KIND = Kind(
    rank=7, notice=notice, decisions=decisions, closest=closest, moves=("presence",),
    impossible="no supplier is still to enter a market",
)  # fmt: skip
