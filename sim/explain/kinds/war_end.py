"""The end of fighting, with what it cost and changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.explain.decisions import Decision
from sim.explain.draws import Draw, drawn
from sim.explain.happening import Happening, History, reasons_for, steps_of
from sim.explain.kind import Kind
from sim.model.accounting import ENTRIES

WAYS = {
    "objective_rate": "the attacker reaches its objective",
    "failure_rate": "the attack fails",
    "mediation_rate": "others stop the fighting",
}
LENGTHS = (7.0, 30.0, 91.0)  # days that divide short wars from long ones
SPANS = ("less than a week", "a week to a month", "one to three months", "more than three months")
ENDS = ("the attack fails", "others stop it half-way", "the objective is reached")
TOLD_LAND, TOLD_FLED = 0.005, 0.5  # below half a per cent of a zone, or half a thousand people, nothing is told


def notice(history: History, step: int) -> Iterator[Happening]:
    """Yield the end of a war: who lost what, and who fled."""
    moment, labels, titles = history.moments[step], history.position.labels, history.position.titles
    world = moment.arrays
    if world["war_ends"][0, 0] <= 0:
        return
    parts = []
    for place, key in enumerate(labels["state"]):
        lost = [
            f"{world['land_lost'][z, place, 0]:.0%} of {titles[zone]}"
            for z, zone in enumerate(labels["zone"])
            if world["land_lost"][z, place, 0] > TOLD_LAND
        ]
        if lost:
            parts.append(f"{titles[key]} loses control of {', '.join(lost)}")
        fled = world["fled"][place, 0]
        if fled >= TOLD_FLED:
            parts.append(f"about {fled:,.0f} thousand people are displaced")
    what = "The fighting ends; " + ("; ".join(parts) if parts else "the lines hardly move")
    yield Happening(moment.date, "war end", "region", "", what, reasons_for(history, step, "win_chance"))


def decisions(history: History, happening: Happening) -> list[Decision]:
    """Return what made for an end, as things stood when the fighting began: then its draws were made."""
    last = steps_of(history, happening.date)[-1]
    began = max(step for step in range(last + 1) if history.moments[step].arrays["war_begins"][0, 0] > 0)
    first = int(history.moments[began].arrays["onset_time"][:, 0].argmin())
    attacker = history.position.titles[history.position.labels["state"][first]]
    found = []
    for quantity, way in WAYS.items():
        heading = f"How soon after the attack by {attacker}: {way}"
        draws = _fate(history, began) if quantity == list(WAYS)[-1] else ()  # they belong to all ways together
        found.append(Decision(heading, began, "region", "", quantity, (), _per_day, draws))
    return found


def _per_day(rate: float) -> str:
    """Return a daily hazard in words."""
    return f"after {1 / rate:,.0f} days on average, were it alone" if rate > 0 else "never"


def _fate(history: History, step: int) -> tuple[Draw, ...]:
    """Return the two draws that set how long a war lasts and how it ends."""
    asked = (history, ENTRIES["count_days"], step, "region")
    before = ("war_days_left", "war_gain")
    # The books drew when the war was under way and nothing of it was counted yet, which no step shows at its end.
    under_way = {"fighting": history.moments[step].arrays["fought"]}

    def span(found: dict[str, Any]) -> Any:
        return np.digitize(found["days_fought"] + found["war_days_left"], LENGTHS)

    def end(found: dict[str, Any]) -> Any:
        return (found["war_gain"] > 0.0) + 1.0 * (found["war_gain"] >= 1.0)  # nothing, a part, all of what it aimed at

    return (
        drawn(*asked, 0, before, span, "how long it lasts", SPANS, instead=under_way),
        drawn(*asked, 1, before, end, "how it ends", ENDS, instead=under_way),
    )


KIND = Kind(rank=4, notice=notice, decisions=decisions, other_words=("ceasefire",), moves_anything=True)
