"""Runs watched while they are played: all of them at once, a step at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import xarray as xr

from sim.answers import Shortened
from sim.engine.blocks import blocks_of
from sim.engine.chunk import Chunk, empty_record, play_chunk
from sim.engine.ensemble import ask_everybody, straight_loops
from sim.engine.record import Played, Record
from sim.engine.soundness import Watchman
from sim.model.arguments import MOST_RUNS, whole_number
from sim.model.engines import NUMPY, engine_named
from sim.model.mistakes import Mistake, unknown
from sim.model.streams import BLOCK
from sim.model.turn import play_turn
from sim.model.world import Array
from sim.results.dataset import dataset_of
from sim.scenario.initial import Position, opening
from sim.study.request import ScenarioLike, scenario_of

RUNS = BLOCK  # as many as are drawn together anyway


@dataclass(frozen=True, repr=False)
class Step(Shortened):
    """The world of all runs after a step, as long as the next one has not been asked for.

    Attributes
    ----------
    number : int
        How many steps have been played; 0 is the opening.
    date : datetime.date
        First day of the step that was played last, of the opening the first day of all.
    runs : int
        How many runs.
    """

    number: int
    date: dt.date
    runs: int
    _game: Played
    _record: Record

    def __getitem__(self, quantity: str) -> Array:
        """Return a quantity in its unit, ``(*axes, actor, run)``, not to be written to; `armsrace list quantities`.

        Raises
        ------
        Mistake
            If there is no such quantity.
        """
        arrays = self._game.world.arrays
        if quantity not in arrays:
            raise Mistake(unknown(quantity, arrays, "quantity"))
        array = arrays[quantity]
        seen = np.broadcast_to(array, (*array.shape[:-1], self._game.world.runs))[..., : self.runs]
        seen.flags.writeable = False
        return seen

    def outcome(self, name: str) -> Array:
        """Return an outcome that is counted as it comes, such as ``campaigns``, in each run so far: ``(run,)``.

        Raises
        ------
        Mistake
            If there is no such outcome.
        """
        if name not in self._record.outcomes:
            raise Mistake(unknown(name, self._record.outcomes, "outcome"))
        return self._record.outcomes[name].copy()


class Watch(Shortened):
    """Runs that are played as somebody looks on: iterate over it, once.

    Attributes
    ----------
    position : Position
        What is played.
    runs : int
        How many.

    Examples
    --------
    >>> import sim
    >>> for step in sim.watch("richardson", runs=4):
    ...     spending = step["milex"]                     # (state, run)
    >>> step.date.isoformat(), spending[:, 0].round(1).tolist()
    ('2039-12-01', [162.5, 104.2])
    """

    def __init__(self, position: Position, runs: int, engine: str = NUMPY) -> None:
        self.position = position
        self.engine = engine
        self.runs = runs
        self._record = empty_record(position, 0, runs, runs)
        self._watchman = Watchman(position.steps)
        self._played = -1

    @property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """Keys along each axis."""
        return self.position.labels

    @property
    def titles(self) -> Mapping[str, str]:
        """Names that are read, by key."""
        return self.position.titles

    def __iter__(self) -> Iterator[Step]:
        """Play: the opening, then the world after each step."""
        if self._played >= 0:
            raise Mistake("these runs have been watched already; call `sim.watch` again")
        if self.engine != NUMPY:
            yield from self._compiled()
            return
        with _undisturbed():
            game = self.position.game(blocks_of(0, self.runs))
            self._record(game)
        yield self._step(game, 0)
        for number in range(1, self.position.steps + 1):
            with _undisturbed():
                play_turn(game, ask_everybody)
                self._record(game)
                self._watchman(game)
            yield self._step(game, number)

    def _compiled(self) -> Iterator[Step]:
        """Play with a compiled program, a year at a time."""
        from sim.engine.compiled import played_months  # jax is not everybody's

        for shown in played_months(self.position, blocks_of(0, self.runs), self._record, self.engine):
            yield self._step(shown, shown.step)
            self._watchman.sound = shown.sound

    def _step(self, game: Played, number: int) -> Step:
        self._played = number
        return Step(number, self.position.date(max(number - 1, 0)), self.runs, game, self._record)

    def result(self) -> xr.Dataset:
        """Return what `sim.sweep` returns of the same runs, whole paths of all of them.

        Raises
        ------
        Mistake
            If they have not been played to the end.
        """
        if self._played < self.position.steps:
            raise Mistake("these runs are not at their end; iterate over all steps first")
        sound = bool(self._watchman.sound[: self.runs].all() and self._record.finite().all())
        chunks = (
            [Chunk(0, self._record, [])]
            if sound
            else play_chunk(self.position, 0, self.runs, self.runs, engine=self.engine)
        )
        return dataset_of(self.position, chunks)


def watch(
    scenario: ScenarioLike, runs: int = RUNS, seed: int = 0, without: str | Collection[str] = (), engine: str = NUMPY
) -> Watch:
    """Play runs and look on: an iterator over the steps, each with every quantity of every run.

    Parameters
    ----------
    scenario : Scenario, str or path
        What to play.
    runs : int
        How many; run *k* is run *k* of any sweep with this seed.
    seed : int
        Seed of all luck.
    without : str or collection of str
        Rules to switch off.
    engine : {"numpy", "jax", "jax-float32"}
        Who plays. What is compiled plays a year at once and shows what a result keeps, not every quantity.

    Returns
    -------
    Watch
        To be iterated over; once it is at its end, its ``result()`` is the Dataset of a sweep.

    Raises
    ------
    Mistake, DocumentError
        If something asked for is impossible.
    """
    count = whole_number(runs, "runs", least=1, most=MOST_RUNS)
    position = opening(scenario_of(scenario), whole_number(seed, "seed"), without)
    position.try_own_rules()
    return Watch(position, count, engine_named(engine))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Play under numpy's settings for it, and give the caller's back before he looks."""
    with straight_loops(), np.errstate(all="ignore"):
        yield
