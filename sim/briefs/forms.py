"""The forms in which a brief is written, and what each needs beyond the base installation."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from sim.briefs.blocks import Brief
from sim.model.mistakes import Mistake

NEEDS = {"html": "", "pdf": "typst", "docx": "docx"}  # a package for each form, in the extra of the form's name


def form_of(path: Path) -> str:
    """Return the form that the name of a file asks for, of those that can be written here.

    Raises
    ------
    Mistake
        If there is no such form, or its package is missing.

    Examples
    --------
    >>> form_of(Path("embargo.html"))
    'html'
    """
    form = path.suffix.lower().removeprefix(".")
    if form not in NEEDS:
        raise Mistake(f"{path} has to end in .{', .'.join(NEEDS)}, the forms of a brief")
    if NEEDS[form] and find_spec(NEEDS[form]) is None:
        raise Mistake(f"a brief as {form} needs a package more; install it with pip install 'armsrace[{form}]'")
    return form


def rendered(brief: Brief, form: str) -> bytes:
    """Return a brief as a file of a form; the same blocks give the same bytes."""
    content: bytes = getattr(import_module(f"sim.briefs.{form}"), form)(brief)
    return content
