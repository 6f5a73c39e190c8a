"""Verbs that write something to go on from: import sipri, new rivalry, scenario, rule, experiment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import sim
from sim.cli.options import WHOLE, ForceOption
from sim.observed.sipri import LAST_YEAR

import_ = typer.Typer(no_args_is_help=True, help="Make tables of your own from files that were downloaded.")
new = typer.Typer(no_args_is_help=True, help="Write a file to go on from.")

OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="FILE", help="File to write; printed unless given.")
]
TablesOption = Annotated[
    Path | None,
    typer.Option("--tables", metavar="DIR", help="Tables of your own, as `armsrace import sipri` writes them."),
]


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


@new.command()
def rivalry(
    a: Annotated[str, typer.Argument(metavar="A", help="ISO 3 code of a state of the panel, for example DZA.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The other state, for example MAR.")],
    start: Annotated[int, typer.Option("--from", **WHOLE, help="First year played.")],
    end: Annotated[int, typer.Option("--to", **WHOLE, help="Last year played.")],
    out: OutOption = None,
    tables: TablesOption = None,
    force: ForceOption = False,
) -> None:
    """Write a scenario of two states of the panel.

    From what was on record before its first year; whatever nobody has looked up is marked `assumed`, with a range.
    """
    print(sim.new_rivalry(a, b, start, end, out, tables=tables, force=force))


@new.command()
def scenario(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its title.")],
    out: OutOption = None,
    force: ForceOption = False,
) -> None:
    """Write a small scenario to fill in, which runs as it is.

    With comments that say how to go on.
    """
    print(sim.new_scenario(name, out, force=force))


@new.command()
def rule(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, a verb phrase such as spend_under_tension.")],
    out: OutOption = None,
    force: ForceOption = False,
) -> None:
    """Write a rule of your own to fill in.

    With comments that say how to go on.
    """
    print(sim.new_rule(name, out, force=force))


@new.command()
def experiment(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its question.")],
    out: OutOption = None,
    force: ForceOption = False,
) -> None:
    """Write a small experiment to fill in.

    With comments that say how to go on.
    """
    print(sim.new_experiment(name, out, force=force))
