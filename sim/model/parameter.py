"""A number that knows its unit, its range, its basis and its source.

A `Parameter` *is* a float, so formulas read as formulas; what a reader of a
paper would ask about the number travels with it.
"""

from __future__ import annotations

import math
from typing import Literal, Self, get_args

Basis = Literal["reported", "derived", "assumed"]
BASES: tuple[str, ...] = get_args(Basis)


class Parameter(float):
    """A default value with unit, range, basis and source.

    Parameters
    ----------
    value : float
        The default.
    unit : str
        Unit of the value, for example ``"per yr"`` or ``"log-odds"``.
    between : tuple of float
        Smallest and largest value anybody should try.
    basis : {"reported", "derived", "assumed"}
        Stated in a source, computed from figures of a source, or chosen by us, which it is unless stated.
    source : str
        Evidence key; required unless the basis is ``"assumed"``.
    because : str
        Why this value; required when the basis is ``"assumed"``.

    Raises
    ------
    ValueError
        If the value is outside its range, or basis and source do not fit.

    Examples
    --------
    >>> speed = Parameter(0.4, "per yr", between=(0.3, 0.55), basis="derived", source="dunne_smith_2007")
    >>> speed / 2, speed.unit
    (0.2, 'per yr')
    """

    unit: str
    between: tuple[float, float]
    basis: Basis
    source: str
    because: str

    def __new__(
        cls,
        value: float,
        unit: str,
        *,
        between: tuple[float, float],
        basis: Basis = "assumed",
        source: str = "",
        because: str = "",
    ) -> Self:
        """Check that the number is honest about itself, then become it."""
        low, high = between
        if not (math.isfinite(value) and low <= value <= high):
            raise ValueError(f"parameter value {value} is outside its range {low} to {high}")
        if basis not in BASES:
            raise ValueError(f"basis '{basis}' is unknown; write one of {', '.join(BASES)}")
        if basis == "assumed" and not because:
            raise ValueError("an assumed number needs a reason: write because=...")
        if basis != "assumed" and not source:
            raise ValueError(f"a {basis} number needs a source: write source=...")
        self = super().__new__(cls, value)
        self.unit, self.between, self.basis = unit, (float(low), float(high)), basis
        self.source, self.because = source, because
        return self
