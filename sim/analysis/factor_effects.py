"""What an outcome owes to each factor of a design, from the outcomes at its points.

Each design has the analysis it was made for: Sobol' indices (Saltelli et al. 2010) and elementary effects
(Morris 1991) by SALib, differences from the first point under common random numbers for stated points. Draws (Latin
hypercube, prior, posterior) are too few for density-based indices, so they get a regression on ranks, which asks
only that effects are monotone and says by its R² how far that goes; `sim.analysis.variance` splits their variance.

Outcomes are means over runs, and luck that acts otherwise at each point looks like an effect. So every
analysis is repeated with a twentieth of the runs left out in turn, at all points the same runs: by the jackknife,
how far luck may have moved the number. It is shown beside the number and not taken off it.

Intervals are the estimate and its standard error to either side, as in SALib, of the bootstrap of the design and the
jackknife of luck added in quadrature. They are not cut at 0 or 1: the estimators of shares are themselves not
confined to them, percentiles of the same bootstrap reach as far and cover no better (g-function of Sobol', 32 to 512
base points), and an interval that leaves the range says plainly that the points are few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sim.measures.intervals import LEVEL, normal_quantile, reach_of_mean, student_quantile
from sim.model.mistakes import Mistake
from sim.study.points import Points

RESAMPLES = 1000
FEWEST_RESAMPLES, LOOKS = 100, 500_000  # of many draws there are fewer resamples: so many draws in all
GROUPS = 20  # of runs, left out in turn
TOGETHER = ""  # in place of a factor: all of them
LUCK = "share of luck"
DIFFERENCE, CHANGED = "difference", "change of difference"
IN_UNITS = ("mu*", "mu", "sigma", DIFFERENCE, CHANGED)  # of the outcome; the rest are shares


@dataclass(frozen=True)
class Effect:
    """One row of an analysis.

    Attributes
    ----------
    factor : str
        A factor, two of them joined by " x ", the label of a point, or "" for all together.
    index : str
        What the number is: "first order", "total", "second order"; "mu*", "mu", "sigma"; "rank regression"
        (change of the outcome's rank, in standard deviations, with one of the factor's), "R² of ranks"; "difference",
        "change of difference" (what another lever makes of it); "share of luck" (how much of the variance between
        the means of points is Monte Carlo error).
    value, low, high : float
        The number and its interval, of design and luck together, not cut at 0 or 1; NaN where there is none. It
        does not hold the bias that luck gives the number, which `luck` does.
    luck : float
        How far Monte Carlo error may have moved the number: its bias and half of its interval. NaN without single runs.
    levers : dict
        The combination of levers under which it holds; empty without levers.
    """

    factor: str
    index: str
    value: float
    low: float
    high: float
    luck: float = np.nan
    levers: dict[str, float] = field(default_factory=dict)

    @property
    def swamped(self) -> bool:
        """Whether Monte Carlo error alone could make a number of this size."""
        return bool(self.luck >= abs(self.value) and self.luck > 0.0)


Index = tuple[str, str, float, float]  # factor, index, number, half of the interval that the design leaves
Analysis = Callable[[Points, np.ndarray, float, int], Iterator[Index]]


def factor_effects(points: Points, outcome: ArrayLike, *, level: float = LEVEL) -> list[Effect]:
    """Return what an outcome owes to each factor.

    Parameters
    ----------
    points : Points
        The design.
    outcome : array_like
        ``(point, run)``, NaN where a point has fewer runs, or the means ``(point,)``. Run *k* has the
        same luck at every point.
    level : float
        Coverage of the intervals.

    Returns
    -------
    list of Effect
        For sampled designs under each combination of levers separately.

    Raises
    ------
    Mistake
        If the outcomes are not those of the points, or the design has too few of them.
    """
    table = np.asarray(outcome, dtype=np.float64)
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or len(table) != len(points):
        raise Mistake(
            f"these are outcomes of {len(table)} points, the design has {len(points)}; take those of one sweep"
        )
    if np.isnan(table).all(axis=1).any():
        raise Mistake("some points have no outcome yet; finish the sweep first")
    analyse = ANALYSES.get(str(points.about["design"]))
    if analyse is None:
        return list(_differences(points, table, level))
    size, rows = int(points.about["sample"]), list[Effect]()
    for place, levers in enumerate(points.about["combinations"]):
        part = table[place * size : (place + 1) * size]
        rows += [replace(row, levers=dict(levers)) for row in _with_luck(analyse, points, part, level)]
    return rows


def _with_luck(analyse: Analysis, points: Points, table: np.ndarray, level: float) -> Iterator[Effect]:
    """Yield the numbers of an analysis of ``(point, run)``, with what luck adds to their uncertainty."""
    found = list(analyse(points, np.nanmean(table, axis=1), level, RESAMPLES))
    whole = table[:, ~np.isnan(table).any(axis=0)]
    bias, half = _jackknife(analyse, points, whole, level, len(found))
    share = _share_of_luck(whole)
    for (name, index, value, of_design), moved, of_luck in zip(found, bias, half, strict=True):
        reach = float(np.hypot(of_design, np.nan_to_num(of_luck)))
        # to a total index luck is an interaction of everything, and adds its whole share
        moved = np.fmax(abs(moved), share) if index == "total" else abs(moved)
        yield Effect(name, index, value, value - reach, value + reach, float(moved + of_luck))
    yield Effect(TOGETHER, LUCK, share, np.nan, np.nan, np.nan)


def _share_of_luck(whole: np.ndarray) -> float:
    """Return which share of the variance of point means, of ``(point, run)``, is luck that differs by point."""
    points, runs = whole.shape
    if min(points, runs) < 2 or np.ptp(whole.mean(axis=1)) == 0.0:
        return float("nan")
    rest = whole - whole.mean(1, keepdims=True) - whole.mean(0) + whole.mean()
    noise = float((rest * rest).sum()) / ((points - 1) * (runs - 1)) / runs
    return float(min(noise / whole.mean(axis=1).var(ddof=1), 1.0))


def _jackknife(analyse: Analysis, points: Points, whole: np.ndarray, level: float,
               count: int) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Return bias and half-width that luck gives each number of an analysis; NaN with fewer than two runs."""
    runs = whole.shape[1]
    groups = min(GROUPS, runs)

    def numbers(means: np.ndarray) -> list[float]:
        return [value for _, _, value, _ in analyse(points, means, level, 2)]

    if groups < 2:
        return np.full(count, np.nan), np.full(count, np.nan)
    total = whole.sum(axis=1)
    left = []
    for group in range(groups):
        out = whole[:, group::groups]
        left.append(numbers((total - out.sum(axis=1)) / (runs - out.shape[1])))
    each, full = np.array(left), np.array(numbers(whole.mean(axis=1)))
    bias = (groups - 1) * (each.mean(axis=0) - full)
    error = np.sqrt((groups - 1) * each.var(axis=0))
    return bias, student_quantile(groups, level) * error


