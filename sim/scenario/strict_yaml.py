"""Strict YAML: a word is a word, and what merely looks like something else is refused with the fix.

Plain YAML reads the country code ``NO`` as false and ``010`` as eight, and silently keeps the last of two
equal keys. Here a plain word is a word: only ``true`` and ``false`` are booleans, only ``null``, ``~`` and
nothing are None, only decimal numbers are numbers, and what merely looks like a number is refused with the
fix. Tags, anchors, aliases and merge keys are refused altogether: a scenario shares text through `extends`,
so no document can expand, recurse or run anything. All problems of a file are reported at once; only broken
syntax ends the reading.
"""

from __future__ import annotations

import copy
import difflib
import math
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from sim.scenario.document import Data, Document, DocumentError, Mark, Place, Problem, near
from sim.scenario.syntax import syntax_problem

MOST_BYTES = 500_000  # of a document, which takes seconds to read; a thousand points and their reasons have room
LOCKED = ".lock.yaml"  # a copy in a result, with all inlined that the document names: longer than it was
DEEPEST = 50  # levels; deeper nesting is an attack or a slip

# -- from the disk to text


def read_document(path: str | os.PathLike[str]) -> Document:
    """Read a YAML file.

    Raises
    ------
    DocumentError
        With every problem found: the file is missing or unreadable, is not YAML, or uses what is refused.
    """
    file = os.fspath(path)
    try:
        content = beginning(Path(file), most := MOST_BYTES * (4 if file.endswith(LOCKED) else 1))
    except FileNotFoundError:
        raise _refusal(file, f"there is no such file: {_advice(Path(file))}") from None
    except IsADirectoryError:
        raise _refusal(file, "this is a folder: name a file in it") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise _refusal(file, f"the file cannot be read ({why}): check the path and its permissions") from None
    if len(content) > most:
        raise _refusal(file, f"the file has more than {most:,} bytes, the most that is read: shorten it, or put its "
                       "points in a CSV file")  # fmt: skip
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8").split("\n")
        message = f"byte {error.start + 1} (0x{content[error.start]:02x}) is not UTF-8: save the file as UTF-8"
        raise _refusal(file, message, len(before), len(before[-1]) + 1) from None
    return parse(text, file)


def beginning(path: Path, most: int) -> bytes:
    """Return what is in a file; of one that is longer than `most` bytes, or never ends, one byte more than these."""
    with path.open("rb") as file:
        return file.read(most + 1)


def _refusal(file: str, message: str, line: int = 1, column: int = 1) -> DocumentError:
    return DocumentError([Problem(Mark(file, line, column), (), message)])


def _advice(missing: Path) -> str:
    """Name the files that may have been meant."""
    if not missing.parent.is_dir():
        return f"the folder '{near(str(missing.parent))}' does not exist either"
    names = sorted(entry.name for entry in missing.parent.iterdir() if entry.is_file())
    same_stem = [name for name in names if Path(name).stem == missing.stem]
    close = [*same_stem, *difflib.get_close_matches(missing.name, names)]
    similar = ", ".join(list(dict.fromkeys(close))[:3])
    return f"did you mean {similar}?" if similar else "check the name, nothing in the folder is similar"


# -- from text to data


