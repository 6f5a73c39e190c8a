"""Files that survive a crash: whole or not there at all, and known to have reached the disk."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from sim.model.mistakes import Mistake

GUARD = ".lock"  # held by the process that writes


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all: aside, synced, renamed."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)  # a rename is all or nothing, but lasts only once the folder is on the disk too
    sync(path.parent)


def sync_folder(folder: Path) -> None:
    """Make sure that everything in a folder has reached the disk."""
    for path in (*folder.rglob("*"), folder):
        sync(path)


def sync(path: Path) -> None:
    """Make sure that a file or folder has reached the disk."""
    if os.name == "nt" and path.is_dir():
        return  # there a folder cannot be opened, and renames are journalled
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest_of_file(path: Path) -> str:
    """Return a hash of the bytes of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def write_lock(out: Path) -> Iterator[None]:
    """Hold a directory, made if need be; a second process that wants to write into it is refused.

    Raises
    ------
    Mistake
        If somebody else holds it, or it is a file.
    """
    if out.exists() and not out.is_dir():
        raise Mistake(f"{out} is a file; name a directory that does not exist yet")
    out.mkdir(parents=True, exist_ok=True)
    # A lock of the operating system, not a file that is there or not: it goes with the process, however that ends.
    lock = FileLock(out / GUARD, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Mistake(f"another process is writing {out}; wait until it has finished, or stop it") from None
    try:
        yield
    finally:
        lock.release()
