"""A brief says what the numbers say: the headline follows them, nothing is typed, nothing is played twice."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from briefing import sample

import sim
from sim.briefs import numbers
from sim.briefs.blocks import Text
from sim.briefs.brief import Paper
from sim.briefs.effects import Effect, Effects, effects_table
from sim.briefs.findings import findings
from sim.briefs.headline import MOST_WORDS, headline
from sim.briefs.ladder import Rung, rung
from sim.briefs.method import repeated
from sim.briefs.question import question
from sim.measures.paired import estimate
from sim.model.mistakes import Mistake
from sim.model.outcomes import MEASURES
from sim.scenario.check import load
from sim.scenario.files import shipped_scenarios
from sim.study.factors import put
from sim.study.slots import find_slot

HOME = Path(sim.__file__).parent / "briefs"
OURS = [path for path in sorted(HOME.glob("*.py")) if path.stem not in ("html", "pdf", "docx", "layout", "forms")]
RUNS = 400


def effect(key, without, with_it, who="", names=()):
    """An outcome of paired runs."""
    outcome = MEASURES[key]
    found = estimate(np.asarray(without, float), np.asarray(with_it, float), share=outcome.share)
    return Effect(outcome, who, names, found, rung(found, share=outcome.unit == "share"))


def wars(share):
    """A campaign in the first so many of the runs."""
    return np.arange(RUNS) < share * RUNS


def told(*effects):
    return Effects(effects, 2024, 2036, RUNS, None)


def test_the_headline_climbs_down_with_the_numbers():
    base = wars(0.6)
    seen = [str(headline(told(effect("war_probability", base, wars(share))))) for share in (0.3, 0.57, 0.595, 0.6)]
    assert seen[0] == "Major war by 2036 in 30 of 100 histories, not 60"
    assert seen[1] == "Clear but small: major war by 2036 in 57 of 100 histories, not 60"
    assert seen[2].startswith("The model cannot show")
    assert seen[3] == seen[2]
    luck = np.roll(base, 20)  # as many wars, in other runs
    assert str(headline(told(effect("war_probability", base, luck)))).startswith("No difference that 400 pairs")


def test_who_swaps_the_sides_swaps_the_headline_and_the_signs():
    here, there = (told(effect("war_probability", *pair)) for pair in ((wars(0.2), wars(0.7)), (wars(0.7), wars(0.2))))
    assert str(headline(here)) == "Major war by 2036 in 70 of 100 histories, not 20"
    assert str(headline(there)) == "Major war by 2036 in 20 of 100 histories, not 70"
    assert [str(effects_table(one).rows[0][4]) for one in (here, there)] == ["+50.0", "−50.0"]


def test_the_surest_and_largest_leads_and_war_is_always_found():
    luck = np.random.default_rng(0).normal(size=RUNS)
    war = effect("war_probability", wars(0.4), wars(0.38))
    spending = effect("mean_milex", 3000 + 100 * luck, 2000 + 100 * luck, "b", ("Bordia",))
    assert str(headline(told(war, spending))) == "Bordia spends US$ 2.00 bn a year, not 3.00"
    said = [str(one) for one in findings(told(war, spending))]
    assert said[0].startswith("Major war by 2036 in 38 of 100 histories with it, in 40 without (clear but small).")
    assert "lower with it in 100 of 100 pairs" in said[1]
    assert said[1].endswith("3.00 without (clear and large).")


@pytest.mark.parametrize("name", ["Bordia", "The United and Most Serene Republic of the Far Southern Islands"])
@pytest.mark.parametrize("key", ["war_probability", "deaths", "final_balance", "mean_milex", "supplier_share"])
def test_a_headline_has_at_most_fourteen_words(name, key):
    luck = np.random.default_rng(0).normal(size=RUNS)
    for shift in (0.02, 5.0):
        pair = (wars(0.002), wars(0.999)) if key == "war_probability" else (luck, luck + shift)
        assert len(str(headline(told(effect(key, *pair, "a to b", (name, name))))).split()) <= MOST_WORDS


def test_what_hardly_ever_differs_cannot_be_shown_and_is_never_no_effect():
    one = effect("war_probability", wars(0.5), wars(0.5))
    assert one.rung == Rung.CANNOT_SHOW
    said = str(findings(told(one))[0])
    assert "cannot show" in said
    assert "no effect" not in said


def test_rounding_is_in_one_place_and_nothing_has_no_sign():
    assert numbers.plain(-0.04, 1) == "0.0"
    assert numbers.plain(-0.04, 1, signed=True) == "0.0"
    assert str(numbers.hundred(0.63, "")) == "63"
    assert str(numbers.difference(-0.0004, MEASURES["war_probability"], "")) == "0.0"
    assert str(numbers.value(np.log(2.0), MEASURES["final_balance"], "")) == "2.0"
    factors = [str(numbers.difference(np.log(one), MEASURES["final_balance"], "")) for one in (0.58, 1.1, 1.004, 250.0)]
    assert factors == ["×0.58", "×1.10", "×1.00", "×250"]
    assert str(numbers.difference(np.nan, MEASURES["final_balance"], "")) == numbers.NOTHING


def test_an_interval_that_leaves_out_nothing_does_not_print_it():
    luck = np.random.default_rng(0).normal(size=RUNS)
    near = effect("mean_milex", 3000 + 0 * luck, 3003 + 10 * luck, "b", ("Bordia",))
    (row,) = effects_table(told(near)).rows
    assert [str(near.number(end)) for end in ("low", "high")] == ["+0.002", "+0.004"]
    assert str(row[5]) == "+0.002 to +0.004"


def test_without_luck_a_small_part_is_small_and_both_sides_are_told_apart():
    still = 168.0 + 1e-5 * np.random.default_rng(0).normal(size=RUNS)  # what rounding leaves
    small = effect("mean_milex", still, still + 2.0, "b", ("Bordia",))
    assert small.rung == Rung.CLEAR_SMALL
    (row,) = effects_table(told(small)).rows
    assert [str(cell) for cell in row[2:6]] == ["0.168", "0.170", "+0.002", "+0.002 to +0.002"]


def test_two_numbers_that_differ_are_told_apart():
    pair = numbers.apart(0.398, 0.4, MEASURES["war_probability"], "")
    assert [str(one) for one in pair] == ["39.8", "40.0"]


# -- nothing is typed


def test_a_template_takes_no_digit():
    with pytest.raises(ValueError, match="typed"):
        Text("63 of {all} histories")


def written(tree):
    """Yield the strings of a module that reach a reader: no docstrings, no formats, nothing that is not in words."""
    docs = {id(node.body[0].value) for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body
            and isinstance(node.body[0], ast.Expr)}  # fmt: skip
    formats = {id(part) for node in ast.walk(tree) if isinstance(node, ast.FormattedValue) and node.format_spec
               for part in ast.walk(node.format_spec)}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not {id(node)} & (docs | formats):
            yield node.value


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_no_module_of_a_brief_types_a_number_or_a_chance(path):
    for text in written(ast.parse(path.read_text(encoding="utf-8"))):
        if text not in KEYS | set(numbers.SCALES):
            assert not re.search(r"\d", text), text
        assert "chance" not in text
        assert "no effect" not in text


def test_no_file_of_a_brief_names_an_actor_or_a_scenario():
    outlook = load("status_quo")
    actors = {actor.name for kind, _, actor in outlook.actors() if kind != "region"}
    names = actors | {outlook.title, *shipped_scenarios()}
    for path in OURS[0].parent.iterdir():
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not [name for name in names if name and re.search(rf"\b{re.escape(name)}\b", text)], path


KEYS = {
    "123456789",
    "utf-8",
    "1",  # the unit of what has none
    '" style="width:100%;height:80vh;border:0"></iframe>',
}  # a digit's digits, the frame of a notebook


# -- what can be asked, and what cannot


def test_a_scenario_is_held_against_itself_with_something_changed():
    base = load("richardson")
    slot = find_slot(base, "settle_tension.calming")
    changed = put(base, [(slot, slot.low)])
    asked = question(base, changed)
    assert list(asked.studies) == ["richardson", "richardson_changed"]
    assert asked.title == f"What changes from {base.title} to {base.title}, changed?"
    own = question(base, changed, title="Which?")
    assert own.title == "Which?"
    assert repeated(own).endswith(" --title 'Which?'")
    assert "--title" not in repeated(asked)


def test_a_paper_is_a_file_of_any_form_without_one_on_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paper = Paper(sample())
    assert paper.rendered("pdf").startswith(b"%PDF")
    assert paper.rendered().startswith(b"<!doctype html>")
    with pytest.raises(Mistake, match=r"\.html"):
        paper.rendered("odt")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("richardson",), "extends no other scenario"),
        (("status_quo",), "cannot be held against its parent"),
        (("status_quo", "status_quo"), "say the same"),
        (("status_quo", "richardson"), "start, end and step"),
        (("what_drives_war",), "no two sides"),
        (("nowhere",), "nowhere"),
    ],
)
def test_what_cannot_be_asked_is_told_before_anything_is_played(asked, words):
    with pytest.raises(Mistake, match=words):
        question(*asked)


def test_a_file_in_the_way_or_of_an_unknown_form_is_refused_first(tmp_path):
    (tmp_path / "a.html").write_text("mine", encoding="utf-8")
    for out, words in (("a.html", "--force"), ("a.odt", r"\.html"), ("b/c.html", "no folder")):
        with pytest.raises(Mistake, match=words):
            sim.brief("israeli_embargo", out=tmp_path / out)
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == "mine"
