"""Verbs that say what results show: ablate, targets, compare, variance, sensitivity."""

from __future__ import annotations

from typing import Annotated

import typer

import sim
from sim.cli.options import (
    WHOLE,
    EngineOption,
    ResultArgument,
    RunsOption,
    ScenarioArgument,
    SeedOption,
    TableOption,
    reads_rules,
)

CaseArgument = Annotated[
    str,
    typer.Argument(
        help="A result directory, one case of several as DIR@scenario=NAME,point=LABEL, or a scenario to sweep in "
        "memory."
    ),
]


@reads_rules
def ablate(
    scenario: ScenarioArgument,
    runs: RunsOption = 1000,
    seed: SeedOption = 0,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="RULE", help="Only this rule; may be given several times.")
    ] = None,
    hold: Annotated[
        bool, typer.Option("--hold", help="Hold a rule at its mean instead: what it knows goes, its level stays.")
    ] = False,
    out: TableOption = None,
) -> None:
    """Switch off each rule in turn and show what changes.

    All are played under common random numbers: run 17 without a rule and run 17 with it share their luck.
    """
    from sim.analysis.ablate import ablation_rows
    from sim.analysis.text import ablation_text

    found = sim.ablate(scenario, runs, seed=seed, rules=rule or (), hold=hold, progress="auto")
    if out is not None:
        ablation_rows(found).write(out)
    print(ablation_text(found))


@reads_rules
def targets(
    what: CaseArgument,
    runs: Annotated[
        int | None, typer.Option(**WHOLE, help="Runs of a scenario swept in memory; 1000 unless given.")
    ] = None,
    seed: Annotated[int | None, typer.Option(**WHOLE, help="Its seed of all luck; 0 unless given.")] = None,
    out: TableOption = None,
) -> None:
    """Hold a result or scenario against the record, by target.

    Then, of a scenario, the clock: how well the dated outbreaks are foretold one step ahead, past wars imposed; and
    what the scenario expects of outcomes beside the one that it extends, with the same luck.
    """
    from sim.analysis.cases import is_result
    from sim.analysis.signs import signs
    from sim.analysis.targets.clock import clock
    from sim.analysis.targets.text import targets_text
    from sim.analysis.text import clock_text, signs_text
    from sim.study.request import RUNS

    rows = sim.targets(what, runs, seed=seed, progress="auto")
    if out is not None:
        rows.write(out)
    print(targets_text(rows))
    if is_result(what):
        return
    asked = RUNS if runs is None else runs
    for text in (
        clock_text(clock(what, asked, seed=seed or 0, progress="auto")),
        signs_text(signs(what, asked, seed=seed or 0, progress="auto")),
    ):
        if text:
            print(text)


@reads_rules
def compare(
    a: CaseArgument,
    b: CaseArgument,
    precision: Annotated[
        float, typer.Option(help="Half-width wanted: of a share or log ratio; of the rest, as a part of A's value.")
    ] = 0.01,
    window: Annotated[
        str | None,
        typer.Option(metavar="YEARS", help="For means, rates, supplier shares, as 2025-2029; else all years."),
    ] = None,
    runs: Annotated[
        int | None, typer.Option(**WHOLE, help="Runs of scenarios swept in memory; 1000 unless given.")
    ] = None,
    seed: Annotated[int | None, typer.Option(**WHOLE, help="Their seed of all luck; 0 unless given.")] = None,
    engine: EngineOption = None,
    out: TableOption = None,
) -> None:
    """Compare two results run by run.

    Under common random numbers: run 17 of one and run 17 of the other share their luck, so they differ by what is
    compared alone. Differences, intervals and the runs they take.
    """
    from sim.analysis.compare import comparison_rows
    from sim.analysis.text import comparison_text

    found = sim.compare(a, b, precision=precision, window=window, runs=runs, seed=seed, engine=engine, progress="auto")
    if out is not None:
        comparison_rows(found).write(out)
    print(comparison_text(found))


def variance(result: ResultArgument, out: TableOption = None) -> None:
    """Split the spread of a designed sweep.

    Which part is uncertain parameters, which is chance, and which is neither alone.
    """
    from sim.analysis.text import variance_text
    from sim.analysis.variance import variance_rows

    found = sim.variance(result)
    if out is not None:
        variance_rows(found).write(out)
    print(variance_text(found))


def sensitivity(
    result: ResultArgument,
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", metavar="NAME", help="war_probability unless given; may be given several times."),
    ] = None,
    out: TableOption = None,
) -> None:
    """Say which factors of a designed sweep drive an outcome.

    By the analysis made for the design: Sobol' indices, elementary effects, a regression on ranks, or differences.
    """
    from sim.analysis.text import sensitivity_text

    rows = sim.sensitivity(result, measure or ("war_probability",))
    if out is not None:
        rows.write(out)
    print(sensitivity_text(rows))
