"""Which points an experiment tries: its factors and its design become a table of numbers.

Chance is never part of a point: luck belongs to the replicate, so that a design over priors and the
replicates at each of its points tell what is not known from what is chance.

Where every run plays a point of its own, the sample does not make points but lies along the runs of every case.

A sampled design (Latin hypercube, Sobol', Morris, prior, posterior) is a sample of the uncertainties,
played under every combination of the levers' values: combination by combination, the whole sample each.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.answers import Shortened
from sim.model.mistakes import Mistake
from sim.scenario.schema import Scenario
from sim.study.designs import Posterior
from sim.study.experiment import Experiment
from sim.study.factors import objections, present, put, put_run_by_run
from sim.study.resolved import SAMPLED, Resolved, resolve, tried
from sim.study.samplers import drawn
from sim.study.slots import find_slot

MOST_POINTS = 100_000
NO_POINT_BUT_ONE = "the scenario as it is"
STATED = "stated"  # a point with the numbers as they stand, beside one with those of a sample


@dataclass(frozen=True, repr=False)
class RunSample(Shortened):
    """A sample along the runs of every case: run *k* plays row *k* modulo the number of rows.

    Attributes
    ----------
    factors, roles, units : tuple of str
        As of `Points`.
    values : ndarray
        ``(row, factor)``.
    since : int
        The first point that has the sample; those before it play the numbers as they stand.
    """

    factors: tuple[str, ...]
    roles: tuple[str, ...]
    units: tuple[str, ...]
    values: np.ndarray
    since: int = 0

    def __len__(self) -> int:
        return len(self.values)

    def of_run(self, run: int) -> dict[str, float]:
        """Return what the factors are in a run."""
        return dict(zip(self.factors, self.values[run % len(self)].tolist(), strict=True))


@dataclass(frozen=True, repr=False)
class Points(Shortened):
    """The points of a design.

    Attributes
    ----------
    factors, roles, units : tuple of str
        Names as written; "uncertainty" or "lever"; units of the numbers.
    values : ndarray
        ``(point, factor)``.
    labels : tuple of str
        A short label for each point.
    about : mapping
        Plain data that an analysis needs again: ``design``, ``settings``, ``sampler_seed``, SALib's
        ``problem``; ``sample`` (points under each combination of levers) and ``combinations``, so that
        point *i* is row ``i % sample`` of the sample under combination ``i // sample``.
    sample : RunSample or None
        What lies along the runs of each point, where every run plays a point of its own.
    """

    factors: tuple[str, ...]
    roles: tuple[str, ...]
    units: tuple[str, ...]
    values: np.ndarray
    labels: tuple[str, ...]
    about: Mapping[str, Any]
    sample: RunSample | None = None

    def __len__(self) -> int:
        return len(self.values)

    def sample_of(self, index: int) -> RunSample | None:
        """Return what lies along the runs of a point."""
        return self.sample if self.sample is not None and index >= self.sample.since else None


def points(experiment: Experiment, scenario: Scenario) -> Points:
    """Return the points of an experiment in one of its scenarios.

    Raises
    ------
    DocumentError, Mistake
        With a sentence for every factor or number that means nothing or is out of range.

    Examples
    --------
    >>> import sim
    >>> from sim.study.experiment import Experiment
    >>> levers = {"repay_oil.weight": {"values": [1.0, 3.0]}, "rules.stall_while_arming": {}}
    >>> asked = Experiment(question="Which?", scenario="status_quo", levers=levers, design="grid")
    >>> points(asked, sim.load("status_quo")).labels
    ('weight 1, stall_while_arming 0', ..., 'weight 3, stall_while_arming 1')
    """
    resolved = resolve(experiment, scenario)
    kind = experiment.design.kind
    _refuse_many(resolved)
    about: dict[str, Any] = {"design": kind, "settings": experiment.design.model_dump(exclude_none=True)[kind]}
    if kind in SAMPLED:
        drawn_values = drawn(resolved, about)
        about |= {"sample": len(drawn_values), "combinations": resolved.combinations}
        chosen = np.array([[row[path] for path in resolved.levers] for row in resolved.combinations], dtype=np.float64)
    else:
        drawn_values = _listed(resolved, about)
        chosen = np.zeros((1, 0))
    if experiment.point_per_run:
        along = resolved.unknown if kind in SAMPLED else list(resolved.roles)
        stated = len(chosen) if experiment.beside_stated else 0
        sample = RunSample(*_described(resolved, along), drawn_values, stated)
        about |= {"sample": 1, "point_per_run": True}
        order, values = [path for path in resolved.roles if path not in along], np.vstack([chosen[:stated], chosen])
    else:
        order, sample = list(resolved.roles), None
        values = np.hstack([np.tile(drawn_values, (len(chosen), 1)), np.repeat(chosen, len(drawn_values), axis=0)])
    labels = _labels(resolved, order, values[sample.since if sample else 0 :])
    if sample is not None and sample.since:
        labels = tuple(_within(half, label) for half in (STATED, kind) for label in labels)
    return Points(*_described(resolved, order), values, labels, about, sample)


def _described(resolved: Resolved, order: list[str]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return names, roles and units of factors."""
    return (
        tuple(order),
        tuple(resolved.roles[path] for path in order),
        tuple(resolved.slots[path].unit for path in order),
    )


def count(experiment: Experiment, scenario: Scenario) -> int:
    """Return how many points there will be, without sampling them."""
    return _size(resolve(experiment, scenario))


