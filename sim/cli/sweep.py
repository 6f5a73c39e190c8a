"""The verbs that play many runs and keep them: sweep, resume, merge, verify, failures."""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import ForceOption, ResultArgument, WithoutOption
from sim.model.mistakes import Mistake

if TYPE_CHECKING:
    from sim.study.experiment import Stop
    from sim.study.study import Study

What = Annotated[
    str, typer.Argument(metavar="SCENARIO|EXPERIMENT", help="A shipped scenario or experiment, or a file.")
]
Workers = Annotated[int, typer.Option(help="How many processes play.")]
Dask = Annotated[str | None, typer.Option(metavar="ADDRESS", help="Dask scheduler to play on, as tcp://host:8786.")]
Strict = Annotated[bool, typer.Option("--strict", help="Stop at the first run that breaks.")]
Mixed = Annotated[bool, typer.Option("--mixed", help="Allow another numpy or other processor features.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what it would cost and stop.")]


def sweep(
    what: What,
    out: Annotated[Path | None, typer.Option(help="Result directory to make.")] = None,
    runs: Annotated[int | None, typer.Option(help="How many histories (of each case); 1000 unless asked.")] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            help="Seed of all luck; 0 unless asked. Common random numbers: run 17 here and run 17 of another scenario "
            "with the same seed share their luck."
        ),
    ] = None,
    without: WithoutOption = None,
    kept_paths: Annotated[
        int | None, typer.Option(help="Of how many runs to keep the whole path; 1000 unless asked.")
    ] = None,
    members: Annotated[int | None, typer.Option(hidden=True)] = None,  # what --kept-paths was in version 0.1
    until: Annotated[
        str | None,
        typer.Option(
            metavar="MEASURE:HALF_WIDTH",
            help="Stop once half of the 95 % interval of every case is below this, as war_probability:0.005; "
            "--runs is then the most.",
        ),
    ] = None,
    double: Annotated[bool, typer.Option("--double", help="Keep paths as float64, twice the size of float32.")] = False,
    workers: Workers = 1,
    dask: Dask = None,
    shard: Annotated[str | None, typer.Option(metavar="I/N", help="Play only the I-th of N parts.")] = None,
    strict: Strict = False,
    dry_run: DryRun = False,
    force: ForceOption = False,
) -> None:
    """Play many histories and write a result directory.

    Of a scenario, or of an experiment: everything that it asks for.
    """
    from sim.study.request import study_for
    from sim.sweeps import run
    from sim.sweeps.play import ExecutionOptions

    stop = stop_rule(until, runs)
    asked: dict[str, Any] = {
        "seed": seed,
        "kept_paths": members if kept_paths is None else kept_paths,
        "without": without or (),
        "double": double,
        "stop": stop,
    }
    study = study_for(what, runs, **asked)
    options = ExecutionOptions(workers, dask, strict=strict, progress=True)
    announce(study, out, workers, len(run.share(study, shard)))
    if dry_run:
        return
    if out is None:
        raise Mistake("a sweep needs a place for its result; write --out DIR, or --dry-run to see what it would cost")
    run.begin(study, out, options, shard=shard, force=force)
    report(out)


def stop_rule(until: str | None, runs: int | None) -> Stop | None:
    """Return the stop rule of a command line.

    Raises
    ------
    Mistake
        If it is not written as a measure and a width, or nobody says where to end at the latest.
    """
    from sim.model.outcomes import refuse_measure
    from sim.study.experiment import Stop

    if until is None:
        return None
    measure, _, width = until.partition(":")
    refuse_measure(measure)
    try:
        half_width = float(width)
    except ValueError:
        half_width = 0.0
    if not 0.0 < half_width < math.inf:
        raise Mistake(f"--until {until} says no width; write a measure and a half-width, as war_probability:0.005")
    if runs is None:
        raise Mistake("--until needs the most runs to play; write --runs, as --runs 1000000")
    if runs < 1:
        raise Mistake(f"{runs} runs are too few; ask for at least 1")
    return Stop(measure=measure, half_width=half_width, most=runs)


def announce(study: Study, out: Path | None, workers: int, left: int) -> None:
    """Say what the batches left of a sweep will cost before they are played; refuse what the disk cannot hold."""
    from sim.sweeps.cost import amount, estimate_cost

    cost = estimate_cost(study, left)
    print(cost.sentence(workers))
    if out is not None:
        there = next(path for path in (out.resolve(), *out.resolve().parents) if path.exists())
        free = shutil.disk_usage(there).free
        if cost.bytes > free:
            raise Mistake(
                f"{there} has {amount(free)} free and {amount(cost.bytes)} are needed; keep fewer --kept-paths"
            )


