"""A sweep on a Dask cluster has the same bytes, and nothing that happens to the cluster can spoil it."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from sweeping import ROOT, alive, assert_same, batches, short, start

import sim
from sim.model.mistakes import Mistake
from sim.results.manifest import ON_DUTY, write_documents
from sim.results.store import Store, marker_files
from sim.study.layout import Batch
from sim.study.study import study_of_scenario
from sim.sweeps import dask
from sim.sweeps.dask import identity, play_on_cluster
from sim.sweeps.workers import work

distributed = pytest.importorskip("distributed")
config = pytest.importorskip("dask").config
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of another kind")

RUNS = 12_000  # twelve batches, so that there is time to do harm
ENOUGH = 120  # seconds for what takes five on a machine that has nothing else to do


@pytest.fixture(scope="module")
def scenario(hindcast):
    return short(hindcast)


@pytest.fixture(scope="module")
def undisturbed(scenario, tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed") / "r"
    sim.sweep(scenario, RUNS, out=out, kept_paths=0)
    return out


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


@dataclass
class Cluster:
    """A scheduler and workers without anybody to start them again, each a process of its own."""

    folder: Path
    port: int = field(default_factory=free_port)
    processes: dict[str, list] = field(default_factory=lambda: {"scheduler": [], "worker": []})

    @property
    def address(self):
        return f"tcp://127.0.0.1:{self.port}"

    def begin(self, workers):
        self._start("scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")
        for _ in range(workers):
            self._start("worker", self.address, "--nthreads", "1", "--no-dashboard", "--no-nanny")
        with distributed.Client(self.address, timeout=f"{ENOUGH}s") as client:
            if workers:
                client.wait_for_workers(workers, timeout=ENOUGH)

    def _start(self, what, *words):
        self.processes[what].append(subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{what}", *words], cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ))  # fmt: skip

    def kill(self, what, number=None):
        for process in self.processes[what][:number]:
            process.kill()
            process.wait()

    def end(self):
        self.kill("worker")
        self.kill("scheduler")


@pytest.fixture
def cluster(tmp_path):
    made = Cluster(tmp_path)
    try:
        yield made
    finally:
        made.end()


def in_the_middle(out, harm):
    """Do harm as soon as a first batch is finished; return the thread, and what was finished when it was done."""
    seen = []

    def lurk():
        deadline = time.monotonic() + ENOUGH
        while not batches(out) and time.monotonic() < deadline:
            time.sleep(0.005)
        harm()
        seen.append(batches(out))

    thread = threading.Thread(target=lurk, daemon=True)
    thread.start()
    return thread, seen


def test_workers_in_processes_give_the_same_bytes_also_when_one_is_killed(undisturbed, scenario, tmp_path):
    out = tmp_path / "r"
    with distributed.LocalCluster(2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        with distributed.Client(cluster) as client:
            client.wait_for_workers(2, timeout=ENOUGH)
            victim = next(iter(client.run(os.getpid).values()))
        assert victim != os.getpid()
        thread, seen = in_the_middle(out, lambda: os.kill(victim, signal.SIGKILL))
        sim.sweep(scenario, RUNS, out=out, kept_paths=0, dask=cluster.scheduler_address)
    thread.join(ENOUGH)
    assert not alive(victim)
    assert seen[0] < 12
    assert_same(out, undisturbed)
    assert not (out / ON_DUTY).exists()


def test_threads_of_one_process_give_the_same_bytes(undisturbed, scenario, tmp_path):
    with distributed.LocalCluster(1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster:
        sim.sweep(scenario, RUNS, out=tmp_path / "r", kept_paths=0, dask=cluster.scheduler_address)
    assert_same(tmp_path / "r", undisturbed)


def harmed(cluster, scenario, out, harm):
    """Sweep while something happens to a cluster; return what was said, and how much was finished then."""
    thread, seen = in_the_middle(out, harm)
    with pytest.raises(Mistake) as said:
        sim.sweep(scenario, RUNS, out=out, kept_paths=0, dask=cluster.address)
    thread.join(ENOUGH)
    assert 0 < seen[0] < 12
    assert str(said.value).endswith(f"; start it again, then `armsrace resume {out}` goes on")
    assert not (out / ON_DUTY).exists()
    return str(said.value), seen[0]


def stamps(out):
    return {path.name: path.stat().st_mtime_ns for path in marker_files(out)}


def test_when_every_worker_is_killed_that_is_a_sentence_and_what_is_done_stays(
    cluster, undisturbed, scenario, tmp_path, monkeypatch
):
    monkeypatch.setattr(dask, "DESERTED", 0.5)
    monkeypatch.setattr(dask, "FETCH", 1.0)
    out = tmp_path / "r"
    cluster.begin(2)
    said, done = harmed(cluster, scenario, out, lambda: cluster.kill("worker"))
    assert said.startswith(f"no worker is left at {cluster.address};")
    before = stamps(out)
    assert done <= len(before) < 12
    sim.resume(out)
    assert stamps(out).items() >= before.items()
    assert_same(out, undisturbed)


def test_when_the_scheduler_is_killed_that_is_a_sentence_and_what_is_done_stays(
    cluster, undisturbed, scenario, tmp_path
):
    out, file = tmp_path / "r", tmp_path / f"{scenario.name}.yaml"  # the name is part of a result
    file.write_text(scenario.lock())
    cluster.begin(1)
    process = start("sweep", file, "--runs", RUNS, "--kept-paths", 0, "--out", out, "--dask", cluster.address)
    thread, seen = in_the_middle(out, lambda: cluster.kill("scheduler"))
    _, err = process.communicate(timeout=ENOUGH)
    thread.join(ENOUGH)
    assert 0 < seen[0] < 12
    assert process.returncode == 2
    assert "Traceback" not in err, err
    last = err.splitlines()[-1]
    assert re.match(rf"(the connection to|nobody answers at) {cluster.address} ", last)
    assert last.endswith(f"; start it again, then `armsrace resume {out}` goes on")
    before = stamps(out)
    assert seen[0] <= len(before) < 12
    sim.resume(out)  # at once, whatever the worker that was cut off still does
    assert stamps(out).items() >= before.items()
    assert_same(out, undisturbed)


def test_one_worker_of_two_is_enough(cluster, undisturbed, scenario, tmp_path):
    out = tmp_path / "r"
    cluster.begin(2)
    thread, seen = in_the_middle(out, lambda: cluster.kill("worker", 1))
    sim.sweep(scenario, RUNS, out=out, kept_paths=0, dask=cluster.address)
    thread.join(ENOUGH)
    assert seen[0] < 12
    assert_same(out, undisturbed)


def die(batch, **more):
    """Stand in for a worker that runs out of memory."""
    os._exit(9)


def test_a_piece_that_kills_its_workers_is_a_sentence(scenario, tmp_path, monkeypatch):
    monkeypatch.setattr(dask, "play_on_cluster", die)
    out = tmp_path / "r"
    once = {"distributed.scheduler.allowed-failures": 0}
    with config.set(once), distributed.LocalCluster(1, threads_per_worker=1, dashboard_address=None) as cluster:
        address = cluster.scheduler_address
        with pytest.raises(Mistake) as said:
            sim.sweep(scenario, 300, out=out, kept_paths=0, dask=address)
    assert str(said.value).startswith(f"workers of {address} keep dying, perhaps for want of memory; ")
    assert str(said.value).endswith(f"`armsrace resume {out}` goes on")


def test_a_scheduler_that_is_not_there_is_named(scenario, tmp_path, monkeypatch):
    monkeypatch.setattr(dask, "ANSWER_WITHIN", "0.3s")
    with pytest.raises(Mistake, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1 "):
        sim.sweep(scenario, 10, out=tmp_path / "r", dask="tcp://127.0.0.1:1")


def test_a_scheduler_without_workers_is_named(cluster, scenario, tmp_path):
    cluster.begin(0)
    with pytest.raises(Mistake, match=f"{cluster.address} has no workers; start some with `dask worker"):
        sim.sweep(scenario, 10, out=tmp_path / "r", dask=cluster.address)


# -- on the other side


@pytest.fixture
def begun(scenario, tmp_path):
    """A directory in which nothing is played yet, and its first batch."""
    study = study_of_scenario(scenario, 300)
    Store(study, tmp_path)
    write_documents(study, tmp_path)
    return tmp_path, next(study.layout.batches())


def test_a_worker_that_was_cut_off_writes_no_more(begun):
    out, batch = begun
    for token in (None, "of the next crew"):
        if token:
            (out / ON_DUTY).write_text(token)
        with pytest.raises(Mistake, match="has ended; it goes on elsewhere"):
            play_on_cluster(tuple(batch), out=str(out), token="of the first", ours=identity(str(out)))
    assert not batches(out)


def test_a_worker_asked_twice_answers_what_it_has_done(begun):
    out, batch = begun
    first = work(str(out), tuple(batch))
    before = stamps(out)
    assert play_on_cluster(tuple(batch), out=str(out), token="", ours=identity(str(out))) == first
    assert stamps(out) == before


def test_a_worker_without_the_package_is_named_and_a_dead_one_is_passed_over():
    def workers(**answers):
        return SimpleNamespace(run=lambda *given, **more: answers)

    dask._refuse_strangers(workers(dead=OSError("gone"), sound=identity(".")), ".", identity("."))
    with pytest.raises(Mistake, match=r"worker bare cannot say what it is .*install the same armsrace there"):
        dask._refuse_strangers(workers(bare=Exception("No module named 'sim'")), ".", identity("."))


def test_a_scheduler_without_the_package_is_named(cluster, scenario, tmp_path, monkeypatch):
    cluster.begin(1)
    monkeypatch.setattr(dask, "play_on_cluster", lambda batch, **more: import_module("nowhere"))
    with pytest.raises(Mistake, match=r"cannot import what plays \(No module named 'nowhere'\); install the same"):
        sim.sweep(scenario, 300, out=tmp_path / "r", kept_paths=0, dask=cluster.address)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [("there", False, "does not see"), ("code", "other", "has other code"), ("numpy", "1.0", "another numpy"),
     ("cpu_features", ["ABACUS"], "a processor with other features")],
)  # fmt: skip
def test_a_worker_that_comes_later_and_is_unlike_the_others_does_not_play(begun, name, value, reason):
    out, batch = begun
    ours = identity(str(out)) | {name: value}
    with pytest.raises(Mistake, match=f"that came later .*{reason}"):
        play_on_cluster(tuple(batch), out=str(out), token="", ours=ours)
    assert isinstance(batch, Batch)
    assert not batches(out)
