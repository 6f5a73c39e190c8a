"""What runs and record are compared by: one number of a history for each target, on a scale where luck is near normal.

Ratios, lengths and deaths are taken as logs; of what each outbreak has, the mean over the outbreaks of a history.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.analysis.targets import bounds
from sim.answers import Shortened
from sim.measures.target_statistics import Definition, columns, statistics, validation_targets
from sim.measures.target_statistics.course import Course, recorded
from sim.model.world import Array

LOGGED = {"ratio", "import_ratio", "stock_ratio", "war_year", "length", "deaths"}
SMALLEST = 1e-3  # below which a log is not taken: nothing delivered, nobody killed
FAR = 5.0  # standard deviations
RARE = 0.02  # share of runs without a number from which it is told that there is none


@dataclass(frozen=True, repr=False)
class Summaries(Shortened):
    """Numbers of histories.

    Attributes
    ----------
    names : tuple of str
        What each is.
    values : ndarray
        ``(run, summary)``; NaN where a history has none.
    observed : ndarray
        The same of the record, ``(summary,)``.
    low, high : ndarray
        Between what the centre of many runs meets the target, ``(summary,)``; infinite where nothing bounds it.
    """

    names: tuple[str, ...]
    values: Array
    observed: Array
    low: Array
    high: Array

    def chosen(self, which: npt.NDArray[np.bool_]) -> Summaries:
        """Return some of the summaries."""
        names = tuple(name for name, known in zip(self.names, which, strict=True) if known)
        return Summaries(names, self.values[:, which], self.observed[which], self.low[which], self.high[which])

    @property
    def out_of_reach(self) -> npt.NDArray[np.bool_]:
        """Which of them the record lies far from whatever is played, so that they tell nothing of parameters."""
        scale = standard(self.values)
        return np.asarray(np.abs(self.observed - scale.centre) > FAR * scale.spread)


def summaries(like: Course, table: Array) -> Summaries:
    """Return the numbers of runs, by their statistics ``(run, statistic)``, and those of the record.

    What the record has no number for, and what does not differ between runs, is left out.
    """
    names, values, places = _each(like, table)
    _, seen, _ = _each(like, statistics(recorded(like)))
    known = np.isfinite(values)
    low = np.where(known, values, np.inf).min(0, initial=np.inf)
    high = np.where(known, values, -np.inf).max(0, initial=-np.inf)
    told = np.isfinite(seen[0]) & (high > low)
    each = [_bounds(validation_targets()[place], value) for place, value in zip(places, seen[0].tolist(), strict=True)]
    low, high = np.array(each).reshape(-1, 2).T
    return Summaries(tuple(names), values, seen[0], low, high).chosen(told)


def _bounds(target: Definition, seen: float) -> tuple[float, float]:
    """Return between what the centre of runs meets a target, on the scale of its summary."""
    if "path" in target or "coverage" in target:
        return -np.inf, np.inf
    if target["measure"] not in LOGGED:
        return bounds(target, seen)
    low, high = bounds(target, float(np.exp(seen)))
    return float(np.log(max(low, SMALLEST))), float(np.log(max(high, SMALLEST)))


def _each(like: Course, table: Array) -> tuple[list[str], Array, list[int]]:
    """Return names and numbers, one column for each target or each year of a path, and the target's place of each."""
    found, names, places, begin = [], list[str](), list[int](), 0
    for place, written in columns(like).items():
        target = validation_targets()[place]
        part = table[:, begin : begin + len(written)]
        begin += len(written)
        if "path" in target or target["measure"] in LOGGED:
            part = np.where(np.isfinite(part), np.log(np.maximum(np.nan_to_num(part), SMALLEST)), np.nan)
        if "path" in target or len(written) == 1:
            names += written
        else:
            names.append(f"{target['code']} {target['what']}")
            part = _mean_of_known(part)
        found.append(part)
        places += [place] * part.shape[1]
    return names, np.concatenate([np.zeros((len(table), 0)), *found], axis=1), places


def _mean_of_known(part: Array) -> Array:
    """Return the mean over what is known in each row, ``(run, 1)``; NaN where nothing is."""
    known = np.isfinite(part)
    count = known.sum(1, keepdims=True)
    mean: Array = np.where(count > 0, np.where(known, part, 0.0).sum(1, keepdims=True) / np.maximum(count, 1), np.nan)
    return mean


@dataclass(frozen=True, repr=False)
class Standard(Shortened):
    """How numbers of histories become features without gaps: standardised, with flags where many have none.

    Attributes
    ----------
    centre, spread : ndarray
        ``(summary,)``
    flagged : ndarray
        Places of those that some runs do not have.
    """

    centre: Array
    spread: Array
    flagged: npt.NDArray[np.intp]

    def features(self, values: Array) -> Array:
        """Return ``(run, feature)`` of numbers ``(run, summary)``."""
        known = np.isfinite(values)
        filled = np.where(known, (values - self.centre) / self.spread, 0.0)
        return np.hstack([np.clip(filled, -5.0, 5.0), known[:, self.flagged].astype(float) - 0.5])


def standard(values: Array) -> Standard:
    """Return the standard of a table of numbers ``(run, summary)``: its medians and standard deviations."""
    known = np.isfinite(values)
    spread = np.nanstd(values, axis=0)
    return Standard(
        np.nanmedian(values, axis=0), np.where(spread > 0.0, spread, 1.0), np.flatnonzero(known.mean(0) < 1.0 - RARE)
    )