def report(out: Path) -> None:
    """Print the summary of a finished result as it was written, or what a shard has done."""
    from sim.answers import read_rows
    from sim.cli.printing import table
    from sim.results.manifest import SUMMARY, missing, provenance
    from sim.results.open import failures
    from sim.study.layout import Layout

    about = provenance(out)
    cut = Layout(**about["layout"])
    todo = missing(out, cut)
    if todo:
        done = sum(1 for _ in cut.batches()) - len(todo)
        print(f"shard {about['shard']}: {done} batches in {out}; `armsrace merge` joins the shards")
        return
    rows = read_rows(out / SUMMARY)
    one = "measure" in rows[0]
    table(measure_table(rows) if one else case_table(rows))
    if not one:
        more = f"{len(rows) - MOST_CASES} cases more, and " if len(rows) > MOST_CASES else ""
        print(f"{more}every factor and outcome with its interval in {out / SUMMARY}")
    left_out = len(failures(out))
    print(f"{about['runs']} runs" + ("" if one else " of each case") + f" in {out}")
    if about["stop"] is not None and "stopped" not in about:
        name, width = about["stop"]["measure"], about["stop"]["half_width"]
        print(f"{name} is not known to {width:g} yet; `armsrace resume {out} --runs N` plays more")
    if left_out:
        print(f"{left_out} runs broke and are left out; `armsrace failures {out}` lists them")


def measure_table(rows: Sequence[Mapping[str, str]]) -> list[tuple[str, ...]]:
    """Return the summary of one case for people."""
    return [
        (r["measure"], r["state"], _short(r["value"]), f"{_short(r['low'])} to {_short(r['high'])}", r["unit"])
        for r in rows
    ]


def _short(number: str) -> str:
    return f"{float(number):.3g}"


SHOWN = ("scenario", "point", "runs", "left_out")
MOST_CASES = 20  # shown; all of them are in summary.csv


def case_table(rows: Sequence[Mapping[str, str]]) -> list[tuple[str, ...]]:
    """Return the main outcomes of the first cases for people."""
    from sim.model.outcomes import MEASURES

    places = [name for name in SHOWN if name in rows[0]]
    main = [outcome for name, outcome in MEASURES.items() if outcome.main and name in rows[0]]
    shown = [tuple(row[name] for name in places) + tuple(f"{float(row[one.key]):{one.form}}" for one in main)
             for row in rows[:MOST_CASES]]  # fmt: skip
    return [(*places, *(one.key for one in main)), *shown]


def resume(
    out: ResultArgument,
    runs: Annotated[int | None, typer.Option(help="Grow to so many histories (of each case).")] = None,
    workers: Workers = 1,
    dask: Dask = None,
    strict: Strict = False,
    mixed: Mixed = False,
    dry_run: DryRun = False,
) -> None:
    """Finish a sweep that was interrupted, or grow a finished one."""
    from sim.results.manifest import directory
    from sim.sweeps import run
    from sim.sweeps.play import ExecutionOptions

    options = ExecutionOptions(workers, dask, strict=strict, progress=True)
    # A dry run looks on while somebody else writes.
    with nullcontext() if dry_run else run.guarded(directory(out)):
        left = run.rest(out, runs, mixed=mixed)
        announce(left.study, out, workers, len(left.todo))
        if dry_run:
            return
        run.go_on(out, left, options)
    report(out)


def merge(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Result directory to make.")],
    parts: Annotated[list[Path], typer.Argument(metavar="SHARD...", help="Result directories of the shards.")],
    mixed: Mixed = False,
    force: ForceOption = False,
) -> None:
    """Join the shards of a sweep into one result."""
    from sim.sweeps.shards import merge as join

    todo = join(out, parts, mixed=mixed, force=force)
    if todo:
        print(f"{len(todo)} batches are missing from {out}; merge more shards, or `armsrace resume {out}` plays them")
    else:
        report(out)


def verify(
    out: ResultArgument,
    sample: Annotated[int, typer.Option(help="How many blocks of 256 runs to play again.")] = 4,
    seed: Annotated[int | None, typer.Option(help="Which blocks; others at every call unless given.")] = None,
    repair: Annotated[bool, typer.Option("--repair", help="Play damaged batches again.")] = False,
) -> None:
    """Check every file of a result and play a sample again."""
    from sim.sweeps.verify import verify as check

    found = check(out, sample, seed=seed, repair=repair)
    for sentence in found.notes:
        print(f"note: {sentence}")
    print(f"{found.batches} batches, {found.files} files, {found.runs} runs played again")
    if not found.good:
        raise Mistake("\n".join([*(f"damaged: {what}" for what in found.damaged),
                                 *(f"played otherwise: {what}" for what in found.different),
                                 f"`armsrace verify {out} --repair` plays damaged batches again"]))  # fmt: skip
    print("everything is as it was written" + ("" if found.notes else ", to the last bit"))


def failures(out: ResultArgument) -> None:
    """List the runs that broke, with where and why."""
    from sim.cli.printing import table
    from sim.results.open import failures as broken

    rows = broken(out)
    if not rows:
        print("no run broke")
        return
    heads = ("scenario", "point", "run", "month", "phase", "message", "settings")
    table([heads, *(tuple(str(row[name]) for name in heads) for row in rows)])
