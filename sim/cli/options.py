"""Arguments and options that several verbs share, each worded once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import typer


def whole(text: Any) -> Any:
    """Return the number that a text is; anything else as it is, for the function that is called to refuse."""
    return int(text) if re.fullmatch(r"[-+]?[0-9]{1,4000}", str(text)) else text


WHOLE: dict[str, Any] = {"parser": whole, "metavar": "INTEGER"}  # the option of every seed and every count
ScenarioArgument = Annotated[str, typer.Argument(help="Name of a shipped scenario, or a YAML file.")]
ResultArgument = Annotated[Path, typer.Argument(metavar="DIR", help="A result directory made by `armsrace sweep`.")]
RunsOption = Annotated[int, typer.Option(**WHOLE, help="How many histories.")]
SeedOption = Annotated[
    int,
    typer.Option(**WHOLE, help="Seed of all luck: with the same seed, run 17 has the same luck whatever is played."),
]
WithoutOption = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="RULE", help="Switch a rule off; may be given several times."),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace what is in the way.")]
TableOption = Annotated[Path | None, typer.Option(help="CSV file for all rows.")]
