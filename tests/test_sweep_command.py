"""The command line of sweeps: until it is precise enough, in double precision; it prints what was written, and looks
at a directory once."""

import csv
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from sweeping import race, saved

import sim
from sim.cli import main
from sim.engine.record import KEPT
from sim.model.mistakes import Mistake
from sim.model.outcomes import MEASURES, OUTCOMES, measures_to_stop_at
from sim.results.files import write_lock
from sim.results.frame import SUMMARY
from sim.results.manifest import PROVENANCE, provenance
from sim.results.open import open_result
from sim.study.experiment import Stop
from sim.study.study import study_of_scenario
from sim.sweeps import compatibility, cost, resume


@pytest.fixture(scope="module")
def scenario(hindcast, tmp_path_factory):
    return saved(hindcast, tmp_path_factory.mktemp("scenario"))


@pytest.fixture(scope="module")
def experiment(scenario):
    """A design with two cases, whose document says nothing of stopping."""
    file = scenario.with_name("design.yaml")
    file.write_text(
        "question: '?'\nscenario: short.yaml\nreplicates: 300\ndesign: grid\n"
        "uncertainties:\n  weigh_attacks.operation_rate:\n    values: [0.1, 0.4]\n"
    )
    return file


@pytest.fixture
def armsrace(capsys, monkeypatch):
    """Run a command in this process; return what it printed."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["armsrace", *map(str, words)])
        capsys.readouterr()
        main.app(list(map(str, words)), standalone_mode=False)
        return capsys.readouterr().out.splitlines()

    return run


# -- until it is precise enough


def test_until_stops_at_the_run_of_the_same_rule_in_python(armsrace, scenario, tmp_path):
    values = sim.sweep(scenario, 1024, kept_paths=0)["final_balance"]
    width = float(values.std()) * 1.96 / 1500**0.5  # reached after about 1,500 runs, so in the second round
    asked = ("sweep", scenario, "--runs", 9000, "--kept-paths", 0, "--until", f"final_balance:{width!r}")
    said = armsrace(*asked, "--out", tmp_path / "r")
    about = provenance(tmp_path / "r")
    assert about["stop"] == {"measure": "final_balance", "half_width": width, "most": 9000}
    assert (about["runs"], about["stopped"]) == (2048, 2)
    assert said[-1] == f"2048 runs in {tmp_path / 'r'}"
    found = open_result(tmp_path / "r")["final_balance"]
    assert 1.96 * float(found.std()) / 2048**0.5 < width < 1.96 * float(found[:1024].std()) / 1024**0.5


def test_until_that_is_not_reached_says_so_and_how_to_play_more(armsrace, scenario, tmp_path):
    out = tmp_path / "r"
    said = armsrace(
        "sweep", scenario, "--runs", 300, "--kept-paths", 0, "--until", "final_balance:0.00001", "--out", out
    )
    assert said[-2:] == [
        f"300 runs in {out}", f"final_balance is not known to 1e-05 yet; `armsrace resume {out} --runs N` plays more",
    ]  # fmt: skip


def test_until_goes_for_an_experiment_whose_document_says_nothing(armsrace, experiment, tmp_path):
    armsrace("sweep", experiment, "--runs", 5000, "--until", "war_probability:0.4", "--out", tmp_path / "r")
    assert open_result(tmp_path / "r").sizes["run"] == 1024
    assert "stop:" in (tmp_path / "r" / "experiment.lock.yaml").read_text()


UNTIL = ("--runs", 5000, "--until")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--until", "deaths:1"), "--until needs the most runs to play; write --runs"),
        ((*UNTIL, "deaths"), "--until deaths says no width; write a measure and a half-width"),
        ((*UNTIL, "deaths:0"), "says no width"),
        ((*UNTIL, "deaths:nan"), "says no width"),
        ((*UNTIL, "deaths:inf"), "says no width"),
        ((*UNTIL, "deaths:a:b"), "says no width"),
        ((*UNTIL, "peace:0.1"), f"cannot stop at 'peace'; choose {', '.join(measures_to_stop_at())}"),
        ((*UNTIL, "war_probabilty:0.1"), "cannot stop at 'war_probabilty', did you mean 'war_probability'?"),
        (("--runs", 0, "--until", "deaths:1"), "runs: write 1 or more, not 0"),
        ((*UNTIL, "deaths:1", "--shard", "1/2"), "a stop rule looks at all runs in order, a shard has only some"),
        ((*UNTIL, "deaths:1", "--shard", "1/2", "--dry-run"), "a stop rule looks at all runs in order"),
    ],
)  # fmt: skip
def test_until_that_cannot_be_is_a_sentence(armsrace, scenario, tmp_path, capsys, words, said):
    with pytest.raises(Mistake) as refused:
        armsrace("sweep", scenario, *words, "--out", tmp_path / "r")
    assert said in str(refused.value)
    assert not capsys.readouterr().out  # not even what it would have cost
    assert not (tmp_path / "r").exists()


# -- double precision


def test_double_keeps_paths_as_float64(armsrace, scenario, tmp_path):
    for name, words in (("single", ()), ("double", ("--double",))):
        armsrace("sweep", scenario, "--runs", 20, "--out", tmp_path / name, *words)
    one, two = (open_result(tmp_path / name) for name in ("single", "double"))
    paths = [name for name in KEPT if one[name].dtype.kind == "f"]
    assert paths
    for name in paths:
        assert (one[name].dtype, two[name].dtype) == (np.float32, np.float64)
        np.testing.assert_array_equal(two[name].astype(np.float32), one[name])
    assert not np.array_equal(two["milex"], two["milex"].astype(np.float32))  # there is something to keep
    for name in OUTCOMES:
        np.testing.assert_array_equal(one[name], two[name])
    assert sim.verify(tmp_path / "double", 1).good
    sim.resume(tmp_path / "double", 40)
    assert open_result(tmp_path / "double")["milex"].dtype == np.float64


# -- what is printed, and how often somebody looks


def test_what_is_printed_is_what_was_written(armsrace, experiment, scenario, tmp_path):
    said = armsrace("sweep", scenario, "--runs", 40, "--out", tmp_path / "one")
    with (tmp_path / "one" / SUMMARY).open(newline="") as file:
        written = list(csv.DictReader(file))
    for line, row in zip(said[1:], written, strict=False):
        assert line.split()[0] == row["measure"]
        assert f"{float(row['value']):.3g}" in line.split()
    said = armsrace("sweep", experiment, "--runs", 40, "--out", tmp_path / "two")
    with (tmp_path / "two" / SUMMARY).open(newline="") as file:
        written = list(csv.DictReader(file))
    assert said[1].split() == ["point", "runs", "left_out", "war_probability", "operations", "deaths", "displaced",
                              "final_balance"]  # fmt: skip
    for line, row in zip(said[2:], written, strict=False):
        assert line.split()[-5:] == [f"{float(row[name]):{MEASURES[name].form}}" for name in said[1].split()[-5:]]
    assert said[-2:] == [
        f"every factor and outcome with its interval in {tmp_path / 'two' / SUMMARY}",
        f"40 runs of each case in {tmp_path / 'two'}",
    ]


@pytest.mark.parametrize("words", [(), ("--runs", 600)], ids=["finish", "grow"])
def test_resuming_looks_at_a_directory_once(armsrace, scenario, tmp_path, monkeypatch, words):
    out = tmp_path / "r"
    armsrace("sweep", scenario, "--runs", 300, "--out", out, *(() if words else ("--kept-paths", 0)))
    if not words:
        min((out / "blocks").iterdir()).unlink()
    looked = []
    whole, opened = import_module("sim.measures.summary"), import_module("sim.results.open")
    for place, name in ((resume, "refuse_changes"), (resume, "study_of"), (whole, "summary"), (opened, "open_result"),
                        (compatibility, "locked_scenario")):  # fmt: skip
        real = getattr(place, name)

        def spy(*given, real=real, name=name, **more):
            looked.append(name)
            return real(*given, **more)

        monkeypatch.setattr(place, name, spy)
    said = armsrace("resume", out, *words)
    assert sorted(looked) == ["locked_scenario", "open_result", "refuse_changes", "study_of", "summary"]
    assert said[-1] == f"{600 if words else 300} runs in {out}"
    assert said[0].startswith(f"{600 if words else 300} runs, ")
    assert said[1].split()[0] == "war_probability"


def test_a_dry_run_looks_on_while_somebody_else_writes(armsrace, scenario, tmp_path):
    out = tmp_path / "r"
    armsrace("sweep", scenario, "--runs", 300, "--out", out)
    before = (out / PROVENANCE).read_bytes()
    with write_lock(out):
        assert armsrace("resume", out, "--runs", 5000, "--dry-run")[0].startswith("5,000 runs in 10 batches")
        with pytest.raises(Mistake, match="another process is writing"):
            armsrace("resume", out, "--runs", 5000)
    assert (out / PROVENANCE).read_bytes() == before


def test_a_sweep_that_does_not_fit_on_the_disk_is_refused_before_it_is_played(
    armsrace, scenario, tmp_path, monkeypatch
):
    monkeypatch.setattr(cost.shutil, "disk_usage", lambda place: SimpleNamespace(free=1000))
    with pytest.raises(Mistake, match=r"has 1 kB free and \d.* are needed; keep fewer --kept-paths"):
        armsrace("sweep", scenario, "--runs", 300, "--out", tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_resuming_what_is_not_there_makes_no_directory(armsrace, tmp_path):
    with pytest.raises(Mistake, match="there is no result directory"):
        armsrace("resume", tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_study_with_a_rule_nobody_can_follow_is_refused(scenario, tmp_path):
    stop = Stop(measure="deaths", half_width=1.0, most=10).model_copy(update={"measure": "peace"})
    study = study_of_scenario(sim.load(scenario), 10, stop=stop)
    with pytest.raises(Mistake, match="cannot stop at 'peace'"):
        sim.sweep(study, out=tmp_path / "r")


def test_figures_without_names_are_those_there_can_be(armsrace, tmp_path):
    sim.sweep(race(tmp_path), 2, kept_paths=0, out=tmp_path / "pathless")
    lines = armsrace("plot", tmp_path / "pathless")
    said = [line for line in lines if ", so there is no " in line]
    files = [line for line in lines if line not in said]
    assert said[0] == "no whole path was kept, so there is no flows and no suppliers and no timeline"
    assert not any("war_onsets" in line for line in said)  # nobody with one case misses a figure of several
    assert any("on record" in line for line in said[1:])  # nothing is, of Richardson's nations
    assert {Path(file).stem for file in files} == {"fan"}
