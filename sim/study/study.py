"""What a sweep plays: one or several scenarios, at one or many parameter points, many runs of each.

A study is a value: it knows its cases and what to keep, and nothing of files or processes. It is
rebuilt from a result directory by `sim.results.manifest.study_of`, so that a worker anywhere can play a batch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np

from sim.answers import Shortened
from sim.model.arguments import MOST_RUNS, each_name, whole_number
from sim.model.engines import NUMPY
from sim.model.mistakes import Mistake
from sim.scenario.initial import Position, opening, unfollowed
from sim.scenario.schema import Scenario
from sim.study.experiment import Experiment, Stop
from sim.study.layout import Layout, cut
from sim.study.points import Points, RunSample, at_point, with_sample
from sim.study.points import points as points_of
from sim.study.slots import find_slot
from sim.version import VERSION

AXES = ("state", "origin", "weapon", "zone")
LOOKED_AT = 1000  # cases of a design
MOST_BATCHES = 1_000_000  # files have names for as many, and so many take months to play
KEPT_PATHS = 1000  # runs of each case whose whole path is kept unless asked otherwise


@dataclass(frozen=True, repr=False)
class Study(Shortened):
    """Everything that decides the numbers of a result.

    Attributes
    ----------
    scenarios : tuple of Scenario
        What is played, one after the other under the same luck.
    layout : Layout
        How many points and runs, and the batches they are cut into.
    kept_paths : int
        Of how many runs of each case, from the first on, the whole path is kept.
    seed : int
        Seed of all luck.
    without : tuple of str
        Rules switched off.
    points : Points or None
        Parameter points; None where the scenario is played as it is.
    experiment : Experiment or None
        The document that asked for it.
    double : bool
        Whether paths are kept as float64 rather than float32.
    stop : Stop or None
        When there are enough runs.
    engine : str
        Who plays the turn (`sim.model.engines`).
    """

    scenarios: tuple[Scenario, ...]
    layout: Layout
    kept_paths: int
    seed: int = 0
    without: tuple[str, ...] = ()
    points: Points | None = None
    experiment: Experiment | None = None
    double: bool = False
    stop: Stop | None = None
    engine: str = NUMPY

    def __post_init__(self) -> None:
        """Refuse scenarios that no result could tell apart."""
        if same := _of_one_name(self.scenarios):
            name = self.scenarios[same[1]].name
            raise Mistake(f"two scenarios are called '{name}', large and small letters aside; rename one of them")

    def position(self, scenario: int, point: int, run: int | None = None) -> Position:
        """Return the position before the first step of one case, or of one of its runs alone."""
        chosen = self.scenarios[scenario]
        if self.points is not None:
            sample = self.points.sample_of(point)
            chosen = at_point(chosen, self.points, point, None if sample is None or run is None else run % len(sample))
            if sample is not None and run is None:
                chosen = with_sample(chosen, sample)
        return opening(chosen, self.seed, self.without)

    @cached_property
    def positions(self) -> tuple[Position, ...]:
        """The opening of each scenario as it is written, whatever the points change."""
        return tuple(opening(scenario, self.seed, self.without) for scenario in self.scenarios)

    @property
    def kind(self) -> type:
        """The type of numbers that paths are kept as."""
        return np.float64 if self.double else np.float32

    @property
    def steps(self) -> int:
        """Number of steps, the same in every scenario."""
        return self.scenarios[0].steps

    @cached_property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """Every label along each axis that any of the scenarios has, in the order of the first to have it."""
        return {
            axis: tuple(dict.fromkeys(label for position in self.positions for label in position.labels[axis]))
            for axis in self.positions[0].labels
        }

    def cases(self) -> Iterator[tuple[int, int]]:
        """Yield scenario and point of every case."""
        for scenario in range(self.layout.scenarios):
            for point in range(self.layout.points):
                yield scenario, point

    def settings(self, point: int, run: int) -> dict[str, float]:
        """Return what the factors are in a run at a point."""
        if self.points is None:
            return {}
        given = dict(zip(self.points.factors, self.points.values[point].tolist(), strict=True))
        sample = self.points.sample_of(point)
        given |= sample.of_run(run) if sample is not None else {}
        return {name: number for name, number in given.items() if number == number}  # NaN leaves the scenario as it is

    @cached_property
    def rules(self) -> frozenset[str]:
        """Rules that somebody follows, in some scenario or at some point."""
        followed = {name for scenario in self.scenarios for _, _, actor in scenario.actors() for name in actor.rules}
        factors = () if self.points is None else self.points.factors
        return frozenset(followed | {factor.rpartition("rules.")[2] for factor in factors if "rules." in factor})

    def identity(self) -> dict[str, Any]:
        """Return what identifies a result, as attributes of its arrays."""
        first = self.scenarios[0]
        about: dict[str, Any] = {
            "seed": self.seed,
            "runs": self.layout.runs,
            "without": list(self.without),
            "version": VERSION,
            "steps_per_year": first.steps_per_year,
            "start": first.start,
            "end": first.end,
        }
        if len(self.scenarios) == 1:
            about |= scenario_identity(first)
        if self.experiment is not None:
            about |= {"experiment": self.experiment.name, "question": self.experiment.question}
        if self.points is not None and self.points.sample is not None and self.points.sample.since:
            about |= {"stated_points": self.points.sample.since, "unknown": self._unknown(self.points.sample)}
        return about

    def _unknown(self, sample: RunSample) -> str:
        """Say of how many numbers each run has a draw of its own, and from where."""
        assert self.experiment is not None
        design = self.experiment.design
        where = Path(design.posterior.file).name if design.posterior else "the priors of the scenario"
        return f"{len(sample.factors)} numbers drawn for each run from {where}"

    @property
    def total(self) -> int:
        """Runs in all."""
        return self.layout.scenarios * self.layout.points * self.layout.runs


def scenario_identity(scenario: Scenario) -> dict[str, str]:
    """Return what identifies a scenario."""
    return {"scenario": scenario.name, "title": scenario.title, "digest": scenario.digest()}


def study_of_scenario(
    scenario: Scenario,
    runs: int,
    *,
    seed: int = 0,
    kept_paths: int = 0,
    without: str | Collection[str] = (),
    double: bool = False,
    stop: Stop | None = None,
) -> Study:
    """Return the study of one scenario as it is written.

    Raises
    ------
    Mistake
        If there are no runs, or more than can be counted.
    """
    runs, kept_paths = whole_number(runs, "runs", least=1, most=MOST_RUNS), whole_number(kept_paths, "kept_paths")
    for _, told in unfollowed(scenario, each_name(without)):
        raise Mistake(told)
    layout = _layout(1, 1, runs, kept_paths, stop)
    return Study((scenario,), layout, min(kept_paths, runs), whole_number(seed, "seed"), each_name(without),
                 double=double, stop=stop)  # fmt: skip


def study_of_experiment(experiment: Experiment, scenarios: tuple[Scenario, ...], *, double: bool = False) -> Study:
    """Return the study an experiment asks for.

    Raises
    ------
    Mistake
        If two of its scenarios have one name, or they do not share their months, or there are no runs.
    """
    _refuse_one_name(experiment, scenarios)
    _refuse_other_times(experiment, scenarios)
    for scenario in scenarios:
        found = [(("without", place), told) for place, told in unfollowed(scenario, experiment.without)]
        if found:
            raise experiment.mistakes(*found)
    points = points_of(experiment, scenarios[0])
    _refuse_impossible(experiment, scenarios, points)
    rows = 1 if points.sample is None else len(points.sample)
    runs = whole_number(rows * experiment.replicates, "runs", most=MOST_RUNS)
    runs = experiment.stop.most if experiment.stop else runs
    kept_paths = kept_paths_of(experiment, runs)
    layout = _layout(len(scenarios), len(points.labels), runs, kept_paths, experiment.stop)
    return Study(scenarios, layout, kept_paths, experiment.seed, tuple(experiment.without), points, experiment, double,
                 experiment.stop)  # fmt: skip


def kept_paths_of(experiment: Experiment, runs: int) -> int:
    """Return of how many of the runs of each case an experiment keeps the whole path."""
    some = KEPT_PATHS if experiment.kept_paths is None else experiment.kept_paths
    return {"summary": 0, "trajectories": min(some, runs), "full": runs}[experiment.keep]


def _refuse_impossible(experiment: Experiment, scenarios: tuple[Scenario, ...], points: Points) -> None:
    """Refuse points that are others in another scenario, or make none; of many, some from the first to the last."""
    for scenario in scenarios:
        theirs = points_of(experiment, scenario)
        if theirs.factors != points.factors or not all(
            np.array_equal(one, other, equal_nan=True)
            for one, other in zip(_tables(theirs), _tables(points), strict=True)
        ):
            names = f"'{scenarios[0].name}' and '{scenario.name}'"
            message = f"{names} have other ranges, so their points would differ; write 'between:' for every factor"
            raise experiment.mistakes((("design",), message))
        places = _places(points)
        for place in np.unique(np.linspace(0, len(places) - 1, looked_at(len(scenarios))).astype(int)).tolist():
            at_point(scenario, points, *places[place])


def _tables(points: Points) -> list[np.ndarray]:
    """Return all numbers of points, those of a sample along the runs too."""
    return [points.values, *([] if points.sample is None else [points.sample.values])]


def _places(points: Points) -> Sequence[tuple[int, int | None]]:
    """Return every point, with every row of a sample along its runs."""
    found: list[tuple[int, int | None]] = []
    for index in range(len(points)):
        sample = points.sample_of(index)
        found += [(index, row) for row in ([None] if sample is None else range(len(sample)))]
    return found


def looked_at(scenarios: int) -> int:
    """Return how many points of each scenario are looked at before a study is made: as many as take seconds."""
    return max(LOOKED_AT // scenarios, 2)


def refuse_impossible_points(study: Study) -> None:
    """Refuse, before anything is played, a point that makes no scenario, wherever it stands among many.

    Raises
    ------
    Mistake
        In one sentence that names the point.
    """
    if study.points is None:
        return
    places = _places(study.points)
    along = () if study.points.sample is None else study.points.sample.factors
    for scenario in study.scenarios:
        if along and all(find_slot(scenario, path).kind == "parameter" for path in along):
            places = places[:1]  # each parameter of each row lies in its range, and that is all that is asked of it
        if len(places) > looked_at(len(study.scenarios)):
            for place in places:
                at_point(scenario, study.points, *place)


def _layout(scenarios: int, points: int, runs: int, kept_paths: int, stop: Stop | None) -> Layout:
    """Cut smaller where paths fill memory or where a stop rule wants to look often."""
    if stop is not None:
        layout = Layout(scenarios, points, runs, span=cut(1, 1, runs, small=True).span, reach=1)
    else:
        layout = cut(scenarios, points, runs, small=kept_paths > 4 * cut(1, 1, runs).span)
    if layout.size > MOST_BATCHES:
        raise Mistake(
            f"{scenarios} scenarios at {points:,} points, {runs:,} runs each, are {layout.size:,} batches, a sweep has "
            f"at most {MOST_BATCHES:,}; ask for fewer runs or points"
        )
    return layout


def _of_one_name(scenarios: Sequence[Scenario]) -> tuple[int, int] | None:
    """Return the places of two scenarios of one name, as labels and disks tell names; None where all have their own."""
    places: dict[str, int] = {}
    for place, scenario in enumerate(scenarios):
        first = places.setdefault(normalize("NFC", scenario.name).casefold(), place)
        if first != place:
            return first, place
    return None


def _refuse_one_name(experiment: Experiment, scenarios: tuple[Scenario, ...]) -> None:
    """Refuse two files of one name, at the second."""
    same = _of_one_name(scenarios)
    if same and same[1] < len(experiment.scenarios):
        one, two = (experiment.file_of(experiment.scenarios[place]) for place in same)
        message = (
            f"'{one}' and '{two}' have one name, '{scenarios[same[1]].name}', large and small letters aside, and a "
            "result tells its scenarios by their names; rename one of the files"
        )
        raise experiment.mistakes((("scenarios", same[1]), message))


def _refuse_other_times(experiment: Experiment, scenarios: tuple[Scenario, ...]) -> None:
    """Refuse scenarios that do not share their steps, at the first that differs."""
    first, *others = scenarios
    for place, other in enumerate(others, 1):
        apart = months_apart(first, other)
        if apart:
            message = f"{apart}; scenarios of one experiment share their months, write an experiment for each"
            raise experiment.mistakes((("scenarios", place), message))


def months_apart(first: Scenario, other: Scenario) -> str:
    """Say which steps two scenarios play if they are not the same; empty where they are."""
    if (other.start, other.end, other.steps_per_year) == (first.start, first.end, first.steps_per_year):
        return ""
    return f"'{first.name}' plays {_steps(first)}, '{other.name}' {_steps(other)}"


def _steps(scenario: Scenario) -> str:
    return f"{scenario.start} to {scenario.end} in {scenario.steps_per_year} steps a year"
