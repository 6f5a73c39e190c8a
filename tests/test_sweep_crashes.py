"""Sweeps killed, interrupted, out of space or damaged go on where they were, and end as if nothing had happened."""

import errno
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from sweeping import ROOT, alive, armsrace, assert_same, batches, events, rewritten, said, saved, start

import sim
from sim.engine.record import KEPT
from sim.model.mistakes import Mistake
from sim.model.outcomes import OUTCOMES
from sim.results import store
from sim.results.arrays import ARRAYS
from sim.results.files import write_lock
from sim.results.manifest import PROVENANCE, provenance
from sim.results.open import failures, open_result
from sim.results.store import MARKERS, Store
from sim.study.experiment import Stop
from sim.study.layout import Batch
from sim.sweeps import play, workers

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of another kind")
RUNS, KEPT_PATHS = 5000, 1500  # five batches
ASKED = ("--runs", RUNS, "--kept-paths", KEPT_PATHS)


@pytest.fixture(scope="module")
def scenario(hindcast, tmp_path_factory):
    return saved(hindcast, tmp_path_factory.mktemp("scenario"))


@pytest.fixture(scope="module")
def undisturbed(scenario, tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed") / "r"
    sim.sweep(scenario, RUNS, out=out, kept_paths=KEPT_PATHS)
    return out


def wait_for(condition, process):
    deadline = time.monotonic() + 90
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.005)


