"""The page with its answers in it: one file that needs no server, to be mailed, put online or opened in a class."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from sim.live.answer import answer
from sim.live.card import card_of
from sim.live.history import told
from sim.live.levers import Lever, lever_at
from sim.live.one_file import one_file
from sim.live.pool import Message, Pool, Work
from sim.live.setting import Setting
from sim.model.arguments import whole_number
from sim.model.mistakes import Mistake
from sim.results.files import refuse_in_the_way, write_whole
from sim.scenario.check import load
from sim.scenario.settings import MECHANISMS
from sim.study.experiment import Experiment, read_experiment
from sim.study.points import Points
from sim.study.request import study_for
from sim.terminal import Shown, progress_bar
from sim.version import VERSION

LEVERS = 2  # a page that shows all their combinations; a third would make it a hundred times as long
HISTORIES = 20
MOST_HISTORIES = 200


@dataclass(frozen=True)
class Notched:
    """A lever with the numbers that can be chosen, the scenario's own among them."""

    lever: Lever
    values: tuple[float, ...]


@dataclass(frozen=True)
class Baked:
    """A scenario of the explorer: where its levers can stand."""

    scenario: str
    levers: tuple[Notched, ...]

    def settings(self, runs: int, seed: int) -> list[Setting]:
        """Return every combination, the last lever changing first; what stands as in the scenario is not moved."""
        own = {notched.lever.path: notched.lever.value for notched in self.levers}
        every = product(*([(n.lever.path, value) for value in n.values] for n in self.levers))
        moved = [sorted((path, value) for path, value in one if value != own[path]) for one in every]
        return [Setting(self.scenario, tuple(levers), runs, seed) for levers in moved]


def explore(
    experiment: Experiment | str | os.PathLike[str],
    out: str | os.PathLike[str] = "explorer.html",
    *,
    runs: int | None = None,
    seed: int | None = None,
    histories: int = HISTORIES,
    workers: int | None = None,
    progress: Shown = "auto",
    force: bool = False,
) -> Path:
    """Write the live page as one file, with all its answers in it.

    Parameters
    ----------
    experiment : Experiment, str or path
        Its scenarios are what can be chosen, the values of its factors, two at most, where the levers can stand.
    out : path
        File to write, ``.html``.
    runs, seed : int, optional
        Histories of each setting and their luck; as the experiment says unless given.
    histories : int
        How many runs of its first scenario are told month by month.
    workers : int, optional
        Processes that play; one for each processor unless given.
    progress : bool or "auto"
        Whether to show how far it has got.
    force : bool
        Replace a file that is there.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    Mistake, DocumentError
        If something asked for is impossible; nothing has been played then.
    """
    place = _writable(Path(out), force=force)
    asked = experiment if isinstance(experiment, Experiment) else read_experiment(experiment)
    baked, runs, seed = _asked(asked, runs, seed)
    histories = whole_number(histories, "histories", most=MOST_HISTORIES)
    processes = whole_number(workers or os.cpu_count() or 1, "workers", least=1)
    settings = [setting for one in baked for setting in one.settings(runs, seed)]
    with progress_bar(len(settings) + histories, "setting", shown=progress) as bar:
        answers, tales = asyncio.run(_played(settings, histories, processes, bar))
    head = {
        "version": VERSION, "question": asked.question, "runs": runs, "seed": seed, "histories": histories,
        "scenarios": [{"name": one.scenario, "title": load(one.scenario).title} for one in baked],
    }  # fmt: skip
    answered = dict[str, list[Message]]()
    for setting, messages in zip(settings, answers, strict=True):
        answered.setdefault(setting.scenario, []).append(packed(messages))
    levers = {one.scenario: _told(one.levers) for one in baked}
    cards = {name: card_of(name) for name in MECHANISMS}
    body = {"levers": levers, "answers": answered, "histories": tales, "cards": cards}
    write_whole(place, one_file(head, body))
    return place


