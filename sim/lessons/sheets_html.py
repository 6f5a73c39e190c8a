"""A sheet as one HTML file: nothing is fetched, no script runs, and it prints. `sheet.css` holds the design."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from sim.briefs.html import faces, page
from sim.lessons.lesson import Expected, Question
from sim.lessons.markdown import as_html
from sim.lessons.sheets import LINES, Section, Sheet, how_played


def html(sheet: Sheet) -> bytes:
    """Return a sheet as an HTML file of its own."""
    body = "".join(_section(section, sheet.teacher) for section in sheet.sections)
    name = "" if sheet.teacher else '<p class="name"><span>Name</span><span>Date</span></p>'
    inside = (
        f'<header><p class="kind">{escape(sheet.standfirst)}</p><h1>{escape(sheet.title)}</h1>{name}</header>\n'
        f"{body}<footer>{escape(sheet.foot)}</footer>"
    )
    style = faces(inside) + files(__package__).joinpath("sheet.css").read_text(encoding="utf-8")
    return page(sheet.title, style, inside)


def _section(section: Section, teacher: bool) -> str:
    questions = "".join(f"<li>{_question(question, teacher)}</li>" for question in section.questions)
    asked = f'<ol class="asked">{questions}</ol>' if questions else ""
    numbers = _numbers(section.numbers, teacher) if section.numbers else ""
    return f"<section><h2>{escape(section.heading)}</h2>\n{as_html(section.markdown)}{asked}{numbers}</section>\n"


def _question(question: Question, teacher: bool) -> str:
    ask = f"<p>{escape(question.ask)}</p>"
    if question.choices:
        choices = "".join(f"<li>{escape(choice)}</li>" for choice in question.choices)
        return f'{ask}<ul class="choices">{choices}</ul>'
    return ask if teacher else ask + '<p class="line"></p>' * LINES


def _numbers(rows: tuple[Expected, ...], teacher: bool) -> str:
    """Return what is to be found: with what comes out for a teacher, with room for it for a student."""
    heads = ["What to read", "Unit", *(["Comes out", "Give or take", "Played with"] if teacher else ["We found"])]
    lines = []
    for row in rows:
        cells = [row.unit, *([row.shown, f"{row.tolerance:g}", how_played(row)] if teacher else [""])]
        rest = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        lines.append(f'<tr><th scope="row">{escape(row.read)}</th>{rest}</tr>\n')
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    kind = "teacher" if teacher else "student"
    return f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>\n{"".join(lines)}</tbody></table>\n'
