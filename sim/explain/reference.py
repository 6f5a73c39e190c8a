"""The reference pages, computed from the code so that they cannot disagree with it.

``python -m sim.explain.reference`` says which are out of date, ``--write`` brings them up to date: the pages of
``docs/reference/``, one for each phase of the turn, that of validation (`sim.explain.validation`), and in MODEL.md and
README.md what stands between a line ``<!-- generated: NAME -->`` and a line ``<!-- end -->``.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sim import evidence
from sim.explain import cards, validation
from sim.explain.cards import ORDER, card, code, listed, mechanism_link, table
from sim.model.outcomes import MEASURES
from sim.model.rule import CATALOGUE, Mechanism, Rule, first_sentence
from sim.model.turn import TURN, Phase
from sim.model.variables import ACTORS, VARIABLES

ROOT = Path(__file__).resolve().parents[2]
README, MODEL, FOLDER = Path("README.md"), Path("MODEL.md"), Path("docs", "reference")
MARKED = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
NOTE = "*Computed from the code by `python -m sim.explain.reference --write`; changes by hand are overwritten.*"


def pages() -> dict[Path, str]:
    """Return every page by its path from the root of the repository."""
    written = {"README": index(), "quantities": quantities(), "outcomes": outcomes(), "sources": sources()}
    written |= {phase.name: phase_page(phase) for phase in ORDER}
    hindcasts = validation.shown(ROOT)
    parts = {MODEL: {"turn": turn()}, README: {"hindcasts": validation.in_brief(hindcasts)}}
    marked = {name: renewed((ROOT / name).read_text(encoding="utf-8"), inserted) for name, inserted in parts.items()}
    told = {validation.PAGE: validation.page(hindcasts)}
    return {**marked, **told, **{FOLDER / f"{name}.md": f"{text}\n" for name, text in written.items()}}


# -- the turn in brief, for MODEL.md


def turn() -> str:
    """Return the order of play as a table, a phase a row, with links to the cards."""
    rows = (
        (f"{number}. [**{phase.name}**]({FOLDER.as_posix()}/{phase.name}.md)", phase.meaning, _decided(phase))
        for number, phase in enumerate(ORDER)
    )
    return table(("phase", "what happens", "decided"), rows)


def _decided(phase: Phase) -> str:
    return ", ".join(code(name) for name in _decisions(phase))


def _decisions(phase: Phase) -> dict[str, list[Rule]]:
    """Return by quantity the rules that contribute to it in a phase, by name."""
    found: dict[str, list[Rule]] = {}
    for name in sorted(CATALOGUE):
        if CATALOGUE[name].phase == phase.name:
            found.setdefault(CATALOGUE[name].writes, []).append(CATALOGUE[name])
    return dict(sorted(found.items()))


# -- pages


def index() -> str:
    """Return the first page: how to read a card, and every rule with its claim."""
    parts = [
        "# Reference",
        NOTE,
        "What [MODEL.md](../../MODEL.md) tells as a story stands here piece by piece. The opening and each phase of "
        "the turn have a page, on which every rule and every entry of the books has a card:",
        "- the claim, a sentence that could be false, and for an entry what it does;\n"
        "- *reported*, what which source says; *assumed*, what we added; the *formula*;\n"
        "- every parameter with its default, unit, range and basis. *Reported* is stated in a source, *derived* is "
        "computed from figures of a source, *assumed* is ours and has a reason. *Set otherwise* lists the values that "
        "the shipped scenarios give to somebody in particular;\n"
        "- what it reads and writes, its luck, its sources, and who follows it.",
        "A rule is a decision and can be switched off (`--without RULE`). An entry of the books is bookkeeping that "
        "nobody decides. Further pages: [quantities](quantities.md), [outcomes](outcomes.md), [sources](sources.md). "
        "`armsrace show NAME` prints any of them in a terminal.",
    ]
    for number, phase in enumerate(ORDER):
        rules = [rule for rules in _decisions(phase).values() for rule in rules]
        parts.append(f"## {number}. [{phase.name}]({phase.name}.md)\n\n{_sentence(phase.meaning)}")
        if rules:
            parts.append(table(("card", "rule", "claim"), (_claimed(rule) for rule in rules)))
        if entries := [*phase.before, *phase.after]:
            parts.append(f"Books: {listed(map(mechanism_link, entries))}.")
    return "\n\n".join(parts)


def _claimed(rule: Rule) -> tuple[str, str, str]:
    return rule.card, mechanism_link(rule), first_sentence(rule.function)


def phase_page(phase: Phase) -> str:
    """Return the page of a phase: its books and decisions in their order, a card each."""
    number = ORDER.index(phase)
    before, after = (ORDER[number - 1 : number], ORDER[number + 1 : number + 2])
    links = [
        f"[{way} phase: {p.name}]({p.name}.md)" for way, near in (("previous", before), ("next", after)) for p in near
    ]
    parts = [
        f"# Phase {number} of {len(TURN)}: {phase.name}" if phase in TURN else f"# Before the first step: {phase.name}",
        NOTE,
        f"{_sentence(phase.meaning)} [All phases](README.md); {', '.join(links)}.",
        *_books("Books before the decisions" if phase in TURN else "Books as on record", phase.before),
    ]
    for quantity, rules in _decisions(phase).items():
        variable = VARIABLES[quantity]
        title = f"## Decided by each {rules[0].actor}: {quantity.replace('_', ' ')}"
        how = f"{len(rules)} rules contribute (combined by {variable.fold})." if len(rules) > 1 else "One rule decides."
        parts += [title, f"[{code(quantity)}](quantities.md#{quantity}): {variable.meaning} [{variable.unit}]. {how}"]
        parts += map(card, rules)
    last = "Books after the decisions" if phase in TURN else "Books with what the scenario sets for the first step"
    return "\n\n".join([*parts, *_books(last, phase.after)])


def _books(title: str, entries: Sequence[Mechanism]) -> Iterator[str]:
    if entries:
        yield f"## {title}"
        yield from map(card, entries)


def quantities() -> str:
    """Return the page of the declared quantities, kind of actor by kind of actor."""
    parts = [
        "# Quantities",
        NOTE,
        "Every quantity of the world is declared once. `given` is set by the scenario, a `stock` is carried on, a "
        "`flow` is worked out anew in every step. Axes stand in brackets; in a batch those of the actor and the run "
        "follow. The word after *decided* says how contributions of several rules combine; *neutral* is the value "
        "without any.",
    ]
    for actor in ACTORS:
        declared = [variable for variable in VARIABLES.values() if variable.actor == actor]
        parts += [f"## Of each {actor}", *map(cards.quantity, declared)]
    return "\n\n".join(parts)


def outcomes() -> str:
    """Return the page of what a run can come to."""
    rows = [
        (code(o.key), o.unit, o.meaning, o.more, "yes" if o.stops else "no", "yes" if o.kind == "recorded" else "no")
        for o in MEASURES.values()
    ]
    intro = (
        "What a run can come to, as results, tables, comparisons and figures call it. *Rising* says what it means that "
        "one number is higher than another. A sweep may *stop* (`--until`) once an outcome is known well enough. What "
        "is *kept* is written of every run to `runs.zarr`; the rest is worked out from that or from whole paths."
    )
    head = ("outcome", "unit", "meaning", "rising", "stop", "kept")
    return "\n\n".join(["# Outcomes", NOTE, intro, table(head, rows)])


def sources() -> str:
    """Return the page of sources, by key."""
    intro = (
        "Articles, papers, books and data behind rules and numbers, by the key that rules and scenarios cite; claims "
        "are our paraphrase. `armsrace list claims` says which rule, number, event or test carries each."
    )
    return "\n\n".join(["# Sources", NOTE, intro, *map(cards.source, evidence.sources().values())])


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


# -- checked and written


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


def outdated(root: Path, wanted: Mapping[Path, str]) -> list[Path]:
    """Return the pages below a root that are absent, differ from what is wanted, or that no phase has any more."""
    there = {path.relative_to(root) for path in (root / FOLDER).glob("*.md")}
    text = {path: (root / path).read_text(encoding="utf-8") for path in {*there, *wanted} if (root / path).is_file()}
    return sorted(path for path in {*there, *wanted} if text.get(path) != wanted.get(path))


def write(root: Path, wanted: Mapping[Path, str]) -> None:
    """Bring the pages below a root up to date."""
    for path in outdated(root, wanted):
        if path in wanted:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(wanted[path], encoding="utf-8", newline="\n")
        else:
            (root / path).unlink()


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the reference pages, or write them anew."""
    parser = argparse.ArgumentParser(prog="python -m sim.explain.reference", description=main.__doc__)
    parser.add_argument("--write", action="store_true", help="write instead of checking")
    asked = parser.parse_args(arguments)
    if asked.write:
        write(ROOT, pages())
        return 0
    old = outdated(ROOT, pages())
    if old:
        names = ", ".join(path.as_posix() for path in old)
        print(f"out of date: {names}; python -m sim.explain.reference --write", file=sys.stderr)
    return int(bool(old))


if __name__ == "__main__":
    sys.exit(main())
