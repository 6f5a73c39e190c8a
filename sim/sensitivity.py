"""What an outcome owes to each factor of a design, from the outcomes at its points.

Pure functions of arrays: indices by SALib for the designs made for them, differences from the first
point for stated points, and for draws the split of the variance into what is not known and what is chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit

from sim.design import Points
from sim.variables import Mistake

RESAMPLES = 1000


@dataclass(frozen=True)
class Effect:
    """One row of an analysis.

    Attributes
    ----------
    factor : str
        A factor, two of them joined by " x ", the label of a point, or "" for all together.
    index : str
        What the number is: "first order", "total", "second order", "mu*", "mu", "sigma",
        "difference", "share not known", "share chance".
    value, low, high : float
        The number and its interval; NaN where there is none.
    levers : dict
        The combination of levers under which it holds; empty without levers.
    """

    factor: str
    index: str
    value: float
    low: float
    high: float
    levers: dict[str, float] = field(default_factory=dict)


def sensitivity(points: Points, outcome: ArrayLike, *, level: float = 0.95) -> list[Effect]:
    """Return what an outcome owes to each factor.

    Parameters
    ----------
    points : Points
        The design.
    outcome : array_like
        ``(point, run)``, NaN where a point has fewer runs, or the means ``(point,)``. Run *k* has the
        same luck at every point, so differences are taken run by run.
    level : float
        Coverage of the intervals.

    Returns
    -------
    list of Effect
        For sampled designs under each combination of levers separately.

    Raises
    ------
    Mistake
        If the outcomes are not those of the points, or the design has one point only.
    """
    table = np.asarray(outcome, dtype=np.float64)
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or len(table) != len(points):
        raise Mistake(
            f"these are outcomes of {len(table)} points, the design has {len(points)}; take those of one sweep"
        )
    if np.isnan(table).all(axis=1).any():
        raise Mistake("some points have no outcome yet; finish the sweep first")
    analyses: dict[str, Callable[[Points, np.ndarray, dict[str, float], float], Iterator[Effect]]] = {
        "sobol": _sobol,
        "morris": _morris,
        "latin_hypercube": _variance,
        "prior": _variance,
        "posterior": _variance,
    }
    analyse = analyses.get(str(points.about["design"]))
    if analyse is None:
        return list(_differences(points, table, level))
    size, rows = int(points.about["sample"]), list[Effect]()
    for place, levers in enumerate(points.about["combinations"]):
        rows += analyse(points, table[place * size : (place + 1) * size], levers, level)
    return rows


# -- designs with indices of their own


def _sobol(points: Points, table: np.ndarray, levers: dict[str, float], level: float) -> Iterator[Effect]:
    """Yield first, total and second order indices of the mean outcome."""
    from SALib.analyze import sobol

    second = bool(points.about["settings"].get("second_order"))
    means, names = np.nanmean(table, axis=1), points.about["problem"]["names"]
    if np.ptp(means) == 0.0:
        found: Any = dict.fromkeys(("S1", "S1_conf", "ST", "ST_conf"), np.full(len(names), np.nan))
        second = False
    else:
        found = sobol.analyze(_problem(points), means, calc_second_order=second, num_resamples=RESAMPLES,
                              conf_level=level, seed=points.about["sampler_seed"])  # fmt: skip
    for i, name in enumerate(names):
        for index, key in (("first order", "S1"), ("total", "ST")):
            yield _row(name, index, found[key][i], found[f"{key}_conf"][i], levers)
        for j in range(i + 1, len(names) if second else 0):
            yield _row(f"{name} x {names[j]}", "second order", found["S2"][i, j], found["S2_conf"][i, j], levers)


def _morris(points: Points, table: np.ndarray, levers: dict[str, float], level: float) -> Iterator[Effect]:
    """Yield mu*, mu and sigma: change of the mean outcome over the whole range of a factor."""
    from SALib.analyze import morris

    problem = _problem(points)
    known = [points.factors.index(name) for name in problem["names"]]
    inputs = points.values[: len(table), known]
    levels, seed = points.about["settings"]["levels"], points.about["sampler_seed"]
    found = morris.analyze(problem, inputs, np.nanmean(table, axis=1), RESAMPLES, level, num_levels=levels, seed=seed)
    for i, name in enumerate(problem["names"]):
        yield _row(name, "mu*", found["mu_star"][i], found["mu_star_conf"][i], levers)
        yield _row(name, "mu", found["mu"][i], np.nan, levers)
        yield _row(name, "sigma", found["sigma"][i], np.nan, levers)


def _problem(points: Points) -> dict[str, Any]:
    """Return SALib's problem, a copy since SALib writes into it."""
    problem = points.about["problem"]
    return {**problem, "names": list(problem["names"])}


