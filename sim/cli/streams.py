"""The standard streams while a command runs: none of them ends its work, and what is printed only reads as text."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from sim.terminal import Stream

DISK_FULL = 2  # exit code where what was printed is lost for want of room


@contextmanager
def guarded() -> Iterator[None]:
    """Print through streams that may be closed, gone or of few letters; give back those that were there.

    Raises
    ------
    SystemExit
        If standard output went to a disk that is full.
    """
    _open_closed()
    before = sys.stdout, sys.stderr
    out, err = Stream(_or_nowhere(sys.stdout)), Stream(_or_nowhere(sys.stderr))
    sys.stdout, sys.stderr = out, err
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        out.flush()
        full = isinstance(out.lost, OSError) and out.lost.errno == errno.ENOSPC
        if full:
            err.write("standard output has no space left, so what was said is not all there; make room\n")
        err.flush()
        if full:
            raise SystemExit(DISK_FULL)


def _open_closed() -> None:
    """Open nowhere in place of standard streams that are closed: the next file would get their number, and our errors.

    Workers inherit it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            nowhere = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
            os.set_inheritable(nowhere, True)


def _or_nowhere(stream: TextIO | None) -> TextIO:
    """Return a stream, or one that leads nowhere for none, as under pythonw."""
    return open(os.devnull, "w", encoding="utf-8") if stream is None else stream
