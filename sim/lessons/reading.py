"""From files to lessons; what is wrong with one is told with its file and line."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from sim import evidence
from sim.lessons.lesson import HEADINGS, NAMED, Expected, Head, Lesson, Opening, Question
from sim.model.mistakes import Mistake, suggest
from sim.scenario.document import Document, DocumentError, Mark, Place, Problem
from sim.scenario.files import scenario_file, shipped_folder
from sim.scenario.problems import located_problems
from sim.scenario.strict_yaml import parse

FENCE = "---"  # above and below the head
FILE = re.compile(r"([0-9]+)_[a-z0-9_]+")


def lesson_files() -> dict[int, Path]:
    """Return the files of the shipped lessons by number, in order."""
    files = shipped_folder("lessons").glob("*.md")
    return dict(sorted((int(name[1]), path) for path in files if (name := FILE.fullmatch(path.stem))))


def find_lesson(number: int) -> Lesson:
    """Return a shipped lesson.

    Raises
    ------
    Mistake
        If there is none of that number.
    """
    files = lesson_files()
    if number not in files:
        raise Mistake(f"there is no lesson {number}; write one of {', '.join(map(str, files))}")
    return read_lesson(files[number])


def read_lesson(path: str | os.PathLike[str]) -> Lesson:
    """Read a lesson.

    Raises
    ------
    Mistake
        If it cannot be read.
    DocumentError
        With one located sentence for everything that is wrong with it.
    """
    file = Path(path)
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Mistake(f"{file} cannot be read ({getattr(error, 'strerror', None) or error}); name a lesson") from None
    end = _end_of_head(lines, file)
    document = parse("\n".join(["", *lines[1:end]]), str(file))  # the first line stands for the fence
    try:
        head = Head.model_validate(document.data)
    except ValidationError as error:
        raise DocumentError(located_problems(document, error, Head)) from None
    sections = _sections(lines, end + 1)
    if problems := [*_about(head, document), *_wrong(sections, lines, file), *_unnamed(head, lines, file)]:
        raise DocumentError(problems)
    name = FILE.fullmatch(file.stem)
    text = {heading: _filled("\n".join(body).strip(), head) for heading, _, body in sections}
    return Lesson(int(name[1]) if name else 0, file, _asked(head), text)


def _end_of_head(lines: list[str], file: Path) -> int:
    """Return the line below the head, counted from 0."""
    if lines[:1] == [FENCE] and FENCE in lines[1:]:
        return lines.index(FENCE, 1)
    message = f"a lesson begins with its head: write '{FENCE}', 'key: value' lines, and '{FENCE}'"
    raise DocumentError([Problem(Mark(str(file), 1, 1), (), message)])


def _sections(lines: list[str], start: int) -> list[tuple[str, int, list[str]]]:
    """Return heading, line counted from 1, and body of each section."""
    found: list[tuple[str, int, list[str]]] = []
    for number, line in enumerate(lines[start:], start + 1):
        if line.startswith("## "):
            found.append((line.removeprefix("## ").strip(), number, []))
        elif found:
            found[-1][2].append(line)
    return found


def _wrong(sections: list[tuple[str, int, list[str]]], lines: list[str], file: Path) -> Iterator[Problem]:
    """Yield what is wrong with the headings: the first that is not where it belongs, and those with nothing below."""

    def problem(line: int, message: str) -> Problem:
        return Problem(Mark(str(file), line, 1), (), message)

    for at, wanted in enumerate(HEADINGS):
        name, line, _ = sections[at] if at < len(sections) else ("", len(lines), [])
        if name != wanted:
            yield problem(line, f"here belongs '## {wanted}'" + (f", not '## {name}'" if name else "; write it"))
            return
    for name, line, body in sections:
        if name not in HEADINGS:
            yield problem(line, f"no lesson has the heading '{name}'; remove it")
        elif not "".join(body).strip():
            yield problem(line, f"nothing stands under '{name}'; write what belongs there")


def _about(head: Head, document: Document) -> Iterator[Problem]:
    """Yield what the head names that there is not: scenarios, claims."""
    rows: dict[Place, Opening | Expected] = {("opens",): head.opens}
    rows |= {("expected", key): row for key, row in head.expected.items()}
    named = [((*place, part), getattr(row, part)) for place, row in rows.items() for part in ("scenario", "against")]
    for place, name in named:
        try:
            if name:
                scenario_file(name)
        except Mistake as mistake:
            yield document.problem(place, str(mistake))
    for at, claim in enumerate(head.rests_on):
        if claim not in evidence.claims():
            hint = suggest(claim, evidence.claims()) or "; `armsrace list claims` names them"
            yield document.problem(("rests_on", at), f"there is no claim '{claim}'{hint}")


def _unnamed(head: Head, lines: list[str], file: Path) -> Iterator[Problem]:
    """Yield the numbers that a text names and the head does not have."""
    for number, line in enumerate(lines, 1):
        for found in NAMED.finditer(line):
            if found[1] not in head.expected:
                hint = suggest(found[1], head.expected) or "; write it under 'expected:'"
                message = f"there is no expected number '{found[1]}'{hint}"
                yield Problem(Mark(str(file), number, found.start() + 1), (), message)


def _asked(head: Head) -> Head:
    """Return a head whose questions have their expected numbers in them."""

    def filled(questions: list[Question]) -> list[Question]:
        return [question.model_copy(update={"ask": _filled(question.ask, head)}) for question in questions]

    return head.model_copy(update={"predict": filled(head.predict), "explain": filled(head.explain)})


def _filled(text: str, head: Head) -> str:
    """Return a text with its expected numbers in it."""
    return NAMED.sub(lambda found: head.expected[found[1]].shown, text)