@dataclass
class _Reading:
    """A document half read: the events still to come, and what has been found so far."""

    file: str
    events: Iterator[yaml.Event]
    marks: dict[Place, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def mark(self, event: yaml.Event) -> Mark:
        start = event.start_mark
        return Mark(self.file, start.line + 1, start.column + 1) if start else Mark(self.file, 1, 1)

    def refuse(self, event: yaml.Event, path: Place, message: str) -> None:
        self.problems.append(Problem(self.mark(event), path, message))


def parse(text: str, file: str = "<text>") -> Document:
    """Read YAML from a string; `file` is what its problems will be reported under.

    >>> parse("country: NO").data
    {'country': 'NO'}
    """
    document = _parsed(text, file)  # verbs read a file several times, and scenarios the same files of actors
    return Document(copy.deepcopy(document.data), dict(document.marks), file)


@lru_cache(maxsize=64)
def _parsed(text: str, file: str) -> Document:
    lines = enumerate(text.split("\n"), start=1)
    tabs = [Mark(file, number, line.index("\t") + 1) for number, line in lines if "\t" in line]
    if tabs:  # what a tab was meant to indent cannot be guessed
        raise DocumentError(Problem(mark, (), "there is a tab: write spaces instead") for mark in tabs)
    data, reading = _by_libyaml(text, file) or _by_pyyaml(text, file)
    if data is None and not reading.problems:
        raise _refusal(file, "the file is empty: write at least one 'key: value' line")
    if reading.problems:
        raise DocumentError(reading.problems)
    return Document(data, reading.marks, file)


# Libyaml is PyYAML's other parser, ten times as fast. PyYAML's own has the last word where something is wrong and where
# the two differ: rare line breaks, question marks outside of quotes, comments right behind the sign of a text block.
# So no document depends on which of them is there.
FAST = getattr(yaml, "CSafeLoader", None)
READ_OTHERWISE = re.compile(r"[\x85\u2028\u2029\ufeff]|^[ -]*\?|^---|[|>][-+0-9]*#", re.MULTILINE)


def _by_libyaml(text: str, file: str) -> tuple[Data, _Reading] | None:
    """Read what is sound quickly; None where PyYAML is to be asked."""
    if FAST is None or READ_OTHERWISE.search(text):
        return None
    reading = _Reading(file, map(_undoubted, yaml.parse(text, Loader=FAST)))
    with suppress(yaml.YAMLError, ValueError, OverflowError):
        data = _only_document(reading)
        return None if reading.problems else (data, reading)
    return None


def _undoubted(event: yaml.Event) -> yaml.Event:
    """Return an event of libyaml if PyYAML would read the same."""
    if isinstance(event, yaml.ScalarEvent) and not event.style and "?" in event.value:
        raise yaml.YAMLError
    return event


def _by_pyyaml(text: str, file: str) -> tuple[Data, _Reading]:
    """Read slowly, and say what is wrong."""
    reading = _Reading(file, yaml.parse(text, Loader=yaml.SafeLoader))
    try:
        return _only_document(reading), reading
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # PyYAML lets some bad escapes fall through
        reached = next(reversed(reading.marks.values()), Mark(file, 1, 1))
        reading.problems.append(syntax_problem(error, text, reached))
        return None, reading


def _only_document(reading: _Reading) -> Data:
    data: Data = None
    for event in reading.events:
        if not isinstance(event, yaml.DocumentStartEvent):
            continue
        if reading.marks:
            reading.refuse(event, (), "a second document starts here: keep one document in a file, without '---'")
            break
        content = next(reading.events)
        reading.marks[()] = reading.mark(content)
        data = _value(reading, content, ())
    return data


def _value(reading: _Reading, event: yaml.Event, path: Place) -> Data:
    """Read the value that begins with `event`, up to its end."""
    if len(path) > DEEPEST:
        problem = f"more than {DEEPEST} levels are nested here: use fewer"
        raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)  # type: ignore[arg-type]
    _refuse_decoration(reading, event, path)
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(reading, path)
    if isinstance(event, yaml.SequenceStartEvent):
        return _list(reading, path)
    return _scalar(reading, event, path) if isinstance(event, yaml.ScalarEvent) else None


def _refuse_decoration(reading: _Reading, event: yaml.Event, path: Place) -> None:
    """Refuse whatever YAML lets stand in front of a value."""
    if isinstance(event, yaml.AliasEvent):
        message = f"'*{event.anchor}' is an alias: write the value out, use 'extends', or quote it if it is text"
        reading.refuse(event, path, message)
    elif isinstance(event, yaml.NodeEvent) and event.anchor is not None:
        reading.refuse(event, path, f"'&{event.anchor}' is an anchor: remove it, or quote it if it is text")
    if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
        reading.refuse(event, path, "a '!' in front of a value is a tag: remove it, or quote it if it is text")


def _list(reading: _Reading, path: Place) -> list[Data]:
    items: list[Data] = []
    while not isinstance(event := next(reading.events), yaml.SequenceEndEvent):
        at = (*path, len(items))
        reading.marks[at] = reading.mark(event)
        items.append(_value(reading, event, at))
    return items


def _mapping(reading: _Reading, path: Place) -> dict[str | int, Data]:
    entries: dict[str | int, Data] = {}
    first_line: dict[str, int] = {}  # by spelling: 2010 and "2010" would be told apart by nobody
    while not isinstance(event := next(reading.events), yaml.MappingEndEvent):
        mark, key = reading.mark(event), _key(reading, event, path)
        at = (*path, "?" if key is None else key)
        if key is not None and str(key) in first_line:
            message = f"this key stands on line {first_line[str(key)]} and again on line {mark.line}: keep one"
            reading.refuse(event, at, message)
        reading.marks[at] = mark
        value = _value(reading, next(reading.events), at)
        if key is not None:
            first_line.setdefault(str(key), mark.line)
            entries[key] = value
    return entries


