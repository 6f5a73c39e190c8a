"""From what somebody asks for, a scenario or an experiment and some wishes, to the study to be played."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Any

from sim.model.arguments import MOST_RUNS, each_name, whole_number
from sim.model.outcomes import refuse_measure
from sim.scenario.check import load
from sim.scenario.schema import Scenario
from sim.study.experiment import Experiment, Stop, is_experiment, read_experiment, refuse_unknown_scenarios
from sim.study.study import KEPT_PATHS, Study, study_of_experiment, study_of_scenario

RUNS = 1000  # of a scenario, unless asked otherwise

ScenarioLike = Scenario | str | os.PathLike[str]
StudyLike = ScenarioLike | Experiment | Study  # a study is played as it is


def scenario_of(scenario: ScenarioLike) -> Scenario:
    """Return a checked scenario, given itself, its name or its file."""
    return scenario if isinstance(scenario, Scenario) else load(scenario)


def study_for(
    what: StudyLike,
    runs: int | None = None,
    *,
    seed: int | None = None,
    kept_paths: int | None = None,
    without: str | Collection[str] = (),
    double: bool = False,
    stop: Stop | None = None,
) -> Study:
    """Return the study of a scenario or an experiment; what is given here wins over the document.

    Raises
    ------
    Mistake, DocumentError
        If something asked for is impossible.
    """
    wanted_stop = what.stop if isinstance(what, Study) else stop
    if wanted_stop is not None:
        refuse_measure(wanted_stop.measure)
    if isinstance(what, Study):
        return what
    runs = None if runs is None else whole_number(runs, "runs", least=1, most=MOST_RUNS)
    seed = None if seed is None else whole_number(seed, "seed")
    kept_paths = None if kept_paths is None else whole_number(kept_paths, "kept_paths")
    without = each_name(without)
    if isinstance(what, Experiment) or (not isinstance(what, Scenario) and is_experiment(what)):
        experiment = what if isinstance(what, Experiment) else read_experiment(what)
        experiment = amended(experiment, runs, seed=seed, kept_paths=kept_paths, without=without, stop=stop)
        refuse_unknown_scenarios(experiment)  # one that Python made has not been asked yet
        scenarios = tuple(scenario_of(experiment.file_of(name)) for name in experiment.scenarios)
        return study_of_experiment(experiment, scenarios, double=double)
    kept = KEPT_PATHS if kept_paths is None else kept_paths
    wanted = RUNS if runs is None else runs
    return study_of_scenario(
        scenario_of(what), wanted, seed=seed or 0, kept_paths=kept, without=without, double=double, stop=stop
    )


def amended(
    experiment: Experiment,
    runs: int | None,
    *,
    seed: int | None,
    kept_paths: int | None,
    without: Collection[str],
    stop: Stop | None,
) -> Experiment:
    """Return an experiment with what is asked for otherwise; its stop rule keeps to the runs asked for."""
    if experiment.point_per_run and runs is not None:
        told = "here the design says how many runs there are, each with a point of its own; leave out --runs"
        raise experiment.mistakes((("point_per_run",), told))
    stop = stop or experiment.stop
    if stop is not None and runs is not None:
        stop = stop.model_copy(update={"most": runs})
    asked: dict[str, Any] = {"replicates": runs, "seed": seed, "stop": stop, "without": [*without] or None}
    update = {name: value for name, value in asked.items() if value is not None}
    if kept_paths is not None:
        update |= {"keep": "trajectories", "kept_paths": kept_paths} if kept_paths else {
            "keep": "summary", "kept_paths": None}  # fmt: skip
    return experiment.model_copy(update=update)
