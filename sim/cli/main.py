"""The `armsrace` command: list, show, check, run, replay, plot; modules named `cli_*` add the rest.

Heavy modules are imported by the verbs that need them, so that looking at a
scenario stays quick.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from sim.cli import compare, experiment, study, sweep
from sim.cli.printing import table
from sim.explain import kinds
from sim.model.mistakes import Mistake
from sim.scenario.document import DocumentError, suggest

if TYPE_CHECKING:
    from sim.explain.happening import History

app = typer.Typer(
    name="armsrace",
    help="Simulate regional arms races: scenarios in YAML, Monte Carlo sweeps, agent-by-agent replays.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

WRONG = 2  # exit code for bad input
INTERRUPTED = 130

ScenarioArgument = Annotated[str, typer.Argument(help="Name of a shipped scenario, or a YAML file.")]
ResultArgument = Annotated[Path, typer.Argument(help="A result directory made by `armsrace sweep`.")]
SeedOption = Annotated[int, typer.Option(help="Seed of all luck.")]
WithoutOption = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="RULE", help="Switch a rule off; may be given several times."),
]


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


class Catalogue(StrEnum):
    """What can be listed."""

    scenarios = "scenarios"
    experiments = "experiments"
    rules = "rules"
    quantities = "quantities"
    sources = "sources"
    claims = "claims"
    figures = "figures"


class Interrupted(BaseException):
    """Ctrl-C. Typer would answer a KeyboardInterrupt itself, differently from version to version."""


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise Interrupted


def main() -> None:
    """Run the command; a mistake of the user is one sentence and exit code 2."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _interrupt)  # what a batch system sends before it kills
    try:
        app()
    except (DocumentError, Mistake) as mistake:
        _end(mistake, WRONG)
    except Interrupted as error:
        _end(sweep.interrupted(error), INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        more = "".join(f"; {note}" for note in getattr(error, "__notes__", ()))
        _end(f"{where}{error.strerror or error}; check the path, its permissions and the space left{more}", WRONG)
    except MemoryError:
        _end("there is not enough memory; ask for fewer --runs or --kept-paths", WRONG)


def _end(sentence: object, code: int) -> NoReturn:
    print(sentence, file=sys.stderr)
    sys.exit(code)


# -- looking


@app.command("list")
def list_(what: Annotated[Catalogue, typer.Argument(help="What to list.")] = Catalogue.scenarios) -> None:
    """List scenarios, experiments, rules, quantities, sources, claims of the articles or figures."""
    rows = {
        Catalogue.scenarios: _scenario_rows,
        Catalogue.experiments: experiment.rows_of_shipped,
        Catalogue.rules: _rule_rows,
        Catalogue.quantities: _quantity_rows,
        Catalogue.sources: _source_rows,
        Catalogue.claims: _claim_rows,
        Catalogue.figures: _figure_rows,
    }
    table(rows[what]())


def _scenario_rows() -> list[tuple[str, ...]]:
    """Name, horizon and question of each shipped scenario."""
    from sim.scenario.check import load
    from sim.scenario.schema import shipped

    scenarios = [load(name) for name in shipped()]
    return [(s.name, f"{s.start} to {s.end}", s.question) for s in scenarios]


def _rule_rows() -> list[tuple[str, ...]]:
    """Phase, name, actor, card, what it writes, first sentence."""
    rules = sorted(_catalogue().values(), key=lambda rule: (_phases().index(rule.phase), rule.name))
    return [(r.phase, r.name, r.actor, r.card, r.writes, first_sentence(r.function)) for r in rules]


def _phases() -> list[str]:
    """Return the phases in the order of play."""
    from sim.model.turn import TURN

    return [phase.name for phase in TURN]


def first_sentence(function: Any) -> str:
    """Return the first sentence of a docstring on one line."""
    return " ".join((function.__doc__ or "").split("\n\n")[0].split())


def _catalogue() -> dict[str, Any]:
    """Return the filled catalogue of rules."""
    import sim.model.rules  # noqa: F401
    from sim.model.rule import CATALOGUE

    return CATALOGUE


def _quantity_rows() -> list[tuple[str, ...]]:
    """Owner, name, axes, unit, kind, meaning."""
    from sim.model.variables import VARIABLES

    return [(v.actor, v.name, f"({', '.join(v.axes)})", v.unit, v.kind, v.meaning) for v in VARIABLES.values()]


def _source_rows() -> list[tuple[str, ...]]:
    """Key, kind, date and title."""
    from sim import evidence

    return [(s.key, s.kind, s.date, s.title) for s in evidence.sources().values()]


def _claim_rows() -> list[tuple[str, ...]]:
    """Number, article, kind, where it lives, paraphrase."""
    from sim import evidence
    from sim.scenario.claims import homes

    places = homes()
    return [(n, s.key, c.kind, _homes(places[n]), c.says) for n, (s, c) in evidence.claims().items()]


def _homes(places: Sequence[Any]) -> str:
    """Return the first home of a claim and how many more there are."""
    if not places or places[0].kind == "none":
        return "none"
    first = places[0].name.rpartition("::")[2]
    return f"{places[0].kind} {first}" + (f", {len(places) - 1} more" if len(places) > 1 else "")


def _figure_rows() -> list[tuple[str, ...]]:
    """Name and meaning of each figure."""
    from sim.plots import figures

    return [(name, first_sentence(function)) for name, function in figures().items()]


@app.command()
def show(
    words: Annotated[
        list[str], typer.Argument(metavar="NAME", help="A scenario, experiment, rule, quantity, source or claim.")
    ],
) -> None:
    """Show one scenario, experiment, rule, quantity, source or claim with its numbers and where they come from."""
    from sim import evidence
    from sim.model.variables import VARIABLES
    from sim.scenario.schema import shipped
    from sim.study import experiment as experiments

    *kind, name = words
    if kind not in ([], ["claim"]):
        raise Mistake(f"show one thing at a time; remove '{kind[0]}'")
    rules = _catalogue()
    if kind or name.upper() in evidence.claims():
        _show_claim(name.upper())
    elif name in rules:
        _show_rule(rules[name])
    elif name in VARIABLES:
        v = VARIABLES[name]
        axes = f"({', '.join(v.axes)})" if v.axes else "one number"
        print(f"{v.name} [{v.unit}]: {v.meaning}\n{v.kind} of each {v.actor}, {axes}, between {v.low:g} and {v.high:g}")
        writers = [rule.name for rule in rules.values() if rule.writes == name]
        print(f"written by: {', '.join(writers) or 'no rule'}" + (f"; combined by {v.fold}" if writers else ""))
    elif name in evidence.sources():
        _show_source(name)
    elif experiments.is_experiment(name):
        print(experiments.read_experiment(name).lock(), end="")
    elif name in shipped() or name.endswith((".yaml", ".yml")):
        from sim.scenario.check import load

        print(load(name).lock())
    else:
        known = [*rules, *VARIABLES, *evidence.sources(), *shipped(), *experiments.shipped(), *evidence.claims()]
        hint = suggest(name, known)
        raise Mistake(f"there is no scenario, rule, quantity, source or claim '{name}'{hint}")


def _show_rule(rule: Any) -> None:
    """Print a rule: docstring, wiring, parameters."""
    import inspect

    print(f"{rule.name}  ({rule.card}; {rule.actor}s, phase {rule.phase}, contributes to {rule.writes})\n")
    print(inspect.getdoc(rule.function))
    print(f"\nreads: {', '.join(rule.reads)}\nevidence: {', '.join(rule.evidence) or 'none'}")
    print(f"claims: {', '.join(rule.claims) or 'none'}")
    for key, p in rule.parameters.items():
        why = "; ".join(part for part in (p.source, p.because) if part)
        print(f"  {key} = {float(p):g} {p.unit}, {p.between[0]:g} to {p.between[1]:g}, {p.basis}: {why}")


def _show_claim(number: str) -> None:
    """Print a claim, its article and each of its homes."""
    from sim import evidence
    from sim.scenario.claims import homes

    if number not in evidence.claims():
        hint = suggest(number, evidence.claims()) or "; `armsrace list claims` names them"
        raise Mistake(f"there is no claim '{number}'{hint}")
    source, claim = evidence.claims()[number]
    print(f"{claim.id} ({claim.kind}), {source.outlet}, {source.date}: {source.title}  [{source.key}]\n\n{claim.says}")
    for name, figure in claim.figures.items():
        print(f"  {name} = {figure.value:g} {figure.unit}")
    print()
    for home in homes()[number]:
        where = f", in {home.scenario}" if home.scenario else ""
        print(f"{home.kind} {home.name}{where}: {home.says}" if home.name else f"no home: {home.says}")
        if home.formula:
            print(f"  {home.formula}")


def _show_source(key: str) -> None:
    """Print a source and what is claimed in it."""
    from sim import evidence

    source = evidence.source(key)
    print(f"{source.title}\n{source.outlet}, {source.date} ({source.kind})")
    for claim in source.claims:
        print(f"  {claim.id} ({claim.kind}): {claim.says}")


@app.command()
def check(
    scenario: Annotated[
        str | None,
        typer.Argument(metavar="SCENARIO|EXPERIMENT", help="A shipped scenario or experiment, or a YAML file."),
    ] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of files of this kind instead.")
    ] = False,
) -> None:
    """Check a scenario and count its numbers by basis, or check an experiment and count its points."""
    from sim.scenario import schema as scenarios
    from sim.study import experiment as experiments

    asks = scenario is not None and experiments.is_experiment(scenario)
    if schema:
        print(experiments.schema() if asks else scenarios.schema(), end="")
        return
    if scenario is None:
        raise Mistake("there is nothing to check; write the name of a scenario or experiment, or --schema")
    if asks:
        experiment.check_experiment(scenario)
        return
    from sim.scenario.check import census, load, warnings

    loaded = load(scenario)
    count = census(loaded)
    horizon = f"{loaded.start} to {loaded.end}, {loaded.steps} steps"
    print(f"{loaded.name}: {horizon}, {len(loaded.states)} states, {len(loaded.suppliers)} suppliers")
    print("numbers: " + ", ".join(f"{count[basis]} {basis}" for basis in ("reported", "derived", "assumed")))
    for warning in warnings(loaded):
        print(f"warning: {warning}")
    print("no mistake found")


