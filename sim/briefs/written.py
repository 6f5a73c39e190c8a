"""A brief as data, for ``brief.json`` beside it, and as plain text: the same result gives the same bytes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from sim.answers import aligned
from sim.briefs.blocks import Block, Brief, Bullets, Number, Paragraph, Picture, Table, Text

Data = dict[str, Any]


def as_json(brief: Brief) -> str:
    """Return everything that is printed, each sentence with its numbers in full and where they stand."""
    return json.dumps(_finite(as_data(brief)), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_data(brief: Brief) -> Data:
    """Return a brief as plain data."""
    pages = [
        [{"heading": _text(section.heading), "blocks": [_block(block) for block in section.blocks]}
         for section in page.sections]
        for page in brief.pages
    ]  # fmt: skip
    return {
        "about": dict(brief.about),
        **{part: _text(getattr(brief, part)) for part in ("title", "headline", "standfirst", "footer")},
        "pages": pages,
    }


def _text(text: Text) -> Data:
    slots = {name: vars(slot) if isinstance(slot, Number) else slot for name, slot in text.slots.items()}
    return {"shown": str(text), "words": text.words, "slots": slots}


def _block(block: Block) -> Data:
    if isinstance(block, Paragraph):
        return {"claim": _text(block.text)}
    if isinstance(block, Bullets):
        return {"claims": [_text(item) for item in block.items]}
    if isinstance(block, Table):
        return {
            "table": _text(block.title), "columns": [_text(column) for column in block.columns],
            "rows": [[_text(cell) for cell in row] for row in block.rows], "note": _text(block.note),
        }  # fmt: skip
    return {
        "figure": block.name,
        "caption": _text(block.caption),
        "alt": block.alt,
        "rows": [dict(row) for row in block.rows],
    }


def _finite(value: Any) -> Any:
    """Return data as JSON can hold it: what is no number is null."""
    if isinstance(value, dict):
        return {str(key): _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, int | str) else str(value)


# -- for a terminal


def as_text(brief: Brief) -> str:
    """Return a brief as plain text, figures by their captions."""
    lines = [str(brief.title), "", str(brief.headline), "", str(brief.standfirst)]
    for page in brief.pages:
        for section in page.sections:
            lines += ["", *filter(None, [str(section.heading)])]
            for block in section.blocks:
                lines += _lines(block)
    return "\n".join([*lines, "", str(brief.footer)])


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield str(block.text)
    elif isinstance(block, Bullets):
        yield from (f"- {item}" for item in block.items)
    elif isinstance(block, Picture):
        yield f"[{block.name}] {block.caption}"
    else:
        yield str(block.title)
        yield from aligned([[str(cell) for cell in row] for row in (block.columns, *block.rows)])
        yield from filter(None, [str(block.note)])
