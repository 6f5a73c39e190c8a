"""History matching in waves: play a sample, learn what is implausible, draw the next sample from what is left.

Each wave is a sweep in a directory of its own, each run at a point of its own; one that is there is not played again.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import xarray as xr
from scipy.stats import qmc

from sim.analysis.targets import taken
from sim.answers import Shortened
from sim.calibration.emulator import Emulator, fit_emulator
from sim.calibration.summaries import Summaries, summaries
from sim.measures.target_statistics.course import Course
from sim.model.engines import NUMPY
from sim.model.mistakes import Mistake
from sim.model.world import Array
from sim.results.manifest import PROVENANCE, missing, provenance
from sim.results.open import open_result
from sim.scenario.schema import Scenario
from sim.study.designs import Design, Factor
from sim.study.experiment import Experiment
from sim.study.layout import Layout
from sim.study.resolved import Resolved
from sim.study.samplers import spread_over
from sim.study.study import study_of_experiment
from sim.sweeps.resume import resume
from sim.sweeps.run import sweep
from sim.terminal import Shown

CUTOFF = 3.0  # standard deviations (Pukelsheim 1994)
FORGIVEN = 2  # summaries that may lie further off: of many, the emulator has some wrong
DISCREPANCY = 0.2  # of the spread of a summary over the prior: what no number of the model gets right
CANDIDATES, MOST_CANDIDATES = 2**15, 2**22  # drawn at a time, and in all


@dataclass(frozen=True)
class Means:
    """How waves are played."""

    workers: int = 1
    progress: Shown = False
    engine: str = NUMPY


@dataclass(frozen=True, repr=False)
class Sieve(Shortened):
    """What one wave found implausible.

    Attributes
    ----------
    emulator : Emulator
        Of the summaries of the record's kind.
    observed : ndarray
        The record, ``(summary,)``.
    """

    emulator: Emulator
    observed: Array

    def passes(self, unit: Array) -> Array:
        """Return which points of the unit cube are not implausible, ``(point,)``."""
        apart = self.emulator.implausibility(unit, self.observed, DISCREPANCY)
        forgiven = min(FORGIVEN, apart.shape[1] - 1)
        worst = np.partition(apart, -1 - forgiven, axis=1)[:, -1 - forgiven]
        return np.asarray(worst < CUTOFF)


@dataclass(repr=False)
class Matching(Shortened):
    """What has been played so far, and the sieves.

    Attributes
    ----------
    resolved : Resolved
        The free parameters of the document in its scenario.
    like : Course or None
        Years, states and origins of the runs.
    unit : ndarray
        Points of all sound runs in the unit cube: shares of the way through each prior, ``(run, parameter)``.
    table : ndarray
        Their statistics, ``(run, statistic)``.
    sieves : list of Sieve
        One of each wave.
    kept : list of float
        Share of the prior that each wave leaves.
    """

    resolved: Resolved
    like: Course | None = None
    unit: Array = field(default_factory=lambda: np.zeros((0, 0)))
    table: Array = field(default_factory=lambda: np.zeros((0, 0)))
    sieves: list[Sieve] = field(default_factory=list)
    kept: list[float] = field(default_factory=list)

    def passing(self, unit: Array) -> Array:
        """Return which points no wave found implausible, ``(point,)``."""
        good = np.ones(len(unit), bool)
        for sieve in self.sieves:
            good[good] = sieve.passes(unit[good])
        return good

    def left(self) -> tuple[Array, Summaries]:
        """Return the runs at points that are left, a sample of what is left of the prior, and their summaries."""
        assert self.like is not None
        good = self.passing(self.unit)
        found = summaries(self.like, self.table[good])
        return self.unit[good], found.chosen(~found.out_of_reach)

    def take(self, unit: Array, data: xr.Dataset) -> None:
        """Take the runs of a wave and learn from all that are left."""
        self.like, table = taken(data)
        sound = np.isnan(data["failed"].values)
        fresh = [(self.unit, unit[sound]), (self.table, table)]
        self.unit, self.table = (np.concatenate([old, new]) if old.size else new for old, new in fresh)
        here, found = self.left()
        if not found.names:
            raise Mistake(
                f"nothing that '{self.resolved.scenario.name}' makes is on record, so nothing can be fitted to it"
            )
        self.sieves.append(Sieve(fit_emulator(here, found.values), found.observed))


def played_waves(experiment: Experiment, resolved: Resolved, out: Path, waves: int, how: Means) -> Matching:
    """Play waves of history matching, or read those that are there.

    Parameters
    ----------
    experiment : Experiment
        The document: free parameters, points of a wave, seed.
    resolved : Resolved
        The same, understood in its scenario.
    out : Path
        Where the waves lie, ``wave_1`` and so on.
    waves : int
        How many.
    how : Means
        Workers and progress.
    """
    assert experiment.design.latin_hypercube is not None
    points, matching = experiment.design.latin_hypercube.points, Matching(resolved)
    for wave in range(1, waves + 1):
        luck = np.random.default_rng([experiment.seed, wave])
        if wave == 1:
            unit = np.asarray(qmc.LatinHypercube(len(resolved.unknown), rng=luck).random(points))
        else:
            unit = sampled(matching, points, luck)
        data = played_rows(experiment, resolved.scenario, resolved.unknown, spread_over(resolved, unit),
                           out / f"wave_{wave}", experiment.seed + wave - 1, how)  # fmt: skip
        matching.take(unit, data)
        matching.kept.append(float(matching.passing(luck.random((CANDIDATES, unit.shape[1]))).mean()))
    return matching


def sampled(matching: Matching, wanted: int, luck: np.random.Generator) -> Array:
    """Return points that no wave found implausible, evenly spread over what is left of the prior.

    Raises
    ------
    Mistake
        If hardly any are left.
    """
    found, drawn = [np.zeros((0, len(matching.resolved.unknown)))], 0
    while sum(map(len, found)) < wanted and drawn < MOST_CANDIDATES:
        unit = luck.random((CANDIDATES, len(matching.resolved.unknown)))
        found.append(unit[matching.passing(unit)])
        drawn += CANDIDATES
    unit = np.concatenate(found)[:wanted]
    if len(unit) < wanted:
        raise Mistake(
            f"of {drawn:,} points {len(unit):,} are left, too few for a wave of {wanted:,}; ask for fewer --waves, or "
            "widen the ranges of the document"
        )
    return unit


def played_rows(experiment: Experiment, scenario: Scenario, paths: Sequence[str], values: Array, out: Path, seed: int,
                how: Means, replicates: int = 1, *, at_once: bool = True) -> xr.Dataset:  # fmt: skip
    """Return the sweep of a table of points, read if it is there, finished or begun if not.

    Parameters
    ----------
    experiment : Experiment
        The document it belongs to.
    scenario : Scenario
        What is played.
    paths : sequence of str
        The factors.
    values : ndarray
        ``(row, factor)``.
    out : Path
        The result directory; its table lies beside it.
    seed : int
        Of all luck.
    how : Means
        Workers and progress.
    replicates : int
        Runs of each row.
    at_once : bool
        Whether the rows lie along the runs of one case; else each is a point.

    Raises
    ------
    Mistake
        If the directory holds other points.
    """
    if not (out / PROVENANCE).exists():
        out.parent.mkdir(parents=True, exist_ok=True)
        table = out.with_suffix(".csv")
        write_table(table, paths, values)
        asked = experiment.model_copy(update={
            "uncertainties": {path: Factor.model_validate({}) for path in paths},
            "design": Design.model_validate({"table": str(table.resolve())}),
            "point_per_run": at_once, "replicates": replicates, "seed": seed, "keep": "summary", "kept_paths": None,
        })  # fmt: skip
        sweep(
            replace(study_of_experiment(asked, (scenario,)), engine=how.engine),
            out=out,
            workers=how.workers,
            force=out.exists(),
            progress=how.progress,
        )
    elif missing(out, Layout(**provenance(out)["layout"])):
        resume(out, workers=how.workers, progress=how.progress)
    data = open_result(out)
    rows = np.atleast_2d(data["run_factor_values" if at_once else "factor_values"].values)  # of one case without axes
    if data.attrs["digest"] != scenario.digest() or not np.array_equal(rows, values) or data.attrs["seed"] != seed:
        raise Mistake(f"{out} is of another calibration; name another directory, or remove it")
    return data


def write_table(path: Path, paths: Sequence[str], values: Array, weights: Sequence[float] | None = None) -> None:
    """Write points, and their weights, as a CSV file that a design reads."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*paths, *([] if weights is None else ["weight"])])
        for place, row in enumerate(values.tolist()):
            writer.writerow([*map(repr, row), *([] if weights is None else [repr(weights[place])])])
