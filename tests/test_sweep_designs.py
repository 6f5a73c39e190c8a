"""A study of many cases, two scenarios at two points, in shards and grown: the runs of one are those of the other."""

import csv
import shutil
import time

import numpy as np
import pytest
from sweeping import assert_same, batches, said, short, start
from worlds import altered

import sim
from sim.engine.record import KEPT
from sim.model.mistakes import Mistake
from sim.model.outcomes import OUTCOMES
from sim.results.frame import SUMMARY
from sim.results.manifest import provenance, study_of
from sim.results.open import open_result
from sim.results.store import MARKERS
from sim.study.experiment import Stop
from sim.study.layout import Batch
from sim.sweeps.workers import work

DOCUMENT = """\
question: How much does it matter how eagerly land is sought?
scenarios: [one.yaml, other.yaml]
replicates: 300
uncertainties:
  weigh_attacks.operation_rate:
    values: [0.1, 0.4]
design: grid
keep: {keep}
"""


@pytest.fixture(scope="module")
def documents(hindcast, tmp_path_factory):
    """The document by what it keeps, with its scenarios beside it."""
    folder = tmp_path_factory.mktemp("documents")
    one = short(hindcast)
    (folder / "one.yaml").write_text(one.lock())
    other = altered(one, title="The same once more")
    (folder / "other.yaml").write_text(other.lock())
    found = {}
    for keep in ("summary", "trajectories", "full"):
        found[keep] = folder / f"{keep}.yaml"
        found[keep].write_text(DOCUMENT.format(keep=keep))
    return found


@pytest.fixture(scope="module")
def whole(documents, tmp_path_factory):
    """The design played at once."""
    out = tmp_path_factory.mktemp("whole") / "r"
    sim.sweep(documents["trajectories"], out=out)
    return out


@pytest.fixture(scope="module")
def shards(documents, tmp_path_factory):
    """The design in four parts, for which it has too few batches to share them evenly."""
    folder = tmp_path_factory.mktemp("shards")
    for number in range(1, 5):
        sim.sweep(documents["trajectories"], out=folder / f"{number}", shard=f"{number}/4")
    return [folder / f"{number}" for number in range(1, 5)]


def rows(out):
    with (out / SUMMARY).open(newline="") as file:
        return list(csv.DictReader(file))


# -- shards


def test_merged_shards_of_many_cases_are_the_whole(whole, shards, tmp_path):
    assert sim.merge(tmp_path / "r", shards[::-1]) == []
    assert_same(tmp_path / "r", whole)
    assert (tmp_path / "r" / SUMMARY).read_bytes() == (whole / SUMMARY).read_bytes()
    for name in ("experiment.lock.yaml", "points.json", "scenario_0.lock.yaml", "scenario_1.lock.yaml", "sources.bib"):
        assert (tmp_path / "r" / name).read_bytes() == (whole / name).read_bytes()
    assert sim.verify(tmp_path / "r", 2).good


def test_what_a_merge_of_many_cases_lacks_is_played_by_resuming(whole, shards, tmp_path):
    lacking = sim.merge(tmp_path / "r", [shards[3], shards[1]])
    assert len(lacking) == batches(whole) - batches(shards[3]) - batches(shards[1]) > 0
    assert repr(lacking).split()[:4] == ["scenario", "point", "points", "run"]
    with pytest.raises(Mistake, match="incomplete"):
        open_result(tmp_path / "r")
    sim.resume(tmp_path / "r")
    assert_same(tmp_path / "r", whole)
    assert (tmp_path / "r" / SUMMARY).read_bytes() == (whole / SUMMARY).read_bytes()


def test_a_shard_that_was_interrupted_goes_on_with_its_own_pieces(shards, documents, tmp_path):
    sim.sweep(documents["trajectories"], out=tmp_path / "r", shard="1/4")
    for path in (tmp_path / "r" / MARKERS).iterdir():
        path.unlink()
    sim.resume(tmp_path / "r")
    assert_same(tmp_path / "r", shards[0])
    with pytest.raises(Mistake, match="is shard 1/4; merge the shards first"):
        sim.resume(tmp_path / "r", 600)


def test_the_command_line_shares_and_merges_an_experiment(whole, documents, tmp_path, capsys, monkeypatch):
    parts = [tmp_path / "1", tmp_path / "2"]
    for number, part in enumerate(parts, 1):
        words = ("sweep", documents["trajectories"], "--out", part, "--shard", f"{number}/2")
        assert said(capsys, monkeypatch, *words).splitlines()[-1].startswith(f"shard {number}/2: ")
    told = said(capsys, monkeypatch, "merge", tmp_path / "r", *parts).splitlines()
    assert told[0].split()[:4] == ["scenario", "point", "runs", "left_out"]
    assert len(told) == 1 + 4 + 2
    assert told[-1] == f"300 runs of each case in {tmp_path / 'r'}"
    assert_same(tmp_path / "r", whole)


