"""stub until merge"""

from sim.scenario import Strict


class Stop(Strict):
    """When there are enough runs."""

    measure: str
    half_width: float
    most: int = 0


class Experiment(Strict):
    """A question asked of scenarios."""

    pass


def is_experiment(x):
    """Tell an experiment from a scenario."""
    return False


def read_experiment(x):
    """Read an experiment."""
    raise NotImplementedError
