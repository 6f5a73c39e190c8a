"""The public functions of this room under the names that they will have there: variance, targets, sensitivity."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence

import xarray as xr

from sim.analysis import effects
from sim.analysis.targets import Fact, facts
from sim.analysis.variance import parts
from sim.answers import Answer, Rows
from sim.model.mistakes import Mistake
from sim.results import open as results
from sim.results.manifest import directory, study_of
from sim.study.request import ScenarioLike


class Judged(Answer, list[Fact]):
    """Targets, each met or missed or not computed."""

    def __str__(self) -> str:
        """Return a line for each."""
        return "\n".join("  ".join(fact.cells()) if not fact.why else f"{fact.code}  {fact.why}" for fact in self)


def variance(result: str | os.PathLike[str]) -> xr.Dataset:
    """Split the variance of every outcome of a designed sweep; parameters and what it raises are those of `parts`.

    Raises
    ------
    Mistake
        If there are not two points with the same luck.
    """
    return parts(results.open_result(result))


def targets(scenario: ScenarioLike, runs: int = 1000, *, seed: int = 0, progress: bool = False) -> Sequence[Fact]:
    """Play a scenario and compare it with the record, target by target.

    Raises
    ------
    Mistake
        If there are too few or too many runs.
    """
    if not 2 <= runs <= 2000:
        raise Mistake(f"--runs {runs} is not possible here; ask for 2 to 2000, their whole paths are kept")
    return Judged(facts(scenario, runs, seed=seed, progress=progress))


def sensitivity(result: str | os.PathLike[str], measures: Collection[str] = ("war_probability",)) -> Rows:
    """Say which factors of a designed sweep drive an outcome.

    Raises
    ------
    Mistake
        If nothing varies in the result.
    """
    data, points = results.open_result(result), study_of(directory(result)).points
    if points is None:
        raise Mistake(f"{result} is a sweep of one scenario, nothing varies; sweep an experiment with several points")
    return Rows(effects.drivers(data, points, measures))
