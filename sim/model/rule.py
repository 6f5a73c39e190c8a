"""The rule contract: one agent's decision, written once, filed in a catalogue.

`@rule` reads a function's signature: positional arguments are quantities of
the world (`sim.model.variables`) or ``draws``, keyword-only arguments are parameters
with a `Parameter` default. The function itself is returned untouched. It may stand anywhere:
in the rulebook, in a file of one's own, in a script or a notebook.
"""

from __future__ import annotations

import inspect
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Any, TypeVar

from sim.answers import Shortened
from sim.model.mistakes import Mistake, suggest, unknown
from sim.model.parameter import Parameter
from sim.model.variables import ACTORS, AXES, VARIABLES, Variable
from sim.model.world import Array, Sight, sight

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, repr=False)
class Mechanism(Shortened):
    """A pure function of the world bound by its signature.

    Attributes
    ----------
    name, actor : str
        Function name and the kind of actor through whose eyes it sees.
    function : callable
        The function itself.
    reads : tuple of str
        Its positional arguments.
    parameters : mapping of str to Parameter
        Its keyword-only arguments with their defaults.
    borrows : mapping of str to str
        Its keyword-only arguments that are ``mechanism.parameter`` of another, set there and meant here too.
    draws : int
        How many uniforms it takes per actor and step.
    per : str
        Axis over which it takes that many each, or "".
    stream : str
        Frozen name of its luck; a renamed mechanism keeps it.
    evidence : tuple of str
        Keys of the sources behind the mechanism; those of its numbers are theirs.
    """

    name: str
    actor: str
    function: Callable[..., Any]
    reads: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    borrows: Mapping[str, str]
    draws: int
    per: str
    stream: str
    evidence: tuple[str, ...] = field(default=(), kw_only=True)

    @cached_property
    def sights(self) -> tuple[Sight | None, ...]:
        """How its actor sees what it reads, in that order; None for luck."""
        return tuple(None if word == "draws" else sight(self.actor, word) for word in self.reads)

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Names of the quantities it reads, whoever's they are."""
        return tuple(how.variable.name for how in self.sights if how is not None)

    @cached_property
    def reads_givens(self) -> bool:
        """Whether it takes no luck and reads only what the scenario sets."""
        return not self.draws and all(VARIABLES[name].kind == "given" for name in self.sources)


@dataclass(frozen=True, repr=False)
class Rule(Mechanism):
    """A mechanism that contributes a reason to a decision.

    Attributes
    ----------
    phase : str
        Phase of the turn in which it is consulted: that in which the quantity is decided.
    writes : str
        The quantity it contributes to.
    card : str
        Rule card, for example ``"R03"``.
    claims : tuple of str
        Numbers of the article claims it carries, for example ``"SF-48"``.
    says : str
        Reason sentence; ``{actor}``, ``{other}`` and quantities it reads may be named.
    """

    phase: str
    writes: str
    card: str
    says: str
    claims: tuple[str, ...] = ()

    @property
    def variable(self) -> Variable:
        """The quantity written."""
        return VARIABLES[self.writes]


CATALOGUE: dict[str, Rule] = {}
ENTRIES: dict[str, Mechanism] = {}  # of the books

Terms = dict[str, list[tuple[Rule, Array]]]  # what rules contribute, by quantity

RULEBOOK, BOOKS = "sim.model.rules", "sim.model.accounting"  # by name, since they import this file


def first_sentence(function: Callable[..., Any]) -> str:
    """Return the first paragraph of a docstring on one line."""
    return " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())


def _signature(
    function: Callable[..., Any], actor: str, borrows: Mapping[str, str]
) -> tuple[tuple[str, ...], dict[str, Parameter]]:
    """Split a signature into quantities and parameters of its own, and check every name."""
    reads: list[str] = []
    parameters: dict[str, Parameter] = {}
    for name, argument in inspect.signature(function).parameters.items():
        if name in borrows:
            continue
        if argument.kind is argument.KEYWORD_ONLY:
            if not isinstance(argument.default, Parameter):
                raise TypeError(f"{function.__name__}: parameter '{name}' needs a Parameter(...) default")
            parameters[name] = argument.default
        else:
            if name != "draws":
                sight(actor, name)
            reads.append(name)
    return tuple(reads), parameters


