"""The expected numbers of a lesson, played again by what the page plays and compared by what a brief compares."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache

import xarray as xr

from sim.briefs.effects import TOLD, Effects, effects
from sim.lessons.lesson import Expected, Lesson
from sim.measures.run_outcomes import path_measures, run_measures
from sim.model.mistakes import Mistake
from sim.model.outcomes import MEASURES
from sim.scenario.check import load
from sim.study.factors import put
from sim.study.slots import find_slot
from sim.sweeps.run import sweep

KEPT = 12  # results and comparisons that are remembered: rows ask for the same again
SIDES = {"with": "second", "without": "first", "difference": "difference", "differing": "differing"}

Changes = tuple[tuple[str, float], ...]


def replayed(lesson: Lesson) -> list[dict[str, object]]:
    """Return a row for each expected number: what it is, what was expected, what came out, whether it is within.

    Raises
    ------
    Mistake
        If a row asks for what there is not.
    """
    rows: list[dict[str, object]] = []
    settings = [lesson.setting(row) for row in lesson.head.expected.values()]
    for name, row in zip(lesson.head.expected, settings, strict=True):
        try:
            came = came_out(row, settings)
        except Mistake as mistake:
            raise Mistake(f"{lesson.file}: expected.{name}: {mistake}") from None
        rows.append({
            "lesson": lesson.number, "number": name, "read": row.read, "expected": row.expected,
            "tolerance": row.tolerance, "came_out": float(f"{came:.4g}"),
            "within": abs(came - row.expected) <= row.tolerance,
        })  # fmt: skip
    return rows


def came_out(row: Expected, beside: Sequence[Expected] = ()) -> float:
    """Return the number that an expected one is compared with, in the unit in which the page shows it.

    Parameters
    ----------
    row : Expected
        With nothing left to the opening of its lesson.
    beside : sequence of Expected
        What else is asked: a run is the same however many there are, so the most are played once.
    """
    groups = [_of_group(row, seed, max([row.runs, *_most(row, seed, beside)])) for seed in row.seeds]
    chosen = {"lowest": min, "highest": max}.get(row.over)
    return chosen(groups) if chosen else sum(groups) / len(groups)


def _most(row: Expected, seed: int, beside: Sequence[Expected]) -> Iterator[int]:
    for other in beside:
        if (other.scenario, other.changes, other.against) == (
            row.scenario,
            row.changes,
            row.against,
        ) and seed in other.seeds:
            yield other.runs


def _of_group(row: Expected, seed: int, most: int) -> float:
    changes = tuple(sorted(row.changes.items()))
    if not (row.changes or row.against) or (row.side == "with" and row.measure not in TOLD):
        return _as_read(_alone(row, changes, seed, most), row)
    found = _compared(row.scenario, row.against or row.scenario, changes, row.runs, seed)
    same = [effect for effect in found.told if effect.outcome.key == row.measure and row.of in ("", effect.who)]
    if len(same) != 1:
        there = ", ".join(sorted({f"{effect.outcome.key} {effect.who}".strip() for effect in found.told}))
        raise Mistake(f"'{row.measure} {row.of}' is not among what the page tells; write one of: {there}")
    number = float(getattr(same[0].found, SIDES[row.side]))
    return number if row.side == "differing" else _as_read(number, row)


def _alone(row: Expected, changes: Changes, seed: int, most: int) -> float:
    """Return a number of one scenario: the mean over its runs, of those played."""
    result = _played(row.scenario, changes, most, seed).isel(run=slice(row.runs), member=slice(row.runs))
    found = {measure.label: values for measure, values in (run_measures(result) | path_measures(result)).items()}
    label = f"{row.measure} {row.of}".strip()
    if label not in found:
        raise Mistake(f"'{label}' cannot be read of '{row.scenario}'; write one of: {', '.join(sorted(found))}")
    return float(xr.DataArray(found[label]).mean())


def _as_read(number: float, row: Expected) -> float:
    """Return a number in the unit in which it is shown (`sim.briefs.numbers.SCALES`)."""
    unit = MEASURES[row.measure].unit
    if unit == "log ratio":
        return math.exp(number)
    return number * {"share": 100.0, "US$2023 m per yr": 0.001}.get(unit, 1.0)


@lru_cache(KEPT)
def _played(scenario: str, changes: Changes, runs: int, seed: int) -> xr.Dataset:
    given = load(scenario)
    moved = put(given, [(find_slot(given, path), number) for path, number in changes])
    return sweep(moved, runs, seed=seed, kept_paths=runs, progress=False)


@lru_cache(KEPT)
def _compared(scenario: str, against: str, changes: Changes, runs: int, seed: int) -> Effects:
    return effects(_played(against, (), runs, seed), _played(scenario, changes, runs, seed))
