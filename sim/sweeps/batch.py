"""One batch of a sweep played: every case of it, chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.engine.blocks import CHUNK_BLOCKS, chunks
from sim.engine.chunk import Chunk, play_chunk
from sim.engine.output import Output, join_chunks
from sim.measures.target_statistics import measured
from sim.study.layout import Batch
from sim.study.study import Study

Progress = Callable[[int], None]


def play_batch(
    study: Study, batch: Batch, *, chunk_blocks: int = CHUNK_BLOCKS, progress: Progress = lambda runs: None
) -> Output:
    """Play a batch.

    Parameters
    ----------
    study, batch : Study, Batch
        What to play.
    chunk_blocks : int
        Blocks played together; changes speed and memory, never a result.
    progress : callable
        Told the number of runs of every chunk that is done.
    """
    kept_paths = min(max(study.kept_paths - batch.run, 0), batch.runs)
    outputs = []
    for point in range(batch.point, batch.point + batch.points):
        position = study.position(batch.scenario, point)
        measure = measured(position)
        parts = list[Chunk]()
        for first, count in chunks(batch.run, batch.runs, chunk_blocks):
            parts += play_chunk(position, first, count, study.kept_paths, study.kind, measure, study.engine)
            progress(count)
        outputs.append(join_chunks(parts, kept_paths, point))
    outcomes, paths, histograms = (
        {name: np.concatenate([getattr(one, part)[name] for one in outputs]) for name in getattr(outputs[0], part)}
        for part in ("outcomes", "paths", "histograms")
    )
    statistics = np.concatenate([one.statistics for one in outputs if one.statistics is not None])
    return Output(outcomes, paths, histograms, [failure for one in outputs for failure in one.failures], statistics)
