"""What there is: scenarios, experiments, rules, parameters, quantities, sources, claims, actors and figures."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sim.model.rules  # noqa: F401  (fills the catalogue of rules)
from sim import evidence
from sim.answers import Answer, Rows
from sim.explain import actors, parameters
from sim.model.mistakes import Mistake, command, find, suggest, unknown
from sim.model.rule import CATALOGUE, first_sentence
from sim.model.turn import TURN
from sim.model.variables import VARIABLES
from sim.scenario import claim_effects, claims
from sim.scenario.check import load
from sim.scenario.document import DocumentError
from sim.scenario.files import heading, shipped_scenarios
from sim.study.experiment import is_experiment, read_experiment, shipped_experiments

Row = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of thing there is.

    Attributes
    ----------
    names : callable
        Returns the names of all of them.
    rows : callable
        Yields how each is listed, the same columns for all.
    text : callable
        Takes a name and returns how it is shown on its own.
    """

    names: Callable[[], Collection[str]]
    rows: Callable[[], Iterable[Row]]
    text: Callable[[str], str]


@dataclass(frozen=True, repr=False)
class Entry(Answer):
    """One thing there is.

    Attributes
    ----------
    kind, name : str
        What it is, as in `list`, and what it is called.
    text : str
        What there is to know about it.
    """

    kind: str
    name: str
    text: str

    def __str__(self) -> str:
        """Return what there is to know about it."""
        return self.text


def list(what: str = "scenarios") -> Rows:
    """List what there is of a kind.

    Parameters
    ----------
    what : str
        ``scenarios``, ``experiments``, ``rules``, ``parameters``, ``quantities``, ``sources``, ``claims`` of the
        articles, ``actors`` or ``figures``.

    Returns
    -------
    Rows
        A row for each, with its name and what it is about.

    Raises
    ------
    Mistake
        If there is no such kind.

    Examples
    --------
    >>> [row["phase"] for row in list("rules") if row["name"] == "spend_oil_money"]
    ['budget']
    """
    kind = find(what, KINDS)
    if kind is None:
        raise Mistake(f"{unknown(what, KINDS, 'kind of things to list')}; write {', '.join(KINDS)}")
    return Rows(KINDS[kind].rows())


def show(name: str) -> Entry:
    """Show one scenario, experiment, rule, parameter, quantity, source, claim, actor or figure: its numbers, and where
    they come from.

    Parameters
    ----------
    name : str
        As it is listed, or the file of a scenario or experiment.

    Raises
    ------
    Mistake
        If nothing has this name, with a suggestion.

    Examples
    --------
    >>> show("milex").kind
    'quantities'
    """
    if is_experiment(name):  # also a file
        return _entry("experiments", name)
    if name.endswith((".yaml", ".yml")):
        return _entry("scenarios", name)
    *before, name = name.split() or [""]
    if before not in ([], ["claim"]):
        raise Mistake(f"show one thing at a time; remove '{before[0]}'")
    if before and not find(name, evidence.claims()):
        hint = suggest(name, evidence.claims()) or "; `armsrace list claims` names them"
        raise Mistake(f"there is no claim '{name.upper()}'{hint}")
    # Figures last, since drawing is heavy to import.
    for what, kind in KINDS.items():
        if found := find(name, kind.names()):
            return _entry(what, found)
    hint = suggest(name, [known for kind in KINDS.values() for known in kind.names()])
    raise Mistake(f"there is no scenario, rule, quantity, source, claim or actor '{name}'{hint}")


def _entry(what: str, name: str) -> Entry:
    return Entry(what, name, KINDS[what].text(name).rstrip("\n"))


# -- scenarios and experiments


def _documents(names: Iterable[str], column: str, read: Callable[[str], tuple[str, str]]) -> Iterator[Row]:
    """Yield how each document is listed; one that cannot be read hides no other and is told by what is wrong."""
    for name in names:
        try:
            said, question = read(name)
        except (DocumentError, Mistake) as error:
            first, *more = str(error).splitlines()
            said, question = "-", f"cannot be read: {first}" + (f" (and {len(more)} more)" if more else "")
        yield {"name": name, column: said, "question": question}


def _scenario(name: str) -> tuple[str, str]:
    top = heading(name)
    return f"{top.get('start', '?')} to {top.get('end', '?')}", str(top.get("question") or "-")


def _experiment(name: str) -> tuple[str, str]:
    asked = read_experiment(name)
    return asked.design.kind, asked.question


# -- rules and quantities


def _rules() -> Iterator[Row]:
    """Yield the rules in the order of play."""
    phases = [phase.name for phase in TURN]
    for r in sorted(CATALOGUE.values(), key=lambda rule: (phases.index(rule.phase), rule.name)):
        claim = first_sentence(r.function)
        yield {"phase": r.phase, "name": r.name, "actor": r.actor, "card": r.card, "writes": r.writes, "claim": claim}


