"""From what somebody asks for, a scenario or an experiment and some wishes, to the study to be played."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.model.arguments import MOST_RUNS, each_name, whole_number
from sim.model.engines import engine_named
from sim.model.mistakes import Mistake, suggest
from sim.model.outcomes import refuse_measure
from sim.scenario.check import load
from sim.scenario.schema import Scenario
from sim.study.experiment import Experiment, Stop, is_experiment, read_experiment, refuse_unknown_scenarios
from sim.study.factors import believed
from sim.study.study import KEPT_PATHS, Study, study_of_experiment, study_of_scenario

RUNS = 1000  # of a scenario, unless asked otherwise
UNCERTAIN = ("prior", "posterior")  # what may be drawn for each run beside the numbers as they stand

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
    uncertainty: str | None = None,
    engine: str | None = None,
) -> Study:
    """Return the study of a scenario or an experiment; what is given here wins over the document.

    With `uncertainty`, ``prior`` or ``posterior``, a scenario is played twice under the same luck: with its numbers as
    they stand, and with a draw of what is not known for each run.

    Raises
    ------
    Mistake, DocumentError
        If something asked for is impossible.
    """
    wanted_stop = what.stop if isinstance(what, Study) else stop
    if wanted_stop is not None:
        refuse_measure(wanted_stop.measure)
    if engine is not None:
        study = study_for(what, runs, seed=seed, kept_paths=kept_paths, without=without, double=double, stop=stop,
                          uncertainty=uncertainty)  # fmt: skip
        return replace(study, engine=engine_named(engine))
    if isinstance(what, Study):
        return what
    runs = None if runs is None else whole_number(runs, "runs", least=1, most=MOST_RUNS)
    seed = None if seed is None else whole_number(seed, "seed")
    kept_paths = None if kept_paths is None else whole_number(kept_paths, "kept_paths")
    without = each_name(without)
    if isinstance(what, Experiment) or (not isinstance(what, Scenario) and is_experiment(what)):
        if uncertainty is not None:
            told = "an experiment says itself what is not known; write 'beside_stated: true' in it, or name a scenario"
            raise Mistake(f"--uncertainty: {told}")
        experiment = what if isinstance(what, Experiment) else read_experiment(what)
        experiment = amended(experiment, runs, seed=seed, kept_paths=kept_paths, without=without, stop=stop)
        refuse_unknown_scenarios(experiment)  # one that Python made has not been asked yet
        scenarios = tuple(scenario_of(experiment.file_of(name)) for name in experiment.scenarios)
        return study_of_experiment(experiment, scenarios, double=double)
    kept = KEPT_PATHS if kept_paths is None else kept_paths
    wanted = RUNS if runs is None else runs
    if uncertainty is not None:
        if stop is not None:
            raise Mistake("with --uncertainty all runs are played, each has its own draw; leave out --until")
        scenario = scenario_of(what)
        folder = Path() if isinstance(what, Scenario) else Path(what).parent
        asked = beside_stated(scenario, uncertainty, wanted, folder)
        asked = amended(asked, None, seed=seed, kept_paths=kept, without=without, stop=None)
        return study_of_experiment(asked, (scenario,), double=double)
    return study_of_scenario(
        scenario_of(what), wanted, seed=seed or 0, kept_paths=kept, without=without, double=double, stop=stop
    )


def beside_stated(scenario: Scenario, uncertainty: str, runs: int, folder: Path) -> Experiment:
    """Return the experiment of a scenario as it stands and, beside it, with what is not known drawn for each run.

    Parameters
    ----------
    scenario : Scenario
        What is played.
    uncertainty : {"prior", "posterior"}
        Draws of what the scenario believes number by number, or of the joint draws in a file that it names.
    runs : int
        Runs of either.
    folder : Path
        Where the file is looked for before the shipped ones.

    Raises
    ------
    Mistake
        If the scenario does not say what is believed, or there are no two runs.
    """
    if uncertainty not in UNCERTAIN:
        hint = suggest(uncertainty, UNCERTAIN)
        raise Mistake(f"there is no uncertainty '{uncertainty}'{hint}; write {' or '.join(UNCERTAIN)}")
    if uncertainty == "posterior" and scenario.posterior is None:
        raise Mistake(
            f"'{scenario.name}' names no posterior; write --uncertainty prior, or 'posterior: FILE' in the scenario, "
            "one that `armsrace calibrate` made"
        )
    if uncertainty == "prior" and not believed(scenario, (), priors=True):
        raise Mistake(
            f"'{scenario.name}' does not say what is believed of its numbers; write 'priors:' in it, or leave out "
            "--uncertainty"
        )
    design: dict[str, Any] = {"points": whole_number(runs, "runs", least=2)}
    if scenario.posterior is not None and uncertainty == "posterior":
        mine = folder / scenario.posterior
        design["file"] = str(mine) if mine.is_file() else scenario.posterior
    return Experiment.model_validate({
        "question": f"{scenario.title}: what is luck, and what is not known?",
        "scenarios": [scenario.name], "design": {uncertainty: design}, "point_per_run": True, "beside_stated": True,
        "name": scenario.name,
    })  # fmt: skip


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
