"""Figures of a draft: numbers rounded to what they are worth, each with its basis and its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TRANSFERS, SPENDING, OIL, DISPUTES = "sipri_arms_transfers_2025", "sipri_milex_2025", "eia_brent", "cow_mid_5"

Figure = dict[str, Any]
Number = float | Mapping[str, float]


def derived(number: Number, source: str, because: str, **more: Any) -> Figure:
    """Return a figure that was worked out from a table.

    Examples
    --------
    >>> derived({"north": 1234.56}, "sipri_milex_2025", "mean of five years")["values"]
    {'north': 1235}
    """
    return _held(number) | more | {"basis": "derived", "source": source, "because": because}


def reported(number: Number, source: str, because: str, **more: Any) -> Figure:
    """Return a figure as a table has it."""
    return _held(number) | more | {"basis": "reported", "source": source, "because": because}


def assumed(number: Number, between: tuple[float, float], because: str) -> Figure:
    """Return a figure that nobody has looked up, with the range anybody should try."""
    return _held(number) | {"between": [rounded(end) for end in between], "basis": "assumed", "because": because}


def believed(mean: float, error: float, between: tuple[float, float], source: str, because: str) -> Figure:
    """Return a parameter of which each run draws its own: a normal, cut to its range."""
    low, high = between
    distribution = {"normal": [rounded(min(max(mean, low), high)), rounded(error)]}
    told = {"between": [rounded(low), rounded(high)], "basis": "derived", "source": source, "because": because}
    return {"distribution": distribution} | told


def rounded(number: float) -> float:
    """Return a number with four significant digits, a whole one where it is large.

    Examples
    --------
    >>> rounded(0.123456), rounded(123456.7), rounded(0.0)
    (0.1235, 123500, 0.0)
    """
    short = float(f"{number:.4g}")
    return int(short) if abs(short) >= 1000.0 else short


def shares(volumes: Mapping[str, float]) -> dict[str, float]:
    """Return parts of one with four digits, which sum to one to the last.

    Examples
    --------
    >>> shares({"a": 1.0, "b": 1.0, "c": 1.0})
    {'a': 0.3334, 'b': 0.3333, 'c': 0.3333}
    """
    whole = sum(volumes.values())
    parts = {name: round(volume / whole, 4) for name, volume in volumes.items()}
    largest = max(parts, key=lambda name: parts[name])
    parts[largest] = round(parts[largest] + 1.0 - sum(parts.values()), 4)
    return parts


def _held(number: Number) -> Figure:
    if isinstance(number, Mapping):
        return {"values": {label: rounded(one) for label, one in number.items()}}
    return {"value": rounded(number)}