def mechanism_of(
    function: Callable[..., Any],
    *,
    actor: str,
    draws: int,
    per: str,
    stream: str,
    borrows: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the attributes every mechanism has, read from a function.

    Raises
    ------
    KeyError, TypeError
        If the actor kind or a quantity is unknown, a parameter has no default, or
        ``draws`` is taken and not declared.
    """
    if actor not in ACTORS:
        raise KeyError(unknown(actor, ACTORS, "kind of actor"))
    if per and per not in AXES:
        raise KeyError(unknown(per, AXES, "axis"))
    reads, parameters = _signature(function, actor, borrows or {})
    if ("draws" in reads) != (draws > 0):
        raise TypeError(f"{function.__name__}: declare draws=N exactly if the function takes 'draws'")
    return {
        "name": function.__name__,
        "actor": actor,
        "function": function,
        "reads": reads,
        "parameters": parameters,
        "borrows": borrows or {},
        "draws": draws,
        "per": per,
        "stream": stream or function.__name__,
    }


def rule(
    *,
    actor: str,
    writes: str,
    says: str,
    card: str = "",
    evidence: Sequence[str] = (),
    claims: Sequence[str] = (),
    draws: int = 0,
    per: str = "",
    stream: str = "",
) -> Callable[[Function], Function]:
    """File a function in the catalogue as a rule and return it untouched.

    Parameters
    ----------
    actor : {"state", "supplier", "mediator", "region"}
        Who decides by it.
    writes : str
        The quantity it contributes to, one that other rules contribute to already.
    says : str
        Its reason in words; ``{actor}``, ``{other}``, what it reads and its parameters may be named.
    card : str
        Rule card, of a rule of the rulebook.
    evidence, claims : sequence of str
        Keys of sources and numbers of claims behind it.
    draws, per, stream : int, str, str
        Uniforms it takes per actor and step; the axis over which it takes that many each; the name of its luck, its
        own unless given.

    Raises
    ------
    Mistake
        If the function is no rule, or its name is taken by another; with file and line.
    """

    def file(function: Function) -> Function:
        try:
            if not inspect.isfunction(function) or not function.__name__.isidentifier():
                raise TypeError("only a function with a name can be a rule")
            entry = Rule(
                **mechanism_of(function, actor=actor, draws=draws, per=per, stream=stream),
                phase=_phase(function, writes),
                writes=writes,
                card=card,
                evidence=tuple(evidence),
                says=says,
                claims=tuple(claims),
            )
            sight(actor, writes) if entry.variable.actor != "region" else None
            _check_sentence(entry)
            _refuse_taken(entry)
        except (KeyError, TypeError, ValueError) as error:
            code = getattr(function, "__code__", None)
            where = f"{code.co_filename}:{code.co_firstlineno}: " if code else ""
            raise Mistake(f"{where}{error.args[0]}") from None
        CATALOGUE[entry.name] = entry
        return function

    return file


def _phase(function: Callable[..., Any], writes: str) -> str:
    """Return the phase a rule belongs to: that of its folder in the rulebook, or the one that decides the quantity."""
    if function.__module__.startswith(f"{RULEBOOK}."):
        return function.__module__.split(".")[-2]
    for known in (RULEBOOK, BOOKS):
        import_module(known)
    phases = {entry.writes: entry.phase for entry in CATALOGUE.values()}
    if writes not in phases:
        meant = suggest(writes, phases) or f"; write one of {', '.join(sorted(phases))}"
        raise KeyError(f"rules do not decide '{writes}'{meant}")
    return phases[writes]


def _refuse_taken(entry: Rule) -> None:
    """A name belongs to whoever had it first; a rule may be defined again where it stands."""
    other = CATALOGUE.get(entry.name) or ENTRIES.get(entry.name)
    if other is not None and (entry.name in ENTRIES or other.function.__module__ != entry.function.__module__):
        whose = "an entry of the books" if entry.name in ENTRIES else f"a rule in {other.function.__code__.co_filename}"
        raise ValueError(f"'{entry.name}' is the name of {whose} already; choose another")


def _check_sentence(entry: Rule) -> None:
    """A reason sentence may name actors, quantities the rule reads, and its parameters."""
    known = {"actor", "other", "draws", *entry.reads, *entry.parameters}
    for _, word, _, _ in string.Formatter().parse(entry.says):
        if word is not None and word not in known:
            raise KeyError(f"{entry.name}: reason sentence, {unknown(word, known, 'word')}")
