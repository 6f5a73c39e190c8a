"""stub until merge"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Points:
    """Parameter points of a design."""

    factors: tuple[str, ...]
    roles: tuple[str, ...]
    units: tuple[str, ...]
    values: np.ndarray
    labels: tuple[str, ...]
    about: Mapping[str, Any]


def points(experiment, scenario):
    """Return the points of an experiment."""
    raise NotImplementedError


def at_point(scenario, points, index):
    """Return a scenario at a point."""
    return scenario
