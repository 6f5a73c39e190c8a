"""The package `sim` under the name of the project: ``armsrace.sweep`` is ``sim.sweep``, no module is there twice."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING

import sim

if TYPE_CHECKING:
    from sim import *  # noqa: F403


class _ByTheOtherName(MetaPathFinder, Loader):
    """Finds ``armsrace.results.open`` where ``sim.results.open`` is."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(fullname, self) if fullname.startswith(f"{__name__}.") else None

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to Python to make what is thrown away at once."""

    def exec_module(self, module: ModuleType) -> None:
        sys.modules[module.__name__] = import_module(module.__name__.replace(__name__, "sim", 1))


sys.meta_path.insert(0, _ByTheOtherName())
sys.modules[__name__] = sim
