"""What the page is told of lessons: which there are, one of them step by step, and its sheets to be printed."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sim.lessons.lesson import FOR_TEACHER, HEADINGS, Lesson
from sim.lessons.markdown import as_html
from sim.lessons.reading import find_lesson, lesson_files, read_lesson
from sim.lessons.sheets import STUDENT, sheet
from sim.lessons.sheets_html import html
from sim.live.setting import whole

# A sheet brings its own style and letters, and says so in its head; nothing else may act in it.
POLICY = "default-src 'none'; font-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'"


async def listed(request: Request) -> Response:
    """Tell the lessons there are."""
    found = [read_lesson(file) for file in lesson_files().values()]
    return JSONResponse({"lessons": [{"number": one.number, **_about(one)} for one in found]})


async def told(request: Request) -> Response:
    """Tell one lesson, step by step."""
    return JSONResponse(as_data(_asked(request)))


async def printable(request: Request) -> Response:
    """Give the sheet of a lesson for a student or a teacher."""
    page = html(sheet(_asked(request), request.query_params.get("for", STUDENT)))
    return Response(page, media_type="text/html", headers={"Content-Security-Policy": POLICY})


def as_data(lesson: Lesson) -> dict[str, Any]:
    """Return a lesson as the page shows it; what is for the teacher is on the teacher's page."""
    head = lesson.head
    return {
        "number": lesson.number, **_about(lesson), "opens": head.opens.model_dump(), "levers": head.levers,
        "steps": [{"name": name, "html": as_html(lesson.sections[name])} for name in HEADINGS if name != FOR_TEACHER],
        "questions": {"Predict": [one.model_dump() for one in head.predict],
                      "Explain": [one.model_dump() for one in head.explain]},
        "numbers": [{"read": row.read, "unit": row.unit, "expected": row.expected, "shown": row.shown,
                     "tolerance": row.tolerance} for row in head.expected.values()],
    }  # fmt: skip


def _about(lesson: Lesson) -> dict[str, Any]:
    return {"title": lesson.head.title, "minutes": lesson.head.minutes, "about": lesson.head.about}


def _asked(request: Request) -> Lesson:
    return find_lesson(whole("lesson", request.query_params.get("lesson", "1")))


ROUTES = [Route("/api/lessons", listed), Route("/api/lesson", told), Route("/sheet", printable)]
