"""The pages to learn from: the lessons that ship with the package, and the page that opens from a file."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)


def pages() -> dict[str, str]:
    """Return a page for each lesson there is; none where there are none."""
    return {}
