"""An experiment document says what it means, and every mistake in one is answered with its line."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import jsonschema
import pytest

import sim
from sim import evidence
from sim.model.mistakes import Mistake
from sim.scenario.document import DocumentError
from sim.scenario.files import folder, shipped_scenarios
from sim.scenario.strict_yaml import read_document
from sim.study import experiment as experiments
from sim.study.designs import Design, Factor, Morris
from sim.study.experiment import Experiment, Stop, is_experiment, read_experiment
from sim.study.points import points
from sim.study.request import study_for
from sim.study.study import study_of_experiment

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


# what Python may do: name an experiment, and its own folder is the current one
PYTHON_MAY = {"named_inside", "posterior_of_a_lever", "table_out_of_range", "table_with_a_word"}


@pytest.mark.parametrize("sin", [sin for sin in SINS if sin not in PYTHON_MAY])
def test_python_is_told_what_a_file_is_told(sin: str) -> None:
    with pytest.raises(Mistake) as caught:
        study_for(Experiment(**read_document(FOLDER / f"{sin}.yaml").data))
    told = [re.sub(r"^[\w.]+:\d+: ", "", line) for line in expected(sin)]
    assert str(caught.value).replace("scenarios[0]: ", "scenario: ").splitlines() == told


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (lambda: Stop(half_width=0.0, most=9), "half_width: write a number above 0, not 0.0"),
        (lambda: Factor(between=[2.0, 1.0]), "between: 2 is not below 1; correct one of them"),
        (lambda: Factor(basis="derived"), "basis: what is derived has a source; write 'source:' with an evidence key"),
        (lambda: Factor(basis="assumed"), "basis: what is assumed has a reason; write 'because:'"),
        (lambda: Factor(basis="guessed"), "basis: 'guessed' is not allowed; write reported, derived or assumed"),
        (lambda: Morris(levels=3), "levels: write a multiple of 2, not 3"),
        (lambda: asked(scenarios=[]), "scenarios: write at least one '- item' line, not an empty list"),
        (lambda: asked(question=""), "question: write at least one word, not ''"),
        (lambda: asked(sed=1), "sed: unknown key, did you mean 'seed'?"),
    ],
)  # fmt: skip
def test_a_part_made_in_python_is_answered_with_one_sentence(part: Callable[[], object], told: str) -> None:
    with pytest.raises(Mistake) as caught:
        part()
    assert str(caught.value) == told


def asked(**given: object) -> Experiment:
    """Return a sound experiment with something changed."""
    return Experiment(**{"question": "?", "scenarios": ["status_quo"], "design": "fixed", **given})


def test_parts_made_in_python_make_the_experiment_that_plain_data_make() -> None:
    plain = asked(design={"morris": {"levels": 6}}, uncertainties={"repay_oil.weight": {"between": [1.0, 2.0]}})
    parts = asked(
        design=Design(morris=Morris(levels=6)), uncertainties={"repay_oil.weight": Factor(between=[1.0, 2.0])}
    )
    assert plain == parts
    assert plain.digest() == parts.digest()


def test_a_seed_that_no_result_could_read_back_is_refused() -> None:
    with pytest.raises(Mistake, match="seed: write 0 or more, not -1"):
        study_for(asked(), seed=-1)
    with pytest.raises(Mistake, match="seed: write 0 or more, not -1"):
        study_for("status_quo", seed=-1)


@pytest.mark.parametrize("name", experiments.shipped_experiments())
def test_a_shipped_experiment_reads_and_is_a_question(name: str) -> None:
    experiment = read_experiment(name)
    assert experiment.name == name
    assert experiment.question.endswith("?")
    jsonschema.validate(read_document(experiments.folder() / f"{name}.yaml").data, json.loads(experiments.schema()))


@pytest.mark.parametrize("name", experiments.shipped_experiments())
def test_every_factor_of_a_shipped_experiment_says_why_these_numbers(name: str) -> None:
    experiment = read_experiment(name)
    believed = sim.load(experiment.scenarios[0]).believed()
    for path, own in experiment.factors.items():
        stated = believed[path] if own.is_open else own
        assert stated.basis is not None, path
        assert len((stated.because or "").split()) > 5, path
        assert stated.source is None or stated.source in evidence.sources(), path
    assert experiment.factors or experiment.design.kind in ("fixed", "posterior")


def test_the_questions_promised_are_shipped() -> None:
    promised = {"embargo_contrast", "what_drives_war", "how_sure_are_we", "oil_price_and_export_controls"}
    assert promised <= set(experiments.shipped_experiments())
    assert not set(experiments.shipped_experiments()) & set(shipped_scenarios())


@pytest.mark.parametrize("name", experiments.shipped_experiments())
def test_a_locked_experiment_reads_back_the_same(name: str, tmp_path: Path) -> None:
    experiment = read_experiment(name)
    (tmp_path / f"{name}.yaml").write_text(experiment.lock(), encoding="utf-8")
    again = read_experiment(tmp_path / f"{name}.yaml")
    assert again.canonical() == experiment.canonical()
    assert again.digest() == experiment.digest()


def test_the_digest_changes_with_the_order_of_factors_since_the_points_do() -> None:
    one = {"repay_oil.weight": {}, "weigh_attacks.campaign_rate": {}}
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
    assert not is_experiment(folder() / "status_quo.yaml")
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


@pytest.mark.parametrize("names", [("a/x.yaml", "b/x.yaml"), ("a/x.yaml", "b/X.yaml"),
                                   ("richardson", "richardson.yaml"),
                                   ("a/caf\u00e9.yaml", "b/cafe\u0301.yaml")])  # fmt: skip
def test_two_scenarios_of_one_name_are_refused_at_their_line(names: tuple[str, str], tmp_path: Path) -> None:
    for name in names:
        if name.endswith(".yaml"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(sim.load("richardson").lock(), encoding="utf-8")
    file = tmp_path / "e.yaml"
    file.write_text(f"question: q\ndesign: fixed\nscenarios:\n- {names[0]}\n- {names[1]}\n", encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        study_for(file)
    assert re.search(r"e\.yaml:5: scenarios.*have one name.*rename one of the files", str(caught.value))
    assert all(name in str(caught.value) for name in names)


def test_python_is_told_of_two_scenarios_of_one_name_too() -> None:
    one = sim.load("richardson")
    study = study_for(one, 1)
    with pytest.raises(Mistake, match=r"two scenarios are called 'Richardson'.*rename one"):
        replace(study, scenarios=(one, one.model_copy(update={"name": "Richardson"})))


def test_the_schema_in_the_folder_is_the_present_one() -> None:
    assert (experiments.folder() / "experiment.schema.json").read_text(encoding="utf-8") == experiments.schema()


# -- a factor that an event sets anew


OVERTAKEN = 'question: "?"\nscenario: status_quo\nlevers:\n  {}: {{values: [0.1, 0.2]}}\ndesign: {{grid: {{}}}}\n'


def test_a_lever_that_an_event_has_set_anew_by_the_opening_is_refused(tmp_path):
    (tmp_path / "dead.yaml").write_text(OVERTAKEN.format("azerbaijan.backing"), encoding="utf-8")
    with pytest.raises(DocumentError, match=r"dead.yaml:4: levers.azerbaijan.backing: .* moves nothing, an event sets"):
        sim.check(tmp_path / "dead.yaml")


def test_a_lever_that_an_event_will_set_anew_is_warned_of_and_another_is_not(tmp_path):
    (tmp_path / "late.yaml").write_text(OVERTAKEN.format("russia.capacity"), encoding="utf-8")
    found = sim.check(tmp_path / "late.yaml")
    assert "'russia.capacity' moves nothing from 2022-02-24 on" in str(found)
    (tmp_path / "free.yaml").write_text(OVERTAKEN.format("israel.capacity"), encoding="utf-8")
    assert sim.check(tmp_path / "free.yaml").warnings == ()


def test_numbers_that_never_hold_are_named():
    (said,) = (line for line in sim.check("status_quo").warnings if "set anew" in line)
    assert "azerbaijan.backing (2010-08-16)" in said
    assert not any("set anew" in line for line in sim.check("south_caucasus_2010").warnings)
