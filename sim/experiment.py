"""Moved to `sim.study.experiment`; the old name lasts until the next release."""

import warnings

from sim.study.experiment import Experiment, Stop

__all__ = ["Experiment", "Stop"]

warnings.warn("sim.experiment has moved: use sim.Experiment", DeprecationWarning, stacklevel=2)
