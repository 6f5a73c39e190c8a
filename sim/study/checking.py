"""A scenario or an experiment checked: what it rests on, what would be played, what is allowed but should be known."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.answers import Answer, Rows, aligned
from sim.scenario.census import census, warnings
from sim.scenario.initial import opening
from sim.scenario.knowledge import knowledge
from sim.scenario.schema import Scenario
from sim.study.experiment import Experiment, is_experiment
from sim.study.factors import overtaken
from sim.study.request import scenario_of, study_for
from sim.study.slots import find_slot, is_heeded
from sim.study.study import Study, looked_at

NO_MISTAKE = "no mistake found"  # whoever gets an answer got no `DocumentError`


@dataclass(frozen=True, repr=False)
class CheckedScenario(Answer):
    """A scenario without mistakes.

    Attributes
    ----------
    scenario : Scenario
        As it was read.
    numbers : mapping of str to int
        How many of its numbers, the parameters in force included, are ``reported``, ``derived`` and ``assumed``.
    warnings : tuple of str
        Settings without effect, races without a level.
    """

    scenario: Scenario
    numbers: Mapping[str, int]
    warnings: tuple[str, ...]

    def __str__(self) -> str:
        """Return the scenario's size, its numbers by basis, and the warnings."""
        s = self.scenario
        size = f"{s.steps} steps, {len(s.states)} states, {len(s.suppliers)} suppliers"
        lines = [f"{s.name}: {s.start} to {s.end}, {size}"]
        lines.append(knowledge(s))
        lines.append("numbers: " + ", ".join(f"{count} {basis}" for basis, count in self.numbers.items()))
        lines += [believed] if (believed := _believed(s)) else []
        return "\n".join([*lines, *(f"warning: {warning}" for warning in self.warnings), NO_MISTAKE])


def _believed(scenario: Scenario) -> str:
    """Say of how many numbers a scenario tells what is believed, and in which file that is joint knowledge."""
    told = [f"{len(scenario.believed())} numbers with a prior"] if scenario.believed() else []
    told += [f"a posterior in {scenario.posterior}"] if scenario.posterior else []
    return f"beside what is played: {' and '.join(told)}" if told else ""


@dataclass(frozen=True, repr=False)
class CheckedExperiment(Answer):
    """An experiment without mistakes, in itself and in its scenarios, at every point.

    Attributes
    ----------
    study : Study
        What would be played: scenarios, points and runs.
    factors : Rows
        What varies, a row for each factor: its role, smallest and largest value, how many numbers, unit and basis.
    warnings : tuple of str
        Factors that an event sets anew on its day.
    """

    study: Study
    factors: Rows
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the question, the number of points and runs, and what varies."""
        experiment, layout = self.study.experiment, self.study.layout
        assert experiment is not None
        some = looked_at(layout.scenarios)
        most = "at most " if self.study.stop else ""
        cells = [
            [f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row.values()] for row in self.factors
        ]
        head = [[*self.factors[0]]] if self.factors else []
        return "\n".join([
            f"{experiment.name}: {experiment.question}",
            f"scenarios: {', '.join(scenario.name for scenario in self.study.scenarios)}",
            f"{experiment.design.kind}: {layout.points} points of {most}{layout.runs} runs, "
            f"{self.study.total} runs in all\n",
            *aligned([*head, *cells]),
            *(f"warning: {warning}" for warning in self.warnings),
            *([f"{some:,} of the points were looked at, the others are before any is played"]
              if some < layout.points else []),
            NO_MISTAKE,
        ])  # fmt: skip


def check(what: Scenario | Experiment | str | os.PathLike[str]) -> CheckedScenario | CheckedExperiment:
    """Check a scenario and count its numbers by basis, or check an experiment and count its points.

    Parameters
    ----------
    what : Scenario, Experiment, str or path
        The name of a shipped one, a file, or one that is loaded.

    Returns
    -------
    CheckedScenario or CheckedExperiment
        What it holds; it has no mistake, or there would be an error.

    Raises
    ------
    DocumentError
        With one sentence ``file:line: path: what is wrong`` for every mistake.
    Mistake
        If there is no such scenario or experiment.

    Examples
    --------
    >>> found = check("richardson")
    >>> found.numbers["reported"], found.warnings
    (1, ())
    """
    if isinstance(what, Experiment) or (not isinstance(what, Scenario) and is_experiment(what)):
        study = study_for(what)
        return CheckedExperiment(study, _factors(study), tuple(dict.fromkeys(_passing(study))))
    scenario = scenario_of(what)
    opening(scenario)  # what cannot begin is no scenario without mistakes
    count = census(scenario)
    numbers = {basis: count[basis] for basis in ("reported", "derived", "assumed")}
    idle = (
        f"{path} has a prior, but counts for nobody" for path in scenario.believed() if not is_heeded(scenario, path)
    )
    return CheckedScenario(scenario, numbers, (*warnings(scenario), *idle))


def _passing(study: Study) -> Iterator[str]:
    """Yield what is said of factors that hold only until an event."""
    assert study.points is not None
    for scenario in study.scenarios:
        for path in (*study.points.factors, *(study.points.sample.factors if study.points.sample else ())):
            sentence, _ = overtaken(scenario, find_slot(scenario, path))
            if sentence:
                yield sentence


def _factors(study: Study) -> Rows:
    """Return what varies over the points; a design may add factors that the document does not name."""
    experiment, points = study.experiment, study.points
    assert experiment is not None
    assert points is not None
    stated: dict[str, str] = {path: figure.basis for path, figure in study.scenarios[0].believed().items()}
    stated |= {path: factor.basis or stated.get(path, "not said") for path, factor in experiment.factors.items()}
    about = [*zip(points.factors, points.roles, points.units, points.values.T, strict=True)]
    if (sample := points.sample) is not None:
        about = [*zip(sample.factors, sample.roles, sample.units, sample.values.T, strict=True), *about]
    return Rows(
        {
            "factor": factor, "role": role, "from": float(values.min()), "to": float(values.max()),
            "numbers": len(set(values.tolist())), "unit": unit,
            "basis": stated.get(factor, ""),
        }
        for factor, role, unit, values in about
    )  # fmt: skip
