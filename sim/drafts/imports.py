"""What the panel says of a state's arms before an opening: who delivered what, what is left of it, what is on order.

Nothing of the opening year or later is read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.drafts.archetypes import archetype, at
from sim.observed import panel

LATELY = 10  # years before the opening in which a supplier must have delivered to be one
ORDERS = 5  # years of which deliveries stand for what is ordered: single years jump
SPANS = (3, 5, 10)  # years whose shares are mixed
UNKNOWN = "unknown supplier(s)"
LARGEST_EXPORTERS = 6  # who sell to neither yet and may come

Volumes = dict[str, float]


@dataclass(frozen=True)
class Imports:
    """Recorded deliveries to a state before an opening, suppliers by who they are then."""

    lines: Sequence[panel.Delivery]
    opening: int

    def by_supplier(self, years: int = LATELY) -> Volumes:
        """Return yearly deliveries of the last years by supplier [TIV m per yr]."""
        return _sums((line.supplier, line.tiv_m / years) for line in self._lately(years))

    def expected(self, exports: Mapping[str, float]) -> Volumes:
        """Return yearly deliveries to be expected, by supplier [TIV m per yr]: as much as in the last five years.

        Shared as those of the last 3, 5 and 10 years were, and as all `exports` are, in equal parts: on the panel that
        foretells shares better than five years alone, since suppliers come that have not sold lately.
        """
        total = sum(self.by_supplier(ORDERS).values())
        parts = [volumes for volumes in (*map(self.by_supplier, SPANS), exports) if volumes]
        return _sums(
            (name, total * volume / sum(volumes.values()) / len(parts))
            for volumes in parts
            for name, volume in volumes.items()
        )

    def by_class(self, years: int = LATELY) -> Volumes:
        """Return yearly deliveries of the last years by class [TIV m per yr]."""
        return _sums((line.weapon_class, line.tiv_m / years) for line in self._lately(years))

    def left(self, decay: Mapping[str, float]) -> dict[str, Volumes]:
        """Return what is left of all deliveries at the opening, by supplier and class [TIV m].

        A perpetual inventory from 1970; deliveries age from the middle of their year.
        """
        found: dict[str, list[tuple[str, float]]] = {}
        for line in self.lines:
            age = self.opening - line.year - 0.5
            left = line.tiv_m * math.exp(-decay[line.weapon_class] * age)
            found.setdefault(line.supplier, []).append((line.weapon_class, left))
        return {supplier: _sums(parts) for supplier, parts in found.items()}

    def purchases(self) -> int:
        """Return how many distinct combinations of supplier, class and year there were lately."""
        return len({(line.supplier, line.weapon_class, line.year) for line in self._lately(LATELY)})

    def money(self, years: int = LATELY) -> Volumes:
        """Return the cost of deliveries of the last years by class, at assumed list prices [US$2023 m per yr]."""
        return _sums(
            (line.weapon_class, line.tiv_m / years * archetype(line.supplier).price) for line in self._lately(years)
        )

    def _lately(self, years: int) -> Iterable[panel.Delivery]:
        return (line for line in self.lines if line.year >= self.opening - years)


def imports(state: str, opening: int, tables: Path = panel.SHIPPED) -> Imports:
    """Return what was delivered to a state before a year."""
    lines = panel.deliveries(state, before=opening, tables=tables)
    return Imports([line._replace(supplier=at(line.supplier, opening)) for line in lines], opening)


def sellers(sides: Sequence[Imports], most: int) -> list[str]:
    """Return who has delivered to either of some states lately, the largest first; unknown ones apart."""
    shares: list[tuple[str, float]] = []
    for side in sides:
        volumes = side.by_supplier()
        whole = sum(volumes.values())
        shares += [(supplier, volume / whole) for supplier, volume in volumes.items() if supplier != UNKNOWN]
    total = _sums(shares)
    return sorted(total, key=lambda supplier: (-total[supplier], supplier))[:most]


def exported(opening: int, years: int = ORDERS, tables: Path = panel.SHIPPED) -> Volumes:
    """Return yearly exports to everybody in the last years, by supplier [TIV m per yr]."""
    return _sums(
        (at(supplier, opening), tiv_m / years)
        for supplier in panel.suppliers(tables=tables)
        for year, tiv_m in panel.exports(supplier, before=opening, tables=tables).items()
        if year >= opening - years and supplier != UNKNOWN
    )


def classes_made(opening: int, tables: Path = panel.SHIPPED) -> dict[str, set[str]]:
    """Return which classes each supplier has delivered to any state of the panel in the twenty years before."""
    found: dict[str, set[str]] = {}
    for state in panel.states(tables=tables):
        for line in panel.deliveries(state, before=opening, tables=tables):
            if line.year >= opening - 2 * LATELY:
                found.setdefault(at(line.supplier, opening), set()).add(line.weapon_class)
    return found


def _sums(parts: Iterable[tuple[str, float]]) -> Volumes:
    total: Volumes = {}
    for name, number in parts:
        total[name] = total.get(name, 0.0) + number
    return total
