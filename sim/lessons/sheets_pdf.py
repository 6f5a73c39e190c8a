"""A sheet as A4 pages, set by typst. `sheet.typ` holds the design; words reach it as JSON, so that none is markup."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from matplotlib.ft2font import FT2Font

from sim.briefs.pdf import font_files
from sim.lessons.lesson import Expected, Question
from sim.lessons.markdown import as_tree
from sim.lessons.sheets import LINES, Section, Sheet, how_played


def pdf(sheet: Sheet) -> bytes:
    """Return a sheet as a PDF file that readers of the screen can follow (PDF/UA-1)."""
    import typst

    setting = {
        "title": sheet.title, "standfirst": sheet.standfirst, "foot": sheet.foot, "teacher": sheet.teacher,
        "sections": [_section(section) for section in sheet.sections], "lines": LINES,
        "fonts": [FT2Font(file).family_name for file in font_files()],
    }  # fmt: skip
    content: bytes = typst.compile(
        files(__package__).joinpath("sheet.typ").read_bytes(),
        format="pdf",
        sys_inputs={"sheet": json.dumps(setting)},
        font_paths=typst.Fonts(False, True, [str(Path(file).parent) for file in font_files()]),
        timestamp=0,
        pdf_standards=["ua-1"],
    )
    return content


def _section(section: Section) -> dict[str, Any]:
    return {
        "heading": section.heading,
        "text": as_tree(section.markdown),
        "questions": [_question(question) for question in section.questions],
        "numbers": [_number(row) for row in section.numbers],
    }


def _question(question: Question) -> dict[str, Any]:
    return {"ask": question.ask, "choices": question.choices}


def _number(row: Expected) -> dict[str, str]:
    return {
        "read": row.read, "unit": row.unit, "comes_out": row.shown, "give_or_take": f"{row.tolerance:g}",
        "played": how_played(row),
    }  # fmt: skip
