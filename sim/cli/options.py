"""Arguments and options that several verbs share, each worded once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ScenarioArgument = Annotated[str, typer.Argument(help="Name of a shipped scenario, or a YAML file.")]
ResultArgument = Annotated[Path, typer.Argument(metavar="DIR", help="A result directory made by `armsrace sweep`.")]
RunsOption = Annotated[int, typer.Option(help="How many histories.")]
SeedOption = Annotated[
    int,
    typer.Option(help="Seed of all luck: with the same seed, run 17 has the same luck whatever is played."),
]
WithoutOption = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="RULE", help="Switch a rule off; may be given several times."),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace what is in the way.")]
TableOption = Annotated[Path | None, typer.Option(help="CSV file for all rows.")]
