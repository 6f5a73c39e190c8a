"""What judged targets look like in a terminal: a table, how many are met, alone and in blocks, and where they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.analysis.targets.blocks import independent
from sim.analysis.targets.tally import tally
from sim.analysis.text import known, short
from sim.answers import aligned
from sim.measures.ranks import ordinary

Row = Mapping[str, Any]

HEADING = ("code", "target", "on record", "tolerance", "simulated", "interval", "rank", "block", "verdict")
RANK = (
    "rank: share of runs below the record, * outside 5 to 95 %: where the record would be a surprise, a median within "
    "tolerance is no test of plausibility"
)
BLOCK = (
    "block: rows whose numbers go together over runs (mean rank correlation above 0.5); met where most of its rows are"
)


def targets_text(rows: Sequence[Row]) -> str:
    """Return judged targets as tables: those on record, those that rest on news reports, those not computed."""
    judged = {apart: [row for row in rows if row["verdict"] and row["apart"] == apart] for apart in (False, True)}
    lines: list[str] = []
    if judged[False]:
        lines += [*aligned([HEADING, *map(_judged, judged[False])]), RANK, BLOCK]
    lines += ["", *_summary(judged[False], len(judged[True]))]
    if judged[True]:
        lines += ["\nreported apart, they rest on news reports:", *aligned([HEADING, *map(_judged, judged[True])])]
    silent = [(row["code"], row["what"], row["why"]) for row in rows if row["why"]]
    if silent:
        lines += ["\nnot computed:", *aligned(silent)]
    return "\n".join(lines)


def _summary(judged: Sequence[Row], apart: int) -> list[str]:
    """Return how many rows and blocks are met, and of how many ranks the record is no surprise."""
    counts = tally(judged)
    count = f"{counts.met} of {counts.rows} pass; {apart} more are reported apart"
    if not judged:
        return [count]
    numbers = independent(row["overlap"] for row in judged)
    return [
        count,
        f"in blocks: {counts.blocks_met} of {counts.blocks} met; the rows hold about {numbers:.0f} independent numbers",
        f"the record's rank lies within 5 to 95 % for {counts.ordinary} of {counts.ranked} rows that have one",
    ]


def _judged(row: Row) -> tuple[str, ...]:
    """Return the cells of one target."""
    reach = f"{short(row['value_low'])} to {short(row['value_high'])} ({row['interval']})" if row["interval"] else "-"
    place = "-" if not known(row["rank"]) else f"{row['rank']:.2f}{'' if ordinary(row['rank']) else ' *'}"
    return (
        row["code"], row["what"], short(row["on_record"]), _tolerance(row), short(row["value"]), reach, place,
        str(row["block"] or "-"), row["verdict"],
    )  # fmt: skip


def _tolerance(row: Row) -> str:
    """Return the bounds in words."""
    low, high = row["low"], row["high"]
    if low == -float("inf"):
        return f"at most {short(high)}"
    return f"at least {short(low)}" if high == float("inf") else f"{short(low)} to {short(high)}"
