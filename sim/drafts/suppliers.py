"""A supplier of a draft: what it makes, asks and exports, and how close it is to either state, from the panel."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sim.drafts.archetypes import archetype
from sim.drafts.figures import TRANSFERS, Figure, assumed, derived
from sim.drafts.imports import LATELY
from sim.drafts.states import Side

NEARER = 0.5  # closeness that a whole share of a state's imports stands for
RATES = (0.0, 0.2)  # of entry, per year
SLOW = 0.02  # rate at which a supplier comes that serves neither state


def supplier_document(
    name: str, sides: Sequence[Side], exported: float, made: Collection[str], code: str | None
) -> tuple[dict[str, Any], dict[str, Figure]]:
    """Return the document of a supplier, and what lies between it and either state.

    Parameters
    ----------
    name : str
        Its name in the register, at the opening.
    sides : sequence of Side
        Both states.
    exported : float
        Its exports of recent years to everybody [TIV m per yr].
    made : collection of str
        Classes that it has delivered to anybody.
    code : str or None
        Its ISO 3 code where the panel has it.
    """
    kind, opening = archetype(name), sides[0].imports.opening
    own = {side.key: _share(side, name) for side in sides}
    frontier = {weapon: quality for weapon, quality in kind.frontier.items() if weapon in made}
    low, high = 0.6 * min(frontier.values(), default=0.1), min(1.0, 1.3 * max(frontier.values(), default=0.1))
    to_them = sum(side.imports.by_supplier(5).get(name, 0.0) for side in sides)
    alone: dict[str, Figure] = {
        "frontier": assumed(frontier, (low, high), f"{kind.because}; the classes are those on record"),
        "price": assumed(kind.price, (0.5 * kind.price, 2.0 * kind.price), f"{kind.because}; no contract looked up"),
        "lag": assumed(kind.lag, (0.5 * kind.lag, 2.0 * kind.lag), kind.because),
        "export_volume": derived(
            max(exported - to_them, 0.1), TRANSFERS,
            f"mean yearly exports of {opening - 5} to {opening - 1} to others than the two states",
        ),
        "export_law": assumed(kind.export_law, (0.0, 1.0), f"strength of legal limits; {kind.because}"),
        "western_ties": assumed(kind.western_ties, (0.0, 1.0), f"dependence on Western partners; {kind.because}"),
        "detection": assumed(0.9, (0.5, 1.0), "large platforms, well recorded"),
    }  # fmt: skip
    relations: dict[str, Figure] = {
        "affinity": assumed(_affinity(own), (-1.0, 1.0), _told(own, opening)),
        "access_ceiling": assumed(_access(own), (0.0, 1.0), f"more for a client; {_told(own, opening)}"),
    }
    present = {client: 1.0 for client, share in own.items() if share > 0.0}
    if present:
        relations["presence"] = derived(
            present, TRANSFERS, f"deliveries on record, {opening - LATELY} to {opening - 1}"
        )
    absent = {client: SLOW for client, share in own.items() if share == 0.0}
    if absent:
        relations["entry_rate"] = assumed(absent, RATES, "new suppliers appear rarely")
    document = {"name": name} | ({"iso3": code} if code else {}) | {"rules": "standard", "quantities": alone}
    return document, relations


def _share(side: Side, supplier: str) -> float:
    """Return a supplier's share of what a state got lately."""
    volumes = side.imports.by_supplier()
    return volumes.get(supplier, 0.0) / sum(volumes.values()) if supplier in volumes else 0.0


def _affinity(own: Mapping[str, float]) -> dict[str, float]:
    """Return closeness to each client: by its share there, above none; below none where it serves the rival alone."""
    served = [client for client, share in own.items() if share > 0.0]
    if not served:
        return dict.fromkeys(own, 0.0)
    return {
        client: 0.1 + NEARER * share if share > 0.0 else -NEARER * max(own.values()) for client, share in own.items()
    }


def _access(own: Mapping[str, float]) -> dict[str, float]:
    """Return the share of its best that it lets each client have."""
    anybody = any(share > 0.0 for share in own.values())
    return {client: 0.85 if share > 0.0 else 0.4 if anybody else 0.6 for client, share in own.items()}


def _told(own: Mapping[str, float], opening: int) -> str:
    """Return what the record says of both states, as the reason of an assumption."""
    parts = ", ".join(f"{100 * share:.0f} % of what {client} got" for client, share in own.items())
    return f"on record of {opening - LATELY} to {opening - 1}: {parts}"
