"""One history for the page: each month's arms flows, zones and fighting, what happened and why."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.explain.happening import Happening, History
from sim.explain.history import run as play
from sim.explain.narrative import reason_lines
from sim.explain.why import why
from sim.live.frames import named
from sim.live.setting import Setting
from sim.model.mistakes import Mistake
from sim.model.variables import TALKS

Message = dict[str, Any]
AT_MOST = 6  # histories that a process remembers, for those who ask why


@lru_cache(maxsize=AT_MOST)
def _played(setting: Setting, run: int) -> History:
    return play(setting.played(), seed=setting.seed, run=run)


def told(setting: Setting, run: int, memory: Path) -> Iterator[Message]:
    """Tell one run: ``start``, a ``month`` each, ``end``.

    Flows are the deliveries of twelve months [TIV m], as they were and not as a register shows them, ``(supplier,
    state)``; zones the share that each state holds, ``(zone, state)``; fighting 0 none, 1 limited operation, 2
    campaign.
    """
    history = _played(setting, run)
    position = history.position
    yield {
        "kind": "start", "title": position.scenario.title, "run": run, "seed": setting.seed,
        **named(position),
    }  # fmt: skip
    happened = [(happening, list(reason_lines(history, happening))) for happening in history.happenings]
    recent: list[np.ndarray] = []
    for moment in history.moments:
        recent = [*recent[1 - position.scenario.steps_per_year :], moment.arrays["deliveries"][..., 0]]
        world = moment.arrays
        yield {
            "kind": "month",
            "date": f"{moment.date:%Y-%m}",
            "flows": np.sum(recent, axis=0).round(1).tolist(),
            "zones": world["control"][..., 0].round(3).tolist(),
            "fighting": int(world["fought"][0, 0]),
            "talks": TALKS[int(world["talks"][0, 0])],
            "milex": world["milex"][:, 0].round(0).tolist(),
            "events": [_event(event, lines) for event, lines in happened if event.date == moment.date],
        }
    yield {"kind": "end", "broke": history.broke}


def _event(event: Happening, lines: list[str]) -> Message:
    """Return an event with its reasons and the rules behind them."""
    rules = list(dict.fromkeys(reason.rule.name for reason in event.reasons))
    return {
        "kind": event.kind, "what": event.what, "actor": event.actor, "other": event.other,
        "reasons": [" ".join(line.split()) for line in lines], "rules": rules,
    }  # fmt: skip


def why_text(setting: Setting, run: int, asked: str, memory: Path) -> Iterator[Message]:
    """Answer why something happened in a run, or did not.

    Raises
    ------
    Mistake
        If nothing is asked, or not so that it can be understood.
    """
    if not asked.strip():
        raise Mistake("nothing was asked; write for example 'war 2016'")
    yield {"kind": "why", "text": str(why(_played(setting, run), asked))}
