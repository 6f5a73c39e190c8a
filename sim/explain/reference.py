"""The parts of MODEL.md that are computed from the code, so that they cannot disagree with it.

``python -m sim.explain.reference`` says whether MODEL.md is up to date, ``--write`` brings it up to date. Each part
stands between a line ``<!-- generated: NAME -->`` and a line ``<!-- end -->``.
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import sim.model.rules  # noqa: F401  (fills the catalogue)
from sim.model.rule import CATALOGUE, Mechanism, Rule
from sim.model.turn import OPENING, TURN, Phase
from sim.model.variables import ACTORS, VARIABLES, Variable

PAGE = Path(__file__).resolve().parents[2] / "MODEL.md"
MARKED = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
NO_TEXT = "–"

Row = Sequence[str]


def generated() -> dict[str, str]:
    """Return every generated part by the name of its marker.

    Examples
    --------
    >>> list(generated())
    ['turn', 'rules', 'formulas', 'parameters', 'vocabulary']
    """
    return {
        "turn": turn(),
        "rules": rules(),
        "formulas": formulas(),
        "parameters": parameters(),
        "vocabulary": vocabulary(),
    }


# -- the parts


def turn() -> str:
    """Return the order of play: what is decided in each phase, and the bookkeeping around it."""
    return "\n".join(line for number, phase in enumerate((OPENING, *TURN)) for line in _phase(number, phase))


def rules() -> str:
    """Return the rules as a table, in the order of play."""
    head = ("phase", "card", "rule", "actor", "writes", "claim", "sources")
    return table(head, (_rule(rule) for rule in in_order_of_play()))


def formulas() -> str:
    """Return what each rule assumes and computes, in the order of play."""
    return "\n".join(_formula(rule) for rule in in_order_of_play())


def parameters() -> str:
    """Return the parameters of rules and bookkeeping as a table, in the order of play."""
    head = ("rule or entry", "parameter", "value", "unit", "range", "basis", "source or reason")
    mechanisms: list[Mechanism] = [*OPENING.before, *OPENING.after]
    for phase in TURN:
        mechanisms += [*phase.before, *_rules_of(phase), *phase.after]
    return table(head, (row for mechanism in mechanisms for row in _numbers(mechanism)))


def vocabulary() -> str:
    """Return the declared quantities as a table, kind of actor by kind of actor."""
    head = ("quantity", "of each", "axes", "kind", "unit", "bounds", "neutral", "fold", "meaning")
    ranked = sorted(VARIABLES.values(), key=lambda variable: ACTORS.index(variable.actor))
    return table(head, (_quantity(variable) for variable in ranked))


def in_order_of_play() -> list[Rule]:
    """Return all rules, phase by phase and by name within a phase."""
    return [rule for phase in TURN for rule in _rules_of(phase)]


# -- their rows


def _rules_of(phase: Phase) -> list[Rule]:
    """Return the rules consulted in a phase, by name."""
    return [CATALOGUE[name] for name in sorted(CATALOGUE) if CATALOGUE[name].phase == phase.name]


def _phase(number: int, phase: Phase) -> Iterable[str]:
    """Yield the lines of one phase."""
    yield f"{number}. **{phase.name}**: {phase.meaning}."
    yield from (f"   - before: {_named(entry)}" for entry in phase.before)
    for quantity in dict.fromkeys(rule.writes for rule in _rules_of(phase)):
        names = ", ".join(code(rule.name) for rule in _rules_of(phase) if rule.writes == quantity)
        variable = VARIABLES[quantity]
        yield f"   - decided: {code(quantity)} of each {variable.actor} ({variable.fold}) by {names}"
    yield from (f"   - after: {_named(entry)}" for entry in phase.after)


def _named(entry: Mechanism) -> str:
    """Return a bookkeeping entry with what it does."""
    return f"{code(entry.name)}. {first_sentence(entry)}"


def _rule(rule: Rule) -> Row:
    """Return the row of a rule."""
    wiring = (rule.phase, rule.card, code(rule.name), rule.actor, code(rule.writes))
    return (*wiring, first_sentence(rule), ", ".join(rule.evidence))


def _formula(rule: Rule) -> str:
    """Return the assumptions and the formula of a rule as one item of a list."""
    return f"- {code(rule.name)} ({rule.card}). {part(rule, 'Assumed')} Formula: {part(rule, 'Formula')}"


def _numbers(mechanism: Mechanism) -> Iterable[Row]:
    """Yield a row for each parameter of a rule or entry."""
    for name, number in mechanism.parameters.items():
        low, high = number.between
        why = "; ".join(part for part in (number.source, number.because) if part)
        span = f"{low:g} to {high:g}"
        yield (code(mechanism.name), code(name), f"{number:g}", number.unit, span, number.basis, why)


def _quantity(variable: Variable) -> Row:
    """Return the row of a quantity."""
    bounds = f"{_bound(variable.low)} to {_bound(variable.high)}"
    written = any(rule.writes == variable.name for rule in CATALOGUE.values())
    return (
        code(variable.name),
        variable.actor,
        ", ".join(variable.axes),
        variable.kind,
        variable.unit,
        bounds,
        f"{variable.neutral:g}",
        variable.fold if written else "",
        variable.meaning,
    )


def _bound(number: float) -> str:
    """Return a bound as a reader writes it."""
    return {float("inf"): "∞", float("-inf"): "-∞"}.get(number, f"{number:g}")


# -- text


def first_sentence(mechanism: Mechanism) -> str:
    """Return the first paragraph of a docstring on one line: the claim.

    Examples
    --------
    >>> first_sentence(CATALOGUE["seek_revenge"]).split(" as ")[0]
    'A state aims to spend more'
    """
    return _paragraphs(mechanism)[0]


def part(rule: Rule, label: str) -> str:
    """Return the paragraph of a rule's docstring that starts with a label, as a sentence of its own.

    Examples
    --------
    >>> part(CATALOGUE["seek_revenge"], "Formula")
    '``weight * (grievance - grievance_opening)``.'
    """
    found = next(text for text in _paragraphs(rule) if text.startswith(f"{label}: "))
    rest = found.removeprefix(f"{label}: ")
    return rest[:1].upper() + rest[1:] if label == "Assumed" else rest


def _paragraphs(mechanism: Mechanism) -> list[str]:
    """Return the paragraphs of a docstring, each on one line."""
    return [" ".join(text.split()) for text in (inspect.getdoc(mechanism.function) or "").split("\n\n")]


def code(name: str) -> str:
    """Return a name as code."""
    return f"`{name}`"


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
    lines = [head, *rows]
    cells = [[cell.replace("|", "\\|") or NO_TEXT for cell in line] for line in lines]
    cells.insert(1, ["---"] * len(head))
    return "\n".join(_line(line) for line in cells)


def _line(cells: Row) -> str:
    """Return one line of a table; the rule under the head has no blanks."""
    return f"|{'|'.join(cells)}|" if set(cells) == {"---"} else f"| {' | '.join(cells)} |"


def renewed(text: str, parts: Mapping[str, str]) -> str:
    r"""Return a page with its generated parts replaced.

    Raises
    ------
    ValueError
        If a marker names no part, or a part has no marker.

    Examples
    --------
    >>> page = "Before.\n<!-- generated: turn -->\nold\n<!-- end -->\nAfter."
    >>> print(renewed(page, {"turn": "new"}))
    Before.
    <!-- generated: turn -->
    <BLANKLINE>
    new
    <BLANKLINE>
    <!-- end -->
    After.
    """
    marked = [match[2] for match in MARKED.finditer(text)]
    if sorted(marked) != sorted(parts):
        raise ValueError(f"the page marks the parts {', '.join(marked) or 'none'}; there are {', '.join(parts)}")
    return MARKED.sub(lambda match: f"{match[1]}\n{parts[match[2]]}\n\n{match[3]}", text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check MODEL.md, or write its generated parts anew."""
    parser = argparse.ArgumentParser(prog="python -m sim.explain.reference", description=main.__doc__)
    parser.add_argument("--write", action="store_true", help="write instead of checking")
    asked = parser.parse_args(arguments)
    old = PAGE.read_text(encoding="utf-8")
    new = renewed(old, generated())
    if asked.write:
        PAGE.write_text(new, encoding="utf-8")
    elif old != new:
        print("MODEL.md is out of date: python -m sim.explain.reference --write", file=sys.stderr)
    return int(old != new and not asked.write)


if __name__ == "__main__":
    sys.exit(main())
