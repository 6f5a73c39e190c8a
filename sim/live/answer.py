"""A question played: a message for each month, then what differs from the baseline and how sure that is."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xarray as xr

from sim.analysis.compare import compare, comparison_rows
from sim.live.frames import Frames
from sim.live.setting import Setting
from sim.model.outcomes import MEASURES
from sim.results.files import replacing
from sim.sweeps.watch import watch

Message = dict[str, Any]


def answer(setting: Setting, memory: Path) -> Iterator[Message]:
    """Play a setting: ``start``, a ``step`` for the opening and for each month, ``end``.

    Parameters
    ----------
    setting : Setting
        What is asked.
    memory : path
        Folder in which results of baselines are kept for those who ask next.
    """
    scenario = setting.played()
    watched = watch(scenario, setting.runs, setting.seed)
    frames = Frames(watched, scenario.steps_per_year)
    yield frames.head() | {"levers": dict(setting.levers)}
    for step in watched:
        yield frames.of(step)
    result = watched.result()
    _keep(result, setting, memory)
    yield {"kind": "end", "failed": int(result.attrs["failed"]), **_beside(result, setting, memory)}


def _beside(result: xr.Dataset, setting: Setting, memory: Path) -> Message:
    """Return what differs from the baseline, pair by pair; nothing where it is the baseline."""
    if not setting.levers:
        return {"differences": [], "pairs": 0}
    compared = compare(_baseline(setting.baseline, memory), result)
    return {"differences": [_difference(row) for row in comparison_rows(compared)], "pairs": compared.attrs["runs"]}


def _difference(row: Any) -> Message:
    """Return a row of a comparison as a page reads it."""
    measure = MEASURES[row["measure"]]
    clear = row["low"] > 0.0 or row["high"] < 0.0
    return {
        "measure": row["measure"], "words": measure.words, "who": row["who"], "unit": row["unit"],
        **{name: _plain(row[key]) for name, key in (("without", "a"), ("with", "b"), ("difference", "difference"),
                                                     ("low", "low"), ("high", "high"))},
        "differing": int(row["differing"]), "pairs": int(row["pairs"]), "clear": bool(clear),
    }  # fmt: skip


def _plain(number: float) -> float | None:
    """Return a number that JSON can hold."""
    return number if abs(number) < float("inf") else None


# -- baselines, of which every lever asks


def _keep(result: xr.Dataset, setting: Setting, memory: Path) -> None:
    """Keep the result of a baseline."""
    if not setting.levers:
        with replacing(memory / f"{setting.key}.pickle") as draft:
            draft.write_bytes(pickle.dumps(result))


def _baseline(setting: Setting, memory: Path) -> xr.Dataset:
    """Return the result of a baseline, played now if nobody has yet."""
    kept = memory / f"{setting.key}.pickle"
    if kept.is_file():
        result: xr.Dataset = pickle.loads(kept.read_bytes())  # written by ourselves into a folder of our own
        return result
    watched = watch(setting.played(), setting.runs, setting.seed)
    for _ in watched:
        pass
    result = watched.result()
    _keep(result, setting, memory)
    return result
