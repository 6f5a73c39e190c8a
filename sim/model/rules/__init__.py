"""The rulebook: one mechanism per file, one folder per phase, found by walking the folders."""

from __future__ import annotations

import importlib
import pkgutil


def _read_all() -> None:
    """Import every rule file, so that each rule files itself in the catalogue."""
    for module in pkgutil.walk_packages(__path__, prefix=f"{__name__}."):
        importlib.import_module(module.name)


_read_all()
