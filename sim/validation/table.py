"""The one table: the model beside the best forecasts that cost nothing, on the same cases; and beside every other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.answers import Rows
from sim.model.mistakes import Mistake
from sim.validation.scored import ABLATED, INFORMED, NAIVE, Scored
from sim.validation.scores import Skill, coverage, skill

PARAMETERS = ("prior", "shipped", "refitted", "posterior")  # the model's
JUDGED = ("refitted", "prior", "posterior", "shipped")  # the first there is: the last two know what came after
MOST = 0.9  # of the model's cases that a baseline has to foretell to be its rival
MODES = ("nothing", "inputs", "timeline")


@dataclass(frozen=True)
class Group:
    """Rows that are summed up in one line: what it is called, which rows it takes, what is one cluster."""

    what: str
    takes: Callable[[Scored], bool]
    cluster: Callable[[Scored], object]


Case = tuple[str, str, int, int]
Cases = dict[Case, Scored]


@dataclass(frozen=True)
class _Held:
    """What all foretold of one group in one mode: the model, by the parameters it is judged by, and the others."""

    group: Group
    mode: str
    mine: Cases
    by_name: dict[str, Cases]
    kinds: dict[str, str]

    def of_kind(self, kind: str) -> dict[str, Cases]:
        """Return what those of a kind foretold who foretold nearly all that the model did."""
        return {
            name: cases
            for name, cases in self.by_name.items()
            if self.kinds[name] == kind and len(cases.keys() & self.mine.keys()) >= MOST * len(self.mine)
        }

    def against(self, theirs: Cases) -> tuple[Skill, str]:
        """Return the model's skill on cases of both, and in how many clusters it is the better one."""
        both = [case for case in self.mine if case in theirs]
        mine, other = (np.array([side[case].score for case in both]) for side in (self.mine, theirs))
        cluster = np.array([str(self.group.cluster(self.mine[case])) for case in both])
        better = sum(mine[cluster == name].mean() < other[cluster == name].mean() for name in np.unique(cluster))
        return skill(mine, other, cluster), f"{better} of {len(np.unique(cluster))}"


def table(rows: Sequence[Scored], groups: Iterable[Group]) -> Rows:
    """Return a line for each group and mode in which the model foretold something.

    Raises
    ------
    Mistake
        If there is none.
    """
    lines = Rows(map(_line, _held(rows, groups)))
    if not lines:
        raise Mistake("there is nothing to score: no forecast meets a record; ask for other origins, states or years")
    return lines


def against(rows: Sequence[Scored], groups: Iterable[Group]) -> Rows:
    """Return a line for each group, mode and forecaster: what the model is worth beside it."""
    lines = []
    for held in _held(rows, groups):
        for kind in (NAIVE, INFORMED, ABLATED):
            for name, cases in held.of_kind(kind).items():
                found, better = held.against(cases)
                lines.append({
                    "what": held.group.what, "mode": held.mode, "kind": kind, "forecaster": name,
                    "cases": found.cases, "clusters": found.clusters, "model": _mean(held.mine), "score": _mean(cases),
                    "skill": found.value, "low": found.low, "high": found.high, "verdict": found.verdict,
                    "better in": better,
                })  # fmt: skip
    return Rows(lines)


def _held(rows: Sequence[Scored], groups: Iterable[Group]) -> Iterator[_Held]:
    """Yield what was foretold of each group in each mode, if the model foretold anything."""
    for group in groups:
        for mode in MODES:
            by_name: dict[str, Cases] = {}
            kinds: dict[str, str] = {}
            for row in rows:
                if row.mode == mode and group.takes(row):
                    by_name.setdefault(row.forecaster, {})[row.case] = row
                    kinds[row.forecaster] = row.kind
            judged = next((name for name in JUDGED if name in by_name), None)
            if judged:
                yield _Held(group, mode, by_name[judged], by_name, kinds)


def _line(held: _Held) -> dict[str, object]:
    """Return one line of the table."""
    mine, by_name = held.mine, held.by_name
    line: dict[str, object] = {"what": held.group.what, "mode": held.mode, "cases": len(mine)}
    line["clusters"] = len({held.group.cluster(row) for row in mine.values()})
    line |= {name: _mean(by_name[name]) if name in by_name else np.nan for name in PARAMETERS}
    for kind in (NAIVE, INFORMED):
        able = held.of_kind(kind)  # the best is found after the fact, which helps the baseline
        rival = min(able, key=lambda name, able=able: _mean(able[name]), default="")  # type: ignore[misc]
        found, better = held.against(able[rival]) if rival else (Skill(np.nan, np.nan, np.nan, 0, 0), "")
        line |= {
            f"best {kind}": rival, f"{kind} score": _mean(able[rival]) if rival else np.nan,
            f"skill on {kind}": found.value, f"{kind} low": found.low, f"{kind} high": found.high,
            f"{kind} verdict": found.verdict if rival else "", f"better than {kind} in": better,
        }  # fmt: skip
    told = np.array([row.inside for row in mine.values() if np.isfinite(row.inside)])
    share = coverage(told) if len(told) else None
    return line | {
        "covered": f"{share.hits} of {share.cases}" if share else "",
        "coverage": share.value if share else np.nan,
        "coverage low": share.low if share else np.nan,
        "coverage high": share.high if share else np.nan,
    }


def _mean(cases: Cases) -> float:
    """Return the mean score."""
    return float(np.mean([row.score for row in cases.values()]))