def _key(reading: _Reading, event: yaml.Event, path: Place) -> str | int | None:
    """Read a key; None when it is refused."""
    if not isinstance(event, yaml.ScalarEvent):
        if not isinstance(event, yaml.AliasEvent):
            reading.refuse(event, path, "a list or mapping cannot be a key: write a word or a whole number")
        _value(reading, event, (*path, "?"))
        return None
    _refuse_decoration(reading, event, path)
    key = _scalar(reading, event, (*path, event.value))
    if key == "<<" and not event.style:
        reading.refuse(event, path, "'<<' merges mappings, which is refused: use 'extends'")
    elif isinstance(key, bool) or not isinstance(key, str | int):
        reading.refuse(event, path, f"the key '{event.value}' reads as {key!r}: put it in quotes")
    else:
        return key
    return None


# -- what a plain word means

NOTHING = ("", "~", "null")
BOOLEANS = {"true": True, "True": True, "false": False, "False": False}
WHOLE = re.compile(r"[-+]?[0-9]+")
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
LEADING = re.compile(r"^([-+]?)0+(?=[0-9])")

# What looks like a number to a person or to another program, why it is refused, and how to write it.
TRAPS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    (r"[-+]?\.?(nan|inf|infinity)", "is no finite number", lambda _: "a number or null"),
    (r"[-+]?0[0-9]+(\.[0-9]*)?(e[-+]?[0-9]+)?", "has a leading zero", lambda text: LEADING.sub(r"\1", text)),
    (r"[-+]?0(x[0-9a-f]{1,16}|o[0-7]{1,16}|b[01]{1,16})", "is not decimal", lambda text: str(int(text, 0))),
    (r"[-+]?[0-9]+(_[0-9]+)+(\.[0-9_]*)?", "has an underscore", lambda text: text.replace("_", "")),
    (r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?", "has a comma", lambda text: text.replace(",", "")),
    (r"[-+]?[0-9]+,[0-9]+", "has a comma", lambda text: text.replace(",", ".")),
    (r"[−–][0-9]*\.?[0-9]+", "has a dash for a minus sign", lambda text: f"-{text[1:]}"),
)


def _scalar(reading: _Reading, event: yaml.ScalarEvent, path: Place) -> Data:
    """Resolve a plain word; what stands in quotes or in a text block is text."""
    text = event.value
    if event.style:
        return text
    if text in NOTHING:
        return None
    if text in BOOLEANS:
        return BOOLEANS[text]
    for pattern, why, fix in TRAPS:
        if re.fullmatch(pattern, text, re.IGNORECASE):
            reading.refuse(event, path, f"{text} {why}: write {fix(text)}, or quote it if it is text")
            return text
    if not NUMBER.fullmatch(text):
        return text
    if not math.isfinite(float(text)):
        reading.refuse(event, path, "this number is too large: write a smaller one, or quote it if it is text")
        return text
    return int(text) if WHOLE.fullmatch(text) else float(text)


# -- the way back


# The same text from libyaml, where it is there, in a quarter of the time.
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Quoting(_Dumper):  # type: ignore[misc]
    """Put text in quotes unless it is plainly a word, so that it is read back as text."""


def _text(dumper: Any, text: str) -> yaml.ScalarNode:
    plain = re.fullmatch(r"[a-z_][a-z0-9_.]*", text) and text not in ("nan", "inf", "infinity")
    node: yaml.ScalarNode = dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else "'")
    return node


_Quoting.add_representer(str, _text)


class _FigureByFigure(_Quoting):
    """Put every figure, which is what states a `basis`, on one line, as a person would."""

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        """Represent a figure in one line."""
        node: yaml.MappingNode = super().represent_mapping(tag, mapping, flow_style=flow_style or "basis" in mapping)
        return node


def yaml_text(data: Any, *, figure_by_figure: bool = False) -> str:
    """Return plain data as YAML text that `parse` reads back unchanged; on request with a line for every figure."""
    dumper, width = (_FigureByFigure, 10**6) if figure_by_figure else (_Quoting, 110)
    return yaml.dump(data, Dumper=dumper, sort_keys=False, allow_unicode=True, width=width)
