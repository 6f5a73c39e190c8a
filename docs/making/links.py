"""Links of the repository as the site has them, and the pages of its top folder.

Pages of the repository name files relative to themselves, so that they work wherever the files are read. On the site
some of these files are pages of another place, and others (folders, code) are none.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])+)\]\(([^)\s]+)\)")
PAGES = {
    "README.md": "docs/index.md",
    "MODEL.md": "docs/generated/model.md",
    "CONTRIBUTING.md": "docs/generated/contributing.md",
    "CHANGELOG.md": "docs/generated/changelog.md",
}


def pages() -> dict[str, str]:
    """Return the pages of the top folder, and the section on limits as one of its own."""
    written = {}
    for name in ("MODEL.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        written[name.removesuffix(".md").lower()] = led(text, "", "docs/generated")
    limits = written["model"].split("\n## 8. Limits\n")[1].split("\n## ")[0]
    return {**written, "limits": f"# Limits\n\nFrom the [description of the model](model.md).\n{limits}"}


def led(text: str, home: str, shown: str) -> str:
    """Return a text whose links lead to pages of the site; what is none is named without a link.

    Parameters
    ----------
    text : str
        Markdown.
    home, shown : str
        The folder of its file in the repository, and that of its page.

    Examples
    --------
    >>> led("see [Contributing](../CONTRIBUTING.md#how) and [the panel](../sim/observed/panel)", "docs", "docs")
    'see [Contributing](generated/contributing.md#how) and the panel'
    >>> led("as [the card](docs/reference/budget.md) says", "", "docs/generated")
    'as [the card](../reference/budget.md) says'
    """

    def at(match: re.Match[str]) -> str:
        label, target = match.groups()
        if "://" in target or target.startswith(("#", "?")):
            return match[0]
        file, hash_, anchor = target.partition("#")
        whole = posixpath.normpath(posixpath.join(home, file))
        whole = PAGES.get(whole, whole)
        if not whole.startswith("docs/"):
            return label
        return f"[{label}]({posixpath.relpath(whole, shown)}{hash_}{anchor})"

    return LINK.sub(at, text)
