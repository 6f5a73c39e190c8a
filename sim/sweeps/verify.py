"""Is a result still what was written, and is it what the rules play? Digests of all files, a sample played again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.answers import Answer
from sim.engine.chunk import play_chunk
from sim.engine.output import Output, join_chunks
from sim.model.arguments import whole_number
from sim.model.streams import BLOCK
from sim.results.arrays import ARRAYS
from sim.results.files import write_lock
from sim.results.manifest import directory, log_event, missing, provenance, store_of
from sim.results.open import damaged_files
from sim.results.store import MARKERS, Store
from sim.study.layout import Batch
from sim.study.study import Study
from sim.sweeps.compatibility import changes_since, refuse_changes, unlike_machines
from sim.sweeps.workers import write_batch

TOLERANCE = 1e-9  # relative, between machines whose last bits may differ
SINGLE = 1e-6  # the same for paths kept as float32
SAMPLE = 4


@dataclass(frozen=True, repr=False)
class Verification(Answer):
    """What was looked at and what was found; printed, it says so in sentences.

    Attributes
    ----------
    batches, files, runs : int
        Finished batches; files looked at; runs played again.
    damaged : list of str
        Files that are not what was written.
    different : list of str
        What the rules play otherwise now.
    notes : list of str
        Why runs could not be expected to be the same to the last bit.
    """

    batches: int
    files: int
    runs: int
    damaged: list[str]
    different: list[str]
    notes: list[str]

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.damaged and not self.different

    @property
    def looked_at(self) -> list[str]:
        """Sentences on what was looked at, and what has to be known of it."""
        counted = f"{self.batches} batches, {self.files} files, {self.runs} runs played again"
        return [*(f"note: {sentence}" for sentence in self.notes), counted]

    @property
    def found(self) -> list[str]:
        """Sentences on what is wrong, or one that nothing is."""
        if self.good:
            if not self.runs:
                return ["every file is as it was written; nothing was played again"]
            return ["everything is as it was written" + ("" if self.notes else ", to the last bit")]
        return [
            *(f"damaged: {what}" for what in self.damaged),
            *(f"played otherwise: {what}" for what in self.different),
        ]

    def __str__(self) -> str:
        """Return all of it in sentences, one a line."""
        return "\n".join([*self.looked_at, *self.found])


def verify(
    path: str | os.PathLike[str], sample: int = SAMPLE, *, seed: int | None = None, repair: bool = False
) -> Verification:
    """Check the digests of every file, and play a random sample of blocks again.

    Parameters
    ----------
    path : path
        A result directory; it may be unfinished.
    sample : int
        How many blocks of up to 256 runs to play again; with 0 the files alone are looked at.
    seed : int, optional
        Which blocks; different ones at every call unless given.
    repair : bool
        Play damaged batches again and write them anew.

    Returns
    -------
    Verification
        Its `good` is true where nothing is wrong.

    Raises
    ------
    Mistake
        If it is no result directory, or is to be repaired where it would not play the same.
    """
    sample = whole_number(sample, "sample")
    rng = np.random.default_rng(None if seed is None else whole_number(seed, "seed"))
    out = directory(path)
    about, store = provenance(out), store_of(out)
    cut = store.study.layout
    todo = set(missing(out, cut))
    there = [batch for batch in cut.batches() if batch not in todo]
    notes = [*changes_since(out, about), *unlike_machines(about)]
    broken = list(damaged_files(out, cut))
    if repair and broken:
        refuse_changes(out, about, mixed=False)  # what is played now would be other runs
        with write_lock(out):
            for batch in dict.fromkeys(batch for batch, _ in broken):
                (out / MARKERS / f"{batch.name}.json").unlink()
                write_batch(store, batch)
                log_event(out, "repaired", name=batch.name)
        broken = list(damaged_files(out, cut))
    whole = [batch for batch in there if batch not in {batch for batch, _ in broken}]
    runs, different = _sampled(store, whole, sample, rng, exact=not notes)
    files = sum(1 for _ in (out / ARRAYS).rglob("c/**/*") if _.is_file())
    damaged = [f"{name} of batch {batch.name}" for batch, name in broken]
    return Verification(len(there), files, runs, damaged, different, notes)


def _sampled(
    store: Store, batches: Sequence[Batch], sample: int, rng: np.random.Generator, *, exact: bool
) -> tuple[int, list[str]]:
    """Play some blocks again; return how many runs, and what differs."""
    # Blocks and not batches, which may be sixteen times as long: the luck of a block needs no other block.
    blocks = [
        (batch, point, first)
        for batch in batches
        for point in range(batch.point, batch.point + batch.points)
        for first in range(batch.run, batch.run + batch.runs, BLOCK)
    ]
    runs, different = 0, list[str]()
    for choice in rng.permutation(len(blocks))[:sample]:
        batch, point, first = blocks[choice]
        count = min(BLOCK, batch.run + batch.runs - first)
        runs += count
        names = _differences(store, batch, point, first, count, exact=exact)
        different += [f"{name} of runs {first} to {first + count - 1}, point {point}" for name in names]
    return runs, different


def _differences(store: Store, batch: Batch, point: int, first: int, count: int, *, exact: bool) -> Iterator[str]:
    """Yield the arrays in which one block played again is not what was recorded."""
    again = _again(store.study, batch, point, first, count)
    recorded = store.block(batch.scenario, point, first, count)
    for name, values in {**again.outcomes, **store.united(again.paths, batch.scenario)}.items():
        theirs = recorded[name]
        ours = values[0].astype(theirs.dtype)
        if not same_numbers(ours, theirs, exact=exact):
            yield name


def _again(study: Study, batch: Batch, point: int, first: int, count: int) -> Output:
    """Play one block again."""
    parts = play_chunk(study.position(batch.scenario, point), first, count, study.kept_paths, study.kind)
    return join_chunks(parts, min(max(study.kept_paths - first, 0), count), point)


def same_numbers(ours: Any, theirs: Any, *, exact: bool) -> bool:
    """Tell whether two arrays hold the same numbers, to the last bit or within the tolerance between machines."""
    if exact:
        return bool(np.array_equal(ours, theirs, equal_nan=True))
    tolerance = TOLERANCE if theirs.dtype == np.float64 else SINGLE
    return bool(np.allclose(ours, theirs, rtol=tolerance, atol=tolerance, equal_nan=True))
