"""`armsrace lesson`: the lessons listed, opened on the live page, printed, or their numbers played again."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sim.answers import Answer, Rows
from sim.lessons.lesson import Lesson
from sim.lessons.printing import printed
from sim.lessons.reading import find_lesson, lesson_files, read_lesson
from sim.lessons.replaying import replayed
from sim.lessons.sheets import STUDENT
from sim.live.serve import app
from sim.model.mistakes import Mistake
from sim.results.files import refuse_in_the_way, replacing


@dataclass(frozen=True, repr=False)
class Written(Answer):
    """A file that was written, and what it holds."""

    file: Path
    title: str

    def __str__(self) -> str:
        """Return the title and the file."""
        return f"{self.title}\n{self.file}"


def lesson(
    number: int | None = None, *, sheet: str | None = None, out: str | os.PathLike[str] | None = None,
    check: bool = False, force: bool = False, port: int = 0, browser: bool = True,
) -> Answer | None:  # fmt: skip
    """List the lessons, open one on the live page, print it, or play its expected numbers again.

    Parameters
    ----------
    number : int, optional
        Of a lesson; all unless given.
    sheet : {"student", "teacher"}, optional
        Print this sheet instead of opening the page.
    out : path, optional
        File to write, ``.html`` or ``.pdf``; of a lesson with a notebook ``.ipynb`` too. Unless given a sheet is
        written as HTML into the working directory.
    check : bool
        Play the expected numbers again.
    force : bool
        Replace a file that is in the way.
    port, browser
        As in `sim.app`.

    Returns
    -------
    Rows, Written or None
        The lessons; a row for each expected number, with what came out and whether it is within its tolerance; the
        file; nothing once a page was served and ended.

    Raises
    ------
    Mistake, DocumentError
        If there is no such lesson, or something is wrong with it.
    """
    if check:
        numbers = [number] if number is not None else list(lesson_files())
        return Rows([row for one in numbers for row in replayed(find_lesson(one))])
    if number is None:
        if sheet or out:
            raise Mistake("no lesson was named; write its number, for example `armsrace lesson 2 --sheet student`")
        return Rows([_line(read_lesson(file)) for file in lesson_files().values()])
    found = find_lesson(number)
    if sheet or out:
        return _written(found, sheet or STUDENT, Path(out or f"lesson_{number}_{sheet}.html"), force=force)
    app(port=port, browser=browser, opens=f"part=lesson&lesson={number}")
    return None


def _line(found: Lesson) -> dict[str, object]:
    head = found.head
    return {"lesson": found.number, "title": head.title, "minutes": head.minutes, "about": head.about}


def _written(found: Lesson, reader: str, out: Path, *, force: bool) -> Written:
    """Write a sheet, or the notebook of a lesson."""
    refuse_in_the_way(out, force=force)
    if out.suffix == ".ipynb":
        if found.notebook is None:
            raise Mistake(f"lesson {found.number} has no notebook; write a file that ends in .html or .pdf")
        content = found.notebook.read_bytes()
    else:
        content = printed(found, reader, out)
    with replacing(out) as draft:
        draft.write_bytes(content)
    return Written(out, found.head.title)
