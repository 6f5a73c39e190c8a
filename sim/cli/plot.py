"""Verbs that hand a result on: its figures (plot), its numbers for other programs (export)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

import sim
from sim.cli.options import WHOLE, ForceOption, ResultArgument
from sim.model.mistakes import Mistake


def plot(
    result: Annotated[
        str, typer.Argument(help="A result directory, or DIR@scenario=NAME,point=LABEL for one case of several.")
    ],
    figures: Annotated[
        list[str] | None, typer.Argument(metavar="[FIGURE]...", help="Which figures; all of them unless named.")
    ] = None,
    number: Annotated[int, typer.Option("--run", **WHOLE, help="Which run a figure of one run shows.")] = 0,
    against: Annotated[
        list[str] | None,
        typer.Option(metavar="DIR", help="A second result or case, for figures of two; several, for those of several."),
    ] = None,
    measure: Annotated[
        str | None, typer.Option(metavar="NAME", help="The outcome that a figure of a designed result is about.")
    ] = None,
    formats: Annotated[
        str, typer.Option("--format", metavar="png,svg,pdf", help="Which pictures; parted by commas.")
    ] = "png,svg",
    width: Annotated[
        str, typer.Option(metavar="LENGTH", help="Of a picture, such as 160mm, 8.5cm or 7.2in.")
    ] = "7.2in",
) -> None:
    """Draw the figures of a result.

    PNG and SVG, with the plotted numbers and a description beside each.
    """
    drawn = sim.plot(result, figures, run=number, against=against, measure=measure, formats=formats, width=width)
    print(drawn)


def export(
    result: ResultArgument,
    csv: Annotated[bool, typer.Option("--csv", help="Tables as CSV files.")] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="The same tables as Parquet files.")] = False,
    netcdf: Annotated[bool, typer.Option("--netcdf", help="Everything in one netCDF file.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder to write to; DIR/export unless given.")] = None,
    paths: Annotated[bool, typer.Option("--paths", help="Whole paths as tables too, which may be large.")] = False,
    force: ForceOption = False,
) -> None:
    """Write a result for other programs.

    Tables as CSV or Parquet, arrays as netCDF; of tables it is said first how large they will be as CSV.
    """
    chosen = [form for form, wanted in (("csv", csv), ("parquet", parquet), ("netcdf", netcdf)) if wanted]
    if not chosen:
        raise Mistake("there is nothing to write; say --csv, --parquet or --netcdf, or several of them")
    if csv or parquet:
        from sim.results.export import foretold

        print(foretold(result, paths=paths), file=sys.stderr)
    for form in chosen:
        print(sim.export(result, form, out, paths=paths, force=force, progress="auto"))
