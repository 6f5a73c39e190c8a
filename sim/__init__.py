"""armsrace: the reference simulator for regional arms races.

Plain Python mirrors the command line: ``sim.load``, ``sim.run``, ``sim.sweep``,
``sim.replay``. Names are imported when first used, so that looking at a
scenario does not import the agents' engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.version import VERSION

__version__ = VERSION

if TYPE_CHECKING:
    from sim.check import load as load
    from sim.comparison import compare as compare
    from sim.execute import resume as resume
    from sim.execute import sweep as sweep
    from sim.experiment import Experiment as Experiment
    from sim.history import replay as replay
    from sim.history import run as run
    from sim.results import open_result as open_result
    from sim.shards import merge as merge
    from sim.verification import verify as verify

_HOME = {
    "load": "sim.check",
    "run": "sim.history",
    "sweep": "sim.execute",
    "replay": "sim.history",
    "open_result": "sim.results",
    "resume": "sim.execute",
    "merge": "sim.shards",
    "verify": "sim.verification",
    "compare": "sim.comparison",
    "Experiment": "sim.experiment",
}

__all__ = ["__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    """Import a public name from where it lives."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'sim' has no attribute '{name}'")
