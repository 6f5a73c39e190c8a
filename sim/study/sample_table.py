"""Points in a CSV file: a column for each factor, a row for each point, perhaps a weight."""

from __future__ import annotations

import csv
import hashlib
import math
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.answers import Brief
from sim.model.mistakes import suggest
from sim.scenario.document import MOST_FOUND, DocumentError, Mark, Problem
from sim.scenario.files import is_there, shipped_folder
from sim.scenario.problems import shown
from sim.scenario.strict_yaml import beginning
from sim.study.experiment import Experiment
from sim.study.factors import refusal
from sim.study.slots import Slot

WEIGHT = "weight"
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars", " ": "spaces"}  # that other programs write
MOST_BYTES = 20_000_000  # of a table: 100,000 points of ten factors


@dataclass(frozen=True, repr=False)
class SampleTable(Brief):
    """A table of points.

    Attributes
    ----------
    file, digest : str
        Where it was read from, and a hash of what was read.
    columns : tuple of str
        The factors, as written in the first row.
    values : ndarray
        ``(row, column)``.
    weights : ndarray or None
        ``(row,)``, not scaled; None where the file has none.
    lines : tuple of int
        Line of the file of each row.
    """

    file: str
    digest: str
    columns: tuple[str, ...]
    values: np.ndarray
    weights: np.ndarray | None
    lines: tuple[int, ...]

    def ordered(self, order: list[str]) -> np.ndarray:
        """Return ``(row, factor)`` for factors in the order asked for."""
        return self.values[:, [self.columns.index(path) for path in order]]

    def refuse_unfit(self, slots: Mapping[str, Slot]) -> None:
        """Refuse columns and numbers that do not fit the factors to be found here, each with its line.

        Raises
        ------
        DocumentError
            With one sentence for every mistake.
        """
        told = "there is no column of this name; add it, or remove the factor"
        problems = [self._problem(1, path, told) for path in slots if path not in self.columns]
        for place, path in enumerate(self.columns):
            if path not in slots:
                hint = suggest(path, slots) or "; remove it, or write it under 'uncertainties'"
                problems.append(self._problem(1, path, f"this column is nothing that is read from here{hint}"))
                continue
            for line, number in zip(self.lines, self.values[:, place].tolist(), strict=True):
                sentence = refusal(slots[path], number)
                if sentence:
                    problems.append(self._problem(line, path, sentence))
        if problems:
            raise DocumentError(sorted(problems, key=lambda problem: problem.mark.line))

    def _problem(self, line: int, column: str, message: str) -> Problem:
        return Problem(Mark(self.file, line, 1), (column,), message)


def read_sample_table(experiment: Experiment) -> SampleTable:
    """Read the file of a `table` or `posterior` design.

    Raises
    ------
    DocumentError, Mistake
        If there is no such file, or what is in it is no table of numbers.
    """
    design = experiment.design
    name, place = (design.posterior.file, ("file",)) if design.posterior else (design.table or "", ())
    path = experiment.beside(name)
    if not is_there(path) and Path(name).name == name:
        path = shipped_folder("experiments") / name
    try:
        content = beginning(path, MOST_BYTES)
        text = content.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        why = "there is no such file" if isinstance(error, FileNotFoundError) else "the file is not readable as UTF-8"
        told = f"{why}: {shown(name)}; write the name of a CSV file beside this document"
        raise experiment.mistakes((("design", design.kind, *place), told)) from None
    if len(content) > MOST_BYTES:
        raise _refusal(str(path), 1, f"the file has more than {MOST_BYTES:,} bytes, the most that is read; shorten it")
    return parse_sample_table(text, str(path))


