"""Moved to `sim.model.variables` and `sim.model.mistakes`; the old name lasts until the next release."""

import warnings

from sim.model.mistakes import Mistake
from sim.model.variables import VARIABLES

__all__ = ["VARIABLES", "Mistake"]

warnings.warn(
    "sim.variables has moved: use sim.model.variables and sim.model.mistakes", DeprecationWarning, stacklevel=2
)
