"""A brief of what was really played: the same bytes twice, nothing played twice, every printed number in its data."""

import dataclasses
import json
import re
from io import BytesIO
from types import SimpleNamespace

import numpy as np
import pypdf
import pytest
from worlds import altered

import sim
from sim.briefs import cannot_say, forms, pages, plays, rests_on
from sim.briefs.blocks import Page, Text
from sim.briefs.rests_on import Moved, survives
from sim.briefs.track_record import root_of
from sim.measures.paired import estimate
from sim.scenario.check import load

RUNS = 48
NUMBER = re.compile(r"\d[\d.,]*\d|\d")
QUESTION = """
extends: year.yaml
title: attacks are weighed more often
question: 'What if attacks are weighed more often?'
parameters:
  weigh_attacks.campaign_rate: {value: 0.12, basis: assumed, because: 'the question'}
"""
EXPERIMENT = """
question: 'Which?'
scenario: year.yaml
levers:
  weigh_attacks.campaign_rate: {values: [0.02, 0.12]}
replicates: 48
design: {grid: {}}
"""


@pytest.fixture(scope="module", autouse=True)
def few_numbers():
    """Few numbers moved to see what a brief rests on, in few runs."""
    with pytest.MonkeyPatch.context() as few:
        few.setattr(rests_on, "ROWS", 20)
        few.setattr(rests_on, "TRIED", 2)
        few.setattr(rests_on, "RUNS", 16)
        yield


@pytest.fixture
def first_page_alone(monkeypatch):
    """Leave out of page two what takes plays of its own."""
    for part in ("rests_on", "track_record"):
        monkeypatch.setattr(pages, part, lambda *asked: [])


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A short outlook, the same with one number moved, and an experiment that moves it."""
    folder = tmp_path_factory.mktemp("brief")
    (folder / "year.yaml").write_text("extends: status_quo\ntitle: as it is\nend: 2024-04\n", encoding="utf-8")
    (folder / "tense.yaml").write_text(QUESTION, encoding="utf-8")
    (folder / "asked.yaml").write_text(EXPERIMENT, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def written(home):
    """The brief in every form, with the names of all that was played on the way."""
    names = []
    with pytest.MonkeyPatch.context() as spied:
        play = plays.sweep_into
        spied.setattr(plays, "sweep_into", lambda study, place, *more, **how: (
            names.append(place.name), play(study, place, *more, **how)))  # fmt: skip
        paper = sim.brief(home / "tense.yaml", out=home / "tense.html", runs=RUNS)
    for form in ("pdf", "docx"):
        (home / f"tense.{form}").write_bytes(forms.rendered(paper.brief, form))
    return SimpleNamespace(brief=paper.brief, played=names)


def shown(data):
    """Yield every text of a brief's data as it is printed."""
    if isinstance(data, dict):
        yield from [data["shown"]] if "words" in data else []
        for part in data.values():
            yield from shown(part)
    elif isinstance(data, list):
        for part in data:
            yield from shown(part)


def test_nothing_is_played_twice(written):
    assert (
        len(written.played) == len(set(written.played)) == 5
    )  # two sides, all numbers at once, both ends, the hindcast


def test_the_same_result_gives_the_same_bytes(home, written, monkeypatch):
    monkeypatch.setattr(plays, "sweep_into", None)  # all of it is there
    before = {form: (home / f"tense.{form}").read_bytes() for form in (*forms.NEEDS, "json")}
    paper = sim.brief(home / "tense.yaml", out=home / "tense.pdf", runs=RUNS, force=True)
    assert {form: (home / f"tense.{form}").read_bytes() for form in before} == before
    assert all(forms.rendered(paper.brief, form) == before[form] for form in ("html", "docx"))


def untraced(paper, data):
    """Return the numbers printed on each sheet, and those of them that the data does not have."""
    digests = [data["about"][name] for name in ("digest", "against_digest")]
    known = " ".join(shown(data))
    for digest in digests:
        known = known.replace(digest, "")
    for place, sheet in enumerate(pypdf.PdfReader(BytesIO(paper)).pages, 1):
        said = sheet.extract_text().replace(f"Page {place} of 2", "").replace("\u200b", "")
        for digest in digests:
            said = re.sub(r"\s*".join(digest), "", said)
        found = set(NUMBER.findall(said))
        yield found, found - set(NUMBER.findall(known))


def test_every_number_on_paper_is_in_the_data(home, written):
    data = json.loads((home / "tense.json").read_text(encoding="utf-8"))
    sheets = list(untraced((home / "tense.pdf").read_bytes(), data))
    assert len(sheets) == 2
    assert all(len(found) > 20 for found, _ in sheets)
    assert [unknown for _, unknown in sheets] == [set(), set()]


def test_a_number_that_was_altered_on_paper_is_found(home, written):
    data = json.loads((home / "tense.json").read_text(encoding="utf-8"))
    table = written.brief.pages[0].sections[-1].blocks[0]
    (name, cell), *_ = table.rows[0][2].slots.items()
    forged = Text(table.rows[0][2].words, {name: dataclasses.replace(cell, shown="9876")})
    row = [*table.rows[0][:2], forged, *table.rows[0][3:]]
    table = dataclasses.replace(table, rows=[row, *table.rows[1:]])
    first, second = written.brief.pages
    sections = [*first.sections[:-1], dataclasses.replace(first.sections[-1], blocks=[table])]
    paper = forms.rendered(dataclasses.replace(written.brief, pages=[Page(sections), second]), "pdf")
    assert [unknown for _, unknown in untraced(paper, data)] == [{"9876"}, set()]


