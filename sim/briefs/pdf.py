"""A brief as two A4 pages, set by typst, whose wheel carries its compiler: tagged, with the fonts of the figures.

`brief.typ` beside this file holds the design. The words reach it as JSON, so that nothing in them is markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from sim.briefs.blocks import Block, Brief, Bullets, Page, Paragraph, Picture, Section, Table
from sim.briefs.layout import FULL, GAP, extent, gathered, is_narrow, is_numeric, is_short, weights, words
from sim.plots import house

UNBROKEN = re.compile(r"\S{24}(?=\S)")
BREAK = "\u200b"  # a line may end here


def pdf(brief: Brief) -> bytes:
    """Return a brief as a PDF file that readers of the screen can follow (PDF/UA-1)."""
    import typst

    setting = {
        "title": words(brief.title),
        "headline": _lines(words(brief.headline)),
        "standfirst": _lines(words(brief.standfirst)),
        "footer": _lines(words(brief.footer)),
        "about": [f"{key}: {value}" for key, value in brief.about.items()],
        "pages": [_page(page) for page in brief.pages],
        "fonts": [FT2Font(file).family_name for file in font_files()],
        "full": FULL,
        "gap": GAP,
    }
    content: bytes = typst.compile(
        files(__package__).joinpath("brief.typ").read_bytes(),
        format="pdf",
        sys_inputs={"brief": json.dumps(setting)},
        font_paths=typst.Fonts(False, True, [str(Path(file).parent) for file in font_files()]),  # none of the machine's
        timestamp=0,
        pdf_standards=["ua-1"],
    )
    return content


def font_files() -> list[str]:
    """Return the files of the font of the house, and of the one that has the letters it lacks."""
    return [str(house.FILES["normal"]), font_manager.findfont(house.FALLBACK)]


def _lines(text: str) -> str:
    """Let a word that is longer than any line be broken."""
    return UNBROKEN.sub(rf"\g<0>{BREAK}", text)


def _page(page: Page) -> list[dict[str, Any]]:
    return [_section(section) for section in page.sections]


def _section(section: Section) -> dict[str, Any]:
    return {
        "heading": _lines(words(section.heading)),
        "narrow": is_narrow(section),
        "blocks": [_block(block) for block in gathered(section.blocks)],
    }


def _block(block: Block | tuple[Picture, ...]) -> dict[str, Any]:
    """Return what the design prints of a block."""
    match block:
        case Paragraph(text):
            return {"kind": "paragraph", "text": _lines(words(text))}
        case Bullets(items):
            return {"kind": "bullets", "items": [_lines(words(item)) for item in items]}
        case Table():
            return _table(block)
        case pictures:
            assert isinstance(pictures, tuple)
            return {"kind": "pictures", "pictures": [_picture(picture) for picture in pictures]}


def _table(table: Table) -> dict[str, Any]:
    def line(cells: Sequence[Any]) -> list[str]:
        return [_lines(words(cell)) for cell in cells]

    return {
        "kind": "table",
        "title": _lines(words(table.title)),
        "columns": line(table.columns),
        "rows": [line(row) for row in table.rows],
        "note": _lines(words(table.note)),
        "numeric": is_numeric(table),
        "short": is_short(table),
        "weights": weights(table),
    }


def _picture(picture: Picture) -> dict[str, Any]:
    return {
        "svg": picture.svg.decode("utf-8"),
        "width": extent(picture)[0],
        "caption": _lines(words(picture.caption)),
        "alt": picture.alt,
    }
