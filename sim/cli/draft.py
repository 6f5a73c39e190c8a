"""Verbs that write something to go on from: import sipri."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import sim
from sim.cli.options import WHOLE
from sim.observed.sipri import LAST_YEAR

import_ = typer.Typer(no_args_is_help=True, help="Make tables of your own from files that were downloaded.")


@import_.command()
def sipri(
    register: Annotated[Path, typer.Argument(metavar="REGISTER.csv", help="The transfer register, as it is served.")],
    milex: Annotated[Path, typer.Argument(metavar="MILEX.xlsx", help="The workbook of military expenditure.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the tables.")],
    until: Annotated[int, typer.Option(**WHOLE, help="Last year taken over.")] = LAST_YEAR,
) -> None:
    """Make tables of the panel from SIPRI's files.

    Spending, deliveries by class, and exports; `--tables DIR` reads them.
    """
    print(sim.import_sipri(register, milex, out, until=until))