# -- what a worker reads


def test_scenarios_have_files_of_their_own_whatever_they_are_called(hindcast, tmp_path):
    names = ["experiment.yaml", "scenario.yaml", "scenario_1.yaml"]
    for number, name in enumerate(names):
        (tmp_path / name).write_text(altered(short(hindcast), title=f"Number {number}").lock())
    (tmp_path / "e.yaml").write_text(f"question: q\ndesign: fixed\nreplicates: 2\nscenarios: [{', '.join(names)}]\n")
    played = sim.sweep(tmp_path / "e.yaml", out=tmp_path / "r")
    study = study_of(tmp_path / "r")
    assert [scenario.title for scenario in study.scenarios] == [f"Number {number}" for number in range(3)]
    assert list(played["scenario"].values) == ["experiment", "scenario", "scenario_1"]


@pytest.mark.parametrize(
    "name", ["scenario_0.lock.yaml", "scenario_1.lock.yaml", "points.json", "experiment.lock.yaml"]
)
def test_a_worker_plays_nothing_but_what_the_manifest_states(whole, tmp_path, name):
    out = shutil.copytree(whole, tmp_path / "r")
    other = {"scenario_0.lock.yaml": "scenario_1.lock.yaml", "scenario_1.lock.yaml": "scenario_0.lock.yaml"}
    text = (whole / other.get(name, name)).read_text()
    (out / name).write_text(text if name in other else text.replace("0.4", "0.3"))
    with pytest.raises(Mistake, match=rf"in .*{name} is not the one it was begun with; "):
        work(str(out), Batch(0, 0, 1, 0, 256, 0))


# -- more runs


@pytest.mark.parametrize(("keep", "runs"), [("trajectories", 1300), ("full", 700), ("summary", 1100)])
def test_a_grown_design_has_the_runs_of_a_fresh_larger_one(documents, tmp_path, keep, runs):
    before = sim.sweep(documents[keep], out=tmp_path / "r").load()
    sim.resume(tmp_path / "r", runs)
    after = open_result(tmp_path / "r").load()
    fresh = sim.sweep(documents[keep], runs, out=tmp_path / "fresh").load()
    assert dict(after.sizes) == dict(fresh.sizes)
    assert after.sizes["run"] == runs
    assert after.sizes["member"] == {"trajectories": 1000, "full": 700, "summary": 0}[keep]
    for name in OUTCOMES:
        np.testing.assert_array_equal(after[name], fresh[name])
        np.testing.assert_array_equal(after[name].isel(run=slice(300)), before[name])
    for name in KEPT:
        np.testing.assert_array_equal(after[name], fresh[name])
        np.testing.assert_array_equal(after[name].isel(member=slice(before.sizes["member"])), before[name])
    np.testing.assert_array_equal(after["milex_histogram"], fresh["milex_histogram"])
    assert rows(tmp_path / "r") == rows(tmp_path / "fresh")
    assert sim.verify(tmp_path / "r", 2).good


def test_growing_a_design_may_be_killed(documents, tmp_path):
    sim.sweep(documents["trajectories"], out=tmp_path / "a")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    sim.resume(tmp_path / "a", 1200)
    process = start("resume", tmp_path / "b", "--runs", 1200)
    while process.poll() is None and not (provenance(tmp_path / "b")["runs"] == 1200 and batches(tmp_path / "b") > 6):
        time.sleep(0.01)
    process.kill()
    process.communicate()
    assert provenance(tmp_path / "b")["runs"] == 1200
    sim.resume(tmp_path / "b", workers=2)
    assert_same(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a" / SUMMARY).read_bytes() == (tmp_path / "b" / SUMMARY).read_bytes()


def test_a_design_that_stopped_grows_to_the_runs_of_one_that_did_not(documents, tmp_path):
    rule = Stop(measure="final_balance", half_width=10.0, most=5000)
    stopped = sim.sweep(documents["summary"], 5000, out=tmp_path / "r", stop=rule)
    assert stopped.sizes["run"] == 1024
    sim.resume(tmp_path / "r", 1200)
    assert provenance(tmp_path / "r")["stop"] is None
    fresh = sim.sweep(documents["summary"], 1200, out=tmp_path / "fresh")
    for name in OUTCOMES:
        np.testing.assert_array_equal(open_result(tmp_path / "r")[name], fresh[name])
