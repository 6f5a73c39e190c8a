"""Which factors of a designed sweep drive its outcomes: the analysis of its design, outcome by outcome."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, cast

import numpy as np
import xarray as xr

from sim.analysis.cases import designed
from sim.analysis.factor_effects import CHANGED, DIFFERENCE, IN_UNITS, LUCK, Effect, factor_effects
from sim.analysis.lever_effects import lever_effects
from sim.answers import Rows
from sim.measures.run_outcomes import Measure, run_measures
from sim.model.arguments import each_name
from sim.model.mistakes import Mistake, suggest
from sim.scenario.problems import one_of
from sim.study.points import Points
from sim.study.request import StudyLike, study_for

Row = dict[str, Any]
# shown in this order
FIRST = ("total", "first order", "second order", "mu*", "mu", "sigma", "rank regression", DIFFERENCE, CHANGED)


def sensitivity(
    result: xr.Dataset | str | os.PathLike[str],
    measures: str | Collection[str] = ("war_probability",),
    *,
    experiment: StudyLike | Points | None = None,
) -> Rows:
    """Return what outcomes of a designed sweep owe to each factor.

    Parameters
    ----------
    result : path or Dataset
        The result directory of an experiment; or outcomes ``([scenario,] point, run)``.
    measures : str or collection of str
        Outcomes, by name as in `sim.measures.run_outcomes.run_measures`.
    experiment : Experiment, str, path or Points, optional
        What was swept, where the result is a dataset: a directory knows it.

    Returns
    -------
    Rows
        ``scenario``, ``levers``, ``measure``, ``index``, ``factor``, ``value``, ``low``, ``high`` (95 % interval of
        design and luck together), ``luck`` (how far Monte Carlo error may have moved the value), ``swamped``,
        ``unit``; within an index the largest first.

    Raises
    ------
    Mistake
        If there is no such outcome, or one point only, or nothing says which design was played.
    """
    data, study = designed(result)
    if study is None and experiment is None:
        raise Mistake("a dataset does not say how its points were chosen; name its result directory or its experiment")
    points = experiment if isinstance(experiment, Points) else (study or study_for(cast(StudyLike, experiment))).points
    if points is None:
        said = "this result" if isinstance(result, xr.Dataset) else os.fspath(result)
        raise Mistake(f"{said} is a sweep of one scenario, nothing varies; sweep an experiment with several points")
    rows: list[Row] = []
    for scenario, one in _scenarios(data):
        for measure, values in _chosen(run_measures(one), measures):
            if points.sample is not None:
                each, table = _row_by_row(points, np.atleast_2d(values.transpose(..., "run").values))
                rows += [_row(scenario, measure, effect) for effect in factor_effects(each, table)]
                continue
            if "point" not in values.dims:
                told = "`armsrace compare` tells its scenarios apart" if "scenario" in data.dims else (
                    "sweep a design with several")  # fmt: skip
                raise Mistake(f"this result has one parameter point, so nothing differs; {told}")
            table = values.transpose("point", "run").values
            found = [*factor_effects(points, table), *lever_effects(points, table)]
            rows += [_row(scenario, measure, effect) for effect in found]
    return Rows(sorted(rows, key=_order(rows)))


def _row_by_row(points: Points, table: np.ndarray) -> tuple[Points, np.ndarray]:
    """Return a design whose runs have points of their own as one of many points, and the mean outcome of each.

    A row is left out where all its runs broke.
    """
    assert points.sample is not None
    settings, table = points.values[points.sample.since :], table[points.sample.since :]
    number = np.arange(table.shape[1]) % len(points.sample)
    known = np.isfinite(table)
    runs = np.stack([np.bincount(number, row, len(points.sample)) for row in known.astype(float)])
    total = np.stack([np.bincount(number, row, len(points.sample)) for row in np.where(known, table, 0.0)])
    sound = (runs > 0).all(0)
    sample, many = points.sample.values[sound], len(settings)
    each = Points(
        (*points.sample.factors, *points.factors), (*points.sample.roles, *points.roles),
        (*points.sample.units, *points.units),
        np.hstack([np.tile(sample, (many, 1)), np.repeat(settings, len(sample), axis=0)]),
        tuple(map(str, range(many * len(sample)))), {**points.about, "sample": len(sample)},
    )  # fmt: skip
    return each, (total[:, sound] / runs[:, sound]).ravel()


def _scenarios(result: xr.Dataset) -> Iterator[tuple[str, xr.Dataset]]:
    """Yield each scenario and its part of a result."""
    if "scenario" not in result.dims:
        yield str(result.attrs.get("scenario", "")), result
        return
    for place, name in enumerate(result["scenario"].values):
        yield str(name), result.isel(scenario=place)


def _chosen(
    found: Mapping[Measure, xr.DataArray], names: str | Collection[str]
) -> Iterator[tuple[Measure, xr.DataArray]]:
    """Yield the outcomes asked for, in the order asked for."""
    known = {measure.name: measure for measure in found}
    for name in dict.fromkeys(each_name(names)):
        if name not in known:
            raise Mistake(f"there is no measure '{name}'{suggest(name, known) or '; write ' + one_of(known)}")
        yield known[name], found[known[name]]


def _row(scenario: str, measure: Measure, effect: Effect) -> Row:
    levers = ", ".join(f"{name} {number:g}" for name, number in effect.levers.items())
    unit = measure.unit if effect.index in IN_UNITS else "share" if effect.index != "rank regression" else "1"
    return {
        "scenario": scenario, "levers": levers, "measure": measure.name, "index": effect.index,
        "factor": effect.factor or "all together", "value": effect.value, "low": effect.low, "high": effect.high,
        "luck": effect.luck, "swamped": effect.swamped, "unit": unit,
    }  # fmt: skip


def _order(rows: list[Row]) -> Any:
    """Return a key that keeps scenarios, levers and measures together and puts the largest of each index first."""
    places: dict[tuple[str, ...], int] = {}
    for row in rows:
        places.setdefault((row["scenario"], row["levers"], row["measure"]), len(places))

    def key(row: Row) -> tuple[int, int, float]:
        index = FIRST.index(row["index"]) if row["index"] in FIRST else len(FIRST)
        size = abs(row["value"])
        return places[row["scenario"], row["levers"], row["measure"]], index, -size if np.isfinite(size) else np.inf

    return key


def mostly_luck(rows: Iterable[Mapping[str, Any]], most: float = 0.2) -> list[Mapping[str, Any]]:
    """Return the rows that say Monte Carlo error is more than so large a share of what differs between points."""
    return [row for row in rows if row["index"] == LUCK and row["value"] > most]
