"""Arguments and options that several verbs share, each worded once."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
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
EngineOption = Annotated[
    str | None,
    typer.Option(
        metavar="numpy|jax|jax-float32",
        help="Who plays: numpy, or the same rules compiled (pip install 'armsrace[jax]'), at full or half precision.",
    ),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace what is in the way.")]
RulesOption = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="FILE", help="Python file with rules of your own; may be given several times."),
]
TableOption = Annotated[Path | None, typer.Option(help="CSV file for all rows.")]


def reads_rules(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb the option ``--rules``, whose files are read before it begins."""

    @functools.wraps(verb)
    def begun(*arguments: Any, rules: list[Path] | None = None, **options: Any) -> None:
        if rules:
            from sim.scenario.own_rules import read_rules

            read_rules(*rules)
        verb(*arguments, **options)

    option = inspect.Parameter("rules", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=RulesOption)
    signature = inspect.signature(verb, eval_str=True)
    begun.__signature__ = signature.replace(parameters=[*signature.parameters.values(), option])  # type: ignore[attr-defined]
    begun.__annotations__ = {**verb.__annotations__, "rules": RulesOption}
    return begun
