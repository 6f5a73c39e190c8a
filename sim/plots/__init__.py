"""Figures, one per file: a Dataset from `sim.measures` in, a matplotlib Figure out.

A file ``<name>.py`` in this folder is a figure. It holds ``<name>(dataset) -> Figure``,
``alt_text(dataset) -> str`` and, if the generic table does not do, ``table(dataset) -> rows``.
Nothing here computes science or writes files; `style.save` writes one that re-runs byte for byte.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from types import ModuleType

import xarray as xr
from matplotlib.figure import Figure

from sim.plots import style


def _names() -> list[str]:
    """Return the names of the figures: every module of this folder but the style."""
    return sorted(found.name for found in pkgutil.iter_modules(__path__) if found.name != "style")


def _module(name: str) -> ModuleType:
    """Return the file of a figure, or an error that lists the figures there are."""
    if name not in _names():
        raise KeyError(f"no figure is called '{name}'; there are {', '.join(_names())}")
    return importlib.import_module(f"{__name__}.{name}")


def figures() -> dict[str, Callable[[xr.Dataset], Figure]]:
    """Return the catalogue of figures by name, discovered from this folder.

    Examples
    --------
    >>> sorted(figures())
    ['fan', 'suppliers', 'timeline', 'versus', 'war_probability']
    """
    return {name: getattr(_module(name), name) for name in _names()}


def alt_text(name: str, dataset: xr.Dataset) -> str:
    """Return the description of a figure for readers who do not see it."""
    return str(_module(name).alt_text(dataset))


def table(name: str, dataset: xr.Dataset) -> list[style.Row]:
    """Return the plotted numbers as tidy rows, for the CSV beside a figure."""
    rows: list[style.Row] = getattr(_module(name), "table", style.tidy)(dataset)
    return rows
