"""Verbs that say what results show: ablate, targets, compare, variance, sensitivity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import sim
from sim.answers import Rows
from sim.cli.options import ResultArgument, RunsOption, ScenarioArgument, SeedOption, TableOption
from sim.cli.printing import table
from sim.model.mistakes import Mistake

if TYPE_CHECKING:
    import xarray as xr

RUNS, SEED = 1000, 0  # of scenarios that are swept for a comparison
CaseArgument = Annotated[
    str,
    typer.Argument(
        help="A result directory, one case of several as DIR@scenario=NAME,point=LABEL, or a scenario to sweep in "
        "memory."
    ),
]


# -- each rule left out


def ablate(
    scenario: ScenarioArgument,
    runs: RunsOption = 1000,
    seed: SeedOption = 0,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="RULE", help="Only this rule; may be given several times.")
    ] = None,
    out: TableOption = None,
) -> None:
    """Switch off each rule in turn and show what changes.

    All are played under common random numbers: run 17 without a rule and run 17 with it share their luck.
    """
    from sim.analysis.ablate import rows as rows_of

    result = sim.ablate(scenario, runs, seed=seed, rules=rule or (), progress=True)
    rows = Rows(rows_of(result))
    if out is not None:
        rows.write(out)
    print_ablated(result, rows, runs)


def print_ablated(result: xr.Dataset, rows: Rows, runs: int) -> None:
    """Print a line for each rule, and what its columns stand for."""
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


# -- what is on record


def targets(scenario: ScenarioArgument, runs: RunsOption = 1000, seed: SeedOption = 0) -> None:
    """Hold a scenario against what is on record, by target."""
    print_targets(sim.targets(scenario, runs, seed=seed, progress=True), runs, seed)


def print_targets(rows: Iterable[Any], runs: int, seed: int) -> None:
    """Print the targets met and missed, those that rest on news reports apart, and what was not computed."""
    rows = [*rows]
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


# -- two results


def compare(
    a: CaseArgument,
    b: CaseArgument,
    precision: Annotated[
        float, typer.Option(help="Half-width wanted: of a share or log ratio; of the rest, as a part of A's value.")
    ] = 0.01,
    runs: Annotated[int | None, typer.Option(help=f"Runs of scenarios swept in memory, {RUNS} unless given.")] = None,
    seed: Annotated[int | None, typer.Option(help=f"Their seed of all luck, {SEED} unless given.")] = None,
    out: TableOption = None,
) -> None:
    """Compare two results run by run.

    Under common random numbers: run 17 of one and run 17 of the other share their luck, so they differ by what is
    compared alone. Differences, intervals and the runs they take.
    """
    from sim.analysis.compare import rows as rows_of

    found = sim.compare(*sides(a, b, runs, seed), precision=precision)
    rows = Rows(rows_of(found))
    if out is not None:
        rows.write(out)
    print_compared(found, rows, precision)


def print_compared(found: xr.Dataset, rows: Rows, precision: float) -> None:
    """Print every measure of both, their difference, and how to read it."""
    about = found.attrs
    print(f"A {about['scenario']}, B {about['against']}: {about['runs']:,} pairs of runs, seed {about.get('seed')}")
    if about["settings"]:
        print(f"settings, A against B: {'; '.join(about['settings'])}")
    heading = ("measure", "of", "A", "B", "B - A", "95 % interval", "luck", "runs", "instead of", "unit")
    table([heading, *(_compared(row) for row in rows)])
    print("\n".join(_reading(about, precision)))


def sides(a: str, b: str, runs: int | None, seed: int | None) -> list[xr.Dataset]:
    """Return two results, opened if they are directories, swept in memory if they are scenarios."""
    from sim.analysis.cases import opened, read

    stored = [Path(name).is_dir() or "@" in name for name in (a, b)]
    if all(stored):
        if runs is not None or seed is not None:
            raise Mistake(f"{a} and {b} are swept already; leave out --runs and --seed, or name two scenarios")
        return [opened(side) for side in [read(name) for name in (a, b)]]  # both are read before either is opened
    if any(stored):
        one, other = (a, b) if stored[0] else (b, a)
        raise Mistake(f"{one} is a result directory and {other} is not; name two directories or two scenarios")
    from sim.study.request import scenario_of
    from sim.sweeps.run import sweep

    loaded = [scenario_of(name) for name in (a, b)]  # both are checked before either is played
    count, luck = RUNS if runs is None else runs, SEED if seed is None else seed
    return [sweep(scenario, count, seed=luck, progress=True) for scenario in loaded]


def _compared(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the cells of one measure."""
    known = row["low"] == row["low"]
    clear = known and (row["low"] > 0 or row["high"] < 0)
    return (
        row["measure"],
        row["who"],
        f"{row['a']:,.4g}",
        f"{row['b']:,.4g}",
        f"{row['difference']:+.3g}{'*' if clear else ''}",
        f"{row['low']:+.3g} to {row['high']:+.3g}" if known else "never varies",
        _times(row["variance_reduction"]),
        _count(row["runs_common"]),
        _count(row["runs_independent"]),
        row["unit"],
    )


def _times(ratio: float) -> str:
    """Return a variance reduction in words."""
    if ratio != ratio:
        return "-"
    return "all" if ratio == float("inf") else f"{ratio:,.1f}x" if ratio < 100 else f"{ratio:,.0f}x"


def _count(runs: float) -> str:
    """Return a number of runs, or a dash where it cannot be told."""
    return f"{runs:,.0f}" if runs == runs else "-"


