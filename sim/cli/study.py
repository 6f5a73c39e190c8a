"""Verbs that study a scenario instead of playing it: `armsrace ablate` and `armsrace targets`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ScenarioArgument = Annotated[str, typer.Argument(help="Name of a shipped scenario, or a YAML file.")]
RunsOption = Annotated[int, typer.Option(help="How many histories.")]
SeedOption = Annotated[int, typer.Option(help="Seed of all luck.")]


def ablate(
    scenario: ScenarioArgument,
    runs: RunsOption = 1000,
    seed: SeedOption = 0,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="RULE", help="Only this rule; may be given several times.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="CSV file for all rows.")] = None,
) -> None:
    """Switch off each rule in turn under common random numbers and show what changes."""
    from sim.analysis.ablate import ablate, ablation_rows
    from sim.analysis.text import ablation_text

    found = ablate(scenario, runs, seed=seed, rules=rule or (), progress=True)
    if out is not None:
        ablation_rows(found).write(out)
    print(ablation_text(found))


def targets(
    scenario: ScenarioArgument,
    runs: RunsOption = 1000,
    seed: SeedOption = 0,
    out: Annotated[Path | None, typer.Option(help="CSV file for all rows.")] = None,
) -> None:
    """Compare what a scenario simulates with what is on record, target by target."""
    from sim.analysis.targets import targets
    from sim.analysis.text import targets_text

    rows = targets(scenario, runs, seed=seed, progress=True)
    if out is not None:
        rows.write(out)
    print(targets_text(rows))
