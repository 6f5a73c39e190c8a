"""Files that survive a crash, whole or not there at all, and directories out of which nothing is written.

A result may be a stranger's. What lies in it may be a link to somebody's work, and is never written through; a name
that was read from it becomes no path but by `file_name`.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from sim.model.mistakes import Mistake

GUARD = ".lock"  # held by the process that writes
DRAFT = ".[0-9]*.partial.*"  # what a crash leaves of a file that was being written
WINDOWS = os.name == "nt"
PAUSES = (0.05, 0.1, 0.25, 0.6)  # seconds between attempts at what somebody else has open
DEEPEST = 110  # characters of a path below a result directory, those of a file half written included
LONGEST = 120  # bytes of a file name, which systems limit to 255
EDITED = ".#"  # begins the link by which an editor marks a file that is open in it; nothing of ours is called so
DEVICES = r"(?i:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)"  # names that Windows keeps for itself


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    with replacing(path) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Lend a new file to be written, of the same ending; synced and renamed, it takes the place of another.

    What was there is replaced and never written into, be it a link or a file with other names too.
    """
    draft = path.with_name(f".{os.getpid()}.partial.{path.name}")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o666))
    try:
        yield draft
        sync(draft)
        _rename(draft, path)  # which is all or nothing, but lasts only once the folder is on the disk too
    finally:
        draft.unlink(missing_ok=True)
    sync(path.parent)


def _rename(draft: Path, path: Path) -> None:
    """Rename a file; on Windows somebody who reads the old one is given a second to end, as a virus scanner may."""
    for seconds in PAUSES if WINDOWS else ():
        with suppress(PermissionError):
            os.replace(draft, path)
            return
        time.sleep(seconds)
    os.replace(draft, path)


def make_way(path: Path) -> None:
    """Remove what is in the place of a file: another file, or an empty folder.

    Raises
    ------
    Mistake
        If it is a folder with something in it.
    """
    if path.is_dir() and not path.is_symlink():
        if any(path.iterdir()):
            raise Mistake(f"{path} is a folder where a file belongs; move it away")
        path.rmdir()
    path.unlink(missing_ok=True)


def refuse_in_the_way(*files: Path, force: bool) -> None:
    """Refuse files that a user names to be written in one folder, where there is no such folder or one is there.

    Raises
    ------
    Mistake
        With the remedy.
    """
    if not files[0].absolute().parent.is_dir():
        raise Mistake(f"there is no folder {files[0].parent}; make it, or name a file elsewhere")
    there = [path for path in files if path.exists()]
    if there and not force:
        raise Mistake(f"{there[0]} is there already; write --force to replace it, or another -o")


def sync(path: Path) -> None:
    """Make sure that a file or folder has reached the disk."""
    folder = path.is_dir()
    if WINDOWS and folder:
        return  # there a folder cannot be opened, and renames are journalled
    handle = os.open(path, os.O_RDONLY if folder else os.O_RDWR)  # there only what may be written is synced
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_all(paths: Iterable[Path]) -> None:
    """Make sure that files and folders have reached the disk, which takes many at once much sooner than one by one."""
    with ThreadPoolExecutor(16) as waiting:
        for _ in waiting.map(sync, paths):
            pass  # the first that failed is raised here


def digest_of_file(path: Path) -> str:
    """Return a hash of the bytes of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of_bytes(content: bytes) -> str:
    """Return the hash that a file of this content has."""
    return hashlib.sha256(content).hexdigest()


def is_whole(path: Path, digest: str) -> bool:
    """Tell whether a file is there and is what was written."""
    return path.is_file() and digest_of_file(path) == digest


def file_name(*parts: str) -> str:
    """Return the name of a file made of words, whoever wrote them: no way to another folder, no device, not too long.

    Examples
    --------
    >>> file_name("fan", "price 60, scale 2")
    'fan_price_60_scale_2'
    >>> file_name("fan", "../a"), file_name("fan", "a:"), file_name("nul.csv")
    ('fan_a_b2c234bf', 'fan_a_d4597507', '_nul.csv')
    """
    words = [re.sub(r"[^\w.+-]+", "_", part).strip("_.") for part in parts]
    name = re.sub(f"^{DEVICES}", r"_\g<0>", "_".join(words))
    odd = any(not re.fullmatch(r"[\w.+, =-]+", part) or part.strip("_.") != part for part in parts)
    if not odd and len(name.encode()) <= LONGEST:
        return name
    short = name.encode()[: LONGEST - 9].decode(errors="ignore")  # of which other words may have made the same
    return f"{short}_{hashlib.blake2b('_'.join(parts).encode(errors='replace'), digest_size=4).hexdigest()}"


# -- directories


def walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield everything in a folder and below it, each folder before what is in it; no link is followed."""
    folders = [os.fspath(folder)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                yield entry
                if not is_link(entry) and entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)


def is_link(entry: os.DirEntry[str]) -> bool:
    """Tell whether something leads elsewhere: a symbolic link, or on Windows a junction."""
    return entry.is_symlink() or (hasattr(entry, "is_junction") and entry.is_junction())


def refuse_link(entry: os.DirEntry[str]) -> None:
    """Refuse what is neither a plain file nor a folder.

    Raises
    ------
    Mistake
        With what it is.
    """
    if entry.name.startswith(EDITED):
        return
    if is_link(entry):
        raise Mistake(
            f"{entry.path} is a link, and no result is written that has one; put in its place what it leads to, or "
            "remove it"
        )
    if not entry.is_dir(follow_symlinks=False) and not entry.is_file(follow_symlinks=False):
        raise Mistake(f"{entry.path} is neither a file nor a folder; remove it")


def refuse_links(folder: Path) -> None:
    """Refuse a directory from which something leads elsewhere, so that what is written into it stays in it.

    The directory itself may be a link, and may lie behind one: where it is, its owner decided.

    Raises
    ------
    Mistake
        With the first link.
    """
    for entry in walk(folder):
        refuse_link(entry)


def _refuse_deep(out: Path) -> None:
    """Refuse a directory so deep that paths in it would be longer than the system allows: 260 characters on Windows."""
    probe = out / f".{os.getpid()}.partial.".ljust(DEEPEST, "x")
    try:
        probe.touch()
    except OSError as error:
        if error.errno in (errno.ENAMETOOLONG, errno.ENOENT):  # the second is what Windows says
            raise Mistake(f"the path of {out} is too long for what a result holds; name a shorter one") from None
        raise
    probe.unlink()


@contextmanager
def write_lock(out: Path) -> Iterator[None]:
    """Hold a directory that is to be written into, as `hold` does, and refuse one with links in it."""
    with hold(out):
        refuse_links(out)
        yield


@contextmanager
def hold(out: Path) -> Iterator[None]:
    """Hold a directory, made if need be; a second process that wants to write into it is refused.

    Raises
    ------
    Mistake
        If somebody else holds it, or it is a file.
    """
    if os.path.lexists(out) and not out.is_dir():
        raise Mistake(f"{out} is a file, or a link that leads nowhere; name a directory that does not exist yet")
    out.mkdir(parents=True, exist_ok=True)
    _refuse_deep(out)
    with os.scandir(out) as entries:
        for entry in entries:
            if entry.name == GUARD:  # before it is opened, which may empty it
                refuse_link(entry)
                if entry.is_dir() or entry.stat().st_nlink > 1:
                    raise Mistake(f"{entry.path} is not what is made when a result is written; remove it")
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
