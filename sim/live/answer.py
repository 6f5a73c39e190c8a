"""A question played: a message for each month, then what differs from the baseline and how sure that is."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xarray as xr

from sim.briefs import numbers
from sim.briefs.effects import Effect, called, effects
from sim.briefs.headline import headline
from sim.briefs.ladder import WORDS, Rung
from sim.live.frames import Frames
from sim.live.setting import Setting
from sim.model.engines import NUMPY
from sim.results.files import replacing
from sim.sweeps.watch import watch

Message = dict[str, Any]


def answer(setting: Setting, memory: Path, engine: str = NUMPY) -> Iterator[Message]:
    """Play a setting: ``start``, a ``step`` for the opening and for each month, ``end``.

    Parameters
    ----------
    setting : Setting
        What is asked.
    memory : path
        Folder in which results of baselines are kept for those who ask next.
    engine : str
        Who plays.
    """
    watched = watch(setting.played(), setting.runs, setting.seed, engine=engine)
    frames = Frames(watched)
    yield frames.head() | {"levers": dict(setting.levers), "engine": engine}
    for step in watched:
        yield frames.of(step)
    result = watched.result()
    _keep(result, setting, memory, engine)
    yield {"kind": "end", "failed": int(result.attrs["failed"]), **_beside(result, setting, memory, engine)}


def _beside(result: xr.Dataset, setting: Setting, memory: Path, engine: str) -> Message:
    """Return what differs from the baseline, pair by pair; nothing where it is the baseline."""
    if setting == setting.baseline:
        return {"differences": [], "pairs": 0}
    found = effects(_baseline(setting.baseline, memory, engine), result)
    return {
        "headline": str(headline(found)), "differences": [_difference(effect) for effect in found.told],
        "pairs": found.pairs, "years": [found.first_year, found.last_year],
    }  # fmt: skip


def _difference(effect: Effect) -> Message:
    """Return an effect as it is read, in the words and figures of a brief."""
    parts = ("difference", "low", "high")
    first, second = (side.shown for side in effect.sides)
    return {
        "words": called(effect), "unit": str(numbers.scale(effect.outcome).unit),
        "first": first, "second": second, **{part: effect.number(part).shown for part in parts},
        "differing": int(effect.found.differing), "pairs": int(effect.found.pairs),
        "rung": WORDS[effect.rung], "clear": effect.rung >= Rung.CLEAR_SMALL,
    }  # fmt: skip


# -- baselines, of which every lever asks


def _keep(result: xr.Dataset, setting: Setting, memory: Path, engine: str) -> None:
    """Keep the result of a baseline."""
    if setting == setting.baseline:
        with replacing(_file(setting, memory, engine)) as draft, draft.open("wb") as file:
            pickle.dump(result, file)


def _baseline(setting: Setting, memory: Path, engine: str) -> xr.Dataset:
    """Return the result of a baseline, played now if nobody has yet."""
    kept = _file(setting, memory, engine)
    if kept.is_file():
        known: xr.Dataset = pickle.loads(kept.read_bytes())  # written by ourselves into a folder of our own
        return known
    watched = watch(setting.played(), setting.runs, setting.seed, engine=engine)
    deque(watched, maxlen=0)  # to its end; what is compiled has the same program as for an answer
    result = watched.result()
    _keep(result, setting, memory, engine)
    return result


def _file(setting: Setting, memory: Path, engine: str) -> Path:
    """Return where a baseline is kept: of each engine apart, since those of half the precision differ in every pair."""
    return memory / f"{setting.key}.{engine}.pickle"
