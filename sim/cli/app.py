"""The verbs of the page: app opens it live, explore writes it with its answers as one file."""

from __future__ import annotations

from typing import Annotated

import typer

import sim
from sim.cli.options import WHOLE, EngineOption, ForceOption
from sim.model.engines import NUMPY


def app(
    scenarios: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="Scenarios of your own, offered beside the shipped.")
    ] = None,
    port: Annotated[int, typer.Option(**WHOLE, help="Of this machine; one that is free unless given.")] = 0,
    host: Annotated[str, typer.Option(help="Where it can be reached; here alone unless given.")] = "127.0.0.1",
    workers: Annotated[
        int | None, typer.Option(**WHOLE, help="Processes; one for each processor unless given.")
    ] = None,
    engine: EngineOption = NUMPY,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    games: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="Where games of a class are kept; a folder of yours unless given."),
    ] = None,
) -> None:
    """Open the live page: what if, one history, a game for classes.

    It is served from this machine to this machine. To let a class in, name the address of this machine with --host;
    the page can then be opened with the whole address that is printed, and without it by nobody.
    """
    sim.app(
        scenarios or (), port=port, host=host, workers=workers, engine=engine or NUMPY, browser=browser, games=games
    )


def explore(
    experiment: Annotated[
        str, typer.Argument(help="An experiment: its scenarios, and the values of two factors at most.")
    ],
    out: Annotated[str, typer.Option("--out", "-o", metavar="FILE", help="File to write, .html.")] = "explorer.html",
    runs: Annotated[
        int | None, typer.Option(**WHOLE, help="Histories of each setting; as the experiment says unless given.")
    ] = None,
    seed: Annotated[int | None, typer.Option(**WHOLE, help="Seed of all luck.")] = None,
    histories: Annotated[
        int, typer.Option(**WHOLE, help="How many runs of the first scenario are told month by month.")
    ] = 20,
    workers: Annotated[
        int | None, typer.Option(**WHOLE, help="Processes; one for each processor unless given.")
    ] = None,
    force: ForceOption = False,
) -> None:
    """Write the page with its answers in one file.

    It needs no server and fetches nothing: scenarios and levers of an experiment, each combination played already. To
    be mailed, put online, or opened in a class.
    """
    from sim.live.explorer import number_of_settings

    settings, each = number_of_settings(experiment, runs)
    print(f"{settings:,} settings, {each:,} histories each, and {histories} histories told month by month")
    print(sim.explore(experiment, out, runs=runs, seed=seed, histories=histories, workers=workers, progress=True,
                      force=force))  # fmt: skip
