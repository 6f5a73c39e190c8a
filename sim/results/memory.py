"""The arrays of a study in memory, laid out as in a result directory, but neither cut nor compressed.

What is played to be looked at once goes by here: the same labels and metadata, a tenth of the time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.engine.output import Output
from sim.results.arrays import lay_out
from sim.results.parts import fill
from sim.results.store import Store
from sim.study.layout import Batch
from sim.study.study import Study

Text = np.dtypes.StringDType()  # as zarr has texts


@dataclass(frozen=True)
class Labelled:
    """An array, the names of its axes, and what it says of itself."""

    dims: tuple[str, ...]
    values: Any
    attributes: dict[str, Any]

    def __setitem__(self, place: Any, values: Any) -> None:
        self.values[place] = values


class Attributes(dict[str, Any]):
    """Attributes of a group, put as zarr has it."""

    put = dict.update


@dataclass(frozen=True)
class Group:
    """Labelled arrays by name: as much of a group of zarr as it takes to lay arrays out and to fill them."""

    attrs: Attributes = field(default_factory=Attributes)
    arrays: dict[str, Labelled] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Labelled:
        return self.arrays[name]

    def create_array(self, name: str, *, shape: tuple[int, ...], dtype: Any, dimension_names: tuple[str, ...],
                     attributes: dict[str, Any], fill_value: Any = None, **cut: Any) -> None:  # fmt: skip
        """Create an array full of its fill value; how it would be cut and compressed on a disk is nothing here."""
        empty = np.full(shape, ("" if dtype is str else 0) if fill_value is None else fill_value,
                        Text if dtype is str else dtype)  # fmt: skip
        self.arrays[name] = Labelled(dimension_names, empty, attributes)


def in_memory(study: Study, batch: Batch, output: Output) -> Group:
    """Return the arrays of a study with what a batch puts into them."""
    group = Group()
    lay_out(group, study)
    fill(group, study, batch, output)
    return group


class StoreOfOne(Store):
    """The arrays of a study of one batch, in memory: they are as large as what was played, so nothing is packed."""

    def __init__(self, study: Study) -> None:
        self.study, self.out = study, None
        self._place = self._group = Group()
        lay_out(self._group, study)
