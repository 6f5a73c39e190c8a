"""What is too large is refused with the bound, or its cost is told, before anything of its size is made."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.cli import main
from sim.model.arguments import MOST_RUNS
from sim.model.mistakes import Mistake
from sim.scenario.document import MOST_FOUND, DocumentError
from sim.scenario.strict_yaml import MOST_BYTES
from sim.study.experiment import Experiment
from sim.study.layout import Layout, cut
from sim.study.points import MOST_POINTS
from sim.study.request import study_for
from sim.study.study import MOST_BATCHES
from sim.sweeps.cost import estimate_cost

SECONDS = 20.0  # of the processor, on a slow machine; what is not bounded takes minutes or hours


@pytest.fixture(autouse=True)
def _quick():
    began = time.process_time()
    yield
    assert time.process_time() - began < SECONDS


def followed(scenario: str) -> list[str]:
    return sorted({rule for _, _, actor in sim.load(scenario).actors() for rule in actor.rules})


def question(**given) -> Experiment:
    return Experiment(**{"question": "?", "scenario": "status_quo", "design": "grid", **given})


# -- runs, points and batches


def test_the_most_runs_have_a_cost_and_more_are_refused(refused, monkeypatch, capsys) -> None:
    monkeypatch.setattr("sys.argv", ["armsrace", "sweep", "richardson", "--runs", str(MOST_RUNS), "--dry-run"])
    main.app(standalone_mode=False)
    assert capsys.readouterr().out.startswith("1,000,000,000 runs in 244,141 batches, about ")
    assert refused("sweep", "richardson", "--runs", 10**18, "--dry-run") == (
        f"runs: write 1,000,000,000 or less, not {10**18}"
    )


def test_a_grid_of_many_levers_is_refused_with_the_bound() -> None:
    levers = {f"rules.{rule}": {} for rule in followed("status_quo")[:26]}
    with pytest.raises(Mistake, match=r"^design\.grid: this makes 67,108,864 points, a sweep has at most 100,000"):
        study_for(question(levers=levers))
    sample = {"levers": levers, "uncertainties": {"repay_oil.weight": {}}}
    with pytest.raises(Mistake, match=r"^design\.latin_hypercube: this makes 671,088,640 points"):
        study_for(question(**sample, design={"latin_hypercube": {"points": 10}}))
    every = {f"rules.{rule}": {} for rule in followed("status_quo")}
    assert len(every) > 50
    with pytest.raises(Mistake, match=r"^design\.grid: this makes more than 10\^15 points"):
        study_for(question(levers=every))


@pytest.mark.parametrize("design", [
    {"latin_hypercube": {"points": 10**12}},
    {"sobol": {"points": 2**40}},
    {"morris": {"trajectories": 10**12}},
    {"prior": {"points": 10**12}},
])  # fmt: skip
def test_a_sample_is_refused_before_it_is_drawn(design) -> None:
    with pytest.raises(Mistake, match=f"a sweep has at most {MOST_POINTS:,}"):
        study_for(question(uncertainties={"repay_oil.weight": {}}, design=design))


def test_a_large_design_has_a_cost_without_a_look_at_every_point(monkeypatch) -> None:
    monkeypatch.setattr("sim.study.study.LOOKED_AT", 20)
    levers = {f"rules.{rule}": {} for rule in followed("status_quo")[:14]}
    study = study_for(question(levers=levers, replicates=4))
    assert (study.layout.points, estimate_cost(study).runs) == (2**14, 2**16)
    assert "20 of the points were looked at" in str(sim.check(question(levers=levers)))


def test_of_a_large_design_every_point_is_looked_at_before_any_is_played(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("sim.study.study.LOOKED_AT", 10)
    numbers = [1.0 + 0.001 * index for index in range(50)]
    asked = question(levers={"repay_oil.weight": {"values": numbers}}, replicates=1)
    study = study_for(asked)
    study.points.values[-2] = -1e9  # between two that were looked at
    with pytest.raises(Mistake, match="is out of range"):
        sim.sweep(study, out=tmp_path / "result")
    assert not (tmp_path / "result").exists()


def test_more_batches_than_have_names_are_refused() -> None:
    values = {"repay_oil.weight": {"values": [1.0 + 0.01 * index for index in range(100)]}}
    with pytest.raises(Mistake, match=f"at most {MOST_BATCHES:,}; ask for fewer runs or points"):
        study_for(question(levers=values, replicates=MOST_RUNS))


@given(st.integers(1, 3), st.integers(1, 60), st.integers(1, 20_000), st.booleans())
def test_batches_are_counted_as_they_come(scenarios: int, points: int, runs: int, small: bool) -> None:
    layout = cut(scenarios, points, runs, small=small)
    assert layout.size == sum(1 for _ in layout.batches())
    other = Layout(scenarios, points, runs, span=256, reach=7)
    assert other.size == sum(1 for _ in other.batches())


# -- documents

HEAD = "extends: richardson\n"
MANY = {
    "one long text": HEAD + 'title: "' + "a" * (MOST_BYTES + 1) + '"',
    "many keys": HEAD + "\n".join(f"k{index}: 1" for index in range(800_000)),
    "many rules": HEAD + f"states: {{north: {{rules: [{', '.join(['match_rival_linearly'] * 100_000)}]}}}}",
}
WRONG = {
    "short rules": HEAD + f"states: {{north: {{rules: [{','.join(f'a{i}' for i in range(20_000))}]}}}}",
    "unknown keys": HEAD + "\n".join(f"k{index}: 1" for index in range(10_000)),
    "a long key": HEAD + '"' + "k" * 100_000 + '": 1',
    "a long rule": HEAD + f"states: {{north: {{rules: [{'a' * 100_000}]}}}}",
    "deep brackets": HEAD + "a: " + "[" * 100_000,
    "deep mappings": HEAD + "a: " + "{a: " * 100_000,
    "aliases of aliases": "a: &a [x, x]\n" + "\n".join(f"b{i}: &b{i} [*a, *a]" for i in range(3_000)),
    "missing files": HEAD + f"states: [{','.join(f's{i}' for i in range(10_000))}]",
    "many states": HEAD + "states: {" + ", ".join(f"s{i}: {{name: S{i}}}" for i in range(4_000)) + "}",
    "many classes": HEAD + "weapons: {classes: {" + ", ".join(f"s{i}: S{i}" for i in range(5_000)) + "}}",
    "many scenarios": f"question: '?'\nscenarios: [{','.join(f's{i}' for i in range(20_000))}]\ndesign: fixed",
    "many factors": f"question: '?'\nscenario: richardson\nlevers: {{{','.join(f's{i}: {{}}' for i in range(10_000))}}}"
    "\ndesign: grid",
}


@pytest.mark.parametrize("what", MANY)
def test_a_document_that_is_too_long_is_refused_with_the_bound(tmp_path: Path, what: str) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(MANY[what], encoding="utf-8")
    with pytest.raises(DocumentError, match=f"s.yaml:1: the file has more than {MOST_BYTES:,} bytes"):
        sim.check(file)


def test_a_file_that_never_ends_is_not_read_to_its_end() -> None:
    endless = Path("/dev/zero")
    if not endless.exists():
        pytest.skip("this system has no such file")
    with pytest.raises(DocumentError, match="the file has more than"):
        sim.check(endless)
    with pytest.raises(DocumentError, match="the file has more than"):
        study_for(question(uncertainties={"repay_oil.weight": {}}, design={"table": str(endless)}))


@pytest.mark.parametrize("what", WRONG)
def test_many_mistakes_are_told_briefly(tmp_path: Path, what: str) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(WRONG[what], encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        sim.check(file)
    assert len(caught.value.problems) <= MOST_FOUND
    assert len(str(caught.value)) < 12_000