def number_of_settings(experiment: Experiment | str | os.PathLike[str], runs: int | None = None) -> tuple[int, int]:
    """Return how many settings an explorer has, and how many histories each, before anything is played."""
    asked = experiment if isinstance(experiment, Experiment) else read_experiment(experiment)
    baked, runs, seed = _asked(asked, runs, None)
    return sum(len(one.settings(runs, seed)) for one in baked), runs


def _writable(out: Path, *, force: bool) -> Path:
    if out.suffix.lower() not in (".html", ".htm"):
        raise Mistake(f"{out} has to end in .html")
    refuse_in_the_way(out, force=force)
    return out


# -- what is to be played


def _asked(asked: Experiment, runs: int | None, seed: int | None) -> tuple[list[Baked], int, int]:
    """Return the scenarios with their levers, how many histories, and which luck."""
    study = study_for(asked, runs, seed=seed)
    if asked.point_per_run:
        raise Mistake("an explorer shows settings, and here every run has one of its own; remove 'point_per_run'")
    if asked.without:
        raise Mistake("an explorer plays scenarios with all their rules; remove 'without'")
    values = _values(study.points)
    baked = []
    for name in asked.scenarios:
        scenario = load(asked.file_of(name))
        levers = (lever_at(scenario, path) for path in values)
        notched = tuple(Notched(lever, tuple(sorted({*values[lever.path], lever.value}))) for lever in levers)
        baked.append(Baked(asked.file_of(name), notched))
    return baked, study.layout.runs, study.seed


def _values(points: Points | None) -> dict[str, list[float]]:
    """Return the numbers of each factor, which all have to meet."""
    if points is None:
        return {}
    if len(points.factors) > LEVERS:
        raise Mistake(f"an explorer has {LEVERS} levers at most, not {len(points.factors)}; leave out some factors")
    values = {name: np.unique(points.values[:, i]).tolist() for i, name in enumerate(points.factors)}
    if len(points.labels) != np.prod([len(numbers) for numbers in values.values()]):
        raise Mistake("an explorer shows every combination of its levers; write 'design: {grid: {}}'")
    return values


# -- played


async def _played(
    settings: Sequence[Setting], histories: int, processes: int, bar: tqdm[Any]
) -> tuple[list[list[Message]], list[list[Message]]]:
    """Return the messages of every setting, and of some histories of the first scenario as it is."""
    first = settings[0].baseline
    pool = Pool(processes)
    pool.warm()
    try:
        await asyncio.gather(*(_heard(pool, None, one.key, answer, one) for one in {s.baseline for s in settings}))
        # Every other setting is held against its baseline, whose result now lies where each process finds it.
        answers = await asyncio.gather(*(_heard(pool, bar, one.key, answer, one) for one in settings))
        tales = await asyncio.gather(
            *(_heard(pool, bar, f"{first.key} {run}", told, first, run) for run in range(histories))
        )
    finally:
        pool.close()
    return answers, tales


async def _heard(pool: Pool, bar: tqdm[Any] | None, key: str, work: Work, *question: Any) -> list[Message]:
    """Return all messages of an answer."""
    messages: list[Message] = [
        json.loads(line) async for lines in pool.ask(key, work, *question) for line in lines.splitlines()
    ]
    if messages[-1]["kind"] == "error":
        raise Mistake(messages[-1]["sentence"])
    if bar is not None:
        bar.update()
    return messages


# -- packed


def packed(messages: Sequence[Message]) -> Message:
    """Return an answer with the opening and each December of its months: a page that is mailed has to be small."""
    start, *steps, end = messages
    last = len(start["months"]) - 1
    kept = [i for i, month in enumerate(start["months"]) if month.endswith("-12") or i == last]
    shown = [steps[0], *(steps[i + 1] for i in kept)]
    return {
        "start": start | {"months": [start["months"][i] for i in kept]},
        "steps": [step | {"step": number} for number, step in enumerate(shown)],
        "end": end,
    }


def _told(levers: Sequence[Notched]) -> list[dict[str, Any]]:
    """Return levers as the page reads them."""
    return [asdict(one.lever) | {"values": one.values} for one in levers]
