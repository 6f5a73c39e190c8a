"""`armsrace brief`: a question answered on two pages, in a file that can be handed on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from html import escape
from pathlib import Path

from sim.answers import Answer
from sim.briefs.blocks import Brief
from sim.briefs.forms import form_of, rendered
from sim.briefs.pages import pages
from sim.briefs.plays import Place
from sim.briefs.question import Asked, Question, question
from sim.briefs.sides import beside
from sim.briefs.written import as_json, as_text
from sim.model.mistakes import Mistake
from sim.results.files import refuse_in_the_way, replacing
from sim.sweeps.play import ExecutionOptions

DATA = ".json"  # everything that is printed, with the numbers behind it


@dataclass(frozen=True, repr=False)
class Paper(Answer):
    """A brief: printed as text, shown as pages in a notebook.

    Attributes
    ----------
    brief : sim.briefs.blocks.Brief
        What it is made of.
    files : tuple of Path
        What was written: the brief, and beside it all its claims, figures and tables with their numbers.
    """

    brief: Brief
    files: tuple[Path, ...] = ()

    def __str__(self) -> str:
        """Return all of it as text, then the files."""
        return "\n".join([as_text(self.brief), *map(str, self.files)])

    def rendered(self, form: str = "html") -> bytes:
        """Return the pages as a file of a form, ``html``, ``pdf`` or ``docx``, without writing one.

        Raises
        ------
        Mistake
            If there is no such form, or its package is missing.
        """
        return rendered(self.brief, form_of(Path(f"brief.{form}")))

    def _repr_html_(self) -> str:
        """Return the pages in a frame of their own, since they have styles of their own."""
        page = self.rendered().decode()
        return f'<iframe srcdoc="{escape(page)}" style="width:100%;height:80vh;border:0"></iframe>'


def brief(
    what: Asked, against: Asked | None = None, *, out: str | os.PathLike[str] | None = None, title: str | None = None,
    runs: int | None = None, seed: int | None = None, workers: int = 1, force: bool = False, progress: bool = False,
) -> Paper:  # fmt: skip
    """Answer a question on two pages: what changes, by how much, how sure, and what cannot be said.

    Parameters
    ----------
    what, against : Dataset, Scenario, Experiment, str or path
        Without and with: two scenarios, two results or cases. One scenario alone is held against the one that it
        extends; an experiment alone moves its levers over all that is unknown, or compares its two scenarios. Two
        scenario objects may be one with something changed.
    out : path, optional
        File to write, ``.html``, ``.pdf`` or ``.docx``. Beside it are written ``.json``, everything printed with the
        numbers behind it, and a folder ``..._results`` with what was played, which is not played again. Without it
        everything stays in memory.
    title : str, optional
        Instead of the question of the scenario or experiment.
    runs, seed : int, optional
        Histories of each side and the seed of their luck: 1,000 and 0 unless given, or as an experiment says that
        leaves nothing unknown.
    workers : int
        How many processes play; several need a file.
    force : bool
        Replace a file that is in the way.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Paper

    Raises
    ------
    Mistake, DocumentError
        If something asked for is impossible; before anything is played.
    """
    path = None if out is None else Path(out)
    if path is not None:
        refuse_unwritable(path, force=force)
    asked = question(what, against, title=title, runs=runs, seed=seed)
    return answered(asked, path, ExecutionOptions(workers, progress=progress))


def answered(asked: Question, out: Path | None, options: ExecutionOptions) -> Paper:
    """Play what is missing and write the brief."""
    made = pages(asked, place_for(out, options))
    if out is None:
        return Paper(made)
    data = out.with_suffix(DATA)
    for path, content in ((out, rendered(made, form_of(out))), (data, as_json(made).encode())):
        with replacing(path) as draft:
            draft.write_bytes(content)
    return Paper(made, (out, data))


def place_for(out: Path | None, options: ExecutionOptions) -> Place:
    """Return where results lie and who plays them."""
    if out is None and options.workers != 1:
        raise Mistake("several workers meet in a folder of results; name a file with --out")
    return Place(None if out is None else beside(out), options)


def refuse_unwritable(out: Path, *, force: bool) -> None:
    """Refuse a file that cannot be written here, or that is there already.

    Raises
    ------
    Mistake
        With the remedy.
    """
    form_of(out)
    refuse_in_the_way(out, out.with_suffix(DATA), force=force)
