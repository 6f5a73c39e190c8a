"""The command `armsrace`: its verbs in order, and what becomes of mistakes, of Ctrl-C and of a full disk.

Every verb is a function of the same name in `sim`, parsed and printed by the neighbours of this file. Heavy modules are
imported by the functions that need them, so that looking at a scenario stays quick.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from sim.cli import analyse, brief, calibrate, draft, lesson, look, play, plot, sweep, validate
from sim.cli import app as live
from sim.cli.streams import guarded
from sim.model.mistakes import Mistake
from sim.scenario.document import DocumentError
from sim.version import VERSION

WRONG = 2  # exit code for bad input
INTERRUPTED = 130
RENAMED = {"facts": "targets", "parts": "variance"}  # words of version 0.1, understood and not shown


class Verbs(TyperGroup):
    """The verbs, which answer to the words they had before too."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the verb of a word."""
        return super().get_command(ctx, RENAMED.get(cmd_name, cmd_name))


app = typer.Typer(
    cls=Verbs,
    name="armsrace",
    help="Simulate regional arms races: scenarios in YAML, Monte Carlo sweeps, agent-by-agent replays.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(asked: bool) -> None:
    if asked:
        print(f"armsrace {VERSION}")
        raise typer.Exit


@app.callback()
def _before_any_verb(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None: ...


app.command("list")(look.list_)
for verb in (
    *(look.show, look.check, look.cite),
    *(play.run, play.replay),
    *(sweep.sweep, sweep.resume, sweep.merge, sweep.verify, sweep.failures),
    *(analyse.ablate, analyse.targets, analyse.compare, analyse.variance, analyse.sensitivity),
    calibrate.calibrate,
    validate.hindcast,
    brief.brief,
    live.app,
    live.explore,
    lesson.lesson,
    *(plot.plot, plot.export),
):
    app.command()(verb)
app.add_typer(draft.import_, name="import")
app.add_typer(draft.new, name="new")


@cache
def command() -> Any:
    """Return the command with all its verbs, which takes longer to make than most verbs to parse."""
    return typer.main.get_command(app)


def verbs() -> dict[str, Any]:
    """Return every verb by its words, those of groups as ``import sipri``."""
    found: dict[str, Any] = {}
    for name, verb in command().commands.items():
        group = getattr(verb, "commands", None)
        found |= {name: verb} if group is None else {f"{name} {word}": of for word, of in group.items()}
    return found


class Interrupted(BaseException):
    """Ctrl-C. Typer would answer a KeyboardInterrupt itself, differently from version to version."""


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise Interrupted


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise `Interrupted` on Ctrl-C and on what a batch system sends before it kills; give the signals back after.

    A handler that somebody else has set is left alone, so that a program around this one keeps its own.
    """
    unset = ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL))
    taken = {number: handler for number, handler in unset if signal.getsignal(number) is handler}
    for number in taken:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in taken.items():
            signal.signal(number, handler)


def main() -> None:
    """Run the command; a mistake of the user is one sentence and exit code 2."""
    with guarded():
        _run()


def _run() -> None:
    try:
        with interruptible():
            command()()
    except (DocumentError, Mistake) as mistake:
        _end(mistake, WRONG)
    except Interrupted as error:
        _end(_interrupted(error), INTERRUPTED)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        more = "".join(f"; {note}" for note in getattr(error, "__notes__", ()))
        _end(f"{where}{error.strerror or error}; check the path, its permissions and the space left{more}", WRONG)
    except MemoryError:
        _end("there is not enough memory; ask for fewer --runs or --kept-paths", WRONG)


def _interrupted(error: BaseException) -> str:
    """Return what to say when a sweep was interrupted."""
    notes = getattr(error, "__notes__", [])
    return "interrupted; " + (notes[-1] if notes else "to start again, run the same command with --force")


def _end(sentence: object, code: int) -> NoReturn:
    print(sentence, file=sys.stderr)
    sys.exit(code)
