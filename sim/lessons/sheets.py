"""A lesson on paper: the student's sheet, with room to write, and the teacher's page, with what comes out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim import evidence
from sim.lessons.lesson import FOR_TEACHER, HEADINGS, Expected, Lesson, Question
from sim.model.mistakes import Mistake, find, suggest

STUDENT, TEACHER = READERS = ("student", "teacher")
LINES = 3  # to write on, for an answer in words
READ = "Write down what you read. Then hear what the lesson found."  # for a student, who is not told on paper


@dataclass(frozen=True)
class Section:
    """A heading with its text, what is asked below it, and numbers to be found."""

    heading: str
    markdown: str
    questions: tuple[Question, ...] = ()
    numbers: tuple[Expected, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A lesson for one reader.

    Attributes
    ----------
    title, standfirst : str
        What stands on top.
    sections : tuple of Section
        In the order of all lessons; for a student without what is for the teacher.
    teacher : bool
        Whether it gives what comes out, and leaves no room to write.
    foot : str
        What stands at the bottom.
    """

    title: str
    standfirst: str
    sections: tuple[Section, ...]
    teacher: bool
    foot: str


def sheet(lesson: Lesson, reader: str) -> Sheet:
    """Return a lesson for a student or a teacher.

    Raises
    ------
    Mistake
        If it is for neither.
    """
    who = find(reader, READERS)
    if who is None:
        hint = suggest(reader, READERS) or f"; write {' or '.join(READERS)}"
        raise Mistake(f"there is no sheet for a '{reader}'{hint}")
    teacher = who == TEACHER
    head, told = lesson.head, f"{who.capitalize()}'s {'page' if teacher else 'sheet'}"
    shown = [HEADINGS[-1], *HEADINGS[:-1]] if teacher else [name for name in HEADINGS if name != FOR_TEACHER]
    return Sheet(
        f"Lesson {lesson.number}: {head.title}",
        f"{told}, {head.minutes} minutes",
        tuple(_section(lesson, heading, teacher) for heading in shown) + ((_behind(lesson),) if teacher else ()),
        teacher,
        "armsrace: simulated histories, not a forecast. One rivalry, uncertain numbers.",
    )


def _section(lesson: Lesson, heading: str, teacher: bool) -> Section:
    head = lesson.head
    text = READ if heading == "Check" and not teacher else lesson.sections[heading]
    questions = {"Predict": head.predict, "Explain": head.explain}.get(heading, [])
    numbers = head.expected.values() if heading == "Check" else ()
    return Section(heading, text, tuple(questions), tuple(map(lesson.setting, numbers)))


def _behind(lesson: Lesson) -> Section:
    """Return what the articles report that a lesson is about, in our words."""
    claims = evidence.claims()
    return Section("What it rests on", "\n".join(f"- {name}: {claims[name][1].says}" for name in lesson.head.rests_on))


def how_played(row: Expected) -> str:
    """Return with what an expected number is found, in a line.

    Examples
    --------
    >>> how_played(Expected(read="it", scenario="richardson", runs=8, measure="campaigns", expected=0, tolerance=1))
    'richardson, 8 histories, luck 0'
    """
    parts = [row.scenario + (f" against {row.against}" if row.against else ""), *_moved(row)]
    luck = ", ".join(map(str, row.seeds)) if len(row.seeds) < 4 else f"{row.seeds[0]} to {row.seeds[-1]}"
    return ", ".join([*parts, f"{row.runs:,} histories", f"luck {luck}"])


def _moved(row: Expected) -> Iterator[str]:
    yield from (f"{path} {number:g}" for path, number in row.changes.items())
