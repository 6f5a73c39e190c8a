"""The two sides of a brief: what it is without, and what it is with what is asked about."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from sim.analysis.cases import as_case, case_named, digest, label, open_case
from sim.model.mistakes import Mistake
from sim.results.manifest import study_of
from sim.scenario.check import load
from sim.scenario.files import shipped_scenarios
from sim.scenario.schema import Scenario
from sim.study.points import at_point
from sim.study.study import Study

FEWEST_PATHS = 2  # whose shares of suppliers can be compared


@dataclass(frozen=True)
class Side:
    """One side of a brief.

    Attributes
    ----------
    name, title : str
        What it is called in a command and in a sentence.
    data : Dataset
        Its runs, one case.
    scenario : Scenario or None
        What was played, levers put in; None where a dataset does not say.
    where : str
        The directory of its result; empty in memory.
    """

    name: str
    title: str
    data: xr.Dataset
    scenario: Scenario | None
    where: str = ""

    @property
    def digest(self) -> str:
        """The digest of what was played."""
        return digest(self.data) if self.scenario is None else self.scenario.digest()


def opened(one: xr.Dataset | str | os.PathLike[str]) -> Side:
    """Return the side that a result is, or one case of it.

    Raises
    ------
    Mistake
        If several cases are left to choose from, or the shares of its suppliers were not kept.
    """
    if isinstance(one, xr.Dataset):
        data = as_case(one)
        return refuse_without_paths(Side(label(data), _title(data), data, _shipped(data)))
    named = case_named(one)
    data = open_case(named)
    scenario = _scenario_of(study_of(named.directory), data)
    return refuse_without_paths(Side(label(data), _title(data), data, scenario, str(named.directory)))


def refuse_without_paths(side: Side) -> Side:
    """Refuse a result of which the shares of suppliers are not known."""
    if side.data.sizes["member"] < FEWEST_PATHS:
        raise Mistake(
            f"'{side.name}' keeps no whole paths, so nobody knows who supplied whom; sweep it anew with "
            "--kept-paths, or name the scenario"
        )
    return side


def _title(data: xr.Dataset) -> str:
    point = str(data.attrs.get("point", ""))
    title = str(data.attrs.get("title") or label(data))
    return f"{title}: {point}" if point else title


def _scenario_of(study: Study, data: xr.Dataset) -> Scenario:
    """Return the scenario of a case, the numbers of its point put in."""
    names = [scenario.name for scenario in study.scenarios]
    place = names.index(str(data.attrs["scenario"])) if len(names) > 1 else 0
    scenario = _shipped(data) or study.scenarios[place]  # the shipped one still knows what it extends
    if study.points is None or "point" not in data.coords:
        return scenario
    return at_point(scenario, study.points, study.points.labels.index(str(data["point"].item())))


def _shipped(data: xr.Dataset) -> Scenario | None:
    """Return the shipped scenario that a dataset was made of, if it still is the same."""
    return _same_as(str(data.attrs.get("scenario", "")), digest(data))


def is_shipped(scenario: Scenario) -> bool:
    """Say whether a scenario is one of the shipped ones, unchanged."""
    return _same_as(scenario.name, scenario.digest()) is not None


def _same_as(name: str, known: str) -> Scenario | None:
    if name not in shipped_scenarios():
        return None
    scenario = load(name)
    return scenario if scenario.digest() == known else None


def beside(out: Path) -> Path:
    """Return the folder in which the results of a brief lie, whatever form it has."""
    return out.with_name(f"{out.stem}_results")
