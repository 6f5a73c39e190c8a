"""Kinds of happening, one per file.

A file ``<name>.py`` in this folder is a kind and holds ``KIND``, a `sim.explain.kind.Kind`: how it is noticed, which
decisions lie behind it, and how close it came when it did not come. Nothing else knows a kind by name.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the names alone are wanted by the help of the command line, without what the kinds import
    from sim.explain.happening import Happening, History
    from sim.explain.kind import Kind


def names() -> list[str]:
    """Return the kinds as one writes them: the files of this folder, with blanks.

    Examples
    --------
    >>> "war end" in names()
    True
    """
    return sorted(found.name.replace("_", " ") for found in pkgutil.iter_modules(__path__))


@cache
def catalogue() -> dict[str, Kind]:
    """Return every kind by name, in the order in which a month is told."""
    found = {name: importlib.import_module(f"{__name__}.{name.replace(' ', '_')}").KIND for name in names()}
    return dict(sorted(found.items(), key=lambda pair: pair[1].rank))


def of(happening: Happening) -> Kind:
    """Return the kind of a happening."""
    return catalogue()[happening.kind]


def noticed(history: History, step: int) -> list[Happening]:
    """Return what happened in a step that is worth telling: state by state, then what concerns all."""
    states = history.position.labels["state"]
    found = [happening for kind in catalogue().values() for happening in kind.notice(history, step)]
    return sorted(found, key=lambda one: states.index(one.actor) if of(one).by_state else len(states))
