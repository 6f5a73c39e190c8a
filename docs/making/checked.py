"""The built site walked through: nothing is loaded from elsewhere, and no link of its own leads nowhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

LOADED = {
    "script": "src",
    "img": "src",
    "source": "src",
    "iframe": "src",
    "video": "src",
    "audio": "src",
    "object": "data",
}
ELSEWHERE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
FETCHED = re.compile(
    r"""(?:@import\s*(?:url\()?['"]?|url\(\s*['"]?|import\(\s*['"]|fetch\(\s*['"]|from\s*['"])((?:https?:)?//[^'")\s]+)""",
    re.IGNORECASE,
)


class Page(HTMLParser):
    """What a page loads, where it leads, and the places in it that can be led to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.leads: list[str] = []
        self.places = {""}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element loads, leads to, or is called."""
        given = {name: value or "" for name, value in attrs}
        self.places |= {given[name] for name in ("id", "name") if name in given}
        if tag in LOADED:
            self.loads.append(given.get(LOADED[tag], ""))
        elif tag == "link" and given.get("rel") not in ("canonical", "author", "license"):
            self.loads.append(given.get("href", ""))
        elif tag == "a" and "href" in given:
            self.leads.append(given["href"])


def faults(site: Path) -> list[str]:
    """Return what is wrong with a built site, a sentence each."""
    pages = {path.relative_to(site).as_posix(): Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    found = [f"{name} loads {url}" for name, page in pages.items() for url in page.loads if ELSEWHERE.match(url)]
    for path in (*site.rglob("*.css"), *site.rglob("*.js")):
        found += [f"{path.name} loads {url}" for url in FETCHED.findall(path.read_text(encoding="utf-8"))]
    for name, page in pages.items():
        for url in (*page.leads, *page.loads):
            target, place = urldefrag(urljoin(name, url))
            if urlsplit(url).scheme or ELSEWHERE.match(url):
                continue
            target = unquote(target.partition("?")[0])
            if not (site / target).exists():
                found.append(f"{name} leads to {url}, which is not there")
            elif target in pages and unquote(place) not in pages[target].places:
                found.append(f"{name} leads to {url}, but the page has no such place")
    return sorted(set(found))


def refuse(site: Path) -> None:
    """Stop with all that is wrong with a built site."""
    from sphinx.errors import ExtensionError

    if found := faults(site):
        raise ExtensionError("the built site is not sound:\n" + "\n".join(found))
