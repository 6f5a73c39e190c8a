"""Verbs that study a scenario instead of playing it: `armsrace ablate` and `armsrace facts`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.model.mistakes import Mistake

ScenarioArgument = Annotated[str, typer.Argument(help="Name of a shipped scenario, or a YAML file.")]
RunsOption = Annotated[int, typer.Option(help="How many histories.")]
SeedOption = Annotated[int, typer.Option(help="Seed of all luck.")]
MOST_FACTS = 2000  # runs whose whole path is held in memory


def ablate(
    scenario: ScenarioArgument,
    runs: RunsOption = 1000,
    seed: SeedOption = 0,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="RULE", help="Only this rule; may be given several times.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="CSV file for all rows.")] = None,
) -> None:
    """Switch off each rule in turn under common luck and show what changes."""
    from sim.analysis import ablate
    from sim.answers import write_rows
    from sim.cli.printing import table

    result = ablate.ablate(scenario, runs, seed=seed, rules=rule or (), progress=True)
    rows = ablate.rows(result)
    if out is not None:
        write_rows(rows, out)
    by_rule: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_rule.setdefault(str(row["rule"]), []).append(row)
    fixed = next(iter(by_rule.values()))[:-2]
    heading = [f"{row['measure']} {row['who']} [{row['unit']}]" for row in fixed]
    lines = [["without"] + [_initial(number) for number in range(len(fixed))] + ["share of deliveries", "also moved"]]
    lines += [[name, *map(_cell, group[:-2]), *map(_named, group[-2:])] for name, group in by_rule.items()]
    table(lines)
    print("\n".join(f"{_initial(number)}: {text}" for number, text in enumerate(heading)))
    print(f"mean over {runs} runs of the difference to the same runs with all rules, +- its 95 % interval;")
    print("* where that leaves out zero")
    idle = [str(name) for name in result["rule"].values[result["decorative"].values]]
    print(f"decorative in this scenario (every interval covers zero): {', '.join(idle) or 'none'}")


def _initial(number: int) -> str:
    """Return the letter of a column."""
    return chr(ord("A") + number)


def _cell(row: Mapping[str, Any]) -> str:
    """Return a difference and half its interval, starred where zero is left out."""
    return f"{row['difference']:+.3g}+-{(row['high'] - row['low']) / 2:.2g}{'*' if row['clear'] else ''}"


def _named(row: Mapping[str, Any]) -> str:
    """Return a difference with what it is of."""
    what = row["who"] if row["measure"] == "supplier share" else row["measure"]
    return f"{what} {_cell(row)}" if row["clear"] else "-"


def facts(scenario: ScenarioArgument, runs: RunsOption = 1000, seed: SeedOption = 0) -> None:
    """Compare what a scenario simulates with what is on record, target by target."""
    from sim.analysis import targets
    from sim.cli.printing import table

    if not 2 <= runs <= MOST_FACTS:
        raise Mistake(f"--runs {runs} is not possible here; ask for 2 to {MOST_FACTS}, their whole paths are kept")
    rows = targets.facts(scenario, runs, seed=seed, progress=True)
    for apart in (False, True):
        judged = [row for row in rows if row.verdict in ("pass", "fail") and row.apart == apart]
        if apart and judged:
            print("\nreported apart, they rest on news reports:")
        if judged:
            lines = [("code", "target", "on record", "tolerance", "simulated", "interval", "verdict")]
            table([*lines, *(row.cells() for row in judged)])
        if not apart:
            passed = sum(row.verdict == "pass" for row in judged)
            print(f"\n{passed} of {len(judged)} pass; {runs} runs, seed {seed}")
    silent = [row for row in rows if row.why]
    if silent:
        print("\nnot computed:")
        table([(row.code, row.what, row.why) for row in silent])
