"""Cards of rules as the site shows them: the formula drawn, the shape of its example, what happens without it."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import sim.model.rules  # noqa: F401  (fills the catalogue)
from making import shapes
from making.formulas import CODE, FORMULA
from sim.explain.cards import ORDER
from sim.explain.reference import NOTE
from sim.model.outcomes import MEASURES
from sim.model.rule import CATALOGUE
from sim.scenario import claim_effects

FOLDER = "shapes"
CARD = re.compile(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", re.DOTALL | re.MULTILINE)
MOST = 4  # effects that are told of a rule
ADDED = """## Pictures on the cards

Each rule is drawn from the example in its docstring: one input is moved from end to end, the others are as there, luck
included, and the inputs that move the rule most come first. Lines of different colours are different cases or entries
of the example. The shade is what any one of the rule's parameters makes of the line over its stated range.

*Without it* is what was measured when the claims of the articles were tried out: the rule was left out of as many
histories as were played with it, under the same luck."""


class Effect(NamedTuple):
    """What leaving out a rule was measured to do: of which outcome, the difference and its 95 % interval."""

    scenario: str
    outcome: str
    of: str
    difference: float
    low: float
    high: float
    unit: str
    runs: int


def draw(place: Path) -> None:
    """Draw the shape of every rule."""
    (place / FOLDER).mkdir(exist_ok=True)
    for rule in CATALOGUE.values():
        told = shapes.draw(rule, place / FOLDER / f"{rule.name}.svg")
        (place / FOLDER / f"{rule.name}.txt").write_text(told, encoding="utf-8")


def enriched(page: str, text: str) -> str:
    """Return a page of the reference with what the site adds to its cards; any other page as it is."""
    folder, _, name = page.rpartition("/")
    if folder != "reference":
        return text
    text = text.replace(f"{NOTE}\n\n", "", 1)  # for whoever opens the file
    if name == "sources":  # no level of headings is left out
        return text.replace("\n### ", "\n## ")
    phases = [phase.name for phase in ORDER]
    if name == "README":
        return "\n".join([text, "", ADDED, "", "```{toctree}", ":hidden:", "", *phases, "```", ""])
    if name not in phases:
        return text
    return CARD.sub(lambda match: f"### `{match[1]}`\n{_card(match[1], match[2])}", text)


def _card(name: str, body: str) -> str:
    """Return the body of a card with its additions; an entry of the books has a formula at most."""
    drawn = FORMULA.sub(lambda match: CODE.sub(r"{formula}`\1`", match[0]), body)
    if name not in CATALOGUE:
        return drawn
    told = (Path(__file__).parents[1] / "generated" / FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    picture = f"\n\n![{told}](../generated/{FOLDER}/{name}.svg){{.shape}}\n" if told else ""
    drawn = FORMULA.sub(lambda match: match[0] + picture, drawn)
    return f"{drawn.rstrip()}\n\n{without(name)}\n\n"


def without(name: str) -> str:
    """Return what happens without a rule, as it was measured: the surest effects first.

    Examples
    --------
    >>> print(without("answer_the_rival").splitlines()[0][:66])
    **Without it**, in pairs of histories with the same luck, measured
    """
    found = _measured().get(name, ())
    if not found:
        return f"**Without it.** Not measured; `armsrace sweep NAME --without {name}` and `armsrace compare` tell."
    runs = f"{min(effect.runs for effect in found):,}"
    lines = [f"**Without it**, in pairs of histories with the same luck, measured over {runs} pairs:", ""]
    return "\n".join([*lines, *map(_told, found[:MOST])])


def _told(effect: Effect) -> str:
    outcome = MEASURES.get(effect.outcome)
    words = outcome.meaning if outcome else effect.outcome.replace("_", " ")
    whose = f" of {effect.of}" if effect.of else ""
    low, high = effect.low, effect.high
    luck = "" if low > 0.0 or high < 0.0 else "; it cannot be told from luck"
    unit = "" if effect.unit in ("1", "") else f" {effect.unit}"
    return (
        f"- `{effect.outcome}`{whose} ({words}) changes by {effect.difference:+.3g}{unit} (95 % interval {low:+.3g} to "
        f"{high:+.3g}{luck}), in [`{effect.scenario}`](../generated/scenarios/{effect.scenario}.md)"
    )


@cache
def _measured() -> dict[str, tuple[Effect, ...]]:
    """Return the measured effects of leaving rules out, by rule."""
    found: dict[str, set[Effect]] = {}
    with claim_effects.table().open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            word, _, name = row["lever"].partition(" ")
            if word == "without":
                numbers = (float(row[key]) for key in ("difference", "low", "high"))
                effect = Effect(row["scenario"], row["outcome"], row["of"], *numbers, row["unit"], int(row["runs"]))
                found.setdefault(name, set()).add(effect)
    return {name: tuple(sorted(each, key=_doubt)) for name, each in found.items()}


def _doubt(effect: Effect) -> tuple[float, Effect]:
    """Return what sorts effects: the narrowest interval beside its size first."""
    return (effect.high - effect.low) / max(abs(effect.difference), 1e-12), effect
