"""A sweep has the same bytes whoever plays it, in whatever parts and after whatever interruption."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sweeping import ROOT, assert_same, content, short
from worlds import altered

import sim
from sim.engine.record import KEPT
from sim.model.mistakes import Mistake
from sim.model.outcomes import OUTCOMES
from sim.results.manifest import write_documents
from sim.results.open import case, open_result
from sim.results.store import Store
from sim.study.experiment import Experiment
from sim.study.layout import Layout
from sim.study.study import study_of_experiment, study_of_scenario
from sim.sweeps.play import ExecutionOptions, play_batches
from sim.sweeps.workers import work, write_batch

RUNS, KEPT_PATHS = 2300, 700  # three batches, the last not whole blocks


@pytest.fixture(scope="module")
def scenario(hindcast):
    return short(hindcast)


@pytest.fixture(scope="module")
def undisturbed(scenario, tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed") / "r"
    sim.sweep(scenario, RUNS, out=out, kept_paths=KEPT_PATHS)
    return out


@pytest.mark.parametrize("means", [{"workers": 3}, {"chunk_blocks": 1}, {"chunk_blocks": 7}], ids=str)
def test_workers_and_chunks_change_nothing(undisturbed, scenario, tmp_path, means):
    sim.sweep(scenario, RUNS, out=tmp_path / "r", kept_paths=KEPT_PATHS, **means)
    assert_same(tmp_path / "r", undisturbed)


def test_merged_shards_are_the_whole(undisturbed, scenario, tmp_path):
    parts = [tmp_path / f"{i}" for i in (1, 2)]
    for number, part in enumerate(parts, 1):
        sim.sweep(scenario, RUNS, out=part, kept_paths=KEPT_PATHS, shard=f"{number}/2")
        with pytest.raises(Mistake, match="incomplete"):
            open_result(part)
    assert sim.merge(tmp_path / "whole", reversed(parts)) == []
    assert_same(tmp_path / "whole", undisturbed)
    assert open_result(tmp_path / "whole").sizes["run"] == RUNS


def test_a_missing_shard_is_played_by_resuming(undisturbed, scenario, tmp_path):
    sim.sweep(scenario, RUNS, out=tmp_path / "1", kept_paths=KEPT_PATHS, shard="1/2")
    assert len(sim.merge(tmp_path / "whole", [tmp_path / "1"])) == 1
    sim.resume(tmp_path / "whole")
    assert_same(tmp_path / "whole", undisturbed)


def test_shards_of_other_sweeps_are_refused(scenario, tmp_path):
    sim.sweep(scenario, RUNS, out=tmp_path / "1", kept_paths=0, shard="1/2")
    sim.sweep(scenario, RUNS, out=tmp_path / "2", kept_paths=0, shard="2/2", seed=1)
    with pytest.raises(Mistake, match="differ in seed"):
        sim.merge(tmp_path / "whole", [tmp_path / "1", tmp_path / "2"])


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.integers(1, 900), span=st.integers(1, 3), kept_paths=st.integers(0, 900), blocks=st.integers(1, 5),
       order=st.randoms(use_true_random=False))  # fmt: skip
def test_runs_are_the_same_however_they_are_cut(scenario, reference, tmp_path_factory, runs, span, kept_paths, blocks,
                                                order):  # fmt: skip
    layout = Layout(1, 1, runs, span=256 * span, reach=1)
    out = tmp_path_factory.mktemp("cut")
    study = replace(study_of_scenario(scenario, runs), layout=layout, kept_paths=min(kept_paths, runs))
    store = Store(study, out)
    write_documents(study, out)
    batches = list(layout.batches())
    order.shuffle(batches)
    for batch in batches:
        write_batch(store, batch, chunk_blocks=blocks)
    found = open_result(out)
    for name in OUTCOMES:
        np.testing.assert_array_equal(found[name], reference[name][:runs])
    for name in KEPT:
        np.testing.assert_array_equal(found[name], reference[name][: study.kept_paths])
    assert (found["milex_histogram"].sum("milex_bin") == runs).all()


@pytest.fixture(scope="module")
def reference(scenario):
    return sim.sweep(scenario, 900, kept_paths=900).load()


def test_the_third_of_three_workers_is_as_good_as_the_first(undisturbed, tmp_path, scenario):
    """`work` needs nothing but the directory, so any process anywhere can play any batch."""
    study = study_of_scenario(scenario, RUNS, kept_paths=KEPT_PATHS)
    store = Store(study, tmp_path)
    write_documents(study, tmp_path)
    for batch in reversed(list(study.layout.batches())):
        work(str(tmp_path), tuple(batch))
    assert_same(tmp_path, undisturbed)
    del store


def test_a_worker_plays_without_what_only_readers_need(tmp_path, scenario):
    """Every worker of a pool imports what it needs, and the command it was begun with, anew."""
    study = study_of_scenario(scenario, 300, kept_paths=10)
    Store(study, tmp_path)
    write_documents(study, tmp_path)
    batch = next(study.layout.batches())
    script = (
        "import sys, sim.__main__\nfrom sim.sweeps.workers import work\n"
        f"work({str(tmp_path)!r}, {tuple(batch)!r})\n"
        "print([name for name in ('xarray', 'pandas', 'matplotlib', 'scipy', 'mesa', 'typer') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert said.stdout.strip() == "[]"
    assert open_result(tmp_path).sizes["run"] == 300


# -- several cases


@pytest.fixture(scope="module")
def design(scenario):
    """Two scenarios at three points of one factor."""
    other = altered(scenario).model_copy(update={"name": "once_more"})
    three = {"weigh_attacks.operation_rate": {"values": [0.1, 0.2, 0.4]}}
    experiment = Experiment.model_validate(
        {"question": "?", "scenarios": [scenario.name, other.name], "replicates": 300, "keep": "trajectories",
         "kept_paths": 20, "uncertainties": three, "design": "grid"},
    )  # fmt: skip
    return study_of_experiment(experiment, (scenario, other))


def played(study, out, **means):
    store = Store(study, out)
    write_documents(study, out)
    play_batches(store, out, list(study.layout.batches()), ExecutionOptions(**means))
    return out


def test_a_design_has_its_axes_cases_and_summary(design, tmp_path):
    data = open_result(played(design, tmp_path))
    assert dict(data["final_balance"].sizes) == {"scenario": 2, "point": 3, "run": 300}
    rows = (tmp_path / "summary.csv").read_text().splitlines()
    assert len(rows) == 1 + 6
    one = case(data, "once_more", design.points.labels[2])
    assert one.attrs["scenario"] == "once_more"
    np.testing.assert_array_equal(one["final_balance"], data["final_balance"][0, 2])  # the same luck
    assert sim.verify(tmp_path, 3).good


def test_a_design_is_the_same_by_two_workers_and_after_resuming(design, tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
    played(design, tmp_path / "a")
    played(design, tmp_path / "b", workers=2)
    assert_same(tmp_path / "a", tmp_path / "b")


def test_the_comparison_of_these_tests_looks_at_every_array(undisturbed):
    assert len(content(undisturbed)) > 3 * len(OUTCOMES)
