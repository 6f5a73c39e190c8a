"""What moving a lever changes, whatever is not known: settings compared over the same sample and the same luck.

A sampled design is played under every combination of its levers. Two settings of one lever are compared while the
others stand still, and two such differences tell whether a lever matters more under one setting of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from sim.analysis.factor_effects import CHANGED, DIFFERENCE, Effect
from sim.measures.intervals import LEVEL, reach_of_mean
from sim.model.world import Array
from sim.study.points import Points

Setting = tuple[float, ...]  # a number for each lever


def lever_effects(points: Points, outcome: Array, *, level: float = LEVEL) -> Iterator[Effect]:
    """Yield what each lever changes from its first number to another, and how that depends on one other lever.

    Parameters
    ----------
    points : Points
        A design; one without levers under which a sample was played has nothing to compare.
    outcome : ndarray
        ``(point, run)``, NaN where a point has fewer runs. Run *k* has the same luck at every point.
    level : float
        Coverage of the intervals.

    Yields
    ------
    Effect
        Means over sample and runs, each with the interval that other draws and other luck would give; the other
        levers stand in `Effect.levers`.
    """
    settings = [dict(one) for one in points.about.get("combinations", ())]
    if len(settings) < 2:
        return
    names = list(settings[0])
    size = int(points.about["sample"])
    tables = {tuple(one.values()): outcome[place * size : (place + 1) * size] for place, one in enumerate(settings)}
    first = tuple(settings[0].values())
    away = {setting: [i for i, number in enumerate(setting) if number != first[i]] for setting in tables}
    moved = [(which, setting) for setting in tables for few in (1, 2) for which in combinations(away[setting], few)]
    for which, setting in sorted(moved, key=lambda one: (len(one[0]), one[0])):  # lever by lever, then pairs
        said = " x ".join(f"{names[i]} {first[i]:g} to {setting[i]:g}" for i in which)
        rest = {name: setting[i] for i, name in enumerate(names) if i not in which}
        index = DIFFERENCE if len(which) == 1 else CHANGED
        yield _effect(points, _difference(tables, first, setting, which), said, index, rest, level)


def _difference(tables: Mapping[Setting, Array], first: Setting, setting: Setting,
                which: Sequence[int]) -> Array:  # fmt: skip
    """Return ``(draw, run)`` of the outcome at a setting less that with levers put back, taken lever by lever."""
    if not which:
        return tables[setting]
    i, *rest = which
    back = (*setting[:i], first[i], *setting[i + 1 :])
    return _difference(tables, first, setting, rest) - _difference(tables, first, back, rest)


def _effect(points: Points, values: Array, factor: str, index: str, levers: dict[str, float],
            level: float) -> Effect:  # fmt: skip
    """Return the mean of ``(draw, run)``, its interval and what luck has to do with it."""
    whole = values[:, ~np.isnan(values).any(axis=0)]
    if not whole.size:  # no run is sound at all of these points
        return Effect(factor, index, np.nan, np.nan, np.nan, np.nan, levers)
    mean = float(whole.mean())
    of_luck = reach_of_mean(whole.mean(axis=0), level)
    reach = float(np.hypot(reach_of_mean(_units(points, whole), level), np.nan_to_num(of_luck)))
    return Effect(factor, index, mean, mean - reach, mean + reach, of_luck, levers)


def _units(points: Points, whole: Array) -> Array:
    """Return the mean over runs of each part of the sample that was drawn on its own: a path of Morris is one."""
    settings = points.about["settings"]
    base = {"sobol": settings.get("points"), "morris": settings.get("trajectories")}.get(str(points.about["design"]))
    means: Array = whole.reshape(base or len(whole), -1, whole.shape[1]).mean(axis=(1, 2))
    return means
