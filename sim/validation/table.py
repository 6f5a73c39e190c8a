"""The one table: the model beside the best forecast that cost nothing, on the same cases, with what that is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.answers import Rows
from sim.model.mistakes import Mistake
from sim.validation.scored import INFORMED, MODEL, NAIVE, Scored
from sim.validation.scores import Skill, coverage, skill

PARAMETERS = ("prior", "shipped", "refitted", "posterior")  # the model's, the later the better known
MOST = 0.9  # of the model's cases that a baseline has to foretell to be its rival
MODES = ("nothing", "inputs", "timeline")


@dataclass(frozen=True)
class Group:
    """Rows that are summed up in one line: what it is called, which rows it takes, what is one cluster."""

    what: str
    takes: Callable[[Scored], bool]
    cluster: Callable[[Scored], object]


def table(rows: Sequence[Scored], groups: Iterable[Group]) -> Rows:
    """Return a line for each group and mode in which the model foretold something.

    Raises
    ------
    Mistake
        If there is none.
    """
    lines = []
    for group in groups:
        of_group = [row for row in rows if group.takes(row)]
        for mode in (mode for mode in MODES if any(row.mode == mode for row in of_group)):
            lines.append(_line(group, mode, [row for row in of_group if row.mode == mode]))
    if not lines:
        raise Mistake("there is nothing to score: no forecast meets a record; ask for other origins, states or years")
    return Rows(lines)


def _line(group: Group, mode: str, rows: list[Scored]) -> dict[str, object]:
    """Return one line of the table."""
    by_name: dict[str, dict[tuple[str, str, int, int], Scored]] = {}
    kinds = {row.forecaster: row.kind for row in rows}
    for row in rows:
        by_name.setdefault(row.forecaster, {})[row.case] = row
    models = [name for name in PARAMETERS if name in by_name]
    models += sorted(name for name, kind in kinds.items() if kind == MODEL and name not in models)
    best_known = next(name for name in reversed(PARAMETERS) if name in by_name)
    mine = by_name[best_known]
    line: dict[str, object] = {"what": group.what, "mode": mode, "cases": len(mine)}
    line["clusters"] = len({group.cluster(row) for row in mine.values()})
    line |= {name: _mean(by_name[name]) if name in by_name else np.nan for name in PARAMETERS}
    for kind in (NAIVE, INFORMED):
        rival = _best(by_name, kinds, kind, mine)
        found = Skill(np.nan, np.nan, np.nan, 0, 0) if rival is None else _skill(mine, by_name[rival], group)
        line |= {
            f"best {kind}": rival or "", f"{kind} score": _mean(by_name[rival]) if rival else np.nan,
            f"skill on {kind}": found.value, f"{kind} low": found.low, f"{kind} high": found.high,
            f"{kind} verdict": found.verdict if rival else "",
        }  # fmt: skip
    told = np.array([row.inside for row in mine.values() if np.isfinite(row.inside)])
    held = coverage(told) if len(told) else None
    line |= {
        "covered": f"{held.hits} of {held.cases}" if held else "",
        "coverage": held.value if held else np.nan,
        "coverage low": held.low if held else np.nan,
        "coverage high": held.high if held else np.nan,
    }
    return line


def _mean(cases: dict[tuple[str, str, int, int], Scored]) -> float:
    return float(np.mean([row.score for row in cases.values()]))


def _best(
    by_name: dict[str, dict[tuple[str, str, int, int], Scored]],
    kinds: dict[str, str],
    kind: str,
    mine: dict[tuple[str, str, int, int], Scored],
) -> str | None:
    """Return the baseline of a kind with the least mean score; found after the fact, which helps the baseline."""
    able = {
        name: cases
        for name, cases in by_name.items()
        if kinds[name] == kind and len(cases.keys() & mine.keys()) >= MOST * len(mine)
    }
    return min(able, key=lambda name: _mean(able[name]), default=None)


def _skill(
    mine: dict[tuple[str, str, int, int], Scored], theirs: dict[tuple[str, str, int, int], Scored], group: Group
) -> Skill:
    """Return the skill of one forecaster against another on the cases of both."""
    both = [case for case in mine if case in theirs]
    return skill(
        np.array([mine[case].score for case in both]),
        np.array([theirs[case].score for case in both]),
        np.array([str(group.cluster(mine[case])) for case in both]),
    )
