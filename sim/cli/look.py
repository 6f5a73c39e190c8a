"""Verbs that look at what there is and play nothing: list, show, check, cite."""

from __future__ import annotations

from typing import Annotated

import typer

import sim
from sim.cli.options import reads_rules
from sim.cli.printing import table
from sim.model.mistakes import Mistake


@reads_rules
def list_(
    what: Annotated[
        str,
        typer.Argument(
            help="scenarios, experiments, rules, parameters, quantities, sources, claims, actors or figures."
        ),
    ] = "scenarios",
) -> None:
    """List what there is of a kind, for example of rules."""
    table(row.values() for row in sim.list(what))


@reads_rules
def show(
    words: Annotated[
        list[str],
        typer.Argument(metavar="NAME", help="A scenario, experiment, rule, parameter, quantity, source, claim, actor."),
    ],
) -> None:
    """Show one thing with its numbers and where they come from.

    A scenario, experiment, rule, parameter, quantity, source, claim, actor or figure.
    """
    print(sim.show(" ".join(words)))


@reads_rules
def check(
    what: Annotated[
        str | None,
        typer.Argument(metavar="SCENARIO|EXPERIMENT", help="A shipped scenario or experiment, or a YAML file."),
    ] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of files of this kind instead.")
    ] = False,
) -> None:
    """Check a scenario or an experiment.

    Counts the numbers of a scenario by basis (reported, derived, assumed), the points and runs of an experiment.
    """
    if schema:
        from sim.scenario.json_schema import json_schema
        from sim.study import experiment

        of_experiments = what is not None and experiment.is_experiment(what)
        print(experiment.schema() if of_experiments else json_schema(), end="")
        return
    if what is None:
        raise Mistake("there is nothing to check; write the name of a scenario or experiment, or --schema")
    print(sim.check(what))


@reads_rules
def cite(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME...", help="Scenarios, experiments, result directories, rules, sources or claims."),
    ] = None,
    bibtex: Annotated[bool, typer.Option("--bibtex", help="Print entries of a BibTeX file.")] = False,
) -> None:
    """Say how to cite the software, and what a study rests on."""
    found = sim.cite(*(names or ()))
    if bibtex:
        print(found.bibtex, end="")
    else:
        print(found)
