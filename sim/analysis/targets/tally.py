"""Judged targets counted: how many are met, alone and in blocks, and of how many the record is no surprise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.analysis.text import known
from sim.measures.ranks import ordinary

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Tally:
    """Counts of the rows that have a verdict and are not reported apart.

    Attributes
    ----------
    met, rows : int
        Rows met, and all.
    blocks_met, blocks : int
        Blocks of which most rows are met, and all.
    ordinary, ranked : int
        Rows of which the record's rank lies within 5 to 95 %, and those that have a rank.
    """

    met: int
    rows: int
    blocks_met: int
    blocks: int
    ordinary: int
    ranked: int


def tally(rows: Iterable[Row]) -> Tally:
    """Count judged targets."""
    judged = [row for row in rows if row["verdict"] and not row["apart"]]
    by_block: dict[int, list[bool]] = {}
    for row in judged:
        by_block.setdefault(row["block"], []).append(met(row))
    ranks = [row["rank"] for row in judged if known(row["rank"])]
    return Tally(
        sum(map(met, judged)), len(judged), sum(sum(block) > len(block) / 2 for block in by_block.values()),
        len(by_block), sum(map(ordinary, ranks)), len(ranks),
    )  # fmt: skip


def met(row: Row) -> bool:
    """Whether a row is met."""
    return bool(row["verdict"] == "pass")
