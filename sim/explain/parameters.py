"""The parameters of rules and of the books: value, range, and where each number comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sim.model.rules  # noqa: F401  (fills the catalogue of rules)
from sim.model.accounting import ENTRIES
from sim.model.parameter import Parameter
from sim.model.rule import CATALOGUE


def parameters() -> dict[str, Parameter]:
    """Return every parameter by the name under which a scenario sets it, ``rule.parameter``."""
    mechanisms = {name: one.parameters for name, one in (*CATALOGUE.items(), *ENTRIES.items())}
    return {f"{name}.{key}": p for name, owned in sorted(mechanisms.items()) for key, p in owned.items()}


def rows() -> Iterator[dict[str, Any]]:
    """Yield how each parameter is listed."""
    for name, p in parameters().items():
        low, high = p.between
        yield {"name": name, "value": f"{float(p):g}", "between": f"{low:g} to {high:g}", "unit": p.unit,
               "basis": p.basis, "because": p.because}  # fmt: skip


def told(name: str, p: Parameter) -> str:
    """Return a parameter on one line."""
    why = "; ".join(part for part in (p.source, p.because) if part)
    return f"{name} = {float(p):g} {p.unit}, {p.between[0]:g} to {p.between[1]:g}, {p.basis}: {why}"


def text(name: str) -> str:
    """Return a parameter, and whose it is."""
    owner, _, _ = name.rpartition(".")
    whose = "a rule; `armsrace show` tells it" if owner in CATALOGUE else "an entry of the books"
    return f"{told(name, parameters()[name])}\n{owner} is {whose}; a scenario sets it under 'parameters:'"
