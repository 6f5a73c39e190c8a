"""Which part of the spread is uncertain parameters, and which is chance.

A designed sweep plays every parameter point with the same luck, so points and runs are crossed:
the variance of an outcome splits into what points explain, what runs explain, and what neither does
alone, because luck weighs differently under different parameters. Two-way random effects without
repetition; the parts are estimated by the method of moments.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import xarray as xr

from sim.analysis.cases import designed
from sim.answers import Rows
from sim.measures.intervals import student_quantile
from sim.measures.run_outcomes import Measure, labelled, run_measures
from sim.model.mistakes import Mistake
from sim.model.world import Array

COMPONENTS = ("parameters", "chance", "interaction")
LEVER = "lever"  # role of a factor that is chosen, not uncertain: its settings are told apart, not averaged
WHERE = {"scenario": "scenario", "levers": "levers", "measure": "name", "who": "who"}  # columns of a row
GROUPS = 50  # of points or runs left out in turn by the jackknife


def components(values: Array) -> Array:
    """Return the variance due to points, to runs and to both together, unbiased.

    Parameters
    ----------
    values : ndarray, (point, run)
        One outcome, without gaps.

    Returns
    -------
    ndarray, (3,)
        A part that is nil may come out slightly negative.

    References
    ----------
    Searle, Casella and McCulloch (1992), Variance Components, chapter 4.

    Examples
    --------
    >>> luck, points = np.array([-1.0, 0.0, 1.0]), np.array([0.0, 4.0])
    >>> components(points[:, None] + luck).round(12).tolist()
    [8.0, 1.0, 0.0]
    """
    points, runs = values.shape
    middle = values.mean()
    by_point, by_run = values.mean(1) - middle, values.mean(0) - middle
    rest = values - middle - by_point[:, None] - by_run
    both = (rest * rest).sum() / ((points - 1) * (runs - 1))
    of_points = (by_point * by_point).sum() / (points - 1) - both / runs
    of_runs = (by_run * by_run).sum() / (runs - 1) - both / points
    return np.array([of_points, of_runs, both])


def shares(values: Array) -> Array:
    """Return the parts of the variance as shares that sum to one, negative ones taken for nil; NaN without any."""
    found = np.maximum(components(values), 0.0)
    total = found.sum()
    return found / total if total > 1e-24 * max(float((values * values).mean()), 1e-300) else np.full(3, np.nan)


def intervals(values: Array) -> tuple[Array, Array]:
    """Return the 95 % interval of each share, ``(3,)``, from leaving out points and runs in turn.

    The jackknife variances over groups of points and over groups of runs are added: the estimate would move
    if other points had been drawn, and if other luck had been. What both share is counted twice, so
    the interval errs on the wide side.
    """
    middle = shares(values)
    variance, fewest = np.zeros(3), GROUPS
    for axis in (0, 1):
        size = values.shape[axis]
        groups = min(size, GROUPS)
        fewest = min(fewest, groups)
        if size - -(-size // groups) < 2:
            return np.zeros(3), np.ones(3)  # two points say nothing about how points differ
        each = np.array([shares(np.delete(values, np.arange(first, size, groups), axis)) for first in range(groups)])
        variance += (groups - 1) / groups * ((each - each.mean(0)) ** 2).sum(0)
    reach = student_quantile(fewest) * np.sqrt(variance)
    return np.clip(middle - reach, 0.0, 1.0), np.clip(middle + reach, 0.0, 1.0)


def complete(values: Array) -> Array:
    """Return the largest part without gaps that is easily found: points mostly there, then runs wholly there.

    Parameters
    ----------
    values : ndarray, (point, run)
        Missing where a run failed.
    """
    known = np.isfinite(values)
    points = known.mean(1) > 0.5
    runs = known[points].all(0)
    part: Array = values[points][:, runs]
    return part


# -- a designed sweep


def variance(result: xr.Dataset | str | os.PathLike[str]) -> xr.Dataset:
    """Split the variance of every outcome into parameters, chance and both together.

    Parameters
    ----------
    result : Dataset or path
        A designed sweep, or its result directory: outcomes ``([scenario,] point, run)`` under common random numbers.
        Where the design holds levers (``factor_role``), points are split by the settings of the levers first.
        Distributions that a scenario itself holds are drawn with the run and count as chance.

    Returns
    -------
    Dataset
        ``share``, ``low``, ``high (group, measure, component)`` [share of the variance]; ``variance (group, measure,
        component)`` unbiased, so that one that is nil may be slightly negative; ``mean``, ``sd``, ``points`` and ``runs
        (group, measure)``; a group is a scenario and a setting of the levers. Attribute ``design``, where a directory
        tells it.

    Raises
    ------
    Mistake
        If there are not two points with the same luck in any group.
    """
    data, study = designed(result)
    if data.sizes.get("point", 1) < 2:
        raise Mistake(
            "this result has one parameter point, so nothing tells parameters and chance apart; "
            "sweep a design with several points"
        )
    found = [
        (scenario, levers, measure, complete(np.asarray(values.transpose("point", "run"), float)))
        for scenario, levers, some in _groups(data)
        for measure, values in run_measures(some).items()
    ]
    groups = list(dict.fromkeys((scenario, levers) for scenario, levers, _, _ in found))
    if all(min(values.shape) < 2 for *_, values in found):
        raise Mistake(
            "no setting of the levers has two points and two runs that are sound at both; "
            "sweep more points for each setting, or more runs"
        )
    split = [_split(values) for *_, values in found]
    out = _dataset(data, groups, [measure for *_, measure, _ in found], split)
    known = study.experiment if study is not None else None
    return out.assign_attrs({} if known is None else {"design": known.design.kind})


def _groups(result: xr.Dataset) -> Iterator[tuple[str, str, xr.Dataset]]:
    """Yield scenario, setting of the levers in words, and the points that share them."""
    scenarios = result["scenario"].values if "scenario" in result.dims else [result.attrs.get("scenario", "")]
    settings = _settings(result)
    for i, scenario in enumerate(scenarios):
        one = result.isel(scenario=i) if "scenario" in result.dims else result
        for levers in dict.fromkeys(settings):
            yield str(scenario), levers, one.isel(point=[p for p, said in enumerate(settings) if said == levers])


def _settings(result: xr.Dataset) -> list[str]:
    """Return the settings of the levers at each point, in words."""
    roles = [str(role) for role in result["factor_role"].values] if "factor_role" in result else []
    if LEVER not in roles:
        return [""] * result.sizes["point"]
    names, values = result["factor"].values, result["factor_values"].transpose("point", "factor").values
    chosen = [i for i, role in enumerate(roles) if role == LEVER]
    return [", ".join(f"{names[i]} {_plain(row[i])}" for i in chosen) for row in values]


def _plain(value: Any) -> str:
    """Return a setting as a reader would write it."""
    try:
        return f"{float(value):g}"
    except ValueError:
        return str(value)


def _split(values: Array) -> dict[str, Any]:
    """Return what is said of one outcome in one group; missing with fewer than two points or runs."""
    points, runs = values.shape
    nothing = np.full(3, np.nan)
    if min(points, runs) < 2:
        return {"variance": nothing, "share": nothing, "low": nothing, "high": nothing, "mean": np.nan, "sd": np.nan,
                "points": points, "runs": runs}  # fmt: skip
    variance, share = components(values), shares(values)
    low, high = intervals(values) if np.isfinite(share).all() else (nothing, nothing)
    return {
        "variance": variance, "share": share, "low": low, "high": high, "mean": float(values.mean()),
        "sd": float(np.sqrt(max(variance.sum(), 0.0))), "points": points, "runs": runs,
    }  # fmt: skip


def _dataset(
    result: xr.Dataset, groups: list[tuple[str, str]], measures: list[Measure], split: list[dict[str, Any]]
) -> xr.Dataset:  # fmt: skip
    """Label the components, which come group by group in the same order of measures."""
    names = measures[: len(measures) // len(groups)]
    shape = (len(groups), len(names))
    out = xr.Dataset(
        coords={
            "scenario": ("group", [scenario for scenario, _ in groups]),
            "levers": ("group", [levers for _, levers in groups]),
            **labelled(names),
            "component": list(COMPONENTS),
        }
    )
    for key in split[0]:
        array = np.array([one[key] for one in split])
        dims = ("group", "measure", "component") if array.ndim == 2 else ("group", "measure")
        out[key] = (dims, array.reshape(*shape, *array.shape[1:]))
    out["share"].attrs = {"units": "share", "long_name": "share of the variance over points and runs"}
    kept = ("seed", "version", "digest", "scenario", "title", "runs", "failed")
    return out.assign_attrs({key: result.attrs[key] for key in kept if key in result.attrs})


def variance_rows(found: xr.Dataset) -> Rows:
    """Return one row for each group and measure."""
    places = product(range(found.sizes["group"]), range(found.sizes["measure"]))
    return Rows(_row(found.isel(group=group, measure=measure)) for group, measure in places)


def _row(one: xr.Dataset) -> dict[str, Any]:
    """Return the row of one measure in one group."""
    row = {column: str(one[name].item()) for column, name in WHERE.items()}
    row |= {key: one[key].item() for key in ("mean", "sd", "points", "runs")}
    for component in COMPONENTS:
        for suffix, key in (("", "share"), ("_low", "low"), ("_high", "high"), ("_variance", "variance")):
            row[f"{component}{suffix}"] = one[key].sel(component=component).item()
    return row | {"unit": str(one["unit"].item())}
