"""Which targets say the same: rows whose numbers go together over runs, and how many independent ones they hold.

Two rows of one ensemble are alike by how closely the ranks of their runs go together. Rows that are, on the average,
alike by more than a half make a block, so that one lucky hit is not counted five times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from sim.measures.paired import FEWEST
from sim.model.world import Array

JOINED = 0.5  # size of the mean rank correlation from which rows are one block


def likeness(numbers: Sequence[Array]) -> Array:
    """Return the rank correlations of rows over runs, ``(row, row)``.

    Of two rows those runs count that have both; 0 where they are fewer than 30, or where a number never differs.

    Parameters
    ----------
    numbers : sequence of ndarray ``(run,)``
        One of each run for every row; NaN where a run has none.

    Examples
    --------
    >>> rising = np.arange(30.0)
    >>> likeness([rising, -rising, np.zeros(30)]).tolist()
    [[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    table = pd.DataFrame(dict(enumerate(numbers)))
    found: Array = np.nan_to_num(table.corr(method="spearman", min_periods=FEWEST).to_numpy(copy=True))
    np.fill_diagonal(found, 1.0)
    return found


def blocks(alike: Array) -> list[int]:
    """Return the number of each row's block, from 1 in the order in which the blocks first appear.

    Examples
    --------
    >>> blocks(np.array([[1.0, 0.2, -0.9], [0.2, 1.0, 0.1], [-0.9, 0.1, 1.0]]))
    [1, 2, 1]
    """
    if len(alike) < 2:
        return [1] * len(alike)
    apart = squareform(1.0 - np.abs(alike), checks=False)
    labels: npt.NDArray[np.int32] = fcluster(linkage(apart, "average"), 1.0 - JOINED, "distance")
    order = list(dict.fromkeys(labels.tolist()))
    return [order.index(label) + 1 for label in labels.tolist()]


def overlaps(alike: Array) -> list[float]:
    """Return as how many rows each one counts: squared correlations with all, itself included."""
    found: list[float] = (alike**2).sum(1).tolist()
    return found


def independent(overlap: Iterable[float]) -> float:
    """Return how many independent numbers rows hold, from the overlap of each.

    The squared sum of the eigenvalues of the correlations over the sum of their squares (participation ratio, the
    effective number of Bretherton and others 1999).

    Examples
    --------
    >>> independent([1.0, 1.0]), independent([2.0, 2.0])
    (2.0, 1.0)
    """
    all_of_them = list(overlap)
    return len(all_of_them) ** 2 / sum(all_of_them) if all_of_them else 0.0