def children(pid):
    """Return the processes that another has started."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]


def wait_for_the_end_of(pids):
    """Wait a little: what keeps account of the locks of a pool ends just after its parent."""
    deadline = time.monotonic() + 20
    while any(map(alive, pids)):
        assert time.monotonic() < deadline
        time.sleep(0.05)


# -- signals


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_a_sweep_resumes_to_the_same_bytes(undisturbed, scenario, tmp_path, seed):
    out, rng = tmp_path / "r", random.Random(seed)
    process = start("sweep", scenario, *ASKED, "--out", out)
    after = rng.randrange(4)
    wait_for(lambda: (out / PROVENANCE).exists() and batches(out) >= after, process)
    time.sleep(rng.random() * 0.1)
    process.kill()
    process.communicate()
    sim.resume(out)
    assert_same(out, undisturbed)


@pytest.mark.parametrize(("sent", "workers"), [(signal.SIGTERM, 1), (signal.SIGINT, 2)])
def test_an_interrupted_sweep_says_how_to_go_on_and_leaves_nobody_behind(
    undisturbed, scenario, tmp_path, sent, workers
):
    out = tmp_path / "r"
    words = ("sweep", scenario, "--runs", 500_000, "--kept-paths", 0, "--out", out, "--workers", workers)
    process = start(*words, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
    wait_for(lambda: batches(out) >= 2, process)
    workers_then = children(process.pid)
    process.send_signal(sent)
    said, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    batches_of = re.match(r"500,000 runs in (\d+) batches", said)[1]
    sentence = rf"interrupted; \d+ of {batches_of} batches are finished; `armsrace resume {out}` goes on"
    assert re.fullmatch(sentence, err.splitlines()[-1])
    wait_for_the_end_of(workers_then)
    assert json.loads((out / "status.jsonl").read_text().splitlines()[-1])["what"] == "interrupted"


def test_workers_end_by_themselves_when_their_parent_is_killed(scenario, tmp_path):
    out = tmp_path / "r"
    process = start("sweep", scenario, "--runs", 500_000, "--kept-paths", 0, "--out", out, "--workers", 2)
    wait_for(lambda: batches(out) >= 1, process)
    orphans = children(process.pid)
    assert len(orphans) >= 2
    process.kill()
    process.communicate()
    wait_for_the_end_of(orphans)


def test_a_worker_that_is_killed_is_replaced(undisturbed, tmp_path, scenario):
    out = tmp_path / "r"
    process = start("sweep", scenario, *ASKED, "--out", out, "--workers", 2)
    wait_for(lambda: batches(out) >= 1, process)
    playing = [pid for pid in children(process.pid) if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()]
    os.kill(playing[0], signal.SIGKILL)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert_same(out, undisturbed)


def test_workers_that_die_again_and_again_end_a_sweep_with_a_sentence(scenario, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "work", die)
    with pytest.raises(Mistake, match=r"died 3 times in a row.*armsrace resume"):
        sim.sweep(scenario, 300, kept_paths=0, out=tmp_path / "r", workers=2)


def die(out, batch, rules):
    """Stand in for a worker that runs out of memory."""
    os._exit(9)


# -- disks


def test_a_full_disk_is_a_sentence_and_the_sweep_goes_on_later(undisturbed, scenario, tmp_path, monkeypatch):
    calls = iter(range(10**6))
    wrote = store.write_whole

    def fill(path, text):
        if next(calls) > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        wrote(path, text)

    monkeypatch.setattr(store, "write_whole", fill)
    with pytest.raises(OSError, match="No space left") as full:
        sim.sweep(scenario, RUNS, out=tmp_path / "r", kept_paths=KEPT_PATHS)
    monkeypatch.undo()
    if "resume" not in "".join(full.value.__notes__):
        pytest.fail("does not say how to go on")
    sim.resume(tmp_path / "r")
    assert_same(tmp_path / "r", undisturbed)


def test_a_quota_is_a_sentence_and_the_sweep_goes_on_later(scenario, tmp_path):
    out, whole, longer = tmp_path / "r", tmp_path / "whole", tmp_path / "longer.yaml"
    longer.write_text(scenario.read_text(encoding="utf-8").replace("2010-03", "2010-12"), encoding="utf-8")
    asked = ("--runs", 1500, "--kept-paths", 1500)  # so the paths of a batch are larger than the lock of the scenario
    sim.sweep(longer, 1500, kept_paths=1500, out=whole)

    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    _, err = armsrace("sweep", longer, *asked, "--out", out, code=2, preexec_fn=limited)
    assert "Traceback" not in err
    assert "the space left" in err.splitlines()[-1]
    assert err.splitlines()[-1].endswith(f"`armsrace resume {out}` goes on")
    sim.resume(out)
    assert_same(out, whole)


# -- damage


@pytest.fixture
def finished(undisturbed, tmp_path):
    out = tmp_path / "r"
    subprocess.run(["cp", "-r", undisturbed, out], check=True)
    return out


def test_a_sound_result_is_verified_to_the_last_bit(finished):
    found = sim.verify(finished, 3)
    assert found.good
    assert found.runs > 0
    assert not found.notes
    assert repr(found).splitlines() == [
        f"{found.batches} batches, {found.files} files, {found.runs} runs played again",
        "everything is as it was written, to the last bit",
    ]


def test_a_damaged_block_is_found_and_repaired(finished, undisturbed):
    arrays = ["milex", "milex_histogram", "deaths"]  # of paths, of all batches, of outcomes: one after another
    for number, array in enumerate(arrays, 1):
        file = max((p for p in (finished / "runs.zarr" / array / "c").rglob("*") if p.is_file()), key=str)
        body = bytearray(file.read_bytes())
        body[len(body) // 2] ^= 1
        file.write_bytes(body)
        found = sim.verify(finished, 0)
        assert {what.split(" of ")[0] for what in found.damaged} == {*arrays[:number]}
        assert repr(found).splitlines()[1:] == [f"damaged: {damage}" for damage in found.damaged]
    assert found._repr_html_() == f"<pre>{found}</pre>"
    with pytest.raises(Mistake, match="has changed since it was written, deaths of batch"):
        open_result(finished)
    assert sim.verify(finished, 2, repair=True).good
    assert_same(finished, undisturbed)


def test_a_lost_file_is_found_and_repaired(finished, undisturbed):
    next(p for p in (finished / "runs.zarr" / "deaths" / "c").rglob("*") if p.is_file()).unlink()
    with pytest.raises(Mistake, match="--repair"):
        open_result(finished)
    assert sim.verify(finished, 0, repair=True).good
    assert_same(finished, undisturbed)


def test_a_truncated_marker_counts_as_absent(finished, undisturbed):
    texts = ("", "{", "{}", '{"piece": 1}', "[]")
    for number, (text, marker) in enumerate(zip(texts, sorted((finished / MARKERS).glob("*.json")), strict=True), 1):
        marker.write_text(text)
        with pytest.raises(Mistake, match=f"{5 - number} of 5 batches"):
            open_result(finished)
    sim.resume(finished)
    assert_same(finished, undisturbed)


# -- what may not go on


def test_a_second_process_is_refused(finished, scenario):
    with write_lock(finished):
        assert "another process is writing" in armsrace("resume", finished, code=2)[1]
        with pytest.raises(Mistake, match="another process is writing"):
            sim.sweep(scenario, RUNS, out=finished, force=True)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [({"rules": "0" * 32}, "rules or the code"), ({"numpy": "1.0"}, "numpy 1.0 then"),
     ({"cpu_features": ["ABACUS"]}, "processor features")],
)  # fmt: skip
def test_what_would_not_be_played_alike_does_not_go_on(finished, entries, reason):
    rewritten(finished, **entries)
    with pytest.raises(Mistake, match=reason):
        sim.resume(finished)
    if "rules" in entries:
        with pytest.raises(Mistake, match=reason):
            sim.resume(finished, mixed=True)
    else:
        sim.resume(finished, mixed=True)
        ((name, then),) = entries.items()
        mixed = [event for event in events(finished) if event["what"] == "mixed"]
        assert [set(event) for event in mixed] == [{"at", "what", name}]
        assert mixed[0][name]["from"] == then
        assert mixed[0][name]["to"] not in (then, [])


def test_a_changed_scenario_does_not_go_on(finished):
    lock = finished / "scenario.lock.yaml"
    lock.write_text(lock.read_text().replace("question:", "question: Really,", 1))
    with pytest.raises(Mistake, match=r"scenario.*is not the one"):
        sim.resume(finished)


def test_damage_is_not_repaired_by_other_rules(finished):
    next(p for p in (finished / "runs.zarr" / "deaths" / "c").rglob("*") if p.is_file()).write_bytes(b"")
    rewritten(finished, rules="0" * 32)
    with pytest.raises(Mistake, match="rules or the code"):
        sim.verify(finished, 0, repair=True)


# -- more runs, fewer runs


@pytest.fixture(scope="module")
def grown(scenario, tmp_path_factory):
    """Two copies of a sweep, one of them grown."""
    folder = tmp_path_factory.mktemp("grown")
    sim.sweep(scenario, 1300, out=folder / "small", kept_paths=1200)
    shutil.copytree(folder / "small", folder / "large")
    sim.resume(folder / "large", RUNS, workers=2)
    return folder / "small", folder / "large"


def test_growing_keeps_the_old_runs(grown, undisturbed):
    before, after, whole = (open_result(out).load() for out in (*grown, undisturbed))
    for name in OUTCOMES:
        np.testing.assert_array_equal(after[name][:1300], before[name])
        np.testing.assert_array_equal(after[name], whole[name])
    for name in KEPT:
        np.testing.assert_array_equal(after[name], before[name])
    np.testing.assert_array_equal(after["milex_histogram"], whole["milex_histogram"])
    with pytest.raises(Mistake, match="can only grow"):
        sim.resume(grown[1], 100)


def test_growing_may_be_killed(grown, tmp_path):
    out = shutil.copytree(grown[0], tmp_path / "r")
    process = start("resume", out, "--runs", RUNS)
    wait_for(lambda: provenance(out)["runs"] == RUNS and batches(out) > 2, process)
    process.kill()
    process.communicate()
    sim.resume(out)
    assert_same(out, grown[1])


def stop(**more):
    return Stop(**({"measure": "final_balance", "half_width": 0.02, "most": 20_000} | more))


def test_a_stop_rule_stops_at_the_same_run_for_any_number_of_workers(scenario, tmp_path):
    wide = float(sim.sweep(scenario, 1024, kept_paths=0)["final_balance"].std()) * 1.96 / 3000**0.5
    found = []
    for processes in (1, 2):
        out = tmp_path / f"{processes}"
        data = sim.sweep(scenario, 20_000, out=out, kept_paths=50, stop=stop(half_width=wide), workers=processes)
        found.append(data.sizes["run"])
        assert len(list((out / MARKERS).glob("*.json"))) == data.sizes["run"] // 1024
    assert found[0] == found[1]
    assert 2048 <= found[0] <= 5120
    assert_same(tmp_path / "1", tmp_path / "2")
    sim.resume(tmp_path / "1")
    assert open_result(tmp_path / "1").sizes["run"] == found[0]


def test_a_crash_while_a_stop_rule_ends_a_sweep_is_mended(scenario, tmp_path, monkeypatch):
    for name in "ab":
        with monkeypatch.context() as patch:
            if name == "b":
                patch.setattr(play, "make_ready", lambda store, out: 1 / 0)
            try:
                sim.sweep(scenario, 20_000, out=tmp_path / name, kept_paths=50, stop=stop(half_width=10.0))
            except ZeroDivisionError:
                assert name == "b"
    with pytest.raises(Mistake, match=r"runs\.zarr/.* is damaged; `armsrace verify .*` lays it out again"):
        open_result(tmp_path / "b")
    sim.resume(tmp_path / "b")
    assert open_result(tmp_path / "b").sizes["run"] == 1024
    assert_same(tmp_path / "a", tmp_path / "b")


def test_a_stop_rule_and_a_shard_contradict_each_other(scenario, tmp_path):
    with pytest.raises(Mistake, match="a shard has only some"):
        sim.sweep(scenario, 2000, out=tmp_path / "r", stop=stop(), shard="1/2")
    with pytest.raises(Mistake, match="cannot stop at 'peace'"):
        sim.sweep(scenario, 2000, out=tmp_path / "r", stop=stop(measure="peace"))
    assert not (tmp_path / "r").exists()


def test_what_cannot_play_leaves_an_old_result_alone(finished, scenario):
    for asked in ({"workers": 0}, {"shard": "3/2"}, {"workers": 2, "dask": "x"}):
        with pytest.raises(Mistake):
            sim.sweep(scenario, 10, out=finished, force=True, **asked)
    assert open_result(finished).sizes["run"] == RUNS


def test_a_dry_run_says_what_it_costs_and_writes_nothing(scenario, tmp_path, capsys, monkeypatch):
    words = ("sweep", scenario, "--runs", 3000, "--dry-run", "--out", tmp_path / "r")
    assert said(capsys, monkeypatch, *words).startswith("3,000 runs in 3 batches, about ")
    assert not (tmp_path / "r").exists()


def test_no_run_of_a_sound_sweep_is_left_out(undisturbed):
    assert failures(undisturbed) == []
    assert Batch(0, 0, 1, 0, 1024, 0).name in {path.stem for path in (undisturbed / MARKERS).iterdir()}


UNGUARDED = """
import sys, sim
print("played", sim.sweep(sys.argv[1], 520, out=sys.argv[2], workers=2).sizes["run"])
"""


@pytest.mark.parametrize("how", ["a script", "standard input", "-c"])
def test_a_script_needs_no_guard_and_is_not_played_again_by_its_workers(how, hindcast, tmp_path):
    (tmp_path / "script.py").write_text(UNGUARDED)
    words = {"a script": ["script.py"], "standard input": ["-"], "-c": ["-c", UNGUARDED]}[how]
    done = subprocess.run([sys.executable, *words, saved(hindcast, tmp_path), "r"], input=UNGUARDED, cwd=tmp_path,
                          env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=180,
                          check=False)  # fmt: skip
    assert (done.stdout, done.stderr) == ("played 520\n", "")


def test_what_a_dead_worker_left_half_written_goes_when_the_sweep_ends(scenario, tmp_path, monkeypatch):
    """Another plays its batch; what it had begun to write would be taken for damage."""
    out, write = tmp_path / "r", Store.write

    def dying(store, batch, output):
        (out / ARRAYS / "deaths" / "zarr.0123456789abcdef0123456789abcdef.partial").touch()
        (out / "blocks" / ".4711.partial.00-000000-000000.json").touch()
        return write(store, batch, output)

    monkeypatch.setattr(Store, "write", dying)
    sim.sweep(scenario, 300, out=out, kept_paths=0)
    assert sim.verify(out).good
    assert not [*out.rglob("*.partial"), *out.rglob(".4711*")]
