"""Kinds of supplier with qualities and prices to start from, and who goes on for whom in the register; data beside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sim import evidence


@dataclass(frozen=True)
class Archetype:
    """A kind of supplier: best quality by class, list price [US$2023 m per TIV m], lag [yr], limits on its exports."""

    because: str
    frontier: Mapping[str, float]
    price: float
    lag: float
    export_law: float
    western_ties: float


@cache
def _data() -> Mapping[str, Any]:
    data: Mapping[str, Any] = evidence.shipped(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return data


def archetype(supplier: str) -> Archetype:
    """Return the kind that a supplier of the register is of; the last where it is not named.

    Examples
    --------
    >>> archetype("Canada").price > archetype("Utopia").price
    True
    """
    kinds = _data()["kinds"]
    of = next((kind for kind in kinds.values() if supplier in kind["members"]), kinds["other"])
    return Archetype(**{name: of[name] for name in Archetype.__dataclass_fields__})


def at(supplier: str, year: int) -> str:
    """Return who a supplier of the register is in a year: itself, or its successor.

    Examples
    --------
    >>> at("Czechoslovakia", 1992), at("Czechoslovakia", 1993)
    ('Czechoslovakia', 'Czechia')
    """
    change = _data()["successors"].get(supplier)
    return change["successor"] if change and year >= change["from"] else supplier


def key(name: str) -> str:
    """Return the key of an actor from its name.

    Examples
    --------
    >>> key("East Germany (GDR)"), key("Türkiye")
    ('east_germany_gdr', 'turkiye')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