# -- designs with indices of their own


def _sobol(points: Points, means: np.ndarray, level: float, resamples: int) -> Iterator[Index]:
    """Yield first, total and second order indices of the mean outcome."""
    from SALib.analyze import sobol

    second = bool(points.about["settings"].get("second_order"))
    names = points.about["problem"]["names"]
    if np.ptp(means) == 0.0:
        unknown = np.full(len(names), np.nan)
        found: Any = {**dict.fromkeys(("S1", "S1_conf", "ST", "ST_conf"), unknown),
                      **dict.fromkeys(("S2", "S2_conf"), np.full((len(names), len(names)), np.nan))}  # fmt: skip
    else:
        found = sobol.analyze(_problem(points), means, calc_second_order=second, num_resamples=resamples,
                              conf_level=level, seed=points.about["sampler_seed"])  # fmt: skip
    for i, name in enumerate(names):
        for index, key in (("first order", "S1"), ("total", "ST")):
            yield name, index, float(found[key][i]), float(found[f"{key}_conf"][i])
        for j in range(i + 1, len(names) if second else 0):
            yield f"{name} x {names[j]}", "second order", float(found["S2"][i, j]), float(found["S2_conf"][i, j])


def _morris(points: Points, means: np.ndarray, level: float, resamples: int) -> Iterator[Index]:
    """Yield mu*, mu and sigma: change of the mean outcome over the whole range of a factor."""
    from SALib.analyze import morris

    problem = _problem(points)
    known = [points.factors.index(name) for name in problem["names"]]
    inputs, levels = points.values[: len(means), known], points.about["settings"]["levels"]
    found = morris.analyze(problem, inputs, means, resamples, level, num_levels=levels,
                           seed=points.about["sampler_seed"])  # fmt: skip
    for i, name in enumerate(problem["names"]):
        yield name, "mu*", float(found["mu_star"][i]), float(found["mu_star_conf"][i])
        yield name, "mu", float(found["mu"][i]), np.nan
        yield name, "sigma", float(found["sigma"][i]), np.nan


