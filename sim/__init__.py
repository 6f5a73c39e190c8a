"""armsrace: the reference simulator for regional arms races.

Every verb of the command line is a function of the same name here: ``armsrace sweep`` is ``sim.sweep``, ``armsrace
import sipri`` is ``sim.import_sipri``. What a function
returns shows itself, in a terminal and in a notebook. Names are imported when first used, so that looking at a scenario
does not import the agents' engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.version import VERSION

__version__ = VERSION

if TYPE_CHECKING:
    from sim.analysis.ablate import ablate as ablate
    from sim.analysis.compare import compare as compare
    from sim.analysis.effects import sensitivity as sensitivity
    from sim.analysis.targets import targets as targets
    from sim.analysis.variance import variance as variance
    from sim.briefs.brief import brief as brief
    from sim.calibration.calibrate import calibrate as calibrate
    from sim.drafts.import_sipri import import_sipri as import_sipri
    from sim.drafts.rivalry import new_rivalry as new_rivalry
    from sim.drafts.templates import new_experiment as new_experiment
    from sim.drafts.templates import new_rule as new_rule
    from sim.drafts.templates import new_scenario as new_scenario
    from sim.engine.model import ArmsRace as ArmsRace
    from sim.explain.advice import advice as advice
    from sim.explain.catalogue import list as list
    from sim.explain.catalogue import show as show
    from sim.explain.citation import cite as cite
    from sim.explain.debrief import debrief as debrief
    from sim.explain.history import run as run
    from sim.explain.replay import replay as replay
    from sim.live.explorer import explore as explore
    from sim.live.lesson import lesson as lesson
    from sim.live.serve import app as app
    from sim.model.parameter import Parameter as Parameter
    from sim.model.rule import rule as rule
    from sim.plots import plot as plot
    from sim.results.export import export as export
    from sim.results.open import case as case
    from sim.results.open import failures as failures
    from sim.results.open import open_result as open_result
    from sim.scenario.check import load as load
    from sim.scenario.own_rules import read_rules as read_rules
    from sim.study.checking import check as check
    from sim.study.experiment import Experiment as Experiment
    from sim.sweeps.resume import resume as resume
    from sim.sweeps.run import sweep as sweep
    from sim.sweeps.shards import merge as merge
    from sim.sweeps.verify import verify as verify
    from sim.sweeps.watch import watch as watch
    from sim.validation.hindcast import hindcast as hindcast

VERBS = {  # of the command line, in its order, and where each lives
    "list": "sim.explain.catalogue",
    "show": "sim.explain.catalogue",
    "check": "sim.study.checking",
    "cite": "sim.explain.citation",
    "run": "sim.explain.history",
    "replay": "sim.explain.replay",
    "sweep": "sim.sweeps.run",
    "resume": "sim.sweeps.resume",
    "merge": "sim.sweeps.shards",
    "verify": "sim.sweeps.verify",
    "failures": "sim.results.open",
    "ablate": "sim.analysis.ablate",
    "targets": "sim.analysis.targets",
    "compare": "sim.analysis.compare",
    "variance": "sim.analysis.variance",
    "sensitivity": "sim.analysis.effects",
    "calibrate": "sim.calibration.calibrate",
    "hindcast": "sim.validation.hindcast",
    "brief": "sim.briefs.brief",
    "app": "sim.live.serve",
    "explore": "sim.live.explorer",
    "lesson": "sim.live.lesson",
    "plot": "sim.plots",
    "export": "sim.results.export",
    "import_sipri": "sim.drafts.import_sipri",
    "new_rivalry": "sim.drafts.rivalry",
    "new_scenario": "sim.drafts.templates",
    "new_rule": "sim.drafts.templates",
    "new_experiment": "sim.drafts.templates",
}
_HOME = VERBS | {
    "load": "sim.scenario.check",
    "open_result": "sim.results.open",
    "case": "sim.results.open",
    "Experiment": "sim.study.experiment",
    "ArmsRace": "sim.engine.model",
    "advice": "sim.explain.advice",
    "debrief": "sim.explain.debrief",
    "rule": "sim.model.rule",
    "Parameter": "sim.model.parameter",
    "read_rules": "sim.scenario.own_rules",
    "watch": "sim.sweeps.watch",
}

# All but `list`: whoever writes ``from sim import *`` keeps Python's own.
__all__ = ["__version__", *sorted(_HOME.keys() - {"list"})]


def __getattr__(name: str) -> Any:
    """Import a public name from where it lives."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'sim' has no attribute '{name}'")


def __dir__() -> Iterable[str]:
    """Name the verbs and what they are given, imported or not, and nothing else that a completion would offer."""
    return sorted({"__version__", *_HOME})
