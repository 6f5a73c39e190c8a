"""What moves an outcome: the factors of a design in the order of what the outcome owes to them, in words."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import numpy as np
import xarray as xr

from sim.analysis.cases import designed
from sim.analysis.effects import sensitivity
from sim.analysis.factor_effects import ANALYSES, DIFFERENCE
from sim.analysis.factor_words import factor_words, names_of
from sim.measures.run_outcomes import run_measures
from sim.model.mistakes import Mistake
from sim.study.points import Points
from sim.study.request import StudyLike, study_for

MEASURE = "war_probability"
INDEX = {"sobol": "total", "morris": "mu*"}  # one number for each factor; the regression on ranks has but one
ENDS = ("low", "high")


def tornado(
    result: xr.Dataset | str | os.PathLike[str],
    measure: str | None = None,
    *,
    experiment: StudyLike | Points | None = None,
) -> xr.Dataset:
    """Return what an outcome owes to each factor of a design, the largest first.

    Parameters
    ----------
    result : path or Dataset
        The result directory of an experiment, or ``DIR@scenario=NAME`` of one with several scenarios.
    measure : str, optional
        The outcome; the probability of a campaign unless given.
    experiment : Experiment, str, path or Points, optional
        What was swept, where the result is a dataset: a directory knows it.

    Returns
    -------
    Dataset
        ``effect``, ``low``, ``high`` (95 % interval), ``sure`` (whether it is clear of luck) and ``setting (end,
        factor)``: the difference that either end of a factor makes where each is moved alone, in the unit of the
        outcome; otherwise the index of the design in the place of the low end, and the ends between which the factor
        moved. ``baseline``: the outcome where nothing is moved, or on average. Coordinates ``sentence``, ``number``,
        ``whose`` and ``factor_unit (factor)``. Attributes ``index``, ``measure``, ``unit``, ``levers``.

    Raises
    ------
    Mistake
        If there are several scenarios and none is chosen, no such outcome, or a design that tells no factors apart.
    """
    data, study = designed(result)
    if "scenario" in data.dims:
        there = ", ".join(map(str, data["scenario"].values))
        raise Mistake(
            f"this result has the scenarios {there}; choose one, as in DIR@scenario={data['scenario'].values[0]}"
        )
    points = experiment if isinstance(experiment, Points) else (
        study.points if study is not None else study_for(experiment).points if experiment else None
    )  # fmt: skip
    name = measure or MEASURE
    rows = sensitivity(data, name, experiment=points)
    assert points is not None  # or sensitivity has refused
    kind = str(points.about["design"])
    if kind in ANALYSES:
        out = _indices(points, [row for row in rows if row["levers"] == rows[0]["levers"]], INDEX.get(kind))
    elif kind == "one_at_a_time":
        out = _ends(points, rows)
    else:
        raise Mistake(f"the points of a design '{kind}' are no factors moved one by one; sweep a design one_at_a_time, "
                      "sobol, morris or latin_hypercube")  # fmt: skip
    size = np.nan_to_num(np.abs(out["effect"].values), nan=-1.0).max(0)
    out = out.isel(factor=np.argsort(-size, kind="stable"))
    values = next(values for found, values in run_measures(data).items() if found.name == name)
    base = values.isel(point=0) if kind == "one_at_a_time" else values
    kept = ("seed", "version", "digest", "scenario", "title", "failed")
    about: dict[str, Any] = {key: data.attrs[key] for key in kept if key in data.attrs}
    return _described(out, points, names_of(data)).assign(baseline=float(base.mean())).assign_attrs(
        about, measure=name, unit=_unit(rows, out.attrs["index"]), design=kind,
        levers=rows[0]["levers"], settings=len({row["levers"] for row in rows}), runs=data.sizes["run"],
        points=len(points) if points.sample is None else len(points.sample),
    )  # fmt: skip


def _unit(rows: Iterable[dict[str, Any]], index: str) -> str:
    """Return the unit of an index."""
    return next(str(row["unit"]) for row in rows if row["index"] == index)


def _ends(points: Points, rows: Iterable[dict[str, Any]]) -> xr.Dataset:
    """Return the differences that the lowest and the highest number of each factor make alone."""
    changed = points.about["changed"]
    shape = (2, len(points.factors))
    out = {name: np.full(shape, np.nan) for name in ("effect", "low", "high", "setting")}
    found = {str(row["factor"]): row for row in rows if row["index"] == DIFFERENCE}
    for column, factor in enumerate(points.factors):
        base = points.values[0, column]
        moved = {points.values[i, column]: points.labels[i] for i, name in enumerate(changed) if name == factor}
        for end, pick in enumerate((min, max)):
            number = pick([*moved, base])
            out["setting"][end, column] = number
            if number != base:
                row = found[moved[number]]
                for name, key in (("effect", "value"), ("low", "low"), ("high", "high")):
                    out[name][end, column] = row[key]
    sure = (out["low"] > 0) | (out["high"] < 0)
    return _table(points.factors, out | {"sure": sure}, DIFFERENCE)


def _indices(points: Points, rows: Iterable[dict[str, Any]], index: str | None) -> xr.Dataset:
    """Return the index of a sampled design for each factor, in the place of the low end."""
    along = points if points.sample is None else points.sample
    wanted = index or "rank regression"
    found = [row for row in rows if row["index"] == wanted]
    columns = [along.factors.index(row["factor"]) for row in found]
    out = {name: np.full((2, len(found)), np.nan) for name in ("effect", "low", "high", "setting")}
    sure = np.zeros((2, len(found)), bool)
    for place, row in enumerate(found):
        out["effect"][0, place], out["low"][0, place], out["high"][0, place] = row["value"], row["low"], row["high"]
        sure[0, place] = not row["swamped"] and (row["low"] > 0 or row["high"] < 0)
    out["setting"][:] = along.values[:, columns].min(0), along.values[:, columns].max(0)
    return _table([str(row["factor"]) for row in found], out | {"sure": sure}, wanted)


def _table(factors: Iterable[str], parts: dict[str, np.ndarray], index: str) -> xr.Dataset:
    """Lay out what is known of each end of each factor."""
    arrays = {name: (("end", "factor"), values) for name, values in parts.items()}
    return xr.Dataset(arrays, coords={"end": list(ENDS), "factor": list(factors)}, attrs={"index": index})


def _described(out: xr.Dataset, points: Points, names: dict[str, str]) -> xr.Dataset:
    """Name the factors in words, and their units."""
    units = dict(zip(points.factors, points.units, strict=True))
    if points.sample is not None:
        units |= dict(zip(points.sample.factors, points.sample.units, strict=True))
    paths = [str(path) for path in out["factor"].values]
    words = [factor_words(path, names) for path in paths]
    parts = {part: ("factor", [getattr(one, part) for one in words]) for part in ("sentence", "number", "whose")}
    return out.assign_coords(parts | {"factor_unit": ("factor", [units[path] for path in paths])})
