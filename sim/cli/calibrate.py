"""The verb that fits numbers to the record: calibrate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import sim
from sim.cli.options import WHOLE, EngineOption, reads_rules
from sim.model.engines import NUMPY


@reads_rules
def calibrate(
    experiment: Annotated[
        str, typer.Argument(help="A shipped experiment or a file: free parameters, their ranges, points of a wave.")
    ],
    out: Annotated[Path, typer.Option(help="Directory of the calibration; what lies there is not played again.")],
    until: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="Last month that is played and compared.")
    ] = None,
    waves: Annotated[int, typer.Option(**WHOLE, help="Waves of history matching.")] = 2,
    accept: Annotated[float, typer.Option(help="Share of the runs at what is left that is accepted.")] = 0.3,
    typical: Annotated[
        float, typer.Option(help="Share of the posterior that is kept, of those whose mean history is nearest.")
    ] = 1.0,
    draws: Annotated[int, typer.Option(**WHOLE, help="Weighted draws to write.")] = 400,
    confirm: Annotated[
        int, typer.Option(**WHOLE, help="Fresh runs of the posterior, three times, and of the best point.")
    ] = 4096,
    heteroscedastic: Annotated[
        bool, typer.Option("--heteroscedastic", help="Adjust the spread of the parameters too.")
    ] = False,
    workers: Annotated[int, typer.Option(**WHOLE, help="How many processes play.")] = 1,
    engine: EngineOption = NUMPY,
) -> None:
    """Fit parameters to the record, and say which it identifies.

    History matching in waves, then inference with one run at each point; recovery on synthetic worlds, and a look at
    what was found under fresh luck.
    """
    print(
        sim.calibrate(
            experiment, out, until=until, waves=waves, accept=accept, typical=typical, draws=draws, confirm=confirm,
            heteroscedastic=heteroscedastic, workers=workers, engine=engine or NUMPY, progress="auto",
        )
    )  # fmt: skip
