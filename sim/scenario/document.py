"""A document: plain data that remembers where each part stands, so that every problem names its file and line.

`sim.scenario.strict_yaml` reads one from a file. Documents are laid over one another, or grafted into one another, and
their parts keep the positions they came from.
"""

from __future__ import annotations

import copy
import itertools
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from sim.answers import Shortened
from sim.terminal import clean

Data: TypeAlias = "dict[str | int, Data] | list[Data] | str | int | float | bool | None"
Place: TypeAlias = tuple[str | int, ...]  # keys and list indices from the top of the document

MOST_SHOWN, MOST_FOUND = 20, 1000  # problems of a document: printed, and looked for at all
LONGEST = 400  # characters of a problem: what is wrong stands at its beginning, what to write at its end


@dataclass(frozen=True)
class Mark:
    """A position in a file, counted from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class Problem:
    """One thing to correct, where it stands and how to correct it.

    >>> print(Problem(Mark("war.yaml", 17, 3), ("timeline", 0, "dat"), "unknown key"))
    war.yaml:17: timeline[0].dat: unknown key
    """

    mark: Mark
    path: Place
    message: str

    def __str__(self) -> str:
        where = f"{near(self.mark.file)}:{self.mark.line}"
        said = ": ".join(part for part in (dotted(self.path), self.message) if part)
        return f"{where}: {said if len(said) <= LONGEST else f'{said[:200]} ... {said[-200:]}'}"


class DocumentError(ValueError):
    """Everything that is wrong with a document, one problem a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(itertools.islice(problems, MOST_FOUND))
        super().__init__(self.problems)

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems[:MOST_SHOWN]]
        more = len(self.problems) - len(lines)
        return clean("\n".join([*lines, f"... and {more} more"] if more else lines))


@dataclass(frozen=True, repr=False)
class Document(Shortened):
    """Plain data and the position of each of its parts.

    Parameters
    ----------
    data : Data
        Mappings, lists, strings, numbers, booleans and None.
    marks : dict of Place to Mark
        The key for an entry of a mapping, the item for a list, the first content for ``()``.
    file : str
        Where the document was read from, as the path was given.
    """

    data: Any  # Data, but whoever reads it should not have to prove every step
    marks: dict[Place, Mark]
    file: str

    def mark(self, path: Place) -> Mark:
        """Position of `path`, or of its nearest parent that has one."""
        if path in self.marks:
            return self.marks[path]
        prefixes = (path[:length] for length in range(len(path) - 1, -1, -1))
        return next((self.marks[at] for at in prefixes if at in self.marks), Mark(self.file, 1, 1))

    def problem(self, path: Place, message: str) -> Problem:
        """Say what is wrong at `path`."""
        return Problem(self.mark(path), path, message)


def near(file: str) -> str:
    """Path relative to the current directory when inside it, else as given."""
    try:
        return Path(os.path.abspath(file)).relative_to(Path.cwd()).as_posix()
    except ValueError:
        return file


def dotted(path: Place) -> str:
    """Return a place as a reader writes it."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


# -- documents made of documents


def merge(base: Document, over: Document) -> Document:
    """Lay one document over another; neither is changed.

    Mappings are merged key by key, but one that states a `basis` is a figure and replaces the old
    one whole: range and reason of the old number do not hold for the new. Everything else of `over`
    replaces what `base` has, except that lists under the top-level key ``timeline`` are appended to
    those of `base`. A None in `over` removes a key of `base`; where there is nothing to remove it
    stays, so that a misspelt key is still seen by validation. Positions follow the value that won.
    """
    marks: dict[Place, Mark] = {}
    return Document(_merged(base, over, base.data, over.data, (), marks), marks, over.file)


def _merged(base: Document, over: Document, low: Data, high: Data, path: Place, marks: dict[Place, Mark]) -> Data:
    if isinstance(low, list) and isinstance(high, list) and path[:1] == ("timeline",):
        marks[path] = over.mark(path)
        items = [(doc, at, item) for doc, part in ((base, low), (over, high)) for at, item in enumerate(part)]
        return [_placed(item, doc, (*path, at), (*path, to), marks) for to, (doc, at, item) in enumerate(items)]
    if not isinstance(low, dict) or not isinstance(high, dict) or "basis" in high:
        return _placed(high, over, path, path, marks)
    marks[path] = over.mark(path)
    merged: dict[str | int, Data] = {}
    for key in low | high:
        at = (*path, key)
        if key not in high:
            merged[key] = _placed(low[key], base, at, at, marks)
        elif key not in low:
            merged[key] = _placed(high[key], over, at, at, marks)
        elif high[key] is not None:
            merged[key] = _merged(base, over, low[key], high[key], at, marks)
    return merged


def graft(document: Document, path: Place, sub: Document) -> Document:
    """Put `sub` at `path` of `document`, in place of what is there; neither is changed.

    The parent of `path` must exist. The grafted part keeps its own positions.
    """
    marks = {at: mark for at, mark in document.marks.items() if at[: len(path)] != path}
    marks |= {path: sub.mark(()), **{(*path, *at): mark for at, mark in sub.marks.items()}}
    return Document(_replaced(document.data, path, sub.data), marks, document.file if path else sub.file)


def _replaced(data: Any, path: Place, part: Data) -> Any:
    """Return data with another part at a path; all beside the path is shared."""
    if not path:
        return part
    step, *rest = path
    copied = copy.copy(data)
    copied[step] = _replaced(data[step] if rest else None, tuple(rest), part)
    return copied


def _placed(value: Data, source: Document, at: Place, to: Place, marks: dict[Place, Mark]) -> Data:
    """Copy a value that `source` has at `at`, and note its positions under `to`."""
    marks[to] = source.mark(at)
    if isinstance(value, dict):
        return {key: _placed(item, source, (*at, key), (*to, key), marks) for key, item in value.items()}
    if isinstance(value, list):
        return [_placed(item, source, (*at, i), (*to, i), marks) for i, item in enumerate(value)]
    return value
