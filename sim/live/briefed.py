"""A brief of a setting against what it is held against, which says how far it is while it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

import xarray as xr

from sim.briefs.forms import rendered
from sim.briefs.pages import pages
from sim.briefs.plays import Place
from sim.briefs.question import question
from sim.live.levers import levers
from sim.live.setting import Setting
from sim.model.mistakes import Mistake
from sim.scenario.check import load
from sim.scenario.schema import Scenario
from sim.study.study import Study
from sim.sweeps.play import ExecutionOptions

Message = dict[str, Any]
PLAYS = 5  # both sides, what moves most, the few that move most at both ends, the track record


class _Left(Exception):
    """Nobody waits for the brief any more."""


@dataclass(frozen=True)
class _ToldPlace(Place):
    """A place that says what it is about to play."""

    begins: Callable[[], None]

    def played(self, study: Study, name: str) -> xr.Dataset:
        """Return the result of a study, announced and then played."""
        self.begins()
        return super().played(study, name)


def briefed(setting: Setting, memory: Path) -> Iterator[Message]:
    """Make a brief: ``stage`` as often as something has been played, ``brief`` with its HTML in the end.

    Parameters
    ----------
    setting : Setting
        What is asked.
    memory : path
        Not needed: a brief is made of plays of its own.

    Raises
    ------
    Mistake
        If nothing is moved, so that there are no two sides.
    """
    if setting == setting.baseline:
        raise Mistake("nothing is moved, so a brief would have one side alone; move a lever first")
    # A brief is made in one call; beside it a thread hands on what it says meanwhile.
    said, left = SimpleQueue[Message | Exception](), Event()
    maker = Thread(target=_make, args=(setting, said, left), daemon=True)
    maker.start()
    try:
        while True:
            message = said.get()
            if isinstance(message, Exception):
                raise message
            yield message
            if message["kind"] == "brief":
                return
    finally:
        left.set()
        maker.join()


def _make(setting: Setting, said: SimpleQueue[Message | Exception], left: Event) -> None:
    """Say stages and the brief, or what went wrong."""
    stage = 0

    def begins() -> None:
        nonlocal stage
        stage += 1

    def tell(played: int, total: int) -> None:
        if left.is_set():
            raise _Left
        said.put({"kind": "stage", "stage": stage, "of": PLAYS, "played": played, "histories": total})

    try:
        without, with_it = load(setting.baseline.scenario), _as_set(setting)
        asked = question(without, with_it, title=_title(setting, without), runs=setting.runs, seed=setting.seed)
        made = pages(asked, _ToldPlace(None, ExecutionOptions(progress=tell), begins))
        said.put({"kind": "brief", "file": f"brief_{setting.scenario}.html", "html": rendered(made, "html").decode()})
    except Exception as error:  # to be raised where it is heard
        said.put(error)


def _as_set(setting: Setting) -> Scenario:
    """Return the scenario as it is set, under a name of its own, as a file that it was copied to."""
    played = setting.played()
    if not setting.levers:
        return played
    title = f"{played.title}; {_moves(setting)}"
    return played.model_copy(update={"name": f"{Path(setting.scenario).stem}_as_set.yaml", "title": title})


def _title(setting: Setting, without: Scenario) -> str:
    """Return what is asked, in a sentence."""
    if not setting.levers:
        return f"What changes from {without.title} to {setting.played().title}?"
    return f"What if: {_moves(setting)}? ({without.title})"


def _moves(setting: Setting) -> str:
    """Say which levers stand where, and where they stood."""
    known = {lever.path: lever for lever in levers(load(setting.scenario))}
    parts = []
    for path, number in setting.levers:
        lever = known.get(path)
        unit = f" {lever.unit}" if lever and lever.unit not in ("1", "share") else ""
        parts.append(
            f"{lever.words if lever else path}: {number:g}{unit}" + (f", not {lever.value:g}" if lever else "")
        )
    return "; ".join(parts)
