"""The verbs that play many runs and keep them: sweep, resume, merge, verify, failures."""

from __future__ import annotations

import math
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import sim
from sim.cli.options import WHOLE, EngineOption, ForceOption, ResultArgument, WithoutOption, reads_rules
from sim.cli.printing import table
from sim.model.arguments import MOST_RUNS, whole_number
from sim.model.mistakes import Mistake, command

if TYPE_CHECKING:
    from sim.study.experiment import Stop
    from sim.study.study import Study

What = Annotated[
    str, typer.Argument(metavar="SCENARIO|EXPERIMENT", help="A shipped scenario or experiment, or a file.")
]
Workers = Annotated[int, typer.Option(**WHOLE, help="How many processes play.")]
Dask = Annotated[str | None, typer.Option(metavar="ADDRESS", help="Dask scheduler to play on, as tcp://host:8786.")]
Strict = Annotated[bool, typer.Option("--strict", help="Stop at the first run that breaks.")]
Mixed = Annotated[bool, typer.Option("--mixed", help="Allow another engine, numpy or other processor features.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what it would cost and stop.")]


@reads_rules
def sweep(
    what: What,
    out: Annotated[Path | None, typer.Option(help="Result directory to make.")] = None,
    runs: Annotated[
        int | None, typer.Option(**WHOLE, help="How many histories (of each case); 1000 unless asked.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            **WHOLE,
            help="Seed of all luck; 0 unless asked. Common random numbers: run 17 here and run 17 of another scenario "
            "with the same seed share their luck.",
        ),
    ] = None,
    without: WithoutOption = None,
    kept_paths: Annotated[
        int | None, typer.Option(help="Of how many runs to keep the whole path; 1000 unless asked.")
    ] = None,
    members: Annotated[int | None, typer.Option(**WHOLE, hidden=True)] = None,  # what --kept-paths was in version 0.1
    until: Annotated[
        str | None,
        typer.Option(
            metavar="MEASURE:HALF_WIDTH",
            help="Stop once half of the 95 % interval of every case is below this, as war_probability:0.005; "
            "--runs is then the most.",
        ),
    ] = None,
    uncertainty: Annotated[
        str | None,
        typer.Option(
            metavar="prior|posterior",
            help="Play a scenario twice under the same luck: as it stands, and with what is not known drawn for each "
            "run from its priors or the posterior that it names. Figures then show luck and ignorance apart.",
        ),
    ] = None,
    double: Annotated[bool, typer.Option("--double", help="Keep paths as float64, twice the size of float32.")] = False,
    engine: EngineOption = None,
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
    from sim.results.report import report
    from sim.study.request import study_for
    from sim.sweeps.play import ExecutionOptions
    from sim.sweeps.run import sweep_into
    from sim.sweeps.shards import batches_of

    stop = stop_rule(until, runs)
    asked: dict[str, Any] = {
        "seed": seed,
        "kept_paths": members if kept_paths is None else kept_paths,
        "without": without or (),
        "double": double,
        "stop": stop,
        "uncertainty": uncertainty,
        "engine": engine,
    }
    study = study_for(what, runs, **asked)
    options = ExecutionOptions(workers, dask, strict=strict, progress="auto")
    announce(study, out, workers, len(batches_of(study, shard)))
    if dry_run:
        return
    if out is None:
        raise Mistake("a sweep needs a place for its result; write --out DIR, or --dry-run to see what it would cost")
    sweep_into(study, out, options, shard=shard, force=force)
    print(report(out))


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
    return Stop(measure=measure, half_width=half_width, most=whole_number(runs, "runs", least=1, most=MOST_RUNS))


def announce(study: Study, out: Path | None, workers: int, left: int) -> None:
    """Say what the batches left of a sweep will cost before they are played; refuse what the disk cannot hold."""
    from sim.sweeps.cost import estimate_cost, refuse_full_disk

    cost = estimate_cost(study, left)
    print(cost.sentence(workers))
    if out is not None:
        refuse_full_disk(cost, out)


@reads_rules
def resume(
    out: ResultArgument,
    runs: Annotated[int | None, typer.Option(**WHOLE, help="Grow to so many histories (of each case).")] = None,
    engine: Annotated[
        str | None,
        typer.Option(metavar="numpy|jax|jax-float32", help="Who plays what is left; another needs --mixed."),
    ] = None,
    workers: Workers = 1,
    dask: Dask = None,
    strict: Strict = False,
    mixed: Mixed = False,
    dry_run: DryRun = False,
) -> None:
    """Finish a sweep that was interrupted, or grow a finished one."""
    from sim.results.files import write_lock
    from sim.results.manifest import directory
    from sim.results.report import report
    from sim.sweeps.play import ExecutionOptions
    from sim.sweeps.resume import finish, unfinished

    options = ExecutionOptions(workers, dask, strict=strict, progress="auto")
    # A dry run looks on while somebody else writes.
    with nullcontext() if dry_run else write_lock(directory(out)):
        left = unfinished(out, runs, mixed=mixed, engine=engine)
        announce(left.study, out, workers, len(left.todo))
        if dry_run:
            return
        finish(out, left, options)
    print(report(out))


@reads_rules
def merge(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Result directory to make.")],
    parts: Annotated[list[Path], typer.Argument(metavar="SHARD...", help="Result directories of the shards.")],
    mixed: Mixed = False,
    force: ForceOption = False,
) -> None:
    """Join the shards of a sweep into one result."""
    from sim.results.report import report

    todo = sim.merge(out, parts, mixed=mixed, force=force)
    if todo:
        print(f"{len(todo)} batches are missing from {out}; merge more shards, or {command('resume', out)} plays them")
    else:
        print(report(out))


@reads_rules
def verify(
    out: ResultArgument,
    sample: Annotated[int, typer.Option(**WHOLE, help="How many blocks of 256 runs to play again.")] = 4,
    seed: Annotated[int | None, typer.Option(**WHOLE, help="Which blocks; others at every call unless given.")] = None,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what is damaged, batches by playing again.")] = False,
) -> None:
    """Check every file of a result and play a sample again."""
    found = sim.verify(out, sample, seed=seed, repair=repair)
    print(*found.looked_at, sep="\n")
    if not found.good:
        remedy = f"{command('verify', out, '--repair')} mends what is damaged"
        raise Mistake("\n".join([*found.found, remedy]))
    print(*found.found)


def failures(out: ResultArgument) -> None:
    """List the runs that broke, with where and why."""
    from sim.results.open import what_is_left

    rows = sim.failures(out)
    heads = ("scenario", "point", "run", "month", "phase", "message", "settings")
    if rows:
        table([heads, *(tuple(str(row[name]) for name in heads) for row in rows)])
    else:
        print("no run broke")
    if left := what_is_left(out):
        print(left)
