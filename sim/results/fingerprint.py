"""What the bits of a result depend on: versions, processor features, our own code."""

from __future__ import annotations

import datetime as dt
import hashlib
import platform
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

# The rooms that decide the numbers of a run; the rest of the package may change without harm to a result.
NUMBERS = ("observed", "model", "scenario", "study", "engine")


def machine() -> dict[str, Any]:
    """Return what bits depend on: versions, processor features, our own code."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        **features(),
        "code": code_digest(),
        "rules": code_digest(NUMBERS),
        "written": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "command": sys.argv,
    }


def features() -> dict[str, Any]:
    """Return numpy's version and the processor features that it uses."""
    # The only place where numpy tells what the processor can do.
    there: dict[str, bool] = import_module("numpy._core._multiarray_umath").__cpu_features__
    return {"numpy": np.__version__, "cpu_features": sorted(name for name, has in there.items() if has)}


def apart(then: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return in what two machines differ whose runs are mixed, from one to the other; of processors what only one has.

    Examples
    --------
    >>> apart({"numpy": "2.1", "cpu_features": ["A", "B"]}, {"numpy": "2.1", "cpu_features": ["B", "C"]})
    {'cpu_features': {'from': ['A'], 'to': ['C']}}
    """
    has, had = set(now["cpu_features"]), set(then["cpu_features"])
    changes: dict[str, dict[str, Any]] = {
        "engine": {"from": then.get("engine"), "to": now.get("engine")},
        "numpy": {"from": then["numpy"], "to": now["numpy"]},
        "cpu_features": {"from": sorted(had - has), "to": sorted(has - had)},
    }
    return {name: change for name, change in changes.items() if change["from"] != change["to"]}


def code_digest(rooms: Sequence[str] = ("",)) -> str:
    """Return a hash of the source files of the package, or of some of its rooms with their tables.

    They are read once: what is edited later is not what this process has imported.
    """
    return _digest_of_rooms(Path(__file__).parents[1], tuple(rooms))


@cache
def _digest_of_rooms(here: Path, rooms: tuple[str, ...]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for room in rooms:
        place = here / room
        for path in sorted((*place.rglob("*.py"), *place.rglob("*.csv"))):
            if not path.name.startswith("."):  # what an editor hides while it has a file open
                digest.update(path.relative_to(here).as_posix().encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def digest_of_text(text: str) -> str:
    """Return a hash of a text."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