def _rule(name: str) -> str:
    """Return docstring, wiring and parameters of a rule."""
    rule = CATALOGUE[name]
    lines = [
        f"{rule.name}  ({rule.card or 'no card'}; {rule.actor}s, phase {rule.phase}, contributes to {rule.writes})\n",
        inspect.getdoc(rule.function) or "",
        f"\nreads: {', '.join(rule.reads)}\nevidence: {', '.join(rule.evidence) or 'none'}",
        f"claims: {', '.join(rule.claims) or 'none'}",
    ]
    lines += [f"  {parameters.told(key, p)}" for key, p in rule.parameters.items()]
    return "\n".join(lines)


def _quantities() -> Iterator[Row]:
    for v in VARIABLES.values():
        axes = f"({', '.join(v.axes)})"
        yield {"actor": v.actor, "name": v.name, "axes": axes, "unit": v.unit, "kind": v.kind, "meaning": v.meaning}


def _quantity(name: str) -> str:
    """Return meaning, axes and bounds of a quantity, and which rules write it."""
    v = VARIABLES[name]
    axes = f"({', '.join(v.axes)})" if v.axes else "one number"
    writers = [rule.name for rule in CATALOGUE.values() if rule.writes == name]
    lines = [
        f"{v.name} [{v.unit}]: {v.meaning}",
        f"{v.kind} of each {v.actor}, {axes}, between {v.low:g} and {v.high:g}",
        f"written by: {', '.join(writers) or 'no rule'}" + (f"; combined by {v.fold}" if writers else ""),
    ]
    return "\n".join(lines)


# -- sources and claims


def _sources() -> Iterator[Row]:
    for source in evidence.sources().values():
        yield {"key": source.key, "kind": source.kind, "date": source.date, "title": source.title}


def _source(key: str) -> str:
    """Return a source and what is claimed in it."""
    source = evidence.source(key)
    said = [f"  {claim.id} ({claim.kind}): {claim.says}" for claim in source.claims]
    return "\n".join([source.title, f"{source.outlet}, {source.date} ({source.kind})", *said])


def _claims() -> Iterator[Row]:
    homes = claims.homes()
    for number, (source, claim) in evidence.claims().items():
        home = _first(homes[number])
        effect = claim_effects.told(number)
        yield {"claim": number, "source": source.key, "kind": claim.kind, "home": home, "effect": effect,
               "says": claim.says}  # fmt: skip


def _first(homes: Sequence[claims.Home]) -> str:
    """Return the first home of a claim and how many more there are."""
    if not homes or homes[0].kind == "none":
        return "none"
    first = homes[0].name.rpartition("::")[2]
    return f"{homes[0].kind} {first}" + (f", {len(homes) - 1} more" if len(homes) > 1 else "")


def _claim(number: str) -> str:
    """Return a claim, its figures, its article and each of its homes."""
    source, claim = evidence.claims()[number]
    lines = [f"{claim.id} ({claim.kind}), {source.outlet}, {source.date}: {source.title}  [{source.key}]"]
    lines += ["", claim.says, *(f"  {name} = {f.value:g} {f.unit}" for name, f in claim.figures.items()), ""]
    for home in claims.homes()[number]:
        where = f", in {home.scenario}" if home.scenario else ""
        lines.append(f"{home.kind} {home.name}{where}: {home.says}" if home.name else f"no home: {home.says}")
        lines += [f"  {home.formula}"] if home.formula else []
    measured = claim_effects.effects().get(number, ())
    lines += ["", *(f"effect in {effect.scenario}, {effect}" for effect in measured)] if measured else []
    return "\n".join(lines)


# -- figures


def _drawn() -> dict[str, tuple[str, str]]:
    """Return what each figure shows and needs, by name; drawing is imported only when it is asked for."""
    from sim.plots import about, figures

    return {name: about(name) for name in figures()}


def _figures() -> Iterator[Row]:
    for name, (shows, needs) in _drawn().items():
        yield {"name": name, "shows": shows.partition("\n")[0], "needs": needs}


def _figure(name: str) -> str:
    """Return what a figure shows, what it needs, and how it is asked for."""
    shows, needs = _drawn()[name]
    return f"{shows}\n\nneeds {needs}\ndrawn by {command('plot', 'DIR', name)}"


KINDS = {
    "scenarios": Kind(
        shipped_scenarios, lambda: _documents(shipped_scenarios(), "horizon", _scenario), lambda name: load(name).lock()
    ),
    "experiments": Kind(
        shipped_experiments,
        lambda: _documents(shipped_experiments(), "design", _experiment),
        lambda name: read_experiment(name).lock(),
    ),
    "rules": Kind(lambda: CATALOGUE, _rules, _rule),
    "parameters": Kind(parameters.parameters, parameters.rows, parameters.text),
    "quantities": Kind(lambda: VARIABLES, _quantities, _quantity),
    "sources": Kind(evidence.sources, _sources, _source),
    "claims": Kind(evidence.claims, _claims, _claim),
    "actors": Kind(actors.actors, actors.rows, actors.text),
    "figures": Kind(_drawn, _figures, _figure),
}