# -- playing


@app.command()
def run(
    scenario: ScenarioArgument,
    seed: SeedOption = 0,
    number: Annotated[int, typer.Option("--run", help="Number of the run.")] = 0,
    without: WithoutOption = None,
    narrate: Annotated[bool, typer.Option("--narrate", help="Tell the run in dated sentences with reasons.")] = False,
    why: WhyOption = None,
    systems: SystemsOption = None,
) -> None:
    """Play one history agent by agent."""
    from sim.explain.history import run as play

    _report(play(scenario, seed, number, without or (), _named(systems)), narrate=narrate, why=why)


@app.command()
def replay(
    result: ResultArgument,
    number: Annotated[int, typer.Option("--run", help="Number of the run to re-enact.")] = 0,
    narrate: Annotated[
        bool | None, typer.Option("--narrate/--no-narrate", help="Tell it in sentences; the default without --why.")
    ] = None,
    why: WhyOption = None,
    systems: SystemsOption = None,
    scenario: Annotated[str | None, typer.Option(help="Which scenario, where the sweep has several.")] = None,
    point: Annotated[str | None, typer.Option(help="Which parameter point, where the sweep has several.")] = None,
) -> None:
    """Re-enact one run of a sweep with Mesa agents, checked against what the sweep recorded."""
    from sim.explain.history import replay as play

    history = play(result, number, _named(systems), scenario=scenario, point=point)
    as_it_was = history.broke + "; re-enacted by the agents up to there"
    same = f"run {number} re-enacted by the agents: the same outcomes as in the sweep"
    print(as_it_was if history.broke else same)
    _report(history, narrate=why is None if narrate is None else narrate, why=why)


