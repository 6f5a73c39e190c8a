"""What the command says of experiments before and after they are played: check, show, list, sensitivity."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.study.experiment import read_experiment, shipped

Result = Annotated[Path, typer.Argument(metavar="DIR", help="A result directory made by `armsrace sweep`.")]


# -- before


def rows_of_shipped() -> list[tuple[str, ...]]:
    """Return name, design and question of each shipped experiment."""
    experiments = [read_experiment(name) for name in shipped()]
    return [(e.name, e.design.kind, e.question) for e in experiments]


def check_experiment(name: str) -> None:
    """Check an experiment, its scenarios and every point, and print what would be played."""
    from sim.cli.printing import table
    from sim.scenario.check import load
    from sim.study.study import study_of_experiment

    experiment = read_experiment(name)
    study = study_of_experiment(experiment, tuple(load(experiment.file_of(one)) for one in experiment.scenarios))
    points, cut = study.points, study.layout
    assert points is not None
    print(f"{experiment.name}: {experiment.question}")
    print(f"scenarios: {', '.join(scenario.name for scenario in study.scenarios)}")
    most = "at most " if study.stop else ""
    print(f"{experiment.design.kind}: {cut.points} points of {most}{cut.runs} runs, {study.total} runs in all\n")
    heading = ("factor", "role", "from", "to", "numbers", "unit", "basis")
    stated = experiment.factors  # a design may add factors that the document does not name
    basis = [stated[path].basis or "not said" if path in stated else "" for path in points.factors]
    about = zip(points.factors, points.roles, points.units, basis, points.values.T, strict=True)
    rows = [(f, role, f"{v.min():g}", f"{v.max():g}", str(len(set(v.tolist()))), *rest) for f, role, *rest, v in about]
    if rows:
        table([heading, *rows])
    print("no mistake found")


# -- after


def sensitivity(
    result: Result,
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", metavar="NAME", help="war_probability unless given; may be given several times."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="CSV file for all rows.")] = None,
) -> None:
    """Say which factors of a designed sweep drive an outcome, by the analysis made for the design."""
    from sim.analysis.effects import drivers, drowned
    from sim.analysis.sensitivity import DIFFERENCE
    from sim.answers import write_rows
    from sim.cli.printing import table
    from sim.model.mistakes import Mistake
    from sim.results.manifest import directory, study_of
    from sim.results.open import open_result

    data, points = open_result(result), study_of(directory(result)).points
    if points is None:
        raise Mistake(f"{result} is a sweep of one scenario, nothing varies; sweep an experiment with several points")
    rows = drivers(data, points, measure or ["war_probability"])
    if out is not None:
        write_rows(rows, out)
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
