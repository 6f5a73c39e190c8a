"""A brief as a document for Word: its own styles and tables, to be edited on, and A4.

It is set in a font that every office has, not in that of the figures, which a document cannot carry along. The file
knows no date of its making, so the same blocks give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from sim.briefs.blocks import Block, Brief, Bullets, Paragraph, Picture, Section, Table
from sim.briefs.layout import FULL, GAP, extent, gathered, is_numeric, weights, words

FONT = "Calibri"
INK, QUIET, ACCENT = RGBColor(0x1B, 0x1B, 0x1B), RGBColor(0x59, 0x59, 0x59), RGBColor(0x0B, 0x3C, 0x5D)
HAIR, RULE = ("4", "C9C9C9"), ("6", "1B1B1B")  # width [eighths of a point] and colour
TALLEST = 42.0  # mm of a picture, of which three share a sheet with a table
LOOKS = {  # size, bold, colour, space before and after [points]
    "Normal": (9.5, False, INK, 0, 4),
    "Title": (20.0, True, INK, 0, 2),
    "Subtitle": (10.5, False, QUIET, 0, 5),
    "Heading 1": (12.0, True, ACCENT, 10, 3),
    "List Bullet": (9.5, False, INK, 0, 2),
    "Caption": (9.0, False, INK, 0, 2),
    "Question": (10.0, True, ACCENT, 0, 2),
    "Table Title": (9.5, True, INK, 3, 2),
    "Table Text": (8.5, False, INK, 0.9, 0.9),
    "Table Note": (8.0, False, QUIET, 2, 2),
    "Footer": (8.0, False, QUIET, 0, 0),
}
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of zip files


def docx(brief: Brief) -> bytes:
    """Return a brief as a Word document."""
    document = Document()
    _styled(document)
    _described(document, brief)
    _footed(document, words(brief.footer))
    document.add_paragraph(words(brief.title), "Question")
    document.add_paragraph(words(brief.headline), "Title")
    document.add_paragraph(words(brief.standfirst), "Subtitle")
    for number, page in enumerate(brief.pages):
        before = len(document.paragraphs)
        for section in page.sections:
            _section(document, section)
        if number and len(document.paragraphs) > before:
            document.paragraphs[before].paragraph_format.page_break_before = True
    file = BytesIO()
    document.save(file)
    return _dateless(file)


# -- the document


def _styled(document: Any) -> None:
    """Give the document its sheet and its styles, and the language of its words."""
    sheet = document.sections[0]
    sheet.page_width, sheet.page_height = Mm(210), Mm(297)
    sheet.left_margin = sheet.right_margin = Mm((210 - FULL) / 2)
    sheet.top_margin, sheet.bottom_margin, sheet.footer_distance = Mm(12), Mm(14), Mm(7)
    for name, (size, bold, colour, before, after) in LOOKS.items():
        if name not in document.styles:
            document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = document.styles["Normal"]
        style = document.styles[name]
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
        style.font.color.rgb = colour
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.line_spacing = 1.0
        _lettered(style.element.get_or_add_rPr())
        for old in style.element.xpath("./w:pPr/w:pBdr | ./w:rPr/w:spacing | ./w:rPr/w:kern"):  # of the template's look
            old.getparent().remove(old)
    for name in ("Table Title", "Heading 1"):
        document.styles[name].paragraph_format.keep_with_next = True


def _lettered(properties: Any) -> None:
    """Set font and language of a style, in place of those that the theme of the document names."""
    for old in properties.xpath("./w:rFonts | ./w:lang"):
        properties.remove(old)
    fonts, language = OxmlElement("w:rFonts"), OxmlElement("w:lang")
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), FONT)
    language.set(qn("w:val"), "en-GB")
    properties.insert(0, fonts)
    properties.append(language)


def _described(document: Any, brief: Brief) -> None:
    """Write what a library asks of a document; no date, and no picture of the template it came from."""
    about = document.core_properties
    about.title, about.subject = words(brief.title)[:255], words(brief.headline)[:255]
    about.author = about.last_modified_by = "armsrace"
    about.comments = ", ".join(f"{key}: {value}" for key, value in brief.about.items())[:255]
    about.language, about.revision, about.keywords = "en-GB", 1, ""
    core = document.part.package.core_properties._element
    for kind in ("dcterms:created", "dcterms:modified"):
        for dated in core.findall(qn(kind)):
            core.remove(dated)
    relations = document.part.package.rels
    for key in [key for key, one in relations.items() if one.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        relations.pop(key)


def _footed(document: Any, said: str) -> None:
    """Write the footer: what is said in it, and the number of the page at the right."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.style.paragraph_format.tab_stops.clear_all()
    paragraph.style.paragraph_format.tab_stops.add_tab_stop(Mm(FULL), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"{said}\tPage ")
    _field(paragraph, "PAGE")
    paragraph.add_run(" of ")
    _field(paragraph, "NUMPAGES")


