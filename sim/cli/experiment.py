"""What the command says of experiments before and after they are played: check, show, list, sensitivity."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
    from sim.analysis.effects import sensitivity
    from sim.analysis.text import sensitivity_text

    rows = sensitivity(result, measure or ["war_probability"])
    if out is not None:
        rows.write(out)
    print(sensitivity_text(rows))
