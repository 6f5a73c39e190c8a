"""Verbs that play one run agent by agent, tell it and explain it: run, replay."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import sim
from sim.cli.options import WHOLE, ResultArgument, ScenarioArgument, SeedOption, WithoutOption, reads_rules
from sim.explain import kinds
from sim.model.mistakes import Mistake

if TYPE_CHECKING:
    from sim.explain.happening import History

WhyOption = Annotated[
    str | None,
    typer.Option(
        "--why",
        metavar="QUERY",
        help=f"Explain one happening, or why it did not come: a kind ({', '.join(kinds.names())}), "
        'an actor, a month or a year, for example "war 2020-09".',
    ),
]
SystemsOption = Annotated[
    Path | None,
    typer.Option("--systems", metavar="FILE", help="Named systems to tell orders with; the shipped ones unless given."),
]


@reads_rules
def run(
    scenario: ScenarioArgument,
    seed: SeedOption = 0,
    number: Annotated[int, typer.Option("--run", **WHOLE, help="Number of the run.")] = 0,
    without: WithoutOption = None,
    narrate: Annotated[bool, typer.Option("--narrate", help="Tell the run in dated sentences with reasons.")] = False,
    why: WhyOption = None,
    systems: SystemsOption = None,
) -> None:
    """Play one history agent by agent.

    One that breaks is told up to there.
    """
    history = sim.run(scenario, seed, number, without or (), _named(systems))
    _answer(history, narrate=narrate, why=why)
    if history.broke:  # as a sweep in which every run breaks
        raise Mistake(history.broke)


@reads_rules
def replay(
    result: ResultArgument,
    number: Annotated[int, typer.Option("--run", **WHOLE, help="Number of the run to re-enact.")] = 0,
    narrate: Annotated[
        bool | None, typer.Option("--narrate/--no-narrate", help="Tell it in sentences; the default without --why.")
    ] = None,
    why: WhyOption = None,
    systems: SystemsOption = None,
    scenario: Annotated[str | None, typer.Option(help="Which scenario, where the sweep has several.")] = None,
    point: Annotated[str | None, typer.Option(help="Which parameter point, where the sweep has several.")] = None,
) -> None:
    """Re-enact one run of a sweep agent by agent.

    It is checked against what the sweep recorded.
    """
    history = sim.replay(result, number, _named(systems), scenario=scenario, point=point)
    as_it_was = history.broke + "; re-enacted by the agents up to there"
    same = f"run {number} re-enacted by the agents: the same outcomes as in the sweep"
    print(as_it_was if history.broke else same)
    _answer(history, narrate=why is None if narrate is None else narrate, why=why)


def _named(file: Path | None) -> tuple[Any, ...] | None:
    """Return the named systems of a file; None for the shipped ones."""
    from sim.explain.systems import read_systems

    return None if file is None else read_systems(file)


def _answer(history: History, *, narrate: bool, why: str | None) -> None:
    """Print what a run came to, its story if asked, or only the answer to a question."""
    from sim.explain.happening import came_to
    from sim.explain.narrative import narrate as tell
    from sim.explain.why import why as answer

    if narrate:
        print(tell(history))
    if why is not None:
        print(answer(history, why))
        return
    print("", *came_to(history), sep="\n")
