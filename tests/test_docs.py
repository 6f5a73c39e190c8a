"""The pages at the top of the repository and in docs/ agree with the code."""

import ast
import doctest
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from sweeping import said

import sim
import sim.model.rules
from sim import evidence, observed, plots
from sim.cli.main import verbs
from sim.explain import reference, validation
from sim.explain.catalogue import KINDS
from sim.model.accounting import ENTRIES
from sim.model.rule import CATALOGUE
from sim.model.turn import OPENING, TURN
from sim.model.variables import VARIABLES
from sim.results import arrays, frame, manifest, store
from sim.scenario.census import census
from sim.scenario.check import load
from sim.scenario.files import folder, shipped_scenarios
from sim.scenario.schema import Scenario, StateActor
from sim.study.request import study_for

ROOT = Path(__file__).resolve().parent.parent
README, MODEL, CONTRIBUTING, CHANGELOG = (
    (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "MODEL.md", "CONTRIBUTING.md", "CHANGELOG.md")
)
GUIDES = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
HOW_TO = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs" / "howto").glob("*.md"))}
PAGES = {
    "README.md": README,
    "MODEL.md": MODEL,
    "CONTRIBUTING.md": CONTRIBUTING,
    **{f"docs/{name}": text for name, text in GUIDES.items()},
    **{f"docs/howto/{name}": text for name, text in HOW_TO.items()},
}
CARDS = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs" / "reference").glob("*.md"))}


