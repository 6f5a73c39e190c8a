"""What a batch puts into the arrays of a study, spread over the labels of all scenarios, wherever these are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from sim.engine.output import Output
from sim.engine.record import kept_axes
from sim.measures.target_statistics import statistic_names
from sim.results.arrays import STATISTICS, all_statistics, histogram_of
from sim.study.layout import Batch
from sim.study.study import Study


def fill(group: Any, study: Study, batch: Batch, output: Output) -> None:
    """Put a batch into the arrays of a group: of zarr, or of `sim.results.memory`."""
    points = slice(batch.point, batch.point + batch.points)
    for name, run, array in _parts(study, batch, output):
        group[name][batch.scenario, points, run] = array


def _parts(study: Study, batch: Batch, output: Output) -> Iterator[tuple[str, slice, Any]]:
    """Yield name, place on the third axis and values ``(point, run or member or 1, ...)`` of every array."""
    labels = study.positions[batch.scenario].labels
    for name, values in output.outcomes.items():
        yield name, slice(batch.run, batch.run + batch.runs), values
    for name, path in united(study, output.paths, batch.scenario).items():
        yield name, slice(batch.run, batch.run + path.shape[1]), path
    for name, values in statistics(study, output, batch.scenario).items():
        yield name, slice(batch.run, batch.run + batch.runs), values
    for name, counts in output.histograms.items():
        whole = _unite(study, counts[:, None], labels, ("point", "piece", "time", "state", "bin"))
        yield histogram_of(name), slice(batch.round, batch.round + 1), whole


def statistics(study: Study, output: Output, scenario: int) -> dict[str, Any]:
    """Return the statistics of one scenario spread over those of all; nothing where none was measured."""
    if output.statistics is None:
        return {}
    every = all_statistics(study)
    wide = np.full((*output.statistics.shape[:2], len(every)), np.nan, np.float32)
    wide[..., [every.index(name) for name in statistic_names(study.positions[scenario])]] = output.statistics
    return {STATISTICS: wide}


def united(study: Study, paths: Mapping[str, Any], scenario: int) -> dict[str, Any]:
    """Return paths ``(point, member, time, ...)`` of one scenario spread over the labels of all."""
    labels, axes = study.positions[scenario].labels, {name: dims for name, _, dims in kept_axes()}
    return {name: _unite(study, path, labels, ("point", "member", "time", *axes[name])) for name, path in paths.items()}


def _unite(study: Study, values: Any, labels: Mapping[str, tuple[str, ...]], dims: tuple[str, ...]) -> Any:
    """Spread values over the labels of all scenarios; what a scenario does not have is missing."""
    for axis, dim in enumerate(dims):
        every = study.labels.get(dim)
        if every is not None and every != labels[dim]:
            shape = [*values.shape]
            shape[axis] = len(every)
            wide = np.full(shape, 0 if values.dtype.kind in "iu" else np.nan, values.dtype)
            wide[(slice(None),) * axis + ([every.index(label) for label in labels[dim]],)] = values
            values = wide
    return values
