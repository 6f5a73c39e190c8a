"""Where each claim of the articles lives: in a rule, a number of a scenario, an event, a test, or nowhere and why.

Rules, numbers and events name the claims they carry, so their homes are computed. What only a
test carries, and what nothing carries for a stated reason, stands in ``claims.yaml`` beside this file.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import sim.model.rules  # noqa: F401  (fills the catalogue)
from sim import evidence
from sim.model.rule import CATALOGUE, Rule
from sim.scenario.document import DocumentError
from sim.scenario.files import read_scenario, scenario_file, shipped_scenarios
from sim.scenario.schema import Figure, Scenario
from sim.scenario.strict_yaml import read_document

KINDS = ("rule", "parameter", "event", "test", "none")


@dataclass(frozen=True)
class Home:
    """One place where a claim is carried.

    Attributes
    ----------
    kind : {"rule", "parameter", "event", "test", "none"}
        What carries it; "none" if nothing does.
    name : str
        Of the rule; path of the number; date of the event; file and name of the test.
    says : str
        One sentence: what is done with the claim there, or why it has no home.
    formula : str
        Of a rule; empty for all others.
    scenario : str
        The shipped scenario of a number or an event; empty for all others.
    """

    kind: str
    name: str
    says: str
    formula: str = ""
    scenario: str = ""


def homes() -> dict[str, tuple[Home, ...]]:
    """Return the homes of every claim, sorted by its number; empty where it was forgotten.

    Examples
    --------
    >>> found = homes()
    >>> [(home.kind, home.name) for home in found["SF-43"]]
    [('rule', 'settle_after_defeat')]
    >>> found["SF-24"][0].kind
    'none'
    """
    found: dict[str, list[Home]] = {claim: [] for claim in evidence.claims()}
    for claim, home in (*_of_rules(), *_of_scenarios(), *_written()):
        if claim in found and not any(_alike(home, other) for other in found[claim]):
            found[claim].append(home)
    return {claim: tuple(places) for claim, places in found.items()}


def _alike(one: Home, other: Home) -> bool:
    """Scenarios share numbers and events; the first stands for all."""
    same = (one.kind, one.name) == (other.kind, other.name)
    return same and (one.kind != "event" or one.says == other.says)


# -- rules


def _of_rules() -> Iterator[tuple[str, Home]]:
    for rule in sorted(CATALOGUE.values(), key=lambda rule: rule.name):
        for claim in rule.claims:
            yield claim, _rule_home(rule)


def _rule_home(rule: Rule) -> Home:
    """Return a rule as a home: its first sentence and its formula."""
    paragraphs = [" ".join(part.split()) for part in (inspect.getdoc(rule.function) or "").split("\n\n")]
    formula = next((part for part in paragraphs if part.startswith("Formula:")), "")
    return Home("rule", rule.name, paragraphs[0], formula.removeprefix("Formula:").strip())


# -- scenarios


def _of_scenarios() -> Iterator[tuple[str, Home]]:
    for name, scenario in sorted(_readable().items(), key=lambda pair: _builds_on_another(pair[0])):
        for path, figure in _figures(scenario):
            for claim in figure.claims:
                yield claim, Home("parameter", path, _numbers(figure), scenario=name)
        for event in scenario.timeline:
            for claim in event.claims:
                yield claim, Home("event", event.date, event.what, scenario=name)


def _readable() -> dict[str, Scenario]:
    """Return the shipped scenarios by name; `armsrace list` says what is wrong with one that cannot be read."""
    found = {}
    for name in shipped_scenarios():
        with suppress(DocumentError):
            found[name], _ = read_scenario(name)
    return found


def _builds_on_another(name: str) -> bool:
    """Whether a scenario only says what differs from another; the other is to be named first."""
    return "extends" in read_document(scenario_file(name)).data


def _figures(scenario: Scenario) -> Iterator[tuple[str, Figure]]:
    """Yield every number of a scenario with where it stands."""
    for _, owner, actor in scenario.actors():
        for name, figure in (*actor.quantities.items(), *actor.parameters.items()):
            yield f"{owner}.{name}", figure
        for name in ("legacy_1992", "season"):
            if isinstance(part := getattr(actor, name, None), Figure):
                yield f"{owner}.{name}", part
    for name, figure in scenario.weapons.quantities.items():
        yield f"weapons.{name}", figure
    yield from scenario.parameters.items()


def _numbers(figure: Figure) -> str:
    """Return the numbers of a figure with their reason."""
    labelled = (figure.values or {}) | {str(year): number for year, number in (figure.by_year or {}).items()}
    parts = [f"{figure.value:g}"] if figure.value is not None else []
    parts += [f"{label} {number:g}" for label, number in labelled.items()]
    parts += ["uncertain"] if figure.distribution else []
    return ", ".join(parts) + f" ({figure.basis})" + (f": {figure.because}" if figure.because else "")


# -- what is written down


@cache
def _register() -> Mapping[str, Mapping[str, str]]:
    """Return ``sim/claims.yaml``: claims that only a test carries, or nothing.

    Raises
    ------
    ValueError
        If an entry is neither of the two.
    """
    raw = evidence.shipped((files("sim.scenario") / "claims.yaml").read_text(encoding="utf-8"))
    for claim, entry in raw.items():
        if set(entry) not in ({"test", "says"}, {"why_not"}):
            raise ValueError(f"claims.yaml: {claim}: write 'test:' and 'says:', or 'why_not:'")
    return dict(raw)


def _written() -> Iterator[tuple[str, Home]]:
    for claim, entry in _register().items():
        if "test" in entry:
            yield claim, Home("test", entry["test"], entry["says"])
        else:
            yield claim, Home("none", "", entry["why_not"])
