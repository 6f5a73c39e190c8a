"""One card for each rule, entry of the books, quantity and source, in Markdown and from the code alone.

A card of a mechanism is its docstring, its numbers and its wiring; links lead to the other pages of the reference
(`sim.explain.reference`), which puts the cards in their order.
"""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import sim.model.rules  # noqa: F401  (fills the catalogue)
from sim import evidence
from sim.model.rule import CATALOGUE, Mechanism, Rule
from sim.model.turn import OPENING, TURN
from sim.model.variables import Variable
from sim.model.world import sight
from sim.scenario.check import load
from sim.scenario.files import shipped_scenarios
from sim.scenario.schema import Scenario
from sim.scenario.settings import MECHANISMS

ORDER = (OPENING, *TURN)  # what has a page, in the order of play
LABEL = re.compile(r"^(Reported|Assumed|Formula): (.|``.)")
FEW = 3  # scenarios that are named; more are counted
NO_TEXT = "–"

Row = Sequence[str]


class Place(NamedTuple):
    """Who in which scenario."""

    actor: str
    scenario: str


# -- mechanisms


def card(mechanism: Mechanism) -> str:
    """Return the card of a rule or entry: claim, reported, assumed, formula, numbers, wiring, where it is used.

    Examples
    --------
    >>> print(card(CATALOGUE["spend_oil_money"]).splitlines()[0])
    ### `spend_oil_money`
    """
    parts = [f"### {code(mechanism.name)}", *said(mechanism), _numbers(mechanism), "\n".join(_wiring(mechanism))]
    return "\n\n".join(part for part in parts if part)


