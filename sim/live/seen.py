"""What each of a class is told: a seat what its actor perceives and what everybody can know, the facilitator all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from sim.explain.advice import Advice
from sim.explain.happening import Happening, History
from sim.explain.narrative import narrate
from sim.live.frames import named
from sim.live.game import ClassGame, Document, listed
from sim.model.seats import DECIDABLE
from sim.model.variables import TALKS
from sim.model.world import Array

KNOWN = ("war", "war end", "talks", "alliance", "entry")  # kinds of happening that all hear of
CONTRACT = "order"  # which both parties hear of


def to_seat(game: ClassGame, actor: str) -> Document:
    """Return all that the page of a seat is told: nothing that its actor does not perceive."""
    seat = game.seats[actor]
    return {
        **_to_all(game), "kind": "seat", "seat": actor, "group": seat.group, "choices": listed(seat.choices),
        "because": seat.because, "done": seat.done, **_advised(game, actor),
        "public": [_month(game.history, step, actor) for step in range(len(game.history.moments))],
    }  # fmt: skip


def to_facilitator(game: ClassGame) -> Document:
    """Return all that there is of a game."""
    return {
        **_to_all(game), "kind": "facilitator", "seed": game.seed,
        "public": [_month(game.history, step, None) for step in range(len(game.history.moments))],
        "seats": [
            {"key": actor, "code": seat.code, "choices": listed(seat.choices), "because": seat.because,
             **_advised(game, actor)}
            for actor, seat in game.seats.items()
        ],
    }  # fmt: skip


def _to_all(game: ClassGame) -> Document:
    """Return what everybody is told: who is done, which months are decided, names."""
    position, (first, last) = game.history.position, game.period
    return {
        "title": position.scenario.title, "round": min(game.played + 1, game.rounds), "rounds": game.rounds,
        "months": game.months, "from": first, "until": last,
        "over": game.over and not game.playing, "playing": game.playing,
        "groups": [
            {"key": actor, "name": position.titles[actor], "group": seat.group, "taken": bool(seat.code),
             "done": seat.done}
            for actor, seat in game.seats.items()
        ],
        "debriefing": asdict(game.debriefing) if game.debriefing else None, **named(position),
    }  # fmt: skip


def _advised(game: ClassGame, actor: str) -> Document:
    """Return what an actor perceives, and what its rules would do."""
    if game.over or actor not in game.advice:
        return {"perceives": [], "suggests": []}
    titles = game.history.position.titles
    now, before = (_by_quantity(told, titles) for told in (game.advice[actor], game.before.get(actor)))
    return {
        "perceives": [
            {"name": name, "label": label, "values": values, "before": before.get((name, label), [])}
            for (name, label), values in now.items()
        ],
        "suggests": [
            {**asdict(one), "about_name": titles.get(one.about or "", one.about), "split": DECIDABLE[one.decides].split}
            for one in game.advice[actor].suggests
        ],
    }  # fmt: skip


def _by_quantity(advice: Advice | None, titles: Mapping[str, str]) -> dict[tuple[str, str], list[list[str]]]:
    """Return what is perceived, from a quantity and what it is called to what it is of, and its value in words."""
    found: dict[tuple[str, str], list[list[str]]] = {}
    for one in advice.perceives if advice else ():
        title = titles.get(one.about or "", one.about or "")
        label = one.label.removesuffix(f", {title}")
        found.setdefault((one.name, label), []).append([title, one.text.removeprefix(f"{one.label}: ")])
    return found


def _month(history: History, step: int, actor: str | None) -> Document:
    """Return a month as public records show it, with what an actor hears of, or with all if it is None.

    Spending as a public data set shows it [US$2023 m per yr]; zones the share that each state holds, ``(zone, state)``.
    """
    moment = history.moments[step]
    world = moment.arrays
    return {
        "date": f"{moment.date:%Y-%m}",
        "spending": _rounded(world["recorded_milex"][:, 0]),
        "zones": _rounded(world["control"][..., 0]),
        "fighting": int(world["fought"][0, 0]),
        "talks": TALKS[int(world["talks"][0, 0])],
        "events": [
            {"what": event.what, "known": _hears(event, "")}
            for event in history.happenings
            if event.date == moment.date and (actor is None or _hears(event, actor))
        ],
    }  # fmt: skip


def _hears(event: Happening, actor: str) -> bool:
    """Whether an actor hears that something has happened."""
    return event.kind in KNOWN or event.actor == actor or (event.kind == CONTRACT and event.other == actor)


def _rounded(array: Array) -> Any:
    """Return numbers with four digits, and nothing that JSON lacks."""
    if array.ndim:
        return [_rounded(part) for part in array]
    return float(f"{array:.4g}") if np.isfinite(array) else None


def text(game: ClassGame) -> str:
    """Return the debriefing as text, then the history with its reasons."""
    beside = str(game.debriefing) if game.debriefing else "Nobody decided anything; the rules did."
    return f"{beside}\n\n{narrate(game.history)}\n"
