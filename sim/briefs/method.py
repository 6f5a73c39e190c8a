"""How a brief was made: what was played, on which sources, how to cite it and how to make it again."""

from __future__ import annotations

from sim import evidence
from sim.briefs import numbers
from sim.briefs.blocks import Block, Paragraph, Slot, Text
from sim.briefs.effects import Effects
from sim.briefs.question import Lever, Question
from sim.model.mistakes import command
from sim.results.citations import cited, software


def method(asked: Question, lever: Lever, found: Effects) -> list[Block]:
    """Return how it was made."""
    given: dict[str, Slot] = {"pairs": numbers.whole(found.pairs, "effects.pairs"), "seed": str(asked.seed)}
    made = Text(
        "An agent-based model of states, suppliers and mediators was played {pairs} times without and with, under "
        "common random numbers (seed {seed}): run by run the luck is the same.", given,
    )  # fmt: skip
    again = {
        "command": repeated(asked), "one": lever.without.digest, "other": lever.with_it.digest,
    }  # fmt: skip
    return [
        Paragraph(made),
        *_of_the_experiment(asked),
        *_sources(asked, lever),
        Paragraph(Text("To cite: {software}", {"software": evidence.reference(software())})),
        Paragraph(Text("To make it again: {command}. Digests: without {one}, with {other}.", again)),
    ]


def repeated(asked: Question) -> str:
    """Return the command that makes it again."""
    played = ("--runs", str(asked.runs), "--seed", str(asked.seed)) if asked.studies else ()
    titled = ("--title", asked.title) if asked.renamed else ()
    return command("brief", *asked.words, *played, *titled).strip("`")


def _of_the_experiment(asked: Question) -> list[Block]:
    """Say how much of what an experiment asks for was played."""
    played = sum(study.total for study in asked.studies.values())
    if asked.experiment is None or played == asked.wanted:
        return []
    given: dict[str, Slot] = {
        "wanted": numbers.whole(asked.wanted, "experiment"), "played": numbers.whole(played, "played"),
    }  # fmt: skip
    drawn = asked.studies and any(study.points is not None and study.points.sample for study in asked.studies.values())
    words = "The experiment asks for {wanted} histories in all; {played} were played here"
    return [
        Paragraph(Text(words + (", each pair with a draw of its own of what is not known." if drawn else "."), given))
    ]


def _sources(asked: Question, lever: Lever) -> list[Block]:
    """Say how many sources it rests on, and how they are listed."""
    scenario = lever.with_it.scenario
    if scenario is None:
        return []
    if asked.experiment:
        played = asked.experiment.scenarios[0] if lever.name else scenario.name
    else:
        played = asked.words[-1] if asked.studies else scenario.name
    given: dict[str, Slot] = {
        "n": numbers.whole(len(list(cited(scenario))), "sources"),
        "command": command("cite", played).strip("`"),
    }
    return [Paragraph(Text("It rests on {n} sources, which {command} lists.", given))]
