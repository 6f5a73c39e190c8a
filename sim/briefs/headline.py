"""The answer in at most fourteen words, chosen from the ladder by the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from sim.briefs import numbers
from sim.briefs.blocks import Slot, Text
from sim.briefs.effects import TOLD, Effect, Effects, owners
from sim.briefs.ladder import Rung
from sim.measures.paired import standing

MOST_WORDS = 14
SMALL = "Clear but small: "
# Of each outcome a claim, then a shorter one where names are long.
CLAIMS = {
    "war_probability": (
        "Major war by {year} in {second} of {all} histories, not {first}",
        "Major war in {second} of {all} histories, not {first}",
    ),
    "fighting_probability": (
        "Fighting by {year} in {second} of {all} histories, not {first}",
        "Fighting in {second} of {all} histories, not {first}",
    ),
    "deaths": ("{second} battle deaths a history, not {first}",),
    "final_balance": (
        "{one_s} offence ends at {second} times {of_s} defence, not {first}",
        "Own offence ends at {second} times the rival's defence, not {first}",
    ),
    "mean_milex": ("{one} spends US$ {second} bn a year, not {first}", "Spending: US$ {second} bn a year, not {first}"),
    "supplier_share": (
        "{one} supplies {second} % of {of_s} arms, not {first} %",
        "The main supplier delivers {second} % of arms, not {first} %",
    ),
}  # fmt: skip


def headline(found: Effects) -> Text:
    """Return the claim that the numbers allow."""
    chosen = ranked(found.told)[0]
    if chosen.rung == Rung.CANNOT_SHOW:
        return Text("The model cannot show a difference: histories hardly end otherwise")
    if chosen.rung == Rung.NOT_TOLD_FROM_LUCK:
        return Text(
            "No difference that {pairs} pairs of histories tell from luck",
            {"pairs": numbers.whole(found.pairs, "effects.pairs")},
        )
    return _claim(chosen, found.last_year)


def ranked(told: Sequence[Effect]) -> list[Effect]:
    """Return effects with the highest rung first, those of one rung as readers ask for them, then the largest."""
    return sorted(told, key=lambda effect: (-effect.rung, TOLD[effect.outcome.key], -standing(effect.found)))


def slots(effect: Effect, year: int) -> dict[str, Slot]:
    """Return what stands in the slots of a sentence about an effect."""
    first, second = effect.sides
    return {"first": first, "second": second, "all": numbers.ALL, "year": str(year), **owners(effect)}


def _claim(effect: Effect, year: int) -> Text:
    """Return the first claim that is short enough."""
    given = slots(effect, year)
    for words in CLAIMS[effect.outcome.key]:
        if effect.rung == Rung.CLEAR_SMALL:
            words = SMALL + words[0].lower() + words[1:]
        text = Text.filled(words, given)
        if len(str(text).split()) <= MOST_WORDS:
            return text
    return text
