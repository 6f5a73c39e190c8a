"""What can be mended of a damaged result: its frame and its points from the study, its batches by playing them again.

What nobody can work out again, the provenance and the documents that it was begun with, is left as it is and refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.model.mistakes import Mistake
from sim.results.arrays import ARRAYS
from sim.results.checked import damaged_files, stray_files, vouchers
from sim.results.documents import DECIDED, reading
from sim.results.files import DRAFT, make_way
from sim.results.fingerprint import digest_of_text
from sim.results.frame import POINTS, frame_digests, points_as_text
from sim.results.manifest import ON_DUTY, locked_experiment, locked_scenario, missing, stored_points
from sim.results.store import MARKERS, Store
from sim.study.layout import Batch, Layout
from sim.study.points import Points, count, points


def points_again(out: Path, about: Mapping[str, Any]) -> Points:
    """Return the parameter points of a result, worked out from its experiment where they are damaged.

    Raises
    ------
    Mistake
        If they come out otherwise than the manifest states.
    """
    try:
        return stored_points(out, about)
    except Mistake:
        experiment, scenario = locked_experiment(out, about), locked_scenario(out, about)
    with reading(out / POINTS, DECIDED):
        if count(experiment, scenario) == about["layout"]["points"]:  # or a stranger's would take for ever
            found = points(experiment, scenario)
            if digest_of_text(points_as_text(found)) == about["design"][POINTS]:
                return found
    raise Mistake(f"{out / POINTS} is damaged and cannot be worked out again; {DECIDED}")


def to_play(out: Path, cut: Layout) -> list[Batch]:
    """Return the batches that are missing or damaged, in their order."""
    known, again = vouchers(out, cut, {}), set(missing(out, cut))
    again.update(batch for batch, _ in damaged_files(out, known))
    again.update(batch for _, batch in stray_files(out, cut, known) if batch is not None)  # its marker says too little
    return [batch for batch in cut.batches() if batch in again]


def odd_markers(out: Path, cut: Layout) -> Iterator[Batch]:
    """Yield the batches of which there is a marker that vouches for nothing."""
    for batch in missing(out, cut):
        if (out / MARKERS / f"{batch.name}.json").exists():
            yield batch


def make_ready(store: Store, out: Path, todo: Iterable[Batch] = ()) -> None:
    """Lay the frame again where it is not as it should be, and leave nothing of the batches that are to be played."""
    for batch in todo:
        make_way(out / MARKERS / f"{batch.name}.json")
    store.fit()
    cut = store.study.layout
    for path, _ in stray_files(out, cut, vouchers(out, cut, frame_digests(out))):
        if path.is_file():
            path.unlink()


def remove_leftovers(out: Path) -> None:
    """Remove what an interrupted writer left half written, and its leave to write."""
    (out / ON_DUTY).unlink(missing_ok=True)
    for place in (out, out / MARKERS):
        for path in place.glob(DRAFT):
            path.unlink(missing_ok=True)
    for path in (out / ARRAYS).rglob("*.partial"):
        path.unlink(missing_ok=True)
