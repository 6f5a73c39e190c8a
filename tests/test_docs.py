"""The pages at the top of the repository agree with the code."""

import doctest
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer
import yaml

import sim
import sim.model.rules
from sim import observed, plots
from sim.cli.main import app
from sim.explain import reference
from sim.explain.catalogue import KINDS
from sim.model.accounting import ENTRIES
from sim.model.rule import CATALOGUE
from sim.model.turn import TURN
from sim.model.variables import VARIABLES
from sim.results import arrays, manifest, store
from sim.scenario.census import census
from sim.scenario.check import load
from sim.scenario.files import folder
from sim.scenario.schema import Scenario, StateActor
from sim.study.request import study_for

ROOT = Path(__file__).resolve().parent.parent
README, MODEL, CONTRIBUTING, CHANGELOG = (
    (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "MODEL.md", "CONTRIBUTING.md", "CHANGELOG.md")
)
PAGES = {"README.md": README, "MODEL.md": MODEL, "CONTRIBUTING.md": CONTRIBUTING}


def blocks(page, language):
    """Return the code blocks of a page in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


def snippets(page):
    """Return what stands in backticks within the lines of a page, on one line each."""
    prose = re.sub(r"^```.*?^```|``[^`]+``", "", page, flags=re.DOTALL | re.MULTILINE)
    return [" ".join(snippet.split()) for snippet in re.findall(r"`([^`]+)`", prose)]


# -- MODEL.md


def test_the_generated_parts_of_the_model_page_are_those_of_the_code():
    assert reference.renewed(MODEL, reference.generated()) == MODEL, "python -m sim.explain.reference --write"


def test_a_marker_that_names_no_part_is_refused():
    with pytest.raises(ValueError, match="turns"):
        reference.renewed("<!-- generated: turns -->\n<!-- end -->", {"turn": ""})


def test_every_phase_rule_entry_and_quantity_is_named_on_the_model_page():
    named = set(snippets(MODEL))
    assert sorted({*CATALOGUE, *ENTRIES, *VARIABLES} - named) == []
    assert all(f"**{phase.name}**" in MODEL for phase in TURN)


def test_every_parameter_has_a_row_on_the_model_page():
    for mechanism in (*CATALOGUE.values(), *ENTRIES.values()):
        for name in mechanism.parameters:
            assert f"| `{mechanism.name}` | `{name}` |" in MODEL


def test_the_prose_of_the_model_page_uses_names_that_exist():
    prose = reference.MARKED.sub("", MODEL)
    parameters = {name for m in (*CATALOGUE.values(), *ENTRIES.values()) for name in m.parameters}
    fields = {*Scenario.model_fields, *StateActor.model_fields, "from_memory"}
    known = {*CATALOGUE, *ENTRIES, *VARIABLES, *parameters, *fields}
    words = {word for snippet in snippets(prose) for word in re.findall(r"[a-z]+(?:_[a-z]+)+", snippet)}
    equations = re.findall(r"^    (.*)$", prose, re.MULTILINE)
    words |= {word for line in equations for word in re.findall(r"[a-z]+(?:_[a-z]+)+", line)}
    assert sorted(words - known) == []


# -- README.md


def test_the_only_examples_that_run_are_those_of_the_readme():
    parser = doctest.DocTestParser()
    found = {name: len(parser.get_examples(text)) for name, text in PAGES.items()}
    assert found["README.md"] > 0
    assert found["MODEL.md"] == found["CONTRIBUTING.md"] == 0
    (block,) = blocks(README, "python")
    assert len(parser.get_examples(block)) == found["README.md"] <= 14
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert "README.md" in settings["testpaths"]
    assert "--doctest-glob=*.md" in settings["addopts"]


def test_the_scenario_of_the_readme_is_without_mistake(tmp_path):
    (text,) = [block for block in blocks(README, "yaml") if block.startswith("extends:")]
    shutil.copytree(folder(), tmp_path / "scenarios")
    file = tmp_path / "scenarios" / "changed.yaml"
    file.write_text(text, encoding="utf-8")
    changed, original = load(file), load(yaml.safe_load(text)["extends"])
    assert changed.title != original.title
    assert len(changed.timeline) == len(original.timeline) + 1
    assert sum(census(changed).values()) == sum(census(original).values()) + 1


def test_the_experiment_of_the_readme_has_the_points_it_says(tmp_path):
    (text,) = [block for block in blocks(README, "yaml") if not block.startswith("extends:")]
    file = tmp_path / "embargo.yaml"
    file.write_text(text, encoding="utf-8")
    study = study_for(file)
    drawn, combinations = map(int, re.search(r"each of the (\d+) x (\d+) points", text).groups())
    assert study.layout.points == drawn * combinations
    assert study.layout.runs == 256


def test_the_readme_names_what_a_result_directory_holds():
    for name in (arrays.ARRAYS, store.MARKERS, manifest.LOCK, manifest.PROVENANCE, manifest.POINTS, manifest.STATUS):
        assert re.search(rf"^\|[^|]*`{re.escape(name)}/?`[^|]*\|", README, re.MULTILINE), name


def test_the_figures_of_the_readme_exist_as_figures():
    images = re.findall(r"!\[[^\]]+\]\(results/gallery/(\w+)\.png\)", README)
    assert images == ["fan", "war_probability"]
    assert set(images) <= set(plots.figures())


def test_the_history_told_in_the_readme_names_rules_that_exist():
    (sample,) = blocks(README, "text")
    named = re.findall(r"\[(\w+);", sample)
    assert named
    assert sorted(set(named) - set(CATALOGUE)) == []


def test_the_credit_lines_of_the_readme_are_those_of_the_data():
    section = README.split("## Credits\n")[1].split("\n## ")[0]
    lines = [" ".join(item.split()) for item in re.findall(r"^- ((?:.+\n)(?:  .+\n)*)", section, re.MULTILINE)]
    assert lines == observed.credits()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_links_between_pages_lead_somewhere(page):
    targets = re.findall(r"[^!]\[[^\]]+\]\(([^)]+)\)", PAGES[page])
    assert [t for t in targets if "://" not in t and not (ROOT / t).exists()] == []


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
    verbs = typer.main.get_command(app).commands
    for verb, *words in commands(PAGES[page]):
        assert verb in verbs
        options = {option for parameter in verbs[verb].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, verb
        if verb == "list" and words:
            assert words[0] in KINDS


def test_every_command_is_named_in_the_readme():
    assert {words[0] for words in commands(README)} == set(typer.main.get_command(app).commands)


# -- CONTRIBUTING.md, CHANGELOG.md


def test_the_rule_of_the_recipe_keeps_the_contract(tmp_path):
    quoted = CONTRIBUTING.split("> ```python\n")[1].split("> ```\n")[0]
    text = re.sub(r"^> ?", "", quoted, flags=re.MULTILINE)
    name = re.search(r"^def (\w+)", text, re.MULTILINE)[1]
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=ignore)
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "test_rule_contract.py", tmp_path / "tests")
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
    assert [row for row in enforced if row not in ("__main__", "answers", "version")] == drawn
    assert all((ROOT / "sim" / room / "__init__.py").is_file() for room in re.findall(r"\w+", " ".join(drawn)))


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"]
    assert project == citation == sim.__version__
    assert f" {sim.__version__}" in CHANGELOG
