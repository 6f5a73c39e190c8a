"""The pages to learn from: a page for each lesson that ships with the package, and the page that lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from making.tables import table
from sim import evidence

LESSONS = Path(__file__).resolve().parents[2] / "lessons"
FRONT = re.compile(r"\A---\n(.*?)\n---\n+(.*)\Z", re.DOTALL)
OF_THE_APP = re.compile(r"\[([^\]]+)\]\(\?[^)]*\)")  # a link to a setting of the live page
NUMBER = re.compile(r"\{\{(\w+)\}\}")  # one of those that are expected
INTRO = """# The lessons, to read

Each takes a class 40 to 60 minutes: a prediction first, then the levers, then what it means. `armsrace lesson` lists
them, `armsrace lesson 2` opens the live page at the second, with its text beside the levers. Here they can be read
before.
"""


def pages() -> dict[str, str]:
    """Return the page of lessons and one for each there is; none where there are none."""
    written: dict[str, str] = {}
    rows = []
    for path in sorted(LESSONS.glob("*.md")):
        front, body = FRONT.match(path.read_text(encoding="utf-8")).groups()  # type: ignore[union-attr]
        about = yaml.safe_load(front)
        number = path.stem.partition("_")[0]
        written[f"lessons/{path.stem}"] = "\n\n".join(_page(path, number, about, body)) + "\n"
        rows.append((number, f"[{about['title']}]({path.stem}.md)", str(about["minutes"]), about["about"]))
    for path in sorted(LESSONS.glob("*.ipynb")):
        written[f"lessons/{path.stem}_notebook.ipynb"] = path.read_text(encoding="utf-8")
    names = "\n".join(sorted(name.removeprefix("lessons/").removesuffix(".ipynb") for name in written))
    if rows:
        listed = table(("", "lesson", "minutes", "about"), rows)
        written["lessons/index"] = f"{INTRO}\n{listed}\n\n```{{toctree}}\n:hidden:\n\n{names}\n```\n"
    return written


def _page(path: Path, number: str, about: dict[str, Any], body: str) -> Iterator[str]:
    """Yield the parts of a lesson: its text, with what is asked and expected at its place."""
    yield f"# {number}. {about['title']}"
    yield f"*{about['about']}*"
    yield f"{about['minutes']} minutes. `armsrace lesson {number}` opens the live page at it."
    if path.with_suffix(".ipynb").is_file():
        yield f"The [notebook]({path.stem}_notebook.ipynb) of this lesson."
    expected = about.get("expected", {})
    text = NUMBER.sub(lambda match: f"{expected[match[1]]['expected']:g}", OF_THE_APP.sub(r"\1", body))
    for section in re.split(r"^(?=## )", text, flags=re.MULTILINE):
        yield section.strip()
        title = section.partition("\n")[0].removeprefix("## ").strip()
        yield from _added(title, about)
    yield "## What it rests on"
    yield ", ".join(_claim(number) for number in about.get("rests_on", ())) + "."


def _added(title: str, about: dict[str, Any]) -> Iterator[str]:
    """Yield what the front matter has for a section: questions, or the numbers that should come out."""
    if title in ("Predict", "Explain"):
        yield "\n".join(map(_asked, about.get(title.lower(), ())))
    if title == "Check":
        expected = about.get("expected", {}).values()
        rows = [(one["read"], f"{one['expected']:g}", f"± {one['tolerance']:g}") for one in expected]
        yield table(("read off", "expected", "within"), rows)


def _asked(one: dict[str, Any]) -> str:
    choices = f" *{' / '.join(map(str, one['choices']))}*" if "choices" in one else ""
    return f"- {one['ask']}{choices}"


def _claim(number: str) -> str:
    source, claim = evidence.claims()[number]
    return f"[{number}](../../reference/sources.md#{source.key}) ({claim.says.rstrip('.')})"
