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
    from sim.analysis.compare import compare as compare
    from sim.explain.history import replay as replay
    from sim.explain.history import run as run
    from sim.results.open import open_result as open_result
    from sim.scenario.check import load as load
    from sim.study.experiment import Experiment as Experiment
    from sim.sweeps.resume import resume as resume
    from sim.sweeps.run import sweep as sweep
    from sim.sweeps.shards import merge as merge
    from sim.sweeps.verify import verify as verify

_HOME = {
    "load": "sim.scenario.check",
    "run": "sim.explain.history",
    "sweep": "sim.sweeps.run",
    "replay": "sim.explain.history",
    "open_result": "sim.results.open",
    "resume": "sim.sweeps.resume",
    "merge": "sim.sweeps.shards",
    "verify": "sim.sweeps.verify",
    "compare": "sim.analysis.compare",
    "Experiment": "sim.study.experiment",
}

__all__ = ["__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    """Import a public name from where it lives."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'sim' has no attribute '{name}'")
