"""A dataset becomes numbers with their uncertainty.

A module that holds a function of its own name is a measure: ``sim.measures.fan(result)`` takes the Dataset of a sweep
and returns a small Dataset (or rows) that a figure can draw without computing anything. The other modules are what
measures are made of: `intervals` and `paired` estimates, `ranks`, `runs` and `run_outcomes`, the `register` of what was
observed, the `target_statistics` that are taken of each run while it is played. Two kinds of uncertainty are kept
apart, and each variable says which it carries: *spread*, what share of the runs falls within a band, and *Monte Carlo
error*, how far the estimate would move if the same sweep were repeated with other luck.
"""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class _Measures(ModuleType):
    """A package in which a measure's name means the function, whether its module was imported before or not."""

    def __setattr__(self, name: str, value: Any) -> None:
        """Keep the function of a module that holds one of its own name; Python sets modules here on import."""
        super().__setattr__(name, getattr(value, name, value) if isinstance(value, ModuleType) else value)


sys.modules[__name__].__class__ = _Measures


def __dir__() -> list[str]:
    """Return the names of the modules of this folder."""
    return sorted(found.name for found in pkgutil.iter_modules(__path__))


def __getattr__(name: str) -> Any:
    """Import a measure when it is first asked for, so that who reads a table does not wait for xarray."""
    if name not in __dir__():
        raise AttributeError(f"module 'sim.measures' has no measure '{name}'; there are {', '.join(__dir__())}")
    import_module(f"{__name__}.{name}")
    return globals()[name]
