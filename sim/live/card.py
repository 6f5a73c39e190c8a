"""The card of a rule for the page: what it says, on what it rests, its numbers."""

from __future__ import annotations

from typing import Any

from sim import evidence
from sim.explain.cards import said
from sim.model.mistakes import Mistake, unknown
from sim.model.parameter import Parameter
from sim.model.rule import Rule
from sim.scenario.settings import MECHANISMS


def card_of(name: str) -> dict[str, Any]:
    """Return the card of a rule, or of an entry of the books.

    Raises
    ------
    Mistake
        If there is no such rule.

    Examples
    --------
    >>> sorted(number["name"] for number in card_of("misjudge_rival")["numbers"])
    ['error', 'opacity', 'persistence']
    """
    if name not in MECHANISMS:
        raise Mistake(unknown(name[:60], MECHANISMS, "rule"))
    mechanism = MECHANISMS[name]
    works = mechanism.evidence if isinstance(mechanism, Rule) else ()
    return {
        "name": name,
        "kind": f"decided by each {mechanism.actor}" if isinstance(mechanism, Rule) else "kept in the books",
        "said": said(mechanism),
        "numbers": [_number(key, number) for key, number in mechanism.parameters.items()],
        "works": [evidence.reference(evidence.source(key)) for key in works],
    }


def _number(name: str, number: Parameter) -> dict[str, str]:
    """Return a parameter as it is read."""
    low, high = number.between
    source = evidence.named(evidence.source(number.source)) if number.source else ""
    unit = "" if number.unit == "1" else f" {number.unit}"
    return {
        "name": name, "value": f"{number:g}{unit}", "range": f"{low:g} to {high:g}", "basis": number.basis,
        "why": "; ".join(filter(None, (source, number.because))),
    }  # fmt: skip
