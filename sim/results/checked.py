"""The arrays of a result as they were written or not at all: each file is held against its digest when first read.

A store of zarr, so that whoever reads, be it a measure, a figure or an export, is told of damage and never given other
numbers. A file that is lost would be read as missing values, one that nobody wrote as somebody's runs: both are damage.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from zarr.storage import LocalStore, WrapperStore

from sim.model.mistakes import Mistake, command
from sim.results.arrays import ARRAYS, METADATA, NOT_ALWAYS, all_arrays, batch_arrays, batch_of_file, file_of_batch
from sim.results.documents import ArrayMetadata, GroupMetadata, read_json, reading
from sim.results.files import is_whole
from sim.results.store import batch_of, markers
from sim.study.layout import Batch, Layout

CHUNK = re.compile(r"([^/]+)/c((?:/\d+)+)")
MOST_LABELS = 10**6  # of states, steps, bins


class Voucher(NamedTuple):
    """The digest of a file, and the batch of which it is a part; None for metadata and labels."""

    digest: str
    batch: Batch | None = None


def vouchers(out: Path, cut: Layout, frame: Mapping[str, str]) -> dict[str, Voucher]:
    """Return what is known of every file below the arrays, by zarr's key."""
    here = f"{ARRAYS}/"
    known = {name.removeprefix(here): Voucher(digest) for name, digest in frame.items() if name.startswith(here)}
    for marker in markers(out):
        batch = batch_of(marker)
        if cut.has(batch):
            for name, digest in marker["files"].items():
                key = file_of_batch(out, name, batch, cut).relative_to(out / ARRAYS).as_posix()
                known[key] = Voucher(digest, batch)
    return known


class CheckedStore(WrapperStore[LocalStore]):
    """The arrays of a result, read-only.

    Parameters
    ----------
    out : path
        The result directory.
    known : mapping
        What `vouchers` returns.
    """

    def __init__(self, out: Path, known: Mapping[str, Voucher]) -> None:
        super().__init__(LocalStore(out / ARRAYS, read_only=True))
        self.out, self.known, self._sound = out, known, set[str]()

    @property
    def root(self) -> Path:
        """Where the arrays lie."""
        return self.out / ARRAYS

    def _with_store(self, store: LocalStore) -> CheckedStore:
        """Return this store; there is no other way to look at it."""
        return self

    def check(self, key: str) -> bool:
        """Tell whether there is a file, once it has been held against its digest.

        Raises
        ------
        Mistake
            If it is not what was written, with what to do.
        """
        if key in self._sound:
            return True
        voucher, path = self.known.get(key), self.root / key
        if voucher is None and not path.exists():
            return False
        if voucher is None or not is_whole(path, voucher.digest):
            raise Mistake(self._complaint(key, voucher))
        self._sound.add(key)
        return True

    def _complaint(self, key: str, voucher: Voucher | None) -> str:
        """Say what is wrong with a file."""
        remedy = command("verify", self.out, "--repair")
        if voucher is None:
            return f"{self.root / key} was not written by this sweep; {remedy} removes it"
        if voucher.batch is None:
            return f"{self.root / key} is not what was written; {remedy} mends it"
        return (
            f"{self.root} has changed since it was written, {key.split('/')[0]} of batch {voucher.batch.name} first; "
            f"{remedy} plays what is damaged again"
        )

    async def get(self, key: str, prototype: Any, byte_range: Any = None) -> Any:
        """Return what is in a file, or None where nothing was written."""
        return await super().get(key, prototype, byte_range) if self.check(key) else None

    async def get_partial_values(self, prototype: Any, key_ranges: Iterable[tuple[str, Any]]) -> list[Any]:
        """Return parts of files."""
        return [await self.get(key, prototype, part) for key, part in key_ranges]

    async def exists(self, key: str) -> bool:
        """Tell whether there is a file."""
        return self.check(key)

    async def list_dir(self, prefix: str) -> AsyncIterator[str]:
        """Yield what a folder was given when it was written; what else lies there is not seen."""
        here = f"{prefix.strip('/')}/".lstrip("/")
        for name in dict.fromkeys(key.removeprefix(here).split("/")[0] for key in self.known if key.startswith(here)):
            yield name


# -- before anything is decoded


def refuse_unknown_form(out: Path, cut: Layout, kept_paths: int, known: Mapping[str, Voucher]) -> None:
    """Refuse arrays that are not cut and encoded as ours are, by what their metadata say.

    Nothing else decides what is run when they are read, so only numbers and text in Zarr format 3, through codecs that
    only compress, are let in.

    Raises
    ------
    Mistake
        With the file.
    """
    place = out / ARRAYS
    if not (place / METADATA).exists() and any((place / name).exists() for name in (".zgroup", ".zarray")):
        raise Mistake(f"{place} is in Zarr format 2, which no version has written; ask for the result in format 3")
    remedy = f"{command('verify', out, '--repair')} lays it out again"
    sizes = {"scenario": cut.scenarios, "point": cut.points, "run": cut.runs, "member": kept_paths, "piece": cut.rounds}
    for name in ("", *all_arrays()):
        key = f"{name}/{METADATA}".lstrip("/")
        if key not in known and name in {"", *batch_arrays()} - {*NOT_ALWAYS}:
            raise Mistake(f"{place / key} is missing; {remedy}")
        if key not in known:
            continue
        with reading(place / key, remedy):
            if not name:
                GroupMetadata.model_validate(read_json(place / key))
                continue
            array = ArrayMetadata.model_validate(read_json(place / key))
            if name in batch_arrays():
                expected = [1, cut.reach, 1 if array.dimension_names[2] == "piece" else cut.span, *array.shape[3:]]
                if array.parts != [max(part, 1) for part in expected]:
                    raise ValueError("cut otherwise")
            for dim, size in zip(array.dimension_names, array.shape, strict=True):
                if size != sizes.get(dim, size) or (size > MOST_LABELS and dim not in sizes):
                    raise ValueError("of another size")


# -- all that is wrong


def damaged_files(out: Path, known: Mapping[str, Voucher]) -> Iterator[tuple[Batch, str]]:
    """Yield batch and array of every file of a finished batch that is not what its marker vouches for."""
    for key, voucher in known.items():
        if voucher.batch is not None and not is_whole(out / ARRAYS / key, voucher.digest):
            yield voucher.batch, key.split("/")[0]


def stray_files(out: Path, cut: Layout, known: Mapping[str, Voucher]) -> Iterator[tuple[Path, Batch | None]]:
    """Yield every file that would be read as part of an array but was not written, with the batch it would be of."""
    filled = set(batch_arrays())
    for name in all_arrays():
        for path in sorted((out / ARRAYS / name / "c").rglob("*")):
            match = CHUNK.fullmatch(path.relative_to(out / ARRAYS).as_posix())
            if not path.is_dir() and match and match[0] not in known:
                cell = tuple(int(number) for number in match[2].strip("/").split("/"))
                yield path, batch_of_file(name, cell, cut) if name in filled and len(cell) > 2 else None
