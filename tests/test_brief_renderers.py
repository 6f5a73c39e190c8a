"""A brief on paper, on a screen and in a word processor: the same words, the same bytes, and nothing that acts."""

import base64
import dataclasses
import hashlib
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from briefing import picture, sample
from docx import Document

from sim.briefs import forms, layout
from sim.briefs.blocks import Brief, Bullets, Page, Paragraph, Picture, Section, Table, Text
from sim.model.mistakes import Mistake

FORMS = sorted(forms.NEEDS)
A4 = (595, 842)  # points
NUMBER = re.compile(r"[+−]?\d[\d.,]*\d|[+−]?\d")
HOSTILE = [
    "<script>alert(1)</script><img src=http://evil.example/x onerror=alert(1)>",
    '#import "@preview/evil:0.1.0": * #sys.inputs $x^2$ \\ @label <label> // /* `raw` = *bold* _it_',
    "right\u202eto left \u05e9\u05dc\u05d5\u05dd \u0627\u0644\u0633\u0644\u0627\u0645",
    "\u0531\u0580\u0581\u0561\u056d \u10e1\u10d0\u10e5 \u65e5\u672c \U0001f680 \x1b[31m \x00 \ud800",
    "Donaudampfschifffahrtsgesellschaft" * 12,
    "&amp; ]]> -- \" ' {slot} %s",
]


def texts(part: object) -> Iterator[Text]:
    """Yield every text of a brief, or of a part of it."""
    if isinstance(part, Text):
        yield part
    elif dataclasses.is_dataclass(part):
        for field in dataclasses.fields(part):
            yield from texts(getattr(part, field.name))
    elif isinstance(part, Sequence) and not isinstance(part, str | bytes):
        for each in part:
            yield from texts(each)


def hostile() -> Brief:
    """Return a brief whose every name comes from somebody who means harm."""
    names = [Text("{name}", {"name": name}) for name in HOSTILE]
    table = Table(names[0], names[:3], [names[:3], names[3:]], names[4], [False, True, False])
    shown = dataclasses.replace(
        picture("curves", names=("<b>", "$x$")), caption=names[1], alt=HOSTILE[0] + '" onload="x'
    )
    section = Section(names[1], [Bullets(names), table, shown, *map(Paragraph, names)])
    about: Mapping[str, str] = {"command": HOSTILE[0] + HOSTILE[1], "digest": '"><script>'}
    return Brief(names[0], names[1], names[2], [Page([section]), Page([section])], names[3], about)


def plain(text: str) -> str:
    """Return a text without what only breaks its lines."""
    return re.sub(r"\s+", "", text.replace("\u200b", ""))


def read(form: str, content: bytes) -> str:
    """Return the words of a file, a line for each part."""
    if form == "pdf":
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages)
    if form == "docx":
        document = Document(BytesIO(content))
        parts = [document.element.body, document.sections[0].footer._element]
        return "\n".join(node.text or "" for part in parts for node in part.iter() if node.tag.endswith("}t"))
    reader = Reader()
    reader.feed(content.decode("utf-8"))
    return "\n".join(reader.said)


