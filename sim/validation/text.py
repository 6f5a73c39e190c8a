"""What a hindcast looks like in a terminal and on a page: the one table, and how to read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.answers import aligned
from sim.validation.scored import INFORMED, NAIVE
from sim.validation.table import PARAMETERS

Row = Mapping[str, Any]

READING = (
    "Less is better: CRPS of the log (spending, deaths), energy score (shares), log score of a year's months "
    "(outbreaks), Brier score (disputes, wars). Skill is 1 less the ratio of mean scores to the best baseline, chosen "
    "after the fact; in brackets the 95 % interval by leaving out one cluster at a time. Informed baselines know what "
    "the mode gives, or more; where nothing is given there is none."
)
CLUSTERS = {"panel": "states or pairs"}  # what is left out; else origins


def hindcast_text(about: Row, lines: Sequence[Row]) -> str:
    """Return the table of a hindcast for a terminal."""
    of = "the rivalries of the panel" if about["of"] == "panel" else about["of"]
    head = f"{of} from January of {', '.join(map(str, about['origins']))}: {about['runs']:,} runs, seed {about['seed']}"
    clusters = CLUSTERS.get(about["of"], "origins")
    left_out = [left_out_text(about)] if about["of"] == "panel" else []
    return "\n".join([head, *left_out, *aligned(cells(lines, clusters)), "", READING])


def left_out_text(about: Row) -> str:
    """Say what a hindcast of the panel left out, and how often.

    Examples
    --------
    >>> left_out_text({"left_out": {"state-years that are broken": 12}})
    'Left out: 12 state-years that are broken.'
    """
    return f"Left out: {', '.join(f'{number:,} {what}' for what, number in about['left_out'].items())}."


def cells(lines: Sequence[Row], clusters: str) -> Iterator[tuple[str, ...]]:
    """Yield the head of the table and its lines, columns without a number left out."""
    told = [name for name in PARAMETERS if any(line[name] == line[name] for line in lines)]
    yield (
        "what", "given later", f"cases ({clusters})", *told, "best naive", "skill", "best informed", "skill",
        "within 80 %",
    )  # fmt: skip
    for line in lines:
        yield (
            line["what"], line["mode"], f"{line['cases']} ({line['clusters']})", *(short(line[name]) for name in told),
            *_against(line, NAIVE), *_against(line, INFORMED), line["covered"] or "-",
        )  # fmt: skip


def _against(line: Row, kind: str) -> tuple[str, str]:
    """Return the best baseline of a kind and what the model is worth beside it."""
    if not line[f"best {kind}"]:
        return "-", "-"
    low, high = line[f"{kind} low"], line[f"{kind} high"]
    interval = f" [{low:+.2f}, {high:+.2f}] {line[f'{kind} verdict']}" if low == low else ""  # none of one cluster
    return f"{line[f'best {kind}']} {short(line[f'{kind} score'])}", f"{line[f'skill on {kind}']:+.2f}{interval}"


def short(number: float) -> str:
    """Return a score as the table has it; a dash where there is none.

    Examples
    --------
    >>> short(0.14372), short(1.4), short(float("nan"))
    ('0.144', '1.400', '-')
    """
    return f"{number:.3f}" if number == number else "-"
