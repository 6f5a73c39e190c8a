"""A question and its answer put on two pages: what changes, then what that rests on and how it was made."""

from __future__ import annotations

from sim.briefs import numbers
from sim.briefs.blocks import Brief, Bullets, Page, Section, Slot, Text
from sim.briefs.cannot_say import cannot_say
from sim.briefs.effects import Effects, effects, effects_table
from sim.briefs.findings import findings
from sim.briefs.headline import headline, ranked
from sim.briefs.method import method
from sim.briefs.panels import panels
from sim.briefs.plays import Place
from sim.briefs.question import Lever, Question
from sim.briefs.rests_on import rests_on
from sim.briefs.track_record import root_of, track_record
from sim.measures.paired import standing
from sim.version import VERSION

NONE = Text("")


def pages(asked: Question, place: Place) -> Brief:
    """Play what is missing and return the brief."""
    lever, found = _telling([(lever, effects(lever.without.data, lever.with_it.data)) for lever in asked.played(place)])
    root = root_of(lever.without.scenario)
    first = Page([
        Section(NONE, [Bullets(findings(found))]),
        Section(NONE, panels(found)),
        Section(NONE, [effects_table(found)]),
    ])  # fmt: skip
    second = Page([
        Section(Text("What it rests on"), rests_on(asked, lever, found, place)),
        Section(Text("What it cannot say"), [Bullets(cannot_say(lever, found, root))]),
        Section(Text("How well it has done"), track_record(asked, root, place)),
        Section(Text("How it was made"), method(asked, lever, found)),
    ])  # fmt: skip
    return Brief(
        Text("{title}", {"title": asked.title}), headline(found), _standfirst(asked, lever, found), [first, second],
        _footer(lever), about(asked, lever),
    )  # fmt: skip


def _telling(pairs: list[tuple[Lever, Effects]]) -> tuple[Lever, Effects]:
    """Return the pair whose first effect stands highest on the ladder, then the largest."""

    def height(pair: tuple[Lever, Effects]) -> tuple[int, float]:
        best = ranked(pair[1].told)[0]
        return best.rung, standing(best.found)

    return max(pairs, key=height)


def _standfirst(asked: Question, lever: Lever, found: Effects) -> Text:
    """Return a sentence on what was played."""
    given: dict[str, Slot] = {
        "pairs": numbers.whole(found.pairs, "effects.pairs"), "seed": str(asked.seed), "without": lever.without.title,
        "with_it": lever.with_it.title,
    }  # fmt: skip
    return Text(
        "{pairs} pairs of simulated histories. Without: {without}. With: {with_it}. The two of a pair share all their "
        "luck, so that they differ by what is asked about alone. A simulation, not a forecast.", given,
    )  # fmt: skip


def _footer(lever: Lever) -> Text:
    given = {"version": VERSION, "one": lever.without.digest[:8], "other": lever.with_it.digest[:8]}
    return Text("armsrace {version}; digests {one} and {other}. Simulated, not foretold.", given)


def about(asked: Question, lever: Lever) -> dict[str, object]:
    """Return what identifies a brief."""
    return {
        "version": VERSION, "seed": asked.seed, "runs": asked.runs, "asked": list(asked.words),
        "digest": lever.with_it.digest, "against_digest": lever.without.digest,
    }  # fmt: skip