def test_every_number_in_the_data_says_where_it_stands(home, written):
    data = json.loads((home / "tense.json").read_text(encoding="utf-8"))

    def numbers(part):
        if isinstance(part, dict):
            if set(part) == {"value", "shown", "unit", "source"}:
                yield part
            for one in part.values():
                yield from numbers(one)
        elif isinstance(part, list):
            for one in part:
                yield from numbers(one)

    every = list(numbers(data["pages"]))
    assert len(every) > 100
    assert all(one["source"] for one in every)
    assert (home / "tense.json").stat().st_size < 300_000


def test_a_missing_extra_is_named_before_anything_is_played(home, tmp_path, refused, monkeypatch):
    monkeypatch.setattr(forms, "find_spec", lambda _: None)
    for form in ("pdf", "docx"):
        assert f"armsrace[{form}]" in refused("brief", home / "tense.yaml", "-o", tmp_path / f"a.{form}")
    assert not list(tmp_path.iterdir())


def test_two_results_tell_what_their_scenarios_tell(home, written, first_page_alone):
    paper = sim.brief(*(next((home / "tense_results").glob(f"{name}_*")) for name in ("year", "tense")))
    data = json.loads((home / "tense.json").read_text(encoding="utf-8"))
    assert str(paper.brief.headline) == data["headline"]["shown"]
    assert str(paper.brief.title) == "attacks are weighed more often, beside as it is"
    (table,) = (block for block in paper.brief.pages[0].sections[-1].blocks)
    (kept,) = data["pages"][0][-1]["blocks"]
    assert [[str(cell) for cell in row] for row in table.rows] == [
        [cell["shown"] for cell in row] for row in kept["rows"]
    ]


def test_an_experiment_and_two_of_its_cases(home, first_page_alone):
    paper = sim.brief(home / "asked.yaml", out=home / "asked.html")
    assert re.search(r"Without: .*, at 0\.02 .*With: at 0\.12", str(paper.brief.standfirst))
    assert paper.brief.about["runs"] == RUNS  # as many as it asks for
    (played,) = (home / "asked_results").iterdir()
    cases = sim.brief(f"{played}@point=0", f"{played}@point=1")
    assert str(cases.brief.headline) == str(paper.brief.headline)


# -- what it rests on


def moved(low, high):
    """A number at whose ends the difference is so much in every pair, give or take."""
    luck = np.random.default_rng(0).normal(size=200)
    return Moved(None, *(estimate(luck, luck + end + 0.1 * luck, share=False) for end in (low, high)))


def test_a_sign_stays_turns_or_is_not_told_from_luck():
    assert survives(moved(1.0, 2.0), 1.5) == "yes"
    assert survives(moved(-1.0, 2.0), 1.5) == "no: it turns round"
    assert survives(moved(0.0, 2.0), 1.5) == "not clear"


def test_ends_are_played_and_what_moves_nothing_is_not_told(monkeypatch):
    race = altered(load("richardson"), end="2009-12")
    tired = altered(race, actors={"north": {"match_rival_linearly.reaction": 0.45,
                                            "match_rival_linearly.fatigue": 0.6}})  # fmt: skip
    tired = tired.model_copy(update={"name": "tired", "title": "tired"})
    known = rests_on.assumptions
    wanted = ("south.match_rival_linearly.resentment", "call_for_tender.generations")
    monkeypatch.setattr(rests_on, "assumptions", lambda *pair: [
        one for one in known(*pair) if one.slot.path in wanted])  # fmt: skip
    monkeypatch.setattr(pages, "track_record", lambda *asked: [])
    page = sim.brief(race, tired, runs=8).brief.pages[1]
    (table,) = page.sections[0].blocks
    ((what, *_, rests, sign),) = table.rows
    assert str(what).startswith("Spending for grievances that no rival causes (South)")
    assert str(rests) == "assumed: textbook world"
    assert str(sign) == "no: it turns round"


# -- what it cannot say


def told(scenario, data=()):
    """Return the limits that hold for a scenario."""
    side = SimpleNamespace(scenario=load(scenario), data=data)
    return [str(one) for one in cannot_say.limits(SimpleNamespace(with_it=side), root_of(side.scenario))]


def test_only_limits_that_hold_are_told():
    hindcast, outlook, race = (told(name) for name in ("south_caucasus_2010", "israeli_embargo", "richardson"))
    assert [one for one in hindcast if one not in outlook] == [
        one for one in hindcast if one.startswith("A hindcast, not a forecast.")
    ]
    assert set(race) < set(outlook)
    assert not any(one.startswith("Luck is not doubt") for one in told("israeli_embargo", ["run_factor_values"]))
    titles = {title for title in cannot_say.ONLY_OF if title != "Neutral wording."}
    every = " ".join(hindcast)
    assert all(title in every for title in titles)
