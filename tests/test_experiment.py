"""An experiment document says what it means, and every mistake in one is answered with its line."""

import json
from itertools import takewhile
from pathlib import Path

import jsonschema
import pytest

import sim
from sim import experiment as experiments
from sim import scenario as scenarios
from sim.design import points
from sim.document import DocumentError, load
from sim.experiment import Experiment, is_experiment, read_experiment
from sim.study import study_of_experiment
from sim.variables import Mistake

FOLDER = Path(__file__).parent / "bad_experiments"
SINS = sorted(path.stem for path in FOLDER.glob("*.yaml"))
FIXES = ("write", "did you mean", "remove", "correct", "add", "move", "names them")


def expected(sin: str) -> list[str]:
    """Return the lines of the complaint, as the comments at the top of the file foretell it."""
    lines = (FOLDER / f"{sin}.yaml").read_text(encoding="utf-8").splitlines()
    told = [line.removeprefix("# expect: ") for line in takewhile(lambda line: line.startswith("# expect: "), lines)]
    return [f"{sin}.yaml{line}" if line.startswith(":") else line for line in told]


def bare(line: str) -> str:
    """Return a line without the folder of its file."""
    folder, slash, rest = line.replace("\\", "/").partition("bad_experiments/")
    return rest if slash else folder


def understand(file: Path) -> None:
    """Read an experiment and look at its factors in every scenario."""
    experiment = read_experiment(file)
    for name in experiment.scenarios:
        points(experiment, sim.load(experiment.file_of(name)))
    study_of_experiment(experiment, tuple(sim.load(experiment.file_of(name)) for name in experiment.scenarios))


@pytest.mark.parametrize("sin", SINS)
def test_a_sin_gets_its_complaint_and_no_other(sin: str) -> None:
    with pytest.raises(DocumentError) as caught:
        understand(FOLDER / f"{sin}.yaml")
    assert [bare(str(problem)) for problem in caught.value.problems] == expected(sin)


@pytest.mark.parametrize("sin", SINS)
def test_every_complaint_says_what_to_do(sin: str) -> None:
    assert expected(sin)
    for line in expected(sin):
        assert any(fix in line for fix in FIXES), line
        assert not any(word in line for word in ("pydantic", "validation", "NoneType", "Error", "input should"))


@pytest.mark.parametrize("name", experiments.shipped())
def test_a_shipped_experiment_reads_and_is_a_question(name: str) -> None:
    experiment = read_experiment(name)
    assert experiment.name == name
    assert experiment.question.endswith("?")
    jsonschema.validate(load(experiments.folder() / f"{name}.yaml").data, json.loads(experiments.schema()))


def test_the_questions_promised_are_shipped() -> None:
    promised = {"embargo_contrast", "what_drives_war", "how_sure_are_we", "oil_price_and_export_controls"}
    assert promised <= set(experiments.shipped())
    assert not set(experiments.shipped()) & set(scenarios.shipped())


@pytest.mark.parametrize("name", experiments.shipped())
def test_a_locked_experiment_reads_back_the_same(name: str, tmp_path: Path) -> None:
    experiment = read_experiment(name)
    (tmp_path / f"{name}.yaml").write_text(experiment.lock(), encoding="utf-8")
    again = read_experiment(tmp_path / f"{name}.yaml")
    assert again.canonical() == experiment.canonical()
    assert again.digest() == experiment.digest()


def test_the_digest_changes_with_the_order_of_factors_since_the_points_do() -> None:
    one = {"repay_oil.weight": {}, "covet_land.campaign_rate": {}}
    other = dict(reversed(one.items()))
    design = {"latin_hypercube": {"points": 4}}
    made = [Experiment(question="?", scenario="status_quo", uncertainties=u, design=design) for u in (one, other)]
    assert made[0].digest() != made[1].digest()


def test_python_and_yaml_make_the_same_experiment() -> None:
    written = read_experiment("embargo_contrast")
    made = Experiment(question=written.question, scenarios=["status_quo", "israeli_embargo"], design="fixed",
                      replicates=4096)  # fmt: skip
    assert made.canonical() == written.canonical()
    assert made.digest() == written.digest()


def test_an_experiment_is_told_from_a_scenario_by_its_content(tmp_path: Path) -> None:
    assert is_experiment("embargo_contrast")
    assert is_experiment(experiments.folder() / "embargo_contrast.yaml")
    assert not is_experiment("status_quo")
    assert not is_experiment(scenarios.folder() / "status_quo.yaml")
    assert not is_experiment("no_such_thing")
    (tmp_path / "broken.yaml").write_text("question: [", encoding="utf-8")
    assert not is_experiment(tmp_path / "broken.yaml")


def test_an_unknown_experiment_is_answered_with_the_one_meant() -> None:
    with pytest.raises(Mistake, match="did you mean 'embargo_contrast'"):
        read_experiment("embargo_contrst")


def test_a_scenario_beside_the_document_is_found(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("extends: richardson\n", encoding="utf-8")
    text = 'question: "?"\nscenario: mine.yaml\ndesign: fixed\n'
    (tmp_path / "question.yaml").write_text(text, encoding="utf-8")
    experiment = read_experiment(tmp_path / "question.yaml")
    assert sim.load(experiment.file_of("mine.yaml")).states


def test_the_schema_in_the_folder_is_the_present_one() -> None:
    assert (experiments.folder() / "experiment.schema.json").read_text(encoding="utf-8") == experiments.schema()
