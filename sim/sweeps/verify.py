"""Is a result still what was written, and is it what the rules play? Digests of all files, a sample played again."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.answers import Answer
from sim.engine.chunk import play_chunk
from sim.engine.output import Output, join_chunks
from sim.measures.target_statistics import measured
from sim.model.arguments import whole_number
from sim.model.engines import engine_named
from sim.model.streams import BLOCK
from sim.results.checked import CheckedStore, Voucher, damaged_files, refuse_unknown_form, stray_files, vouchers
from sim.results.files import write_lock
from sim.results.frame import DIGESTS, SUMMARY, damaged_frame, frame_digests
from sim.results.manifest import directory, log_event, missing, provenance, study_of
from sim.results.parts import statistics, united
from sim.results.store import Store, batch_of, markers
from sim.study.layout import Batch, Layout
from sim.study.study import Study
from sim.sweeps.compatibility import changes_since, refuse_changes, unlike_machines
from sim.sweeps.mending import make_ready, odd_markers, points_again, to_play
from sim.sweeps.play import close
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
    """Check every file, what labels say, and play a random sample of blocks again; nothing is written.

    Parameters
    ----------
    path : path
        A result directory; it may be unfinished.
    sample : int
        How many blocks of up to 256 runs to play again; with 0 the files alone are looked at.
    seed : int, optional
        Which blocks; different ones at every call unless given.
    repair : bool
        Mend what is damaged first: the frame is laid again, batches are played again and written anew.

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
    about = provenance(out)
    if repair:
        _repair(out, about)
    notes = [*changes_since(out, about), *unlike_machines(about)]
    study = study_of(out)
    engine_named(study.engine)
    cut, todo, frame = study.layout, set(missing(out, study.layout)), list(damaged_frame(out))
    digests = {} if DIGESTS in frame else frame_digests(out)
    known = vouchers(out, cut, digests)
    found = list(_damaged(out, cut, known, todo, digests))
    runs, different = 0, list[str]()
    if not frame:  # or nothing can be read
        refuse_unknown_form(out, cut, study.kept_paths, known)
        store = Store(study, out, CheckedStore(out, known))
        different += (f"{name}, which says otherwise than the study" for name in store.unlike(Store(study)))
        spoilt = todo.union(batch for _, batch in found if batch is not None)
        whole = [batch for batch in cut.batches() if batch not in spoilt]
        runs, otherwise = _sampled(store, whole, sample, rng, exact=not notes)
        different += otherwise
    damaged = [*frame, *(what for what, _ in found)]
    return Verification(cut.size - len(todo), len(known) + len(frame), runs, damaged, different, notes)


def _damaged(
    out: Path, cut: Layout, known: Mapping[str, Voucher], todo: Collection[Batch], digests: Mapping[str, str]
) -> Iterator[tuple[str, Batch | None]]:
    """Yield what is not what was written beside the frame, each with its batch."""
    for batch, name in damaged_files(out, known):
        yield f"{name} of batch {batch.name}", batch
    closed = SUMMARY in digests
    for batch in cut.batches() if closed else odd_markers(out, cut):
        if batch in todo:
            yield f"marker of batch {batch.name}", batch
    for path, owner in stray_files(out, cut, known):
        if owner not in todo:  # in which case somebody is writing it, or was killed
            yield f"{path.relative_to(out)}, which this sweep did not write", owner
    if digests and not closed and not todo:
        yield f"{SUMMARY}, which was not written to the end", None


def _repair(out: Path, about: Mapping[str, Any]) -> None:
    """Mend what can be mended: the frame from the study, damaged batches by playing them again."""
    with write_lock(out):
        refuse_changes(out, about, mixed=False)  # what is played now would be other runs
        study = study_of(out, points_again)
        engine_named(study.engine)
        cut = study.layout
        todo = to_play(out, cut)
        if not (out / SUMMARY).exists():  # it never came to its end; `resume` takes it there
            begun = {*odd_markers(out, cut), *(batch_of(marker) for marker in markers(out))}
            todo = [batch for batch in todo if batch in begun]
        store = Store(study, out)
        make_ready(store, out, todo)
        for batch in todo:
            write_batch(store, batch)
            log_event(out, "repaired", name=batch.name)
        close(out)


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
    spread = united(store.study, again.paths, batch.scenario), statistics(store.study, again, batch.scenario)
    for name, values in {**again.outcomes, **spread[0], **spread[1]}.items():
        if name not in recorded:  # an older version kept no statistics
            continue
        theirs = recorded[name]
        ours = values[0].astype(theirs.dtype)
        if not same_numbers(ours, theirs, exact=exact):
            yield name
    if exact and store.failed(batch, again) != store.listed(batch, point, first, count):
        yield "list of failures"


def _again(study: Study, batch: Batch, point: int, first: int, count: int) -> Output:
    """Play one block again."""
    position = study.position(batch.scenario, point)
    parts = play_chunk(position, first, count, study.kept_paths, study.kind, measured(position), study.engine)
    return join_chunks(parts, min(max(study.kept_paths - first, 0), count), point)


def same_numbers(ours: Any, theirs: Any, *, exact: bool) -> bool:
    """Tell whether two arrays hold the same numbers, to the last bit or within the tolerance between machines."""
    if exact:
        return bool(np.array_equal(ours, theirs, equal_nan=True))
    tolerance = TOLERANCE if theirs.dtype == np.float64 else SINGLE
    return bool(np.allclose(ours, theirs, rtol=tolerance, atol=tolerance, equal_nan=True))
