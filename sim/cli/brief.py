"""The verb that answers a question on two pages: brief."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import WHOLE, ForceOption, reads_rules


@reads_rules
def brief(
    a: Annotated[
        str,
        typer.Argument(
            help="A scenario, a result or a case of one (without); or one scenario alone, against its parent; or an "
            "experiment."
        ),
    ],
    b: Annotated[str | None, typer.Argument(help="A second one (with).")] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help="File to write, .html, .pdf or .docx; brief.html unless given."
        ),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title; the question of the scenario unless given.")] = None,
    runs: Annotated[
        int | None, typer.Option(**WHOLE, help="Histories of each side; 1000 unless an experiment says otherwise.")
    ] = None,
    seed: Annotated[int | None, typer.Option(**WHOLE, help="Seed of all luck; 0 unless given.")] = None,
    workers: Annotated[
        int | None, typer.Option(**WHOLE, help="How many processes play; as many as there are processors unless given.")
    ] = None,
    force: ForceOption = False,
) -> None:
    """Answer a question on two pages.

    What changes, by how much, how sure, what it rests on and what it cannot say. Plays what is missing, once: results
    are kept beside the file, and everything printed with the numbers behind it in a .json of the same name.
    """
    from sim.briefs.brief import answered, place_for, refuse_unwritable
    from sim.briefs.question import question
    from sim.sweeps.play import ExecutionOptions

    out = Path("brief.html") if out is None else out
    refuse_unwritable(out, force=force)
    asked = question(a, b, title=title, runs=runs, seed=seed)
    options = ExecutionOptions(workers or os.cpu_count() or 1, progress=True)
    if told := asked.told(place_for(out, options)):
        print(told)
    paper = answered(asked, out, options)
    print(paper.brief.headline, *paper.files, sep="\n")