def _reading(about: Mapping[str, Any], precision: float) -> list[str]:
    """Return how to read the table, and what is not as it should be."""
    from sim.measures.paired import FEWEST

    lines = [
        f"* zero is left out; {about['intervals']}",
        "luck: how many times fewer runs common luck takes than independent seeds; all: the difference never varies",
        f"runs, instead of: each scenario's runs for a half-width of {precision:g} (shares, log ratios; of the rest "
        f"{precision:g} of A's value), common luck and independent seeds; {FEWEST} at least",
    ]
    if about["members"] < 2:
        lines.append(
            "spending, supplier shares and balances by month: not compared, paths of two runs at least were not "
            "kept on both sides; sweep with --kept-paths"
        )
    elif about["members"] < about["runs"]:
        lines.append(f"spending and supplier shares: over the {about['members']:,} runs whose path both kept")
    if about["failed"]:
        lines.append(f"left out: {about['failed']:,} runs that failed on either side")
    if about["not_compared"]:
        lines.append(f"not compared: {'; '.join(about['not_compared'])}")
    if about["changed_code"]:
        lines.append(f"warning: the two differ in {', '.join(about['changed_code'])} too, not by the scenario alone")
    return lines


# -- designed sweeps


def variance(result: ResultArgument, out: TableOption = None) -> None:
    """Split the spread of a designed sweep.

    Which part is uncertain parameters, which is chance, and which is neither alone.
    """
    from sim.analysis.variance import rows as rows_of

    rows = Rows(rows_of(sim.variance(result)))
    if out is not None:
        rows.write(out)
    print_variance(result, rows)


def print_variance(result: Path, rows: Rows) -> None:
    """Print the parts of the spread of each outcome, and what they are parts of."""
    from sim.results.manifest import study_of
    from sim.study.resolved import BELIEVED

    lines = [("scenario", "levers", "measure", "mean", "sd", "parameters", "chance", "both together", "unit")]
    table([*lines, *(_parted(row) for row in rows)])
    print("share of the variance over points and runs, with its 95 % interval; a measure that never varies has none")
    experiment = study_of(result).experiment
    if experiment is not None and experiment.design.kind not in BELIEVED:
        print(f"the points of a design '{experiment.design.kind}' are chosen, not drawn from what is believed: "
              "the part of parameters says how far these points lie apart")  # fmt: skip


def _parted(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the cells of one measure."""
    return (
        row["scenario"],
        row["levers"],
        f"{row['measure']} {row['who']}".strip(),
        f"{row['mean']:,.4g}",
        f"{row['sd']:,.3g}",
        *(_part(row, name) for name in ("parameters", "chance", "interaction")),
        row["unit"],
    )


def _part(row: Mapping[str, Any], name: str) -> str:
    """Return a share with its interval."""
    value, low, high = (row[f"{name}{suffix}"] for suffix in ("", "_low", "_high"))
    return f"{value:.0%} ({low:.0%} to {high:.0%})" if value == value else "-"


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
    rows = sim.sensitivity(result, measure or ("war_probability",))
    if out is not None:
        rows.write(out)
    print_sensitivity(result, rows)


def print_sensitivity(result: Path, rows: Rows) -> None:
    """Print every index with its interval, and how the indices of this design are read."""
    from sim.analysis.effects import drowned
    from sim.analysis.sensitivity import DIFFERENCE
    from sim.results.manifest import study_of

    points = study_of(result).points
    assert points is not None
    heading = ("scenario", "levers", "measure", "index", "factor", "value", "95 % interval", "luck", "", "unit")
    lines = [heading, *(_cells(row) for row in rows)]
    kept = [i for i, column in enumerate(zip(*lines, strict=True)) if any(column[1:]) or i == len(heading) - 1]
    table([[line[i] for i in kept] for line in lines])
    print(READING.get(str(points.about["design"]), DIFFERENCES))
    if points.about["design"] in READING:
        print(INTERVALS)
        if any(row["index"] == DIFFERENCE for row in rows):
            print(LEVERS)
    print("luck: how far Monte Carlo error may have moved the value, not taken off it; * where it could make all of it")
    for row in drowned(rows):
        where = f" ({row['levers']})" if row["levers"] else ""
        print(
            f"warning: {row['value']:.0%} of the variance of {row['measure']} between points{where} is luck, which "
            "blurs every index; play more runs of each point"
        )


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the cells of one number; empty where nothing is known."""
    known = row["low"] == row["low"]
    return (
        row["scenario"],
        row["levers"],
        row["measure"],
        row["index"],
        row["factor"],
        f"{row['value']:.3g}" if row["value"] == row["value"] else "never varies",
        f"{row['low']:.3g} to {row['high']:.3g}" if known else "",
        f"{row['luck']:.2g}" if row["luck"] == row["luck"] else "",
        "*" if row["swamped"] else "",
        row["unit"],
    )


DIFFERENCES = "difference: mean over runs of the point's outcome less the first point's, each run with the same luck"
LEVERS = (
    "difference: what a lever changes, the others as they stand, over the same draws and luck; change of difference: "
    "how much more it changes once the second lever is moved too"
)
INTERVALS = (
    "95 % interval: of design and luck together, a normal approximation that is not cut at 0 or 1; "
    "one that reaches beyond says that points or runs are few"
)
RANKS = (
    "rank regression: by how many standard deviations the outcome's rank moves with one of the factor's; "
    "it sees monotone effects, R² says how much of the ranks they are"
)
READING = {
    "sobol": "total and first order: share of the variance between points with a factor, with and without interactions",
    "morris": "mu*: mean size of the change when a factor moves over its range, mu: with sign, sigma: how it differs",
    "latin_hypercube": RANKS,
    "prior": RANKS,
    "posterior": RANKS,
}
