"""Verbs that read results: `armsrace compare`, `armsrace parts` and `armsrace export`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.model.mistakes import Mistake

if TYPE_CHECKING:
    import xarray as xr

RUNS, SEED = 1000, 0  # of scenarios that are swept for a comparison
SideArgument = Annotated[
    str,
    typer.Argument(
        help="A result directory, one case of several as DIR@scenario=NAME,point=LABEL, or a scenario to sweep in "
        "memory."
    ),
]
ResultArgument = Annotated[Path, typer.Argument(help="A result directory made by `armsrace sweep`.")]


# -- two results


def compare(
    a: SideArgument,
    b: SideArgument,
    precision: Annotated[
        float, typer.Option(help="Half-width wanted: of a share or log ratio; of the rest, as a part of A's value.")
    ] = 0.01,
    runs: Annotated[int | None, typer.Option(help=f"Runs of scenarios swept in memory, {RUNS} unless given.")] = None,
    seed: Annotated[int | None, typer.Option(help=f"Their seed of all luck, {SEED} unless given.")] = None,
    out: Annotated[Path | None, typer.Option(help="CSV file for all rows.")] = None,
) -> None:
    """Compare two results run by run under common luck: differences, intervals and the runs they take."""
    from sim.analysis import compare
    from sim.answers import write_rows
    from sim.cli.printing import table

    found = compare.compare(*sides(a, b, runs, seed), precision=precision)
    rows = compare.rows(found)
    if out is not None:
        write_rows(rows, out)
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


# -- what the spread consists of


def parts(
    result: ResultArgument,
    out: Annotated[Path | None, typer.Option(help="CSV file for all rows.")] = None,
) -> None:
    """Say which part of the spread of a designed sweep is uncertain parameters and which is chance."""
    from sim.analysis import variance as spread
    from sim.answers import write_rows
    from sim.cli.printing import table
    from sim.results.manifest import study_of
    from sim.results.open import open_result
    from sim.study.resolved import BELIEVED

    rows = spread.rows(spread.parts(open_result(result)))
    if out is not None:
        write_rows(rows, out)
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


# -- to other programs


def export(
    result: ResultArgument,
    csv: Annotated[bool, typer.Option("--csv", help="Tables as CSV files.")] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="The same tables as Parquet files.")] = False,
    netcdf: Annotated[bool, typer.Option("--netcdf", help="Everything in one netCDF file.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder to write to; DIR/export unless given.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are in the way.")] = False,
) -> None:
    """Write a result for other programs: tables as CSV or Parquet, arrays as netCDF."""
    from sim.results.export import export as write

    chosen = [form for form, wanted in (("csv", csv), ("parquet", parquet), ("netcdf", netcdf)) if wanted]
    if not chosen:
        raise Mistake("there is nothing to write; say --csv, --parquet or --netcdf, or several of them")
    for form in chosen:
        for path in write(result, form, out, force=force, progress=True):
            print(path)
