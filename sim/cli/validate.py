"""The verb that holds forecasts against what came: hindcast."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import sim
from sim.cli.options import WHOLE, SeedOption, reads_rules


@reads_rules
def hindcast(
    scenario: Annotated[
        str | None, typer.Argument(help="A shipped scenario or a YAML file, with a record of its own.")
    ] = None,
    panel: Annotated[bool, typer.Option("--panel", help="Every rivalry of the world panel instead.")] = False,
    origins: Annotated[
        list[int] | None,
        typer.Option("--origin", **WHOLE, help="A year from whose January is foretold; may be given several times."),
    ] = None,
    mode: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODE", help="What of later years is given: nothing, inputs or timeline; all unless named."
        ),
    ] = None,
    posterior: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draws of parameters, a CSV file, to foretell with too.")
    ] = None,
    runs: Annotated[
        int | None, typer.Option(**WHOLE, help="For each forecast; 1000 unless given, on the panel 256.")
    ] = None,
    seed: SeedOption = 0,
    out: Annotated[Path | None, typer.Option(help="Folder for the table, all forecasts and the figure.")] = None,
) -> None:
    """Foretell the past, and score it beside free forecasts.

    From each origin with what was known then; parameters that the record speaks of are fitted anew each time, on the
    panel nothing is. Skill with paired intervals, win, tie or lose.
    """
    found = sim.hindcast(
        scenario, panel=panel, origins=origins or (), mode=mode or (), posterior=posterior, runs=runs, seed=seed,
        out=out, progress="auto",
    )  # fmt: skip
    print(found)
    if out is not None and not panel:
        from sim.plots.hindcast import can_be_drawn, draw

        if can_be_drawn(found):
            print(draw(found, out))