def _problem(points: Points) -> dict[str, Any]:
    """Return SALib's problem, a copy since SALib writes into it."""
    problem = points.about["problem"]
    return {**problem, "names": list(problem["names"])}


# -- draws


def _ranks(points: Points, means: np.ndarray, level: float, resamples: int) -> Iterator[Index]:
    """Yield standardised coefficients of a regression on ranks, and the share of their variance it explains.

    Intervals are from points drawn again with replacement.
    """
    unknown = [i for i, role in enumerate(points.roles) if role == "uncertainty"]
    if len(means) < len(unknown) + 3:
        raise Mistake(
            f"{len(means)} points are too few to tell {len(unknown)} factors apart; sweep {len(unknown) + 3} at least"
        )
    inputs = points.values[: len(means), unknown]
    rng = np.random.default_rng(int(points.about["sampler_seed"]))
    enough = max(min(resamples, LOOKS // len(means)), min(resamples, FEWEST_RESAMPLES))
    again = rng.integers(len(means), size=(enough, len(means)))
    places = [np.unique(column, return_inverse=True)[1] for column in (*inputs.T, means)]
    value = _coefficients(places, np.ones(len(means)))
    times = (np.bincount(rows, minlength=len(means)).astype(float) for rows in again)
    spread = np.std([_coefficients(places, each) for each in times], axis=0, ddof=1)
    half = normal_quantile(level) * spread
    for i, place in enumerate(unknown):
        yield points.factors[place], "rank regression", float(value[i]), float(half[i])
    yield TOGETHER, "R² of ranks", float(value[-1]), float(half[-1])


def _coefficients(places: Sequence[np.ndarray], times: np.ndarray) -> np.ndarray:
    """Return standardised rank regression coefficients and R², ``(factor + 1,)``, each point taken so many times.

    ``places`` are, of each factor and last of the outcome, those of the points among its values in order ``(point,)``.
    """
    ranks = np.array([_ranked(place, times) for place in places])
    apart = ranks - (ranks @ times / times.sum())[:, None]
    together = (apart * times) @ apart.T / times.sum()
    scale = np.sqrt(np.diag(together))
    if scale[-1] == 0.0:
        return np.full(len(places), np.nan)
    scale = np.where(scale > 0.0, scale, 1.0)
    together = together / scale / scale[:, None]
    among, with_outcome = together[:-1, :-1], together[:-1, -1]
    beta = np.linalg.lstsq(among, with_outcome, rcond=None)[0]
    return np.append(beta, 2.0 * beta @ with_outcome - beta @ among @ beta)


def _ranked(place: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return the rank of each point, the mean rank of those that share a value, each taken so many times."""
    count = np.bincount(place, times)
    rank: np.ndarray = (count.cumsum() - (count - 1.0) / 2.0)[place]
    return rank


# -- stated points


def _differences(points: Points, table: np.ndarray, level: float) -> Iterator[Effect]:
    """Yield the difference of each point from the first, run by run, with Student's interval."""
    if len(table) < 2:
        raise Mistake("there is one point only, so nothing to compare; choose a design with several")
    for index in range(1, len(table)):
        pairs = table[index] - table[0]
        pairs = pairs[~np.isnan(pairs)]
        half = reach_of_mean(pairs, level)
        value = float(pairs.mean()) if len(pairs) else np.nan
        yield Effect(points.labels[index], DIFFERENCE, value, value - half, value + half, half)


ANALYSES: Mapping[str, Analysis] = {
    "sobol": _sobol,
    "morris": _morris,
    "latin_hypercube": _ranks,
    "prior": _ranks,
    "posterior": _ranks,
}