def parse_sample_table(text: str, file: str = "<text>") -> SampleTable:
    r"""Read a table from text; `file` is what its problems are reported under.

    >>> parse_sample_table("repay_oil.weight,weight\n1.5,2\n2.5,1\n").values.tolist()
    [[1.5], [2.5]]
    """
    rows = [(line, row) for line, row in _rows(text, file) if any(row)]
    if len(rows) < 2:
        raise _refusal(file, 1, "write a first row with the names of factors and at least one row of numbers")
    (first, head), *body = rows
    _refuse_other_head(head, file, first)
    problems = [Problem(Mark(file, first, 1), (), f"column '{name}' stands twice; remove one")
                for index, name in enumerate(head) if name in head[:index]]  # fmt: skip
    table = np.full((len(body), len(head)), math.nan)
    for index, (line, row) in enumerate(body):
        if len(problems) >= MOST_FOUND:
            break
        if len(row) != len(head):
            told = f"this row has {len(row)} cells, the first has {len(head)}; add or remove cells"
            problems.append(Problem(Mark(file, line, 1), (), told))
            continue
        for place, cell in enumerate(row):
            number = _number(cell)
            if number is None or (head[place] == WEIGHT and number < 0.0):
                wanted = "a weight of 0 or more" if head[place] == WEIGHT else "a number"
                problems.append(Problem(Mark(file, line, 1), (head[place],), f"write {wanted}, not {shown(cell)}"))
            else:
                table[index, place] = number
    if not problems and WEIGHT in head:
        with np.errstate(over="ignore"):
            total = table[:, head.index(WEIGHT)].sum()
        if not sys.float_info.min <= total < math.inf:
            told = (
                "all weights are 0; correct them or remove the column" if total == 0.0
                else f"the weights add up to {total:g}, with which no share can be worked out; divide all by one number"
            )  # fmt: skip
            problems.append(Problem(Mark(file, first, 1), (WEIGHT,), told))
    if problems:
        raise DocumentError(problems)
    columns = [place for place, name in enumerate(head) if name != WEIGHT]
    weights = table[:, head.index(WEIGHT)] if WEIGHT in head else None
    digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    return SampleTable(file, digest, tuple(head[place] for place in columns), table[:, columns], weights,
                 tuple(line for line, _ in body))  # fmt: skip


def _rows(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of every row; a row is one line, so an open quote swallows no others."""
    for line, written in enumerate(re.split("\r\n|\n|\r", text), 1):
        try:
            row = next(csv.reader([written], strict=True), [])
        except csv.Error as error:
            told = "the quotes of this row do not pair" if written.count('"') else f"these are no cells ({error})"
            raise _refusal(file, line, f"{told}; correct the row, numbers need no quotes") from None
        yield line, [cell.strip() for cell in row]


def _refuse_other_head(head: list[str], file: str, line: int) -> None:
    """Refuse a first row that is not one of names separated by commas, whatever table or other file it is of."""
    for name in head:
        wrong = re.search(r"[^\w.]", name)
        if wrong is None:
            continue
        separator = SEPARATORS.get(wrong[0])
        if separator:
            told = f"{separator} separate the cells here; write commas between cells, and points in numbers, as 0.5"
        else:
            told = f"{shown(name)} is no name of a factor; the first row names the factors, separated by commas"
        raise _refusal(file, line, told)


def _refusal(file: str, line: int, told: str) -> DocumentError:
    return DocumentError((Problem(Mark(file, line, 1), (), told),))


def _number(cell: str) -> float | None:
    """Return a finite number, None where the cell holds something else."""
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in cell else None


def resampled(
    sample_table: SampleTable, order: list[str], points: int | None, seed: int
) -> tuple[np.ndarray, list[int]]:
    """Return as many equally weighted draws as asked for, and the row of the file each is.

    Systematic resampling: a draw of weight *w* is taken the whole number of times
    above or below ``points * w``; without weights and without `points` all rows in order.
    """
    table, rows = sample_table.ordered(order), len(sample_table.values)
    if sample_table.weights is None and points in (None, rows):
        return table, list(range(rows))
    weights = np.ones(rows) if sample_table.weights is None else sample_table.weights
    wanted = rows if points is None else points
    ends = np.cumsum(weights / weights.sum())
    start = np.random.default_rng(seed).random()
    chosen = np.minimum(np.searchsorted(ends, (start + np.arange(wanted)) / wanted, side="right"), rows - 1)
    return table[chosen], chosen.tolist()
