"""The verb for lessons: lesson."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import sim
from sim.answers import Rows
from sim.cli.options import WHOLE, ForceOption
from sim.cli.printing import table

OUT_OF_TOLERANCE = 1  # exit code


def lesson(
    number: Annotated[int | None, typer.Argument(**WHOLE, help="Of a lesson; without it they are listed.")] = None,
    sheet: Annotated[
        str | None, typer.Option(metavar="student|teacher", help="Print this sheet instead of opening the page.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="File to write: .html or .pdf, or .ipynb."),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Play the expected numbers again.")] = False,
    force: ForceOption = False,
    port: Annotated[int, typer.Option(**WHOLE, help="Of this machine; one that is free unless given.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """List lessons, open one on the live page, or print it.

    A lesson takes 40 to 60 minutes: a prediction is written down before the levers move, and numbers are checked at
    the end. Its sheets are for a class on paper; --check plays what the lesson says comes out.
    """
    found = sim.lesson(number, sheet=sheet, out=out, check=check, force=force, port=port, browser=browser)
    if not isinstance(found, Rows):
        print(found or "", end="\n" if found else "")
        return
    table(row.values() for row in found)
    if check and not all(row["within"] for row in found):
        raise typer.Exit(OUT_OF_TOLERANCE)
