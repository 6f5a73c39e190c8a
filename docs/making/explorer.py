"""The page on which a reader moves levers, where somebody has made it: ``python start.py docs`` does, before the site.

It plays for longer than the site takes to build, so the checks of the project leave it out; the page then says how to
make it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

MADE = Path(__file__).resolve().parents[2] / "build" / "explorer.html"
FOLDER = "explorer"  # whose files are put at the top of the site as they are
INTRO = """# Explorer

Three outlooks with their answers in one file: move the lever, watch what follows, and see one history told month by
month. Nothing is fetched, and nothing leaves your machine; the [live page](../app.md) has all levers and plays anew.
"""
FRAME = """<p><a href="../explorer.html">On a page of its own</a></p>
<iframe class="explorer" title="Explorer" src="../explorer.html"></iframe>"""
NONE = "This copy of the site was made without it. `python3 start.py docs` makes it, and the site around it."


def pages(place: Path) -> dict[str, str]:
    """Return the page, and put the file it shows where the site takes it from."""
    folder = place / FOLDER
    folder.mkdir(exist_ok=True)
    if MADE.is_file():
        shutil.copy2(MADE, folder)
    shown = (folder / MADE.name).is_file()
    return {"explorer": f"{INTRO}\n{FRAME if shown else NONE}\n"}
