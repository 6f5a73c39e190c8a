"""Verbs that read results: `armsrace compare`, `armsrace variance` and `armsrace export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.model.mistakes import Mistake

RUNS, SEED = 1000, 0  # of scenarios that are swept for a comparison
SideArgument = Annotated[
    str,
    typer.Argument(
        help="A result directory, one case of several as DIR@scenario=NAME,point=LABEL, or a scenario to sweep in "
        "memory."
    ),
]
ResultArgument = Annotated[Path, typer.Argument(help="A result directory made by `armsrace sweep`.")]


# -- two results


def compare(
    a: SideArgument,
    b: SideArgument,
    precision: Annotated[
        float, typer.Option(help="Half-width wanted: of a share or log ratio; of the rest, as a part of A's value.")
    ] = 0.01,
    runs: Annotated[int | None, typer.Option(help=f"Runs of scenarios swept in memory, {RUNS} unless given.")] = None,
    seed: Annotated[int | None, typer.Option(help=f"Their seed of all luck, {SEED} unless given.")] = None,
    out: Annotated[Path | None, typer.Option(help="CSV file for all rows.")] = None,
) -> None:
    """Compare two results run by run under common random numbers: differences, intervals and the runs they take."""
    from sim.analysis.compare import compare, comparison_rows
    from sim.analysis.text import comparison_text

    found = compare(a, b, precision=precision, runs=runs, seed=seed, progress=True)
    if out is not None:
        comparison_rows(found).write(out)
    print(comparison_text(found))


# -- what the spread consists of


def variance(
    result: ResultArgument,
    out: Annotated[Path | None, typer.Option(help="CSV file for all rows.")] = None,
) -> None:
    """Say which part of the spread of a designed sweep is uncertain parameters and which is chance."""
    from sim.analysis.text import variance_text
    from sim.analysis.variance import variance, variance_rows

    found = variance(result)
    if out is not None:
        variance_rows(found).write(out)
    print(variance_text(found))


# -- to other programs


def export(
    result: ResultArgument,
    csv: Annotated[bool, typer.Option("--csv", help="Tables as CSV files.")] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="The same tables as Parquet files.")] = False,
    netcdf: Annotated[bool, typer.Option("--netcdf", help="Everything in one netCDF file.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder to write to; DIR/export unless given.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are in the way.")] = False,
) -> None:
    """Write a result for other programs: tables as CSV or Parquet, arrays as netCDF."""
    from sim.results.export import export as write

    chosen = [form for form, wanted in (("csv", csv), ("parquet", parquet), ("netcdf", netcdf)) if wanted]
    if not chosen:
        raise Mistake("there is nothing to write; say --csv, --parquet or --netcdf, or several of them")
    for form in chosen:
        for path in write(result, form, out, force=force, progress=True):
            print(path)
