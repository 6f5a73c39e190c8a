"""How well the model has done: the past foretold beside forecasts that cost nothing, and the targets it meets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.analysis.targets import targets
from sim.analysis.targets.tally import tally
from sim.briefs import numbers
from sim.briefs.blocks import Block, Number, Paragraph, Slot, Table, Text
from sim.briefs.numbers import NOTHING
from sim.briefs.plays import Place
from sim.briefs.question import Question
from sim.briefs.sides import is_shipped
from sim.explain import validation
from sim.scenario.check import load
from sim.scenario.files import shipped_folder
from sim.scenario.schema import Scenario
from sim.study.request import study_for
from sim.validation.scored import NAIVE

FOLDER = "results/validation"  # of the repository, and within the package once installed
VERDICTS = {"win": "better", "tie": "not told apart", "lose": "worse"}
PANEL = "panel"  # what is played where this rivalry has no hindcast of its own


def track_record(asked: Question, root: Scenario | None, place: Place) -> list[Block]:
    """Return what is known of how well the model has done, for this rivalry and for others."""
    hindcasts = validation.shown(shipped_folder(FOLDER).parents[1])
    own = [one for one in hindcasts.values() if root is not None and one.about["of"] == root.name]
    chosen = own or [one for name, one in hindcasts.items() if name == PANEL]
    blocks: list[Block] = []
    if chosen:
        lines = [line for one in chosen for line in one.lines if line["mode"] == "nothing" and line[f"best {NAIVE}"]]
        blocks += [Paragraph(_summed_up(lines)), _table(lines)]
    if root is not None:
        blocks += _met(root, asked, place)
    return blocks or [Paragraph(Text("Nothing is on record that this could be held against."))]


def root_of(scenario: Scenario | None) -> Scenario | None:
    """Return the scenario that all others of the line extend, if it is a shipped one: of others no record is known."""
    while scenario is not None and scenario.extends is not None:
        scenario = load(scenario.extends)
    return scenario if scenario is not None and is_shipped(scenario) else None


def _met(root: Scenario, asked: Question, place: Place) -> Iterator[Paragraph]:
    """Yield how many targets of the record the hindcast meets."""
    study = study_for(root, asked.runs, seed=asked.seed, kept_paths=0)
    counts = tally(targets(place.played(study, root.name)))
    if counts.rows:
        yield Paragraph(Text(
            "“{title}” meets {met} of {all} targets taken from the record, to which some of its numbers were fitted.",
            {"title": root.title or root.name, "met": numbers.whole(counts.met, "targets.met"),
             "all": numbers.whole(counts.rows, "targets")},
        ))  # fmt: skip


def _table(lines: list[Mapping[str, Any]]) -> Table:
    rows = [_row(line) for line in lines]
    heads = ("Foretold", "Cases", "Skill", "{level} % interval", "Against the best simple forecast")
    return Table(
        Text("The past foretold with what was known before"),
        [Text.filled(head, {"level": numbers.LEVEL}) for head in heads],
        rows,
        Text(
            "A simple forecast costs nothing to make; the best one is named. Skill is the part of its loss that the "
            "model saves; below nothing the model does worse."
        ),
        [False, True, True, True, False],
    )


def _summed_up(lines: list[Mapping[str, Any]]) -> Text:
    """Return how often the model does better and worse than the best simple forecast."""
    verdicts = [line[f"{NAIVE} verdict"] for line in lines]
    counts = {said: numbers.whole(verdicts.count(said), f"track_record.{said}") for said in VERDICTS}
    return Text(
        "Of {all} kinds of forecast the model does better than the best simple one in {win}, worse in {lose}; in {tie} "
        "the two are not told apart.",
        {"all": numbers.whole(len(lines), "track_record"), **counts},
    )


def _row(line: Mapping[str, Any]) -> list[Text]:
    key = f"track_record.{line['what']}".replace(" ", "_")

    def skill(part: str) -> Number:
        return Number(line[part], numbers.plain(line[part], 2, signed=True), "share of the loss", f"{key}.{part}")

    known = line[f"{NAIVE} low"] == line[f"{NAIVE} low"]
    said = VERDICTS.get(line[f"{NAIVE} verdict"], NOTHING)
    ends: dict[str, Slot] = {"low": skill(f"{NAIVE} low"), "high": skill(f"{NAIVE} high")}
    return [
        Text("{what}", {"what": line["what"][:1].upper() + line["what"][1:]}),
        Text("{n}", {"n": numbers.whole(int(line["cases"]), f"{key}.cases")}),
        Text("{n}", {"n": skill(f"skill on {NAIVE}")}),
        Text("{low} to {high}", ends) if known else Text(NOTHING),
        Text("{said} (“{best}”)", {"said": said, "best": line[f"best {NAIVE}"]}),
    ]
