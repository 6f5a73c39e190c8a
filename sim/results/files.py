"""Files that survive a crash: whole or not there at all, and known to have reached the disk."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def leave(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all: aside, synced, renamed."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
    synchronise(path.parent)


def settle(folder: Path) -> None:
    """Make sure that everything in a folder has reached the disk."""
    for path in (*folder.rglob("*"), folder):
        synchronise(path)


def synchronise(path: Path) -> None:
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