def _field(paragraph: Any, name: str) -> None:
    """Add a number that Word counts."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)


def _dateless(file: BytesIO) -> bytes:
    """Return a zip file with the first day there is in place of today."""
    out = BytesIO()
    with ZipFile(file) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(ZipInfo(name, FIRST_DAY), old.read(name), ZIP_DEFLATED)
    return out.getvalue()


# -- blocks


def _section(document: Any, section: Section) -> None:
    if heading := words(section.heading):
        document.add_heading(heading, 1)
    for block in gathered(section.blocks):
        _block(document, block)


def _block(document: Any, block: Block | tuple[Picture, ...]) -> None:
    match block:
        case Paragraph(text):
            document.add_paragraph(words(text))
        case Bullets(items):
            for item in items:
                document.add_paragraph(words(item), "List Bullet")
        case Table():
            _table(document, block)
        case pictures:
            assert isinstance(pictures, tuple)
            for row in _rows(pictures):
                _pictures(document, row)


def _table(document: Any, table: Table) -> None:
    """Add a table: a row of heads that is repeated on a further page, hairlines, numbers flush right."""
    if title := words(table.title):
        document.add_paragraph(title, "Table Title")
    parts = weights(table)
    drawn = _grid(document, [FULL * part / sum(parts) for part in parts], 1 + len(table.rows), apart=2.5)
    for place, row in enumerate((table.columns, *table.rows)):
        for cell, text, numeric in zip(drawn.rows[place].cells, row, is_numeric(table), strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.style = document.styles["Table Text"]
            paragraph.add_run(words(text)).bold = True if place == 0 else None
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if numeric else None
            _ruled(cell, *(RULE if place in (0, len(table.rows)) else HAIR))
        _marked(drawn.rows[place], "w:cantSplit", *(["w:tblHeader"] if place == 0 else []))
    document.add_paragraph(words(table.note), "Table Note")


def _grid(document: Any, widths: list[float], rows: int, apart: float = 0) -> Any:
    """Add a table without lines that begins where text begins, of columns of these widths, with white between [mm]."""
    grid = document.add_table(rows, len(widths))
    grid.autofit = False
    margins = OxmlElement("w:tblCellMar")
    for side, room in (("left", 0), ("right", apart)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(Mm(room).twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    grid._tblPr.find(qn("w:tblLook")).addprevious(margins)  # the order is prescribed
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return grid


def _ruled(cell: Any, width: str, colour: str) -> None:
    """Draw the line beneath a cell."""
    borders, below = OxmlElement("w:tcBorders"), OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", width), ("color", colour)):
        below.set(qn(f"w:{key}"), value)
    borders.append(below)
    cell._tc.get_or_add_tcPr().append(borders)


def _marked(row: Any, *marks: str) -> None:
    """Say of a row that it is not split, or that it is a head."""
    for mark in marks:
        row._tr.get_or_add_trPr().append(OxmlElement(mark))


def _size(picture: Picture) -> tuple[float, float]:
    """Return width and height at which a picture is printed [mm]."""
    width, height = extent(picture)
    kept = min(1.0, TALLEST / height, FULL / width)
    return width * kept, height * kept


def _rows(pictures: Iterable[Picture]) -> list[list[Picture]]:
    """Return pictures in rows of those that fit side by side."""
    lines: list[list[Picture]] = []
    for picture in pictures:
        if lines and sum(_size(each)[0] + GAP for each in [*lines[-1], picture]) - GAP <= FULL + 1:
            lines[-1].append(picture)
        else:
            lines.append([picture])
    return lines


def _pictures(document: Any, row: list[Picture]) -> None:
    """Add pictures side by side, each over its caption."""
    room = FULL - sum(_size(picture)[0] for picture in row)
    grid = _grid(document, [_size(picture)[0] + room / len(row) for picture in row], 1)
    for cell, picture in zip(grid.rows[0].cells, row, strict=True):
        holder = cell.paragraphs[0]
        holder.paragraph_format.keep_with_next = True
        shape = holder.add_run().add_picture(BytesIO(picture.png), width=Mm(_size(picture)[0]))
        for side in "TBLR":
            shape._inline.set(f"dist{side}", "0")  # no white around it
        about = shape._inline.docPr
        about.set("name", picture.name)
        about.set("descr", picture.alt)
        if caption := words(picture.caption):
            cell.add_paragraph(caption, "Caption")
    _marked(grid.rows[0], "w:cantSplit")