def said(mechanism: Mechanism) -> list[str]:
    """Return the paragraphs of a docstring down to the examples, each on one line, with its label in bold."""
    text = (inspect.getdoc(mechanism.function) or "").split("\nExamples\n---")[0]
    lines = (" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))
    return [LABEL.sub(lambda match: f"**{match[1]}.** {match[2].upper()}", line) for line in lines]


def _numbers(mechanism: Mechanism) -> str:
    """Return the parameters as a table, and who sets another value."""
    rows = []
    for name, number in mechanism.parameters.items():
        low, high = number.between
        why = "; ".join(part for part in (_linked_source(number.source), number.because) if part)
        rows.append((code(name), f"{number:g}", number.unit, f"{low:g} to {high:g}", number.basis, why))
    if not rows:
        return ""
    numbers = table(("parameter", "value", "unit", "range", "basis", "source or reason"), rows)
    elsewhere = "; ".join(
        f"{code(name)} {value} {_whom(places)}"
        for name in mechanism.parameters
        for value, places in _settings()[f"{mechanism.name}.{name}"].items()
    )
    return f"{numbers}\n\nSet otherwise: {elsewhere}." if elsewhere else numbers


def _wiring(mechanism: Mechanism) -> Iterator[str]:
    """Yield what a mechanism reads and writes, its luck, what it rests on and who follows it, an item each."""
    yield f"- Reads {listed(_sight(mechanism, word) for word in mechanism.reads if word != 'draws')}"
    if mechanism.borrows:
        yield f"- Goes by {listed(map(_borrowed, mechanism.borrows.values()))}"
    if mechanism.draws:
        per = f" for each {mechanism.per}" if mechanism.per else ""
        yield f"- Luck: uniforms a step{per}: {mechanism.draws}, from the stream {code(mechanism.stream)}"
    if isinstance(mechanism, Rule):
        yield f"- Contributes to {_quantity_link(mechanism.writes)}; decided by each {mechanism.actor}"
        yield f"- Card {mechanism.card}; evidence: {listed(map(_linked_source, mechanism.evidence))}"
        if mechanism.claims:
            yield f"- Claims carried: {listed(map(_claim_link, mechanism.claims))}"
        yield f"- Followed by {_followers(mechanism)}"
    else:
        yield f"- Made for each {mechanism.actor}"
        if mechanism.evidence:
            yield f"- Evidence: {listed(map(_linked_source, mechanism.evidence))}"


def _sight(mechanism: Mechanism, word: str) -> str:
    """Return an argument with a link to the quantity it shows."""
    return f"[{code(word)}](quantities.md#{sight(mechanism.actor, word).variable.name})"


def _borrowed(path: str) -> str:
    """Return a parameter of another mechanism with a link to where it is set."""
    owner, _, name = path.partition(".")
    return f"{code(name)} of {mechanism_link(MECHANISMS[owner])}"


def _followers(rule: Rule) -> str:
    """Return who follows a rule, in which of the shipped scenarios."""
    places = [
        Place(_named(kind, key), scenario.name)
        for scenario in _scenarios()
        for kind, key, actor in scenario.actors()
        if rule.name in actor.rules
    ]
    return _whom(places).removeprefix("for ") if places else "nobody in the shipped scenarios"


@cache
def _settings() -> dict[str, dict[str, list[Place]]]:
    """Return by ``rule.parameter`` the other values that shipped scenarios set, and for whom."""
    found: dict[str, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for scenario in _scenarios():
        own = ((_named(kind, key), actor.parameters) for kind, key, actor in scenario.actors() if kind != "region")
        for whose, parameters in (("everybody", scenario.parameters), *own):
            for name, figure in parameters.items():
                value = f"{figure.value:g}" if figure.value is not None else "varying"
                found[name][value].append(Place(whose, scenario.name))
    return found


def _named(kind: str, key: str) -> str:
    return "the region" if kind == "region" else code(key)


@cache
def _scenarios() -> list[Scenario]:
    return [load(name) for name in shipped_scenarios()]


def _whom(places: Iterable[Place]) -> str:
    """Return places as words; actors that are met in the same scenarios stand together.

    Examples
    --------
    >>> _whom([Place("france", "one"), Place("israel", "one"), Place("france", "two"), Place("israel", "two")])
    'for france and israel (`one` and `two`)'
    """
    where: dict[str, list[str]] = defaultdict(list)
    for actor, scenario in places:
        where[actor].append(scenario)
    together: dict[str, list[str]] = defaultdict(list)
    for actor, scenarios in where.items():
        few = len(scenarios) <= FEW
        together[listed(map(code, scenarios)) if few else f"{len(scenarios)} scenarios"].append(actor)
    return "for " + ", ".join(f"{listed(actors)} ({scenarios})" for scenarios, actors in together.items())


# -- quantities, sources


def quantity(variable: Variable) -> str:
    """Return the card of a quantity: what it is, who writes it, who reads it.

    Examples
    --------
    >>> from sim.model.variables import VARIABLES
    >>> print(quantity(VARIABLES["grievance"]).splitlines()[0])
    ### `grievance`
    """
    axes = f"({', '.join(variable.axes)})" if variable.axes else "one number"
    bounds = f"{_bound(variable.low)} to {_bound(variable.high)}"
    lines = [
        f"### {code(variable.name)}\n",
        f"{variable.meaning[:1].upper()}{variable.meaning[1:]}.\n",
        f"- {variable.kind} of each {variable.actor}; {axes} [{variable.unit}], {bounds}, neutral {variable.neutral:g}",
    ]
    kept = [f"its path as {code(variable.keep)}"] if variable.keep else []
    kept += ["how many runs stand where in every step"] if variable.bins else []
    if kept:
        lines.append(f"- Kept in results: {listed(kept)}")
    if writers := [rule for rule in CATALOGUE.values() if rule.writes == variable.name]:
        lines.append(f"- Decided ({variable.fold}) by {listed(sorted(map(mechanism_link, writers)))}")
    if readers := [m for m in MECHANISMS.values() if variable.name in m.sources]:
        lines.append(f"- Read by {listed(sorted(map(mechanism_link, readers)))}")
    return "\n".join(lines)


def _bound(number: float) -> str:
    """Return a bound as a reader writes it."""
    return {float("inf"): "∞", float("-inf"): "-∞"}.get(number, f"{number:g}")


def source(entry: evidence.Source) -> str:
    """Return the card of a source: its reference, what is claimed in it, what rests on it."""
    lines = [f"### {code(entry.key)}\n", evidence.reference(entry)]
    lines += ["", entry.note] if entry.note else []
    lines += ["", *(f"- {claim.id} ({claim.kind}): {claim.says}" for claim in entry.claims)] if entry.claims else []
    if resting := [m for m in MECHANISMS.values() if entry.key in _evidence(m)]:
        lines += ["", f"Behind {listed(sorted(map(mechanism_link, resting)))}."]
    return "\n".join(lines)


def _evidence(mechanism: Mechanism) -> set[str]:
    """Return the keys of all that a mechanism rests on, its numbers included."""
    return {*mechanism.evidence, *(number.source for number in mechanism.parameters.values())}


# -- text


def mechanism_link(mechanism: Mechanism) -> str:
    """Return the name of a rule or entry with a link to its card."""
    return f"[{code(mechanism.name)}]({page_of(mechanism)}#{mechanism.name})"


def page_of(mechanism: Mechanism) -> str:
    """Return the page that holds the card of a rule or entry."""
    if isinstance(mechanism, Rule):
        return f"{mechanism.phase}.md"
    return next(f"{phase.name}.md" for phase in ORDER if mechanism in (*phase.before, *phase.after))


def _quantity_link(name: str) -> str:
    return f"[{code(name)}](quantities.md#{name})"


def _linked_source(key: str) -> str:
    return f"[{key}](sources.md#{key})" if key in evidence.sources() else key


def _claim_link(number: str) -> str:
    return f"[{number}](sources.md#{evidence.claims()[number][0].key})"


def code(name: str) -> str:
    """Return a name as code."""
    return f"`{name}`"


def listed(words: Iterable[str]) -> str:
    """Return words with commas and an ``and``.

    Examples
    --------
    >>> listed(["oil", "land", "fear"]), listed(["oil"]), listed([])
    ('oil, land and fear', 'oil', 'nothing')
    """
    *rest, last = list(words) or ["nothing"]
    return f"{', '.join(rest)} and {last}" if rest else last


def table(head: Row, rows: Iterable[Row]) -> str:
    r"""Return a Markdown table.

    Examples
    --------
    >>> print(table(("a", "b"), [("1", ""), ("x | y", "2")]))
    | a | b |
    |---|---|
    | 1 | – |
    | x \| y | 2 |
    """
    lines = [[cell.replace("|", "\\|") or NO_TEXT for cell in line] for line in (head, *rows)]
    first, *others = (f"| {' | '.join(line)} |" for line in lines)
    return "\n".join([first, f"|{'---|' * len(head)}", *others])
