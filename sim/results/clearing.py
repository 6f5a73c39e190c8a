"""What `--force` removes: of a result of ours what we can have written; all else in the directory stays where it is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from sim.model.mistakes import Mistake, command
from sim.results.arrays import ARRAYS, all_arrays
from sim.results.export import exported
from sim.results.files import GUARD, is_link, refuse_link, walk
from sim.results.frame import DESIGN, DIGESTS, LOCK, POINTS, SOURCES, SUMMARY
from sim.results.manifest import EXPORTS, FIGURES, ON_DUTY, PROVENANCE, STATUS, begin_log, is_begun, provenance
from sim.results.store import MARKER, MARKERS

DOCUMENTS = (PROVENANCE, DIGESTS, DESIGN, POINTS, STATUS, SUMMARY, SOURCES, ON_DUTY, LOCK)
PICTURES, BESIDE = ("png", "svg", "pdf"), ("csv", "txt")  # of a figure, which are signed; its numbers and its words
HEAD = 4096  # bytes of a picture in which it says who made it; in a PDF that may be anywhere


def prepare(out: Path, *, force: bool) -> None:
    """Make a directory ready for a result; one that is there is removed only when asked.

    Everything is looked at before anything is removed. A directory that has been begun says so from the first moment,
    and an old result is none any more once its provenance has gone, so that a crash leaves what can be begun again.

    Raises
    ------
    Mistake
        If there is something in the way.
    """
    refuse_to_replace(out, force=force)
    files, folders = _written_by_us(out)
    for folder in {path.parent for path in (*files, *folders)}:
        if not os.access(folder, os.W_OK | os.X_OK):
            raise Mistake(f"nothing can be removed from {folder}; check its permissions, or choose another --out")
    begin_log(out)
    (out / PROVENANCE).unlink(missing_ok=True)
    for path in files:
        path.unlink(missing_ok=True)
    for folder in reversed(folders):
        if not any(folder.iterdir()):
            folder.rmdir()


def refuse_to_replace(out: Path, *, force: bool) -> None:
    """Refuse a directory that has something in it and is not ours, or is not to be replaced.

    Raises
    ------
    Mistake
        With what to do.
    """
    if not any(path.name != GUARD for path in out.iterdir()):
        return
    sealed = _has_sealed_provenance(out)
    if not sealed and not is_begun(out):
        if force:
            raise Mistake(
                f"{out} holds no result of ours that can be recognised, so --force removes nothing from it; choose "
                "another --out, or remove it yourself"
            )
        raise Mistake(f"{out} is not empty; choose another --out")
    if not force:
        more = f", or go on with it by {command('resume', out)}" if sealed else ""
        raise Mistake(f"{out} is not empty, it holds a result; choose another --out, write --force to replace it{more}")


def _has_sealed_provenance(out: Path) -> bool:
    """Tell whether a directory says of itself, unaltered, that it is a result."""
    try:
        return (out / PROVENANCE).is_file() and bool(provenance(out))
    except Mistake:
        return False


# -- what we can have written


def _written_by_us(out: Path) -> tuple[list[Path], list[Path]]:
    """Return the files to remove, links among them, and the folders, each before what is in it.

    Raises
    ------
    Mistake
        If something would be in the way of the new result, or be taken for a part of it.
    """
    ours_as_file, ours_as_folder = _patterns(out)
    files, folders = list[Path](), list[Path]()
    for entry in walk(out):
        path = Path(entry.path)
        name = path.relative_to(out).as_posix()
        as_file, as_folder = ours_as_file.fullmatch(name), ours_as_folder.fullmatch(name)
        is_folder = entry.is_dir(follow_symlinks=False)
        if name in (GUARD, STATUS) and not is_folder:
            continue  # this one is held, that one has been begun anew by then
        if not as_file and not as_folder:
            _refuse_to_keep(entry, name)
        elif is_link(entry) or (as_file and not is_folder):
            files.append(path)
        elif as_folder and is_folder:
            folders.append(path)
        else:
            raise Mistake(f"{path} is in the way of a new result and not ours; move it away")
    return files, folders


def _refuse_to_keep(entry: os.DirEntry[str], name: str) -> None:
    """Refuse what is not ours where it cannot stay."""
    refuse_link(entry)
    if name.startswith(f"{ARRAYS}/"):
        raise Mistake(f"{entry.path} is not ours and would be taken for a part of the new result; move it away")


def _patterns(out: Path) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what the files and the folders that we write into a result are called, the way to them included."""
    store = re.escape(ARRAYS)
    array = rf"{store}/({'|'.join(map(re.escape, all_arrays()))})"
    unfinished = r"\.[0-9a-f]{32}\.partial"  # what zarr has not renamed yet
    files = [
        *map(re.escape, DOCUMENTS),
        r"scenario_\d+\.lock\.yaml",
        rf"{MARKERS}/{MARKER.pattern}\.json",
        rf"(({MARKERS}|{FIGURES}|{EXPORTS})/)?\.\d+\.partial\.[^/]+",
        rf"({store}|{array})/zarr(\.json|{unfinished})",
        rf"{array}/c(/\d+)+({unfinished})?",
        *(rf"{FIGURES}/{re.escape(name)}" for name in _drawn(out / FIGURES)),
        *(rf"{EXPORTS}/{re.escape(name)}" for name in exported()),
    ]
    folders = [store, MARKERS, FIGURES, EXPORTS, rf"{array}(/c(/\d+)*)?"]
    return re.compile("|".join(files)), re.compile("|".join(folders))


def _drawn(folder: Path) -> Iterator[str]:
    """Yield the names of the files of every figure of ours."""
    if folder.is_symlink() or not folder.is_dir():
        return
    for stem in {path.name.rpartition(".")[0] for path in folder.iterdir()}:
        yield from (path.name for path in files_of_figure(folder / stem))


def files_of_figure(stem: Path) -> list[Path]:
    """Return the files of a figure of ours: all that go together, with a picture that says it is; none of another."""
    beside = [stem.with_name(f"{stem.name}.{form}") for form in BESIDE]
    pictures = [path for form in PICTURES if os.path.lexists(path := stem.with_name(f"{stem.name}.{form}"))]
    ours = all(map(os.path.lexists, beside)) and any(map(_is_signed, pictures))
    return [*pictures, *beside] if ours else []


def _is_signed(picture: Path) -> bool:
    """Tell whether a picture says of itself that it is ours."""
    if picture.is_symlink() or not picture.is_file():
        return False
    with picture.open("rb") as file:
        return b"armsrace" in file.read(-1 if picture.suffix == ".pdf" else HEAD)