def _size(resolved: Resolved) -> int:
    """Return how many points a design has, however many that are."""
    sampled = resolved.experiment.design.sampled
    crossed = resolved.levers if sampled is not None else resolved.roles
    combinations = math.prod(len(tried(resolved, path)) for path in crossed)
    rows = len(resolved.sample_table.values) if resolved.sample_table is not None else 0
    if resolved.experiment.point_per_run:
        return (combinations if sampled is not None else 1) * (2 if resolved.experiment.beside_stated else 1)
    if sampled is not None:
        return sampled.size(rows if isinstance(sampled, Posterior) else len(resolved.unknown)) * combinations
    return combinations if resolved.experiment.design.kind == "grid" else len(_listed(resolved, {}))


def _refuse_many(resolved: Resolved) -> None:
    """Refuse a design of more points than a sweep can count, before any is made."""
    size, kind = _size(resolved), resolved.experiment.design.kind
    if size > MOST_POINTS:
        many = f"{size:,}" if size < 10**15 else "more than 10^15"
        told = f"this makes {many} points, a sweep has at most {MOST_POINTS:,}; leave out factors or numbers"
        raise resolved.experiment.mistakes((("design", kind), told))


def at_point(scenario: Scenario, points: Points, index: int, row: int | None = None) -> Scenario:
    """Return the scenario at a point: the factors' numbers put in, all else as it was.

    With `row` those of a row of the sample along the runs too.

    Raises
    ------
    Mistake
        If the numbers together make no scenario, in one sentence that names the point.
    """
    given = dict(zip(points.factors, points.values[index].tolist(), strict=True))
    sample = points.sample_of(index)
    if sample is not None and row is not None:
        given |= sample.of_run(row)
    if sample is None and points.sample is not None:  # what every run would draw is held in the middle
        unknown = [find_slot(scenario, path) for path in points.sample.factors]
        given |= {slot.path: present(scenario, slot) for slot in unknown if slot.believed is not None}
    slots = {path: find_slot(scenario, path) for path in given}
    there = put(scenario, ((slots[path], number) for path, number in given.items()))
    # A parameter is asked for its range alone, which `put` does; only other numbers can be at odds with one another.
    wrong = objections(there) if any(slot.kind != "parameter" for slot in slots.values()) else []
    if wrong:
        place, sentence = wrong[0]
        where = ".".join(map(str, place))
        which = f"point {index} ({points.labels[index]})" + ("" if row is None else f", row {row} of the sample")
        raise Mistake(f"{which} makes no scenario: {where}: {sentence}")
    return there


def with_sample(scenario: Scenario, sample: RunSample) -> Scenario:
    """Return a scenario whose runs have the rows of a sample, to be played."""
    return put_run_by_run(scenario, [find_slot(scenario, path) for path in sample.factors], sample.values.T)


def _within(half: str, label: str) -> str:
    """Return the label of a point in one of two halves of a design."""
    return half if label == NO_POINT_BUT_ONE else f"{half}, {label}"


# -- points that are stated


def _listed(resolved: Resolved, about: dict[str, Any]) -> np.ndarray:
    """Return ``(point, factor)`` of a design that samples nothing."""
    design, order = resolved.experiment.design, list(resolved.roles)
    if design.kind == "fixed":
        rows: Any = [[(design.fixed or {})[path] for path in order]]
    elif design.list is not None:
        rows = [[row[path] for path in order] for row in design.list]
    elif resolved.sample_table is not None:
        rows = resolved.sample_table.ordered(order)
        about["file"] = resolved.sample_table.digest
    elif design.kind == "grid":
        rows = list(itertools.product(*(tried(resolved, path) for path in order)))
    else:
        rows, about["changed"] = _one_at_a_time(resolved, order)
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(order))


def _one_at_a_time(resolved: Resolved, order: list[str]) -> tuple[list[list[float]], list[str]]:
    """Return the base and each departure from it, and which factor each point changes."""
    try:
        base = [present(resolved.scenario, resolved.slots[path]) for path in order]
    except Mistake as mistake:
        raise resolved.experiment.mistakes((("design", "one_at_a_time"), str(mistake))) from None
    rows, changed = [base], [""]
    for place, path in enumerate(order):
        for number in tried(resolved, path):
            if number != base[place]:
                rows.append([*base[:place], number, *base[place + 1 :]])
                changed.append(path)
    return rows, changed


# -- labels


def _labels(resolved: Resolved, order: list[str], values: np.ndarray) -> tuple[str, ...]:
    """Return a short label for each point: what differs if that is little, else its number."""
    ends = [path.rpartition(".")[2] for path in order]
    short = [end if ends.count(end) == 1 else path for end, path in zip(ends, order, strict=True)]
    if not order:
        return (NO_POINT_BUT_ONE,)
    if resolved.experiment.design.kind == "one_at_a_time":
        away = [[i for i in range(len(order)) if row[i] != values[0, i]] for row in values]
    elif resolved.experiment.design.kind in SAMPLED or len(order) > 3:
        width = max(4, len(str(len(values) - 1)))
        return tuple(f"{index:0{width}}" for index in range(len(values)))
    else:
        away = [list(range(len(order)))] * len(values)
    told = [
        ", ".join(f"{short[i]} {row[i]:g}" for i in which) or "base" for row, which in zip(values, away, strict=True)
    ]
    return tuple(told) if len(set(told)) == len(told) else tuple(f"{i:04} {text}" for i, text in enumerate(told))
