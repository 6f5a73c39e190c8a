"""The pages to learn from: a page for each lesson that ships with the package, and the page that lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from making.tables import table
from sim import evidence
from sim.lessons.lesson import HEADINGS, Head, Lesson, Question
from sim.lessons.reading import lesson_files, read_lesson

OF_THE_APP = re.compile(r"\[([^\]]+)\]\(\?[^)]*\)")  # a link to a setting of the live page
INTRO = """# The lessons, to read

Each takes a class 40 to 60 minutes: a prediction first, then the levers, then what it means. `armsrace lesson` lists
them, `armsrace lesson 2` opens the live page at the second, with its text beside the levers. Here they can be read
before.
"""


def pages() -> dict[str, str]:
    """Return the page of lessons and one for each there is; none where there are none."""
    written: dict[str, str] = {}
    rows = []
    for lesson in map(read_lesson, lesson_files().values()):
        head, name = lesson.head, lesson.file.stem
        written[f"lessons/{name}"] = "\n\n".join(_page(lesson)) + "\n"
        if lesson.notebook:
            written[f"lessons/{name}_notebook.ipynb"] = lesson.notebook.read_text(encoding="utf-8")
        rows.append((str(lesson.number), f"[{head.title}]({name}.md)", str(head.minutes), head.about))
    names = "\n".join(sorted(name.removeprefix("lessons/").removesuffix(".ipynb") for name in written))
    if rows:
        listed = table(("", "lesson", "minutes", "about"), rows)
        written["lessons/index"] = f"{INTRO}\n{listed}\n\n```{{toctree}}\n:hidden:\n\n{names}\n```\n"
    return written


def _page(lesson: Lesson) -> Iterator[str]:
    """Yield the parts of a lesson: its text, with what is asked and expected at its place."""
    head = lesson.head
    yield f"# {lesson.number}. {head.title}"
    yield f"*{head.about}*"
    yield f"{head.minutes} minutes. `armsrace lesson {lesson.number}` opens the live page at it."
    if lesson.notebook:
        yield f"The [notebook]({lesson.file.stem}_notebook.ipynb) of this lesson."
    for heading in HEADINGS:
        yield f"## {heading}"
        yield OF_THE_APP.sub(r"\1", lesson.sections[heading])
        yield from _added(heading, head)
    yield "## What it rests on"
    yield ", ".join(map(_claim, head.rests_on)) + "."


def _added(heading: str, head: Head) -> Iterator[str]:
    """Yield what the head has for a section: questions, or the numbers that should come out."""
    if asked := {"Predict": head.predict, "Explain": head.explain}.get(heading):
        yield "\n".join(map(_asked, asked))
    if heading == "Check":
        rows = [(row.read, f"{row.shown} {row.unit}", f"± {row.tolerance:g}") for row in head.expected.values()]
        yield table(("read off", "expected", "within"), rows)


def _asked(question: Question) -> str:
    choices = f" *{' / '.join(question.choices)}*" if question.choices else ""
    return f"- {question.ask}{choices}"


def _claim(number: str) -> str:
    source, claim = evidence.claims()[number]
    return f"[{number}](../../reference/sources.md#{source.key}) ({claim.says.rstrip('.')})"