class Reader(HTMLParser):
    """What a browser makes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.tags and self.tags[-1][0] != "style":
            self.said.append(data)


def tags(content: bytes) -> list[tuple[str, dict[str, str | None]]]:
    reader = Reader()
    reader.feed(content.decode("utf-8"))
    return reader.tags


@pytest.fixture(scope="module")
def printed() -> dict[str, bytes]:
    return {form: forms.rendered(sample(), form) for form in FORMS}


# -- all forms


@pytest.mark.parametrize("form", FORMS)
def test_the_same_blocks_give_the_same_bytes(form, printed):
    assert forms.rendered(sample(), form) == printed[form]


@pytest.mark.parametrize("form", FORMS)
def test_every_word_of_the_blocks_is_printed(form, printed):
    said = plain(read(form, printed[form]))
    for text in texts(sample()):
        assert plain(layout.words(text)) in said


@pytest.mark.parametrize("form", FORMS)
def test_every_printed_number_is_one_of_the_blocks_or_of_a_name(form, printed):
    known = {number for text in texts(sample()) for number in NUMBER.findall(layout.words(text))}
    said = re.sub(r"Page 1 of 2|Page 2 of 2|Page\s+of\s*", "", read(form, printed[form]))
    assert len(known) > 50
    assert {number for number in NUMBER.findall(said) if number not in known} == set()


@pytest.mark.parametrize("form", FORMS)
def test_what_a_stranger_wrote_is_printed_and_does_nothing(form):
    content = forms.rendered(hostile(), form)
    said = plain(read(form, content))
    for letters in ("<script>alert(1)</script>", '#import"@preview/evil:0.1.0":*#sys.inputs$x^2$', "&amp;]]>--"):
        assert letters in said
    assert "\u202e" not in said
    assert "\x1b" not in said


@pytest.mark.parametrize("form", FORMS)
def test_a_picture_is_described_to_who_does_not_see_it(form, printed):
    (shown, *_) = (block for page in sample().pages for part in page.sections for block in part.blocks
                   if isinstance(block, Picture))  # fmt: skip
    if form == "html":
        assert shown.alt in [about.get("alt") for tag, about in tags(printed[form]) if tag == "img"]
    elif form == "docx":
        assert shown.alt in [node.get("descr") for node in Document(BytesIO(printed[form])).element.iter()]
    else:
        tree = pypdf.PdfReader(BytesIO(printed[form])).trailer["/Root"]["/StructTreeRoot"]
        assert shown.alt in set(described(tree))


def described(node: object) -> Iterator[str]:
    """Yield the descriptions in the tree of a tagged PDF."""
    node = node.get_object() if isinstance(node, pypdf.generic.IndirectObject) else node
    if isinstance(node, list):
        for each in node:
            yield from described(each)
    elif isinstance(node, dict):
        if "/Alt" in node:
            yield str(node["/Alt"])
        yield from described(node.get("/K", []))


# -- each form


def test_on_paper_a_brief_is_two_sheets_of_a4_in_letters_that_can_be_read(printed):
    paper = pypdf.PdfReader(BytesIO(printed["pdf"]))
    assert [tuple(map(round, page.mediabox[2:])) for page in paper.pages] == [A4, A4]
    sizes: dict[float, int] = {}

    def seen(text, _, matrix, __, size):
        sizes[round(size * abs(matrix[3] or 1), 1)] = sizes.get(round(size * abs(matrix[3] or 1), 1), 0) + len(text)

    for page in paper.pages:
        page.extract_text(visitor_text=seen)
    assert max(sizes, key=sizes.__getitem__) >= 9
    fonts = {str(font["/BaseFont"]) for page in paper.pages for font in
             (each.get_object() for each in page["/Resources"]["/Font"].values())}  # fmt: skip
    assert all("+" in font for font in fonts)  # each with the letters it needs, and nothing of this machine


def test_on_paper_a_brief_says_what_it_is_and_not_when_it_was_made(printed):
    paper = pypdf.PdfReader(BytesIO(printed["pdf"]))
    assert paper.metadata.title == str(sample().title)
    assert "3f9c04d1a7b2e6f8" in paper.metadata["/Keywords"]
    assert "/CreationDate" not in paper.metadata
    assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"]
    for number, page in enumerate(paper.pages, 1):
        assert f"Page {number} of 2" in page.extract_text()


@pytest.mark.parametrize("height", [20.0, 150.0, 240.0])
def test_on_paper_pictures_of_any_height_leave_two_sheets(height):
    first, *rest = sample().pages
    pictures = [picture("curves", height=height)] * 3
    sections = [dataclasses.replace(part, blocks=pictures) if isinstance(part.blocks[0], Picture) else part
                for part in first.sections]  # fmt: skip
    brief = dataclasses.replace(sample(), pages=[Page(sections), *rest])
    assert len(pypdf.PdfReader(BytesIO(forms.rendered(brief, "pdf"))).pages) == 2


def test_a_page_fetches_nothing_and_no_script_runs(printed):
    for content in (printed["html"], forms.rendered(hostile(), "html")):
        found = tags(content)
        assert not {"script", "link", "iframe", "object", "svg", "form", "base"} & {tag for tag, _ in found}
        assert not [name for _, about in found for name in about if name.startswith("on") or name == "style"]
        places = [about[name] for _, about in found for name in ("src", "href", "srcset") if name in about]
        assert all(place.startswith("data:image/svg+xml;base64,") for place in places)
        style = re.search(rb"<style>(.*?)</style>", content, re.DOTALL)[1]
        assert set(re.findall(rb"url\((.{15})", style)) == {b"data:font/woff;"}
        assert b"@import" not in style


def test_a_page_allows_its_own_style_and_pictures_alone(printed):
    (policy,) = (about["content"] for _, about in tags(printed["html"]) if "http-equiv" in about)
    style = re.search(rb"<style>(.*?)</style>", printed["html"], re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert policy == f"default-src 'none'; img-src data:; font-src data:; style-src 'sha256-{digest}'"


def test_a_page_can_be_listened_to(printed):
    found = tags(printed["html"])
    names = [tag for tag, _ in found]
    assert dict(found)["html"] == {"lang": "en-GB"}
    assert (names.count("main"), names.count("h1")) == (1, 1)
    assert all(about.get("scope") in ("col", "row") for tag, about in found if tag == "th")
    rows = sum(len(block.rows) for page in sample().pages for part in page.sections for block in part.blocks
               if isinstance(block, Table))  # fmt: skip
    assert sum(about.get("scope") == "row" for tag, about in found if tag == "th") == rows


def test_a_page_is_light(printed):
    assert len(printed["html"]) < 300_000


def test_a_document_has_styles_to_edit_it_by(printed):
    document = Document(BytesIO(printed["docx"]))
    used = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"Title", "Subtitle", "Heading 1", "List Bullet", "Normal"} <= used
    heads = [row for table in document.tables for row in table.rows if row._tr.xpath("./w:trPr/w:tblHeader")]
    tables = [block for page in sample().pages for part in page.sections for block in part.blocks
              if isinstance(block, Table)]  # fmt: skip
    assert len(heads) == len(tables)
    assert (round(document.sections[0].page_width.mm), round(document.sections[0].page_height.mm)) == (210, 297)


def test_a_document_does_not_say_when_it_was_made(printed):
    with zipfile.ZipFile(BytesIO(printed["docx"])) as document:
        assert {entry.date_time for entry in document.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = document.read("docProps/core.xml").decode()
        assert not [name for name in document.namelist() if "thumbnail" in name]
    assert "created" not in core
    assert "modified" not in core.lower().replace("lastmodifiedby", "")
    assert str(sample().title) in core


# -- which form


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_a_form_that_needs_a_package_more_says_which(monkeypatch, form):
    monkeypatch.setattr(forms, "find_spec", lambda _: None)
    with pytest.raises(Mistake, match=re.escape(f"pip install 'armsrace[{form}]'")):
        forms.form_of(Path(f"brief.{form}"))
    assert forms.form_of(Path("brief.html")) == "html"


@pytest.mark.parametrize("name", ["brief", "brief.odt", "brief.pdf.zip"])
def test_a_form_that_there_is_not_is_a_sentence(name):
    with pytest.raises(Mistake, match=r"has to end in \.html, \.pdf, \.docx"):
        forms.form_of(Path(name))