def _row(name: str, index: str, value: float, half: float, levers: dict[str, float]) -> Effect:
    value, half = float(value), float(half)
    return Effect(name, index, value, value - half, value + half, dict(levers))


# -- draws: what is not known, and what is chance


def _variance(points: Points, table: np.ndarray, levers: dict[str, float], level: float) -> Iterator[Effect]:
    """Yield the shares of the variance of an outcome due to the point and due to luck.

    Points and runs are crossed, since run *k* has the same luck everywhere: the variance of the
    point means, less what luck that acts differently at each point adds to it, is not known; the rest is
    chance. The interval is from points drawn again with replacement.
    """
    whole = table[:, ~np.isnan(table).any(axis=0)]
    if min(whole.shape) < 2:
        raise Mistake("unknowns and chance are told apart by several runs at several points; hand over each run")
    shares = _share_not_known(whole[None])
    rng = np.random.default_rng(points.about["sampler_seed"])
    again = rng.integers(len(whole), size=(RESAMPLES, len(whole)))
    drawn = np.concat([_share_not_known(whole[rows][None]) for rows in again])
    low, high = (
        np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2]) if not np.isnan(drawn).all() else (np.nan,) * 2
    )
    yield Effect("", "share not known", float(shares[0]), float(low), float(high), dict(levers))
    yield Effect("", "share chance", float(1 - shares[0]), float(1 - high), float(1 - low), dict(levers))


def _share_not_known(table: np.ndarray) -> np.ndarray:
    """Return the share of the variance of ``(table, point, run)`` that is due to the point, for each table."""
    runs, number = table.shape[2], table.shape[1]
    point, run = table.mean(2, keepdims=True), table.mean(1, keepdims=True)
    rest = ((table - point - run + table.mean((1, 2), keepdims=True)) ** 2).sum((1, 2)) / ((runs - 1) * (number - 1))
    of_point = np.maximum(point[..., 0].var(1, ddof=1) - rest / runs, 0.0)
    of_run = np.maximum(run[:, 0].var(1, ddof=1) - rest / number, 0.0)
    total = of_point + of_run + rest
    return np.asarray(np.divide(of_point, total, out=np.full_like(total, np.nan), where=total > 0))


# -- stated points


def _differences(points: Points, table: np.ndarray, level: float) -> Iterator[Effect]:
    """Yield the difference of each point from the first, run by run, with Student's interval."""
    if len(table) < 2:
        raise Mistake("there is one point only, so nothing to compare; choose a design with several")
    for index in range(1, len(table)):
        pairs = table[index] - table[0]
        pairs = pairs[~np.isnan(pairs)]
        half = np.nan
        if len(pairs) > 1:
            quantile = stdtrit(len(pairs) - 1, (1 + level) / 2) if len(pairs) < 1000 else ndtri((1 + level) / 2)
            half = float(quantile * pairs.std(ddof=1) / np.sqrt(len(pairs)))
        yield _row(points.labels[index], "difference", float(pairs.mean()), half, {})
