"""The page as one file: its modules, letters and answers in it, and nothing that a browser would have to fetch."""

from __future__ import annotations

import base64
import gzip
import json
import re
from html import escape
from pathlib import Path
from typing import Any

from sim.live.font import woff

PAGE = Path(__file__).parent / "page"
LIBRARIES = ("vendor/d3.min.js", "vendor/plot.umd.min.js")
ASKS, BAKED, FIRST = "ask.js", "baked.js", "main.js"  # who asks a server is replaced by who has the answers
PARTS = ("what-if", "history")  # of the page that need no server
FONT = re.compile(r'url\("letters/(\w+)\.woff"\)')
IMPORT = re.compile(r'(\bfrom\s+|\bimport\s+)"\./([\w-]+\.js)"')
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; img-src data: blob:; "
    "font-src data:; base-uri 'none'; form-action 'none'"
)


def one_file(head: dict[str, Any], body: dict[str, Any]) -> str:
    """Return the page with answers in it.

    Parameters
    ----------
    head : dict
        What can be chosen: plain JSON in the file.
    body : dict
        The answers, compressed in it; see ``page/baked.js``.
    """
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    modules = _modules()
    mapped = {_name(name): _address(text) for name, text in modules.items()}
    parts = "|".join(PARTS)
    page = re.sub(r'\n *<link rel="stylesheet"[^>]*>', "", page)
    page = re.sub(r'\n *<script [^>]*src="[^>]*></script>', "", page)
    page = re.sub(rf'\n *<a href="\?part=(?!{parts})[^>]*>[^<]*</a>', "", page)
    about = _json_in_page(head)
    parcel = base64.b64encode(gzip.compress(json.dumps(body, separators=(",", ":")).encode(), 9, mtime=0)).decode()
    inside = "\n".join(
        [
            f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
            f"<style>\n{_style()}</style>",
            *(f"<script>{(PAGE / name).read_text(encoding='utf-8')}</script>" for name in LIBRARIES),
            f'<script type="application/json" id="head">{about}</script>',
            f'<script type="application/gzip" id="body">{parcel}</script>',
            f'<script type="importmap">{json.dumps({"imports": mapped})}</script>',
            f'<script type="module">import "{_name(FIRST)}";</script>',
        ]
    )
    return page.replace('<html lang="en">', '<html lang="en" data-baked>', 1).replace(
        "</head>", f"{inside}\n</head>", 1
    )


def _modules() -> dict[str, str]:
    """Return every module that the first needs, by file; what asks a server is asked of the answers instead."""
    found: dict[str, str] = {}
    wanted = [FIRST]
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        text = (PAGE / name).read_text(encoding="utf-8")

        def renamed(match: re.Match[str], by: str = name) -> str:
            other = BAKED if match[2] == ASKS and by != BAKED else match[2]
            wanted.append(other)
            return f'{match[1]}"{_name(other)}"'

        found[name] = IMPORT.sub(renamed, text)
    return found


def _style() -> str:
    """Return the style with its letters in it."""
    text = (PAGE / "style.css").read_text(encoding="utf-8")
    return FONT.sub(lambda match: f'url("data:font/woff;base64,{base64.b64encode(woff(match[1])).decode()}")', text)


def _name(file: str) -> str:
    """Return what a module is called in the page: a name for the import map, since a file has no folder beside it."""
    return f"armsrace/{file}"


def _address(text: str) -> str:
    return "data:text/javascript;base64," + base64.b64encode(text.encode()).decode()


def _json_in_page(data: Any) -> str:
    """Return JSON that ends no script element."""
    return json.dumps(data).replace("<", "\\u003c")