def _named(file: Path | None) -> tuple[Any, ...] | None:
    """Return the named systems of a file; None for the shipped ones."""
    from sim.explain.systems import read_systems

    return None if file is None else read_systems(file)


def _report(history: History, *, narrate: bool, why: str | None) -> None:
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


for verb in (sweep.sweep, sweep.resume, sweep.merge, sweep.verify, sweep.failures):
    app.command()(verb)
app.command()(study.ablate)
app.command()(study.facts)
app.command()(compare.compare)
app.command()(compare.parts)
app.command()(compare.export)
app.command()(experiment.sensitivity)


# -- looking at results


@app.command()
def plot(
    result: Annotated[
        str, typer.Argument(help="A result directory, or DIR@scenario=NAME,point=LABEL for one case of several.")
    ],
    figure: Annotated[list[str] | None, typer.Argument(help="Which figures; all of them unless named.")] = None,
    number: Annotated[int, typer.Option("--run", help="Which run a figure of one run shows.")] = 0,
    against: Annotated[
        str | None, typer.Option(metavar="DIR", help="A second result or case, for figures of two.")
    ] = None,
) -> None:
    """Draw the figures of a result: PNG, SVG, the plotted numbers and a description beside each."""
    from sim import plots

    print(plots.plot(result, figure, run=number, against=against))
