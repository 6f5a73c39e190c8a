"""The verb that opens a live page of the model: app."""

from __future__ import annotations

from typing import Annotated

import typer

import sim
from sim.cli.options import WHOLE


def app(
    scenarios: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="Scenarios of your own, offered beside the shipped.")
    ] = None,
    port: Annotated[int, typer.Option(**WHOLE, help="Of this machine; one that is free unless given.")] = 0,
    host: Annotated[str, typer.Option(help="Where it can be reached; here alone unless given.")] = "127.0.0.1",
    workers: Annotated[
        int | None, typer.Option(**WHOLE, help="Processes; one for each processor unless given.")
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    games: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="Where games of a class are kept; a folder of yours unless given."),
    ] = None,
) -> None:
    """Open the live page: what if, one history, and a game for a class.

    It is served from this machine to this machine. To let a class in, name the address of this machine with --host;
    the page can then be opened with the whole address that is printed, and without it by nobody.
    """
    sim.app(scenarios or (), port=port, host=host, workers=workers, browser=browser, games=games)