def blocks(page, language):
    """Return the code blocks of a page in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


def snippets(page):
    """Return what stands in backticks within the lines of a page, on one line each."""
    prose = re.sub(r"^```.*?^```|``[^`]+``", "", page, flags=re.DOTALL | re.MULTILINE)
    return [" ".join(snippet.split()) for snippet in re.findall(r"`([^`]+)`", prose)]


def headings(page):
    """Return what stands as code in the headings of a page: what has a card on it."""
    return re.findall(r"^### `(.+)`$", page, re.MULTILINE)


# -- MODEL.md and docs/reference


@pytest.fixture(scope="module")
def wanted():
    return reference.pages()


def test_the_generated_pages_are_those_of_the_code(wanted):
    assert reference.outdated(ROOT, wanted) == [], "python -m sim.explain.reference --write"


def test_pages_that_are_out_of_date_absent_or_left_over_are_found_and_mended(wanted, tmp_path):
    budget, left = (reference.FOLDER / name for name in ("budget.md", "diplomacy.md"))
    reference.write(tmp_path, wanted)
    assert reference.outdated(tmp_path, wanted) == []
    (tmp_path / budget).write_text("edited by hand", encoding="utf-8")
    (tmp_path / left).write_text("a phase that is no more", encoding="utf-8")
    (tmp_path / reference.MODEL).unlink()
    assert reference.outdated(tmp_path, wanted) == [reference.MODEL, budget, left]
    reference.write(tmp_path, wanted)
    assert reference.outdated(tmp_path, wanted) == []


def test_the_page_of_validation_says_first_what_the_model_cannot_do_and_hides_no_loss():
    found = validation.shown(ROOT)
    page = validation.page(found)
    first, *_ = (part for part in page.split("\n## ")[1:])
    assert first.startswith("What the model cannot do")
    for name, one in found.items():
        assert one.about["digests"]["forecasts.csv"][:12] in page
        lost = [line for line in one.lines if "lose" in (line["naive verdict"], line["informed verdict"])]
        assert all(line["what"] in first for line in lost), name


def test_a_marker_that_names_no_part_is_refused():
    with pytest.raises(ValueError, match="turns"):
        reference.renewed("<!-- generated: turns -->\n<!-- end -->", {"turn": ""})


def test_every_phase_is_named_on_the_model_page_and_has_a_page():
    for phase in TURN:
        assert f"[**{phase.name}**](docs/reference/{phase.name}.md)" in MODEL
        assert CARDS[f"{phase.name}.md"].startswith("# Phase ")
    assert set(CARDS) - {"README.md", "quantities.md", "outcomes.md", "sources.md"} == {
        f"{phase.name}.md" for phase in (OPENING, *TURN)
    }


def test_every_rule_entry_quantity_and_source_has_one_card():
    on_pages = [name for page in CARDS.values() for name in headings(page)]
    assert sorted(on_pages) == sorted([*CATALOGUE, *ENTRIES, *VARIABLES, *evidence.sources()])
    for rule in CATALOGUE.values():
        assert rule.name in headings(CARDS[f"{rule.phase}.md"])


@pytest.mark.parametrize("mechanism", [*CATALOGUE.values(), *ENTRIES.values()], ids=lambda mechanism: mechanism.name)
def test_a_card_says_all_that_is_known_of_a_rule_or_entry(mechanism):
    (page,) = [page for page in CARDS.values() if f"### `{mechanism.name}`\n" in page]
    card = page.split(f"### `{mechanism.name}`\n")[1].split("\n#")[0]
    for name, number in mechanism.parameters.items():
        assert f"| `{name}` | {number:g} | {number.unit} |" in card
    assert all(f"`{word}`" in card for word in mechanism.reads if word != "draws")
    assert all(f"`{path.split('.')[1]}` of [`{path.split('.')[0]}`]" in card for path in mechanism.borrows.values())
    if mechanism.name in CATALOGUE:
        assert all(f"**{label}.** " in card for label in ("Reported", "Assumed", "Formula"))
        assert f"Contributes to [`{mechanism.writes}`]" in card
        assert all(key in card for key in (*mechanism.claims, mechanism.card))
    assert all(key in card for key in mechanism.evidence)


def test_a_card_says_who_follows_a_rule_and_who_sets_another_value():
    card = CARDS["budget.md"].split("### `match_rival_linearly`\n")[1].split("\n#")[0]
    north = load("richardson").states["north"].parameters["match_rival_linearly.reaction"].value
    assert f"`reaction` {north:g} for `north` (`richardson`)" in card
    assert "- Followed by `north` and `south` (`richardson`)" in card


def test_links_of_the_reference_lead_to_a_page_and_to_a_card_on_it():
    for name, page in CARDS.items():
        for target in re.findall(r"\]\(([^)]+)\)", page):
            path, _, card = target.partition("#")
            assert (ROOT / "docs" / "reference" / path).is_file(), (name, target)
            assert not card or card in headings(CARDS[path]), (name, target)


def test_the_model_page_is_read_at_one_sitting_and_the_readme_at_a_glance():
    assert len(MODEL.splitlines()) <= 450
    assert len(README.splitlines()) < 200


def test_the_prose_of_the_model_page_uses_names_that_exist():
    prose = reference.MARKED.sub("", MODEL)
    parameters = {name for m in (*CATALOGUE.values(), *ENTRIES.values()) for name in m.parameters}
    fields = {*Scenario.model_fields, *StateActor.model_fields, "from_memory"}
    known = {*CATALOGUE, *ENTRIES, *VARIABLES, *parameters, *fields}
    words = {word for snippet in snippets(prose) for word in re.findall(r"[a-z]+(?:_[a-z]+)+", snippet)}
    equations = re.findall(r"^    (.*)$", prose, re.MULTILINE)
    words |= {word for line in equations for word in re.findall(r"[a-z]+(?:_[a-z]+)+", line)}
    assert sorted(words - known) == []


# -- README.md and docs


def test_the_examples_that_run_stand_where_pytest_looks_for_them():
    parser = doctest.DocTestParser()
    found = {name: len(parser.get_examples(text)) for name, text in PAGES.items()}
    assert found["MODEL.md"] == found["CONTRIBUTING.md"] == 0
    assert not any(parser.get_examples(page) for page in CARDS.values())
    (block,) = blocks(README, "python")
    assert 0 < len(parser.get_examples(block)) == found["README.md"] <= 10
    for name, page in PAGES.items():
        assert sum(len(parser.get_examples(block)) for block in blocks(page, "python")) == found[name], name
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert {"README.md", "docs"} <= set(settings["testpaths"])
    assert "--doctest-glob=*.md" in settings["addopts"]


def test_the_scenario_of_the_guide_is_without_mistake(tmp_path):
    (text,) = blocks(GUIDES["scenarios.md"], "yaml")
    shutil.copytree(folder(), tmp_path / "scenarios")
    file = tmp_path / "scenarios" / "changed.yaml"
    file.write_text(text, encoding="utf-8")
    changed, original = load(file), load(yaml.safe_load(text)["extends"])
    assert changed.title != original.title
    assert len(changed.timeline) == len(original.timeline) + 1
    assert sum(census(changed).values()) == sum(census(original).values()) + 1


def test_the_gallery_has_every_outlook_with_its_own_question():
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", GUIDES["scenarios.md"], re.MULTILINE)
    assert set(dict(rows)) == set(shipped_scenarios()) - {"richardson", "south_caucasus_2010"}
    assert {name: load(name).question for name, _ in rows} == dict(rows)


def test_the_experiment_of_the_guide_has_the_points_it_says(tmp_path):
    (text,) = blocks(GUIDES["experiments.md"], "yaml")
    file = tmp_path / "embargo.yaml"
    file.write_text(text, encoding="utf-8")
    study = study_for(file)
    drawn, combinations = map(int, re.search(r"each of the (\d+) x (\d+) points", text).groups())
    assert study.layout.points == drawn * combinations
    assert study.layout.runs == 256


def test_the_actor_of_the_how_to_sells(tmp_path):
    (text,) = blocks(HOW_TO["actor.md"], "yaml")
    shutil.copytree(folder(), tmp_path / "scenarios")
    file = tmp_path / "scenarios" / "newcomer.yaml"
    file.write_text(text, encoding="utf-8")
    assert set(load(file).suppliers) >= {"newcomer"}
    changed = set(load(file).suppliers) - set(load("status_quo").suppliers)
    assert changed == {"newcomer"}


def test_the_guide_names_what_a_result_directory_holds():
    of_a_frame = (frame.LOCK, frame.POINTS, frame.DIGESTS)
    for name in (arrays.ARRAYS, store.MARKERS, *of_a_frame, manifest.PROVENANCE, manifest.STATUS):
        row = rf"^\|[^|]*`{re.escape(name)}/?`[^|]*\|"
        assert re.search(row, GUIDES["results.md"], re.MULTILINE), name


def test_the_figures_of_the_readme_exist_as_figures():
    images = re.findall(r"!\[[^\]]+\]\(results/gallery/(\w+)\.png\)", README)
    assert images == ["outlooks", "fan", "war_probability"]
    assert set(images) <= set(plots.figures())


def test_the_history_told_in_the_readme_is_the_one_that_is_played(capsys, monkeypatch):
    (sample,) = blocks(README, "text")
    told = said(capsys, monkeypatch, "run", "south_caucasus_2010", "--seed", "1", "--narrate")
    for passage in sample.split("[...]\n"):
        first, *lines = passage.splitlines()
        after = told[told.index(first) :]
        assert all(line in after for line in lines)
    named = re.findall(r"\[(\w+);", sample)
    assert named
    assert sorted(set(named) - set(CATALOGUE)) == []


def test_the_credit_lines_of_the_readme_are_those_of_the_data():
    section = README.split("## Credits\n")[1].split("\n## ")[0]
    lines = [" ".join(item.split()) for item in re.findall(r"^- ((?:.+\n)(?:  .+\n)*)", section, re.MULTILINE)]
    assert lines == observed.credits()


@pytest.mark.parametrize("page", PAGES)
def test_links_between_pages_lead_somewhere(page):
    targets = re.findall(r"[^!]\[[^\]]+\]\(([^)]+)\)", PAGES[page])
    files = [target.partition("#")[0] for target in targets if "://" not in target]
    assert [file for file in files if not ((ROOT / page).parent / file).exists()] == []


def test_every_guide_is_within_reach_of_the_readme():
    assert set(re.findall(r"\]\(docs/(\w+\.md)\)", README)) == set(GUIDES)


@pytest.mark.parametrize("page", PAGES)
def test_the_functions_a_page_names_exist(page):
    named = set(re.findall(r"\bsim\.([a-z_]+)\(", PAGES[page]))
    named |= {name for snippet in snippets(PAGES[page]) for name in re.findall(r"^sim\.([A-Za-z_]+)$", snippet)}
    rooms = {path.name for path in (ROOT / "sim").iterdir() if path.is_dir()}
    assert sorted(named - set(sim.__all__) - rooms) == []


# -- commands


def commands(page):
    """Return the calls of the armsrace command that a page names, as lists of words."""
    typed = [line for block in blocks(page, "sh") for line in block.splitlines()]
    return [
        shlex.split(s, comments=True)[1:]
        for s in (*snippets(page), *typed)
        if re.match(r"armsrace \w", s) and ">" not in s
    ]


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_a_page_names_exist(page):
    for verb, *words in commands(PAGES[page]):
        verb = next((name for name in verbs() if f"{verb} {' '.join(words)} ".startswith(f"{name} ")), verb)
        assert verb in verbs()
        options = {option for parameter in verbs()[verb].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, verb
        if verb == "list" and words:
            assert words[0] in KINDS


def test_every_command_has_a_row_on_the_page_of_commands():
    rows = re.findall(r"^\| `armsrace ((?:(?:import|new) )?\w+)", GUIDES["commands.md"], re.MULTILINE)
    assert sorted(rows) == sorted(name for name, verb in verbs().items() if not verb.hidden)


# -- CONTRIBUTING.md, CHANGELOG.md


def test_the_rule_of_the_recipe_keeps_the_contract(tmp_path):
    quoted = CONTRIBUTING.split("> ```python\n")[1].split("> ```\n")[0]
    text = re.sub(r"^> ?", "", quoted, flags=re.MULTILINE)
    name = re.search(r"^def (\w+)", text, re.MULTILINE)[1]
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=ignore)
    (tmp_path / "tests").mkdir()
    for test in ("test_rule_contract.py", "worlds.py"):
        shutil.copy(ROOT / "tests" / test, tmp_path / "tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    file = tmp_path / "sim" / "model" / "rules" / "budget" / f"{name}.py"
    file.write_text(text, encoding="utf-8")
    call = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", name, "tests", str(file)]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 5


def test_the_rooms_of_the_contributing_page_are_those_that_are_enforced():
    (diagram, *_) = blocks(CONTRIBUTING, "text")
    drawn = [re.split(" {2,}", line)[0].replace(",", " :") for line in diagram.splitlines()]
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    enforced = next(contract["layers"] for contract in contracts if contract["id"] == "rooms")
    outside = ("__main__", "experiment | variables", "answers", "terminal", "version")
    assert [row for row in enforced if row not in outside] == drawn
    assert all((ROOT / "sim" / room / "__init__.py").is_file() for room in re.findall(r"\w+", " ".join(drawn)))


@pytest.mark.parametrize("room", sorted(path.parent.name for path in (ROOT / "sim").glob("*/__init__.py")))
def test_the_door_of_a_room_names_what_is_in_it(room):
    place = ROOT / "sim" / room
    door = ast.get_docstring(ast.parse((place / "__init__.py").read_text(encoding="utf-8")))
    found_by_name = {path.stem for path in place.glob("*.py") if f"\ndef {path.stem}(" in path.read_text("utf-8")}
    modules = {path.stem for path in place.glob("*.py")} - {"__init__"}
    if room in ("plots", "measures"):  # a module that holds a function of its own name is listed nowhere
        modules -= found_by_name
    assert sorted(name for name in modules if not re.search(rf"`{name}[`/]", door)) == []


def test_every_module_is_linted():
    """A pattern for the folder of results once left out the room of results as well."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--show-files", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {str(path) for path in (ROOT / "sim").rglob("*.py")} <= set(done.stdout.split("\n"))


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"]
    assert project == citation == sim.__version__
    assert f" {sim.__version__}" in CHANGELOG


def test_every_promise_names_tests_that_there_are():
    said = CONTRIBUTING.split("Each promise has a test that holds it:")[1].split("## Style")[0]
    written = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("test_*.py"))
    named = re.findall(r"`(test_\w+)`", said)
    assert len(named) >= 5
    assert [name for name in named if f"def {name}(" not in written] == []
    assert all((ROOT / file).is_file() for file in re.findall(r"`?(tests/test_\w+\.py)", said))
