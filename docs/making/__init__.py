"""Makes of the code what the site shows: a Sphinx extension, used by ``docs/conf.py`` and by nothing else.

Before the pages are read it writes ``docs/generated``, which git ignores: `scenarios`, `claims`, `manual`, `gallery`,
`explorer` and `lessons` a page or several each (`tables` in them), out of what `played` has simulated. The pages of
``docs/reference`` are in the repository for readers without the site; `cards` adds to them, as they are read, the
picture of each rule (`shapes`), its formula as `formulas` draws it, and what happens without it. `links` leads to pages
where links of the repository lead to files. In the end `checked` walks the built site: nothing is loaded from
elsewhere, and no link of its own leads nowhere.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from making import cards, checked, claims, explorer, formulas, gallery, lessons, links, manual, played, scenarios

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
GENERATED, MARK = "generated", ".made_of"
MADE_OF = ("sim", "scenarios", "experiments", "lessons", "results/gallery", "docs/making")


def setup(app: Sphinx) -> dict[str, bool]:
    """Join the build."""
    app.add_role("formula", formulas.role)
    app.add_config_value("plays", True, "env")  # -D plays=0 leaves out the pictures for which scenarios are played
    app.connect("builder-inited", _write)
    app.connect("source-read", _read)
    app.connect("build-finished", _check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _write(app: Sphinx) -> None:
    """Write the generated pages and pictures; what has not changed keeps its time, and is not read again."""
    place, of = Path(app.srcdir) / GENERATED, made_of(app.config.plays)
    mark = place / MARK
    if mark.is_file() and mark.read_text(encoding="ascii") == of:
        return
    place.mkdir(exist_ok=True)
    played.ALLOWED = bool(int(app.config.plays))
    cards.draw(place)
    made = (links.pages(), claims.pages(), manual.pages(), lessons.pages())
    for pages in (*made, explorer.pages(place), scenarios.pages(place), gallery.pages(place)):
        for name, text in pages.items():
            page = place / (name if name.endswith(".ipynb") else f"{name}.md")
            page.parent.mkdir(exist_ok=True)
            if not page.is_file() or page.read_text(encoding="utf-8") != text:
                page.write_text(text, encoding="utf-8", newline="\n")
    mark.write_text(of, encoding="ascii")


def made_of(plays: object) -> str:
    """Return what tells one state of the sources from another: which files there are, how long, and since when."""
    files = [path for folder in MADE_OF for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    files += [*ROOT.glob("*.md"), *ROOT.glob("build/explorer.html")]
    about = ((path, path.stat()) for path in sorted(files))
    stated = f"{plays}\n" + "\n".join(
        f"{path.relative_to(ROOT)} {stat.st_size} {stat.st_mtime_ns}" for path, stat in about
    )
    return hashlib.sha256(stated.encode()).hexdigest()


def _read(app: Sphinx, page: str, source: list[str]) -> None:
    """Give a page what the site adds to it."""
    folder = Path("docs", page).parent.as_posix()
    source[0] = cards.enriched(page, links.led(source[0], folder, folder))


def _check(app: Sphinx, error: Exception | None) -> None:
    """Refuse a site that loads something from elsewhere or has a dead link."""
    if error is None and app.builder.format == "html":
        checked.refuse(Path(app.outdir))
