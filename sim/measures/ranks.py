"""Where a record lies in an ensemble, and whether that is an ordinary place."""

from __future__ import annotations

from sim.model.world import Array

ORDINARY = (0.05, 0.95)  # ranks between which a record is no surprise


def rank(sample: Array, seen: Array | float) -> Array:
    """Return the share of an ensemble that lies below what came, half of what equals it counted, ``(...)``.

    Half of the ties is what a rank drawn at random among them is on the average.

    Parameters
    ----------
    sample : ndarray ``(member, ...)``
        The ensemble.
    seen : ndarray ``(...)``
        What came.

    Examples
    --------
    >>> import numpy as np
    >>> float(rank(np.array([1.0, 2.0, 2.0, 3.0]), 2.0))
    0.5
    """
    share: Array = (sample < seen).mean(0) + 0.5 * (sample == seen).mean(0)
    return share


def ordinary(place: float) -> bool:
    """Whether a rank is one in which a record is no surprise."""
    return ORDINARY[0] <= place <= ORDINARY[1]
