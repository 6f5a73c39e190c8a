"""A sheet as a file of the form that its name asks for."""

from __future__ import annotations

from pathlib import Path

from sim.briefs.forms import form_of
from sim.lessons.lesson import Lesson
from sim.lessons.sheets import sheet
from sim.model.mistakes import Mistake

FORMS = ("html", "pdf")


def printed(lesson: Lesson, reader: str, out: Path) -> bytes:
    """Return a sheet as a file of the form that a name asks for.

    Raises
    ------
    Mistake
        If there is no such form or reader, or the form needs a package more.
    """
    if out.suffix.lower().removeprefix(".") not in FORMS:
        raise Mistake(f"{out} has to end in .{' or .'.join(FORMS)}, the forms of a sheet")
    made = sheet(lesson, reader)
    if form_of(out) == "html":
        from sim.lessons.sheets_html import html

        return html(made)
    from sim.lessons.sheets_pdf import pdf

    return pdf(made)
