"""The site shows what the code says, loads nothing from elsewhere and has no dead link."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from sweeping import race

import sim
from sim.model.rule import CATALOGUE
from sim.scenario.files import shipped_scenarios

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "docs"))

from making import cards, checked, claims, formulas, gallery, lessons, links, manual, played, scenarios, shapes


@pytest.fixture
def unplayed(monkeypatch):
    monkeypatch.setattr(played, "ALLOWED", False)


def test_every_rule_has_a_shape_or_is_moved_by_luck_alone():
    shapeless = {rule.name for rule in CATALOGUE.values() if not shapes.panels(rule)}
    assert shapeless == {"surprise_the_budget"}


@pytest.mark.parametrize("name", ["surprise_the_budget", "mind_the_clients_record"])
def test_a_shape_is_drawn_and_described(name, tmp_path):
    told = shapes.draw(CATALOGUE[name], tmp_path / "shape.svg")
    assert CATALOGUE[name].writes.replace("_", " ") in told
    assert "</svg>" in (tmp_path / "shape.svg").read_text(encoding="utf-8")


def test_a_shape_is_what_the_rule_says_over_the_bounds_of_its_input():
    (panel,) = shapes.panels(CATALOGUE["arm_against_a_threat"])
    assert (panel.word, panel.x[0], panel.x[-1]) == ("suspicion", -4.0, 4.0)
    weight = CATALOGUE["arm_against_a_threat"].parameters["weight"]
    assert panel.lines[0] == pytest.approx(weight * (1 / (1 + np.exp(-panel.x)) - 0.5))
    assert (panel.low <= panel.lines[0]).all()
    assert panel.high[-1] == pytest.approx(panel.lines[0, -1] * weight.between[1] / weight)


def test_no_formula_is_left_as_it_was_typed():
    undrawn = [
        (rule.name, code)
        for rule in CATALOGUE.values()
        for code in formulas.typed(rule.function.__doc__)
        if "<code>" in formulas.mathml(code)
    ]
    assert undrawn == []


def test_formulas_are_drawn_as_they_are_meant():
    assert formulas.mathml("-a * (b - (c - d))") == (
        "<math><mrow><mrow><mo>−</mo><mi>a</mi></mrow><mo>·</mo><mrow><mo>(</mo><mrow><mi>b</mi><mo>−</mo><mrow><mo>(</mo>"
        "<mrow><mi>c</mi><mo>−</mo><mi>d</mi></mrow><mo>)</mo></mrow></mrow><mo>)</mo></mrow></mrow></math>"
    )
    assert "<munder><mo>∑</mo><mi>rivals</mi></munder><mi>M</mi>" in formulas.mathml("sum over rivals of M + k")
    assert "<mo>·</mo><mi>share of recent orders</mi>" in formulas.mathml("weight * share of recent orders")


def test_what_happens_without_a_rule_is_what_was_measured():
    said = cards.without("answer_the_rival")
    (effect, *_) = cards._measured()["answer_the_rival"]
    assert f"{effect.difference:+.3g}" in said
    assert f"{effect.runs:,} pairs" in said
    assert cards.without("no_such_rule").startswith("**Without it.** Not measured")


def test_a_page_of_a_scenario_says_how_it_differs_from_its_parent(unplayed, tmp_path):
    written = scenarios.pages(tmp_path)
    assert set(written) == {"scenarios/index", *(f"scenarios/{name}" for name in shipped_scenarios())}
    page = written["scenarios/oil_crash"]
    assert "## What differs from `status_quo`" in page
    assert "| `region` › `oil_price` |" in page
    assert "2025 35" in page
    assert "## What should follow" in page
    assert str(Path.cwd()) not in "".join(written.values())


def test_pictures_are_played_described_and_written(monkeypatch, tmp_path):
    small = sim.sweep(race(tmp_path), runs=4, seed=1, progress=False)
    monkeypatch.setattr(played, "result", lambda name: small)
    told = played.picture(tmp_path / "deep" / "fan.png", "fan", "richardson")
    assert told
    assert (tmp_path / "deep" / "fan.png").stat().st_size > 10_000
    assert played.picture(tmp_path / "flows.png", "flows", "richardson") == ""  # nobody sells anything there


def test_the_manual_has_every_verb_and_name():
    written = manual.pages()
    for verb in sim.VERBS:
        assert f"## `armsrace {verb.replace('_', ' ')}" in written["command_line"] or "_" in verb
        assert f".. autofunction:: sim.{verb}\n" in written["python"]
    assert all(f":: sim.{name}\n" in written["python"] for name in sim.__all__ if not name.startswith("__"))
    assert "[Figure](#figure)" in written["scenario_files"]


def test_the_page_of_evidence_has_every_claim_and_what_carries_it():
    page = claims.pages()["claims"]
    assert page.count("*Carried by*") == page.count("\n- **SF-") == len(sim.evidence.claims())
    assert "[`answer_the_rival`](../reference/budget.md#answer_the_rival)" in page


def test_every_figure_of_the_gallery_can_be_made_by_what_stands_below_it(unplayed, tmp_path):
    page = gallery.pages(tmp_path)["gallery"]
    assert "armsrace plot status_quo versus --against oil_crash" in page
    assert 'sim.plot(status_quo, "versus", against=[oil_crash])' in page
    assert "results/gallery/fan.png" in page


def test_a_lesson_has_its_questions_and_numbers_in_their_places():
    written = lessons.pages()
    page = written["lessons/2_one_history_proves_nothing"]
    predict = page.split("## Predict")[1].split("## Play")[0]
    assert predict.count("\n- ") == 3
    assert "{{" not in page
    assert "](?" not in page
    assert page.count("| ±") == 5
    pages = [name.removeprefix("lessons/").removesuffix(".ipynb") for name in written]
    assert [name for name in pages if name not in (*written["lessons/index"].split(), "index")] == []


def test_links_to_files_lead_to_pages_and_others_are_named_only():
    shown = links.led("[a](docs/app.md) [b](sim/model) [c](https://x.org) [d](#here)", "", "docs/generated")
    assert shown == "[a](../app.md) b [c](https://x.org) [d](#here)"


def test_what_a_site_loads_from_elsewhere_and_where_it_leads_nowhere_is_found(tmp_path):
    def page(body):
        (tmp_path / "index.html").write_text(f"<html><head>{body}</head></html>", encoding="utf-8")
        return checked.faults(tmp_path)

    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "there.html").write_text('<p id="place">', encoding="utf-8")
    sound = '<a href="sub/there.html#place"></a><a href="https://x.org"></a><img src="data:image/png;base64,AA">'
    assert page(sound) == []
    for fault in (
        '<script src="https://cdn.org/x.js"></script>',
        '<link rel="stylesheet" href="//cdn.org/x.css">',
        '<img src="http://x.org/a.png">',
        '<img src="absent.png">',
        '<a href="absent.html"></a>',
        '<a href="sub/there.html#nowhere"></a>',
    ):
        assert len(page(fault)) == 1, fault
    page(sound)
    for text in ('@import "https://x.org/a.css";', "a { background: url(//x.org/a.png) }"):
        (tmp_path / "style.css").write_text(text, encoding="utf-8")
        assert len(checked.faults(tmp_path)) == 1, text
    (tmp_path / "style.css").write_text("/* see https://x.org */", encoding="utf-8")
    assert checked.faults(tmp_path) == []


@pytest.mark.parametrize(
    "path", sorted((links.ROOT / "docs" / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem
)
def test_a_notebook_is_kept_without_what_it_printed(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert [cell["outputs"] for cell in cells if cell.get("outputs")] == []
    assert sum(cell["cell_type"] == "code" for cell in cells) >= 4
