"""Three findings, each told as so many of a hundred histories."""

from __future__ import annotations

from sim.briefs import numbers
from sim.briefs.blocks import Slot, Text
from sim.briefs.effects import Effect, Effects, called
from sim.briefs.headline import ranked, slots
from sim.briefs.ladder import SHOWN, WORDS, Rung

MANY = 3
ALWAYS = "war_probability"  # whoever asks about arms asks about war
PAIRED = ". Of {all} pairs that share their luck {higher} have one only with it, {lower} only without."
MORE = "higher with it in {higher} of {all} pairs, lower in {lower}"
LESS = "lower with it in {lower} of {all} pairs, higher in {higher}"
CANNOT = (
    "{what}: fewer than {least} of {all} pairs of histories end otherwise, so the model cannot show what changes; "
    "it is {before}{first} {unit} without."
)


def findings(found: Effects) -> list[Text]:
    """Return a sentence on war, then one on each of the outcomes that change most surely."""
    chosen = {ALWAYS: found.of(ALWAYS)[0]}
    for effect in ranked(found.told):
        if effect.outcome.key not in ("fighting_probability", *chosen) and len(chosen) < MANY:
            chosen[effect.outcome.key] = effect
    return [_said(effect, found.last_year) for effect in chosen.values()]


def _said(effect: Effect, year: int) -> Text:
    scale = numbers.scale(effect.outcome)
    given: dict[str, Slot] = {
        **slots(effect, year),
        "what": called(effect),
        "before": scale.before,
        "unit": str(scale.unit).removeprefix(scale.before),
        "lower": effect.pairs(effect.lower, "lower"),
        "higher": effect.pairs(effect.found.higher, "higher"),
        "least": numbers.hundred(SHOWN, "the ladder"),
        "sure": WORDS[effect.rung],
    }
    if effect.rung == Rung.CANNOT_SHOW:
        words = CANNOT
    elif effect.outcome.share:
        words = "{what} by {year} in {second} of {all} histories with it, in {first} without ({sure})" + PAIRED
    else:
        turn = LESS if effect.lower > effect.found.higher else MORE
        words = f"{{what}}: {turn}; in the mean {{before}}{{second}} {{unit}} with it, {{first}} without ({{sure}})."
    return Text.filled(words, given)
