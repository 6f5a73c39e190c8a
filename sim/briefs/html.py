"""A brief as one HTML file: nothing is fetched, no script runs, and it prints on two sheets of A4 or Letter.

`brief.css` beside this file holds the design. Pictures are in it as SVG that cannot act, the letters of the figures'
font as far as they are used.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from importlib.resources import files
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont

from sim.briefs.blocks import Block, Brief, Bullets, Page, Paragraph, Picture, Section, Table, Text
from sim.briefs.layout import extent, gathered, is_narrow, is_numeric, is_short, words
from sim.plots import house

PIXELS = 96 / 25.4  # per mm


def html(brief: Brief) -> bytes:
    """Return a brief as an HTML file of its own."""
    sheets = "\n".join(_sheet(brief, number) for number in range(len(brief.pages)))
    style = faces(sheets) + files(__package__).joinpath("brief.css").read_text(encoding="utf-8")
    about = [_tag("meta", name=f"armsrace:{key}", content=str(value)) for key, value in brief.about.items()]
    return page(words(brief.title), style, sheets, "".join(about))


def page(title: str, style: str, inside: str, about: str = "") -> bytes:
    """Return a file of its own that fetches nothing and runs nothing; `inside` and `about` are HTML, the title text."""
    return f"""<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy(style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
{about}<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
<main>
{inside}
</main>
</body>
</html>
""".encode()


def policy(style: str) -> str:
    """Return what a browser may do with the page: show its own pictures, letters and this style, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; img-src data:; font-src data:; style-src 'sha256-{digest}'"


# -- elements


def _said(text: Text) -> str:
    """Return a text as HTML shows it."""
    return escape(words(text))


def _tag(kind: str, /, **attributes: str) -> str:
    """Return the opening tag of an element."""
    return "<" + " ".join([kind, *(f'{key}="{escape(value)}"' for key, value in attributes.items())]) + ">"


def _element(kind: str, content: str, /, **attributes: str) -> str:
    """Return an element, or nothing where it would be empty."""
    return f"{_tag(kind, **attributes)}{content}</{kind}>\n" if content else ""


def _sheet(brief: Brief, number: int) -> str:
    """Return what is printed on one sheet."""
    head = (
        _element("p", _said(brief.title), id="asked")
        + _element("h1", _said(brief.headline))
        + _element("p", _said(brief.standfirst), id="standfirst")
    )
    place = f"Page {number + 1} of {len(brief.pages)}"
    foot = _element("p", _said(brief.footer)) + _element("p", place)
    return (
        '<div class="sheet">\n'
        + (_element("header", head) if number == 0 else "")
        + _sections(brief.pages[number])
        + _element("footer", foot)
        + "</div>"
    )


def _sections(page: Page) -> str:
    """Return the sections of a page, those of text in a frame that sets them in columns."""
    out = ""
    for narrow, group in groupby(page.sections, is_narrow):
        inside = "".join(map(_section, group))
        out += _element("div", inside, **{"class": "columns"}) if narrow else inside
    return out


def _section(section: Section) -> str:
    return _element("section", _element("h2", _said(section.heading)) + "".join(map(_block, gathered(section.blocks))))


def _block(block: Block | tuple[Picture, ...]) -> str:
    match block:
        case Paragraph(text):
            return _element("p", _said(text))
        case Bullets(items):
            return _element("ul", "".join(_element("li", _said(item)) for item in items))
        case Table():
            return _table(block)
        case pictures:
            assert isinstance(pictures, tuple)
            return _element("div", "".join(map(_picture, pictures)), **{"class": "pictures"})


def _table(table: Table) -> str:
    """Return a table in a frame that scrolls on a narrow screen."""
    kinds = [
        ("number" if numeric else "text") + (" short" if short else "")
        for numeric, short in zip(is_numeric(table), is_short(table), strict=True)
    ]
    heads = "".join(
        f"{_tag('th', scope='col', **{'class': kind})}{_said(text)}</th>"
        for kind, text in zip(kinds, table.columns, strict=True)
    )
    body = "".join(_row(row, kinds) for row in table.rows)
    return (
        _tag("div", **{"class": "table"}, tabindex="0")
        + "<table>\n"
        + _element("caption", _said(table.title))
        + _element("thead", _element("tr", heads))
        + _element("tbody", body)
        + "</table></div>\n"
        + _element("p", _said(table.note), **{"class": "note"})
    )


def _row(row: Any, kinds: list[str]) -> str:
    """Return a row, of which the first cell names it."""
    name, *cells = map(_said, row)
    rest = (f"{_tag('td', **{'class': kind})}{cell}</td>" for kind, cell in zip(kinds[1:], cells, strict=True))
    return f'<tr><th scope="row">{name}</th>{"".join(rest)}</tr>\n'


def _picture(picture: Picture) -> str:
    """Return a picture with its caption; as an image, so that nothing in its SVG can act or meet another's names."""
    width, height = (f"{size * PIXELS:.0f}" for size in extent(picture))
    image = _tag("img", src=_data("image/svg+xml", picture.svg), alt=picture.alt, width=width, height=height)
    return _element("figure", image + _element("figcaption", _said(picture.caption)))


# -- letters


def faces(text: str) -> str:
    """Return the rules by which a browser has the font of the house, as far as a text uses its letters."""
    return "".join(
        f'@font-face{{font-family:"Brief";font-weight:{weight};src:url({_data("font/woff", letters(file, text))})}}\n'
        for weight, file in house.FILES.items()
    )


def letters(file: Path, text: str) -> bytes:
    """Return a font with the letters of a text alone, as WOFF."""
    options = subset.Options(flavor="woff", layout_features=["kern", "liga", "tnum", "mark", "mkmk", "ccmp", "locl"])
    with TTFont(file, recalcTimestamp=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=text)
        subsetter.subset(font)
        out = BytesIO()
        subset.save_font(font, out, options)
    return out.getvalue()


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
