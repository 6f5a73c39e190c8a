"""Experiments on the command line and in Python: checked, shown, played, and asked what drives an outcome."""

import csv
import json
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from sweeping import said

import sim
from sim.analysis.effects import sensitivity
from sim.analysis.variance import variance
from sim.model.mistakes import Mistake
from sim.study import experiment as experiments
from sim.study.study import study_of_experiment

RACE = {
    "north.match_rival_linearly.reaction": {"between": [0.1, 0.4]},
    "south.match_rival_linearly.reaction": {"between": [0.1, 0.4]},
}
LONGER = {"south.match_rival_linearly.fatigue": {"values": [0.3, 0.5]}}
SHORT = Path(__file__).parent / "experiments" / "short.yaml"
DESIGNS = {
    "morris": {"morris": {"trajectories": 4, "levels": 4}},
    "sobol": {"sobol": {"points": 8}},
    "prior": {"prior": {"points": 12}},
    "one_at_a_time": "one_at_a_time",
}
TEXT = """question: "Which side makes the race?"
scenario: short.yaml
uncertainties:
  north.match_rival_linearly.reaction: {between: [0.1, 0.4]}
  south.match_rival_linearly.reaction: {between: [0.1, 0.4]}
design:
  morris: {trajectories: 4, levels: 4}
replicates: 4
keep: full
"""


def asked(kind: str, **more: object) -> sim.Experiment:
    return sim.Experiment(question="?", scenario=str(SHORT), uncertainties=RACE, design=DESIGNS[kind], replicates=4,
                          keep="full", **more)  # fmt: skip


def points_of(experiment: sim.Experiment) -> sim.study.points.Points:
    return study_of_experiment(experiment, (sim.load(SHORT),)).points


def raced(data: xr.Dataset) -> xr.Dataset:
    """Return a sweep of a race whose balance is that of spending: the textbook world has no arms to compare."""
    last = np.log(data["milex"].isel(time=-1).astype(float)).rename(member="run")
    return data.assign(final_balance=last.isel(state=0, drop=True) - last.isel(state=1, drop=True))


@cache
def played(kind: str) -> tuple[xr.Dataset, sim.study.points.Points]:
    """Return a sweep of a design that is looked at and not changed, and its points."""
    experiment = asked(kind)
    return raced(sim.sweep(experiment)), points_of(experiment)


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drivers")
    shutil.copy(SHORT, folder)
    (folder / "race.yaml").write_text(TEXT, encoding="utf-8")
    sim.sweep(folder / "race.yaml", out=folder / "result")
    return folder / "result"


# -- from Python


@pytest.mark.parametrize("kind", DESIGNS)
def test_an_experiment_made_in_python_is_played_and_analysed(kind: str) -> None:
    data, points = played(kind)
    assert data.sizes["point"] == len(points)
    rows = sensitivity(data, ["final_balance"], experiment=points)
    index = {"morris": "mu", "sobol": "total", "prior": "rank regression", "one_at_a_time": "difference"}[kind]
    found = {row["factor"]: row["value"] for row in rows if row["index"] == index}
    if kind == "one_at_a_time":
        assert len(found) == len(points) - 1
        assert found["north.match_rival_linearly.reaction 0.4"] * found["south.match_rival_linearly.reaction 0.4"] < 0
    else:
        north, south = (found[name] for name in RACE)
        assert (north > 0 and south > 0) if kind == "sobol" else (north > 0 > south)
    assert {row["scenario"] for row in rows} == {"short"}


def test_the_largest_comes_first_within_an_index() -> None:
    data, points = played("morris")
    rows = sensitivity(data, ["final_balance"], experiment=points)
    sizes = [row["value"] for row in rows if row["index"] == "mu*"]
    assert sizes == sorted(sizes, reverse=True)
    assert [row["index"] for row in rows] == ["mu*"] * 2 + ["mu"] * 2 + ["sigma"] * 2 + ["share of luck"]


def test_levers_are_told_apart() -> None:
    experiment = asked("morris", levers=LONGER)
    rows = sensitivity(raced(sim.sweep(experiment)), ["final_balance"], experiment=points_of(experiment))
    assert len({row["levers"] for row in rows if row["index"] == "mu*"}) == 2
    (pulled,) = [row for row in rows if row["index"] == "difference"]
    assert pulled["factor"] == "south.match_rival_linearly.fatigue 0.3 to 0.5"
    assert pulled["low"] < pulled["value"] < pulled["high"]
    assert pulled["unit"] == "log ratio"
    assert {row["unit"] for row in rows if row["index"] == "mu*"} == {"log ratio"}


def test_luck_that_drowns_an_index_is_seen() -> None:
    data, points = played("prior")
    noise = np.random.default_rng(1).normal(size=(12, 40))
    other = data.drop_dims("member").isel(run=[0] * 40).assign(deaths=(("point", "run"), noise))
    (row,) = (row for row in sensitivity(other, ["deaths"], experiment=points) if row["index"] == "share of luck")
    assert row["value"] > 0.5


def test_an_unknown_measure_is_answered_with_the_one_meant() -> None:
    data, points = played("prior")
    with pytest.raises(Mistake, match="there is no measure 'death', did you mean 'deaths'"):
        sensitivity(data, ["death"], experiment=points)


def test_scenarios_of_one_sweep_are_analysed_apart() -> None:
    data, points = played("one_at_a_time")
    doubled = xr.concat([data["final_balance"], 2 * data["final_balance"]], "scenario")
    both = data.assign(final_balance=doubled).assign_coords(scenario=["a", "b"])
    rows = sensitivity(both, ["final_balance"], experiment=points)
    first, second = ([row["value"] for row in rows if row["scenario"] == name] for name in "ab")
    assert np.allclose(2 * np.array(first), second)


def test_a_directory_and_its_dataset_with_the_experiment_say_the_same(swept: Path) -> None:
    stored, question = sim.open_result(swept), swept.parent / "race.yaml"
    named = sensitivity(str(swept), ["war_days"])
    assert named
    assert repr(sensitivity(stored, ["war_days"], experiment=question)) == repr(named)
    assert "<table>" in named._repr_html_()
    with pytest.raises(Mistake, match="name its result directory or its experiment"):
        sensitivity(stored)


def test_the_variance_of_a_directory_is_that_of_its_dataset_and_knows_the_design(swept: Path) -> None:
    named = variance(swept)
    assert named.attrs["design"] == "morris"
    assert named.drop_attrs().identical(variance(sim.open_result(swept)).drop_attrs())


# -- on the command line


def test_the_command_prints_and_writes_what_drives_an_outcome(capsys, monkeypatch, tmp_path, swept) -> None:
    out, stored = tmp_path / "rows.csv", sim.open_result(swept)
    monkeypatch.setattr("sim.analysis.cases.open_result", lambda _: raced(stored))
    printed = said(capsys, monkeypatch, "sensitivity", swept, "--measure", "final_balance", "--out", out)
    assert "mu*" in printed
    assert "nan" not in printed
    assert "mean size of the change" in printed
    assert "a normal approximation that is not cut at 0 or 1" in printed
    assert "change of difference" not in printed  # there are no levers
    with out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["factor"] for row in rows} == {*RACE, "all together"}
    assert rows[0]["unit"] == "log ratio"


def test_points_that_are_chosen_are_not_taken_for_belief(capsys, monkeypatch, swept) -> None:
    printed = said(capsys, monkeypatch, "variance", swept)
    assert "the points of a design 'morris' are chosen, not drawn from what is believed" in printed


def test_a_result_without_points_is_refused(refused, tmp_path) -> None:
    sim.sweep(SHORT, 4, out=tmp_path / "plain")
    assert "nothing varies; sweep an experiment" in refused("sensitivity", tmp_path / "plain")


def test_scenarios_alone_are_for_another_verb(refused, tmp_path) -> None:
    (tmp_path / "other.yaml").write_text(f"extends: {SHORT}\n", encoding="utf-8")
    names = [str(SHORT), str(tmp_path / "other.yaml")]
    sim.sweep(sim.Experiment(question="?", scenarios=names, design="fixed", replicates=2), out=tmp_path / "two")
    assert "`armsrace compare` tells its scenarios apart" in refused("sensitivity", tmp_path / "two")


def test_an_unknown_measure_is_refused(refused, swept) -> None:
    assert "did you mean 'deaths'" in refused("sensitivity", swept, "--measure", "deatsh")


@pytest.mark.parametrize("name", experiments.shipped_experiments())
def test_a_shipped_experiment_is_checked_and_shown(capsys, monkeypatch, name) -> None:
    printed = said(capsys, monkeypatch, "check", name)
    assert printed.startswith(f"{name}: ")
    assert "runs in all" in printed
    assert printed.endswith("no mistake found\n")
    assert said(capsys, monkeypatch, "show", name) == experiments.read_experiment(name).lock()


def test_experiments_are_listed_with_their_question(capsys, monkeypatch) -> None:
    lines = said(capsys, monkeypatch, "list", "experiments").splitlines()
    assert [line.split()[0] for line in lines] == experiments.shipped_experiments()
    assert all(line.endswith("?") for line in lines)


def test_the_schema_of_either_kind_of_document_is_printed(capsys, monkeypatch) -> None:
    of_experiments = json.loads(said(capsys, monkeypatch, "check", "embargo_contrast", "--schema"))
    of_scenarios = json.loads(said(capsys, monkeypatch, "check", "--schema"))
    assert "design" in of_experiments["properties"]
    assert "states" in of_scenarios["properties"]
    assert of_scenarios == json.loads(said(capsys, monkeypatch, "check", "richardson", "--schema"))


SINS = ("unknown_parameter", "scenarios_of_other_months", "stop_at_nothing", "table_with_a_word", "bare_list")


@pytest.mark.parametrize("verb", ["check", "sweep"])
@pytest.mark.parametrize("sin", SINS)
def test_a_bad_experiment_is_refused_before_anything_is_played(capsys, monkeypatch, tmp_path, sin, verb) -> None:
    from sim.cli import main

    file = Path(__file__).parent / "bad_experiments" / f"{sin}.yaml"
    words = [verb, str(file), *(["--out", str(tmp_path / "out")] if verb == "sweep" else [])]
    monkeypatch.setattr("sys.argv", ["armsrace", *words])
    with pytest.raises(SystemExit) as end:
        main.main()
    printed = capsys.readouterr()
    assert end.value.code == 2
    assert printed.out == ""
    told = [line.removeprefix("# expect: ") for line in file.read_text(encoding="utf-8").splitlines()
            if line.startswith("# expect: ")]  # fmt: skip
    assert len(printed.err.splitlines()) == len(told)
    for line, wanted in zip(printed.err.splitlines(), told, strict=True):
        assert line.endswith(wanted)
    assert not (tmp_path / "out").exists()


# -- installed


def test_the_wheel_holds_the_experiments_and_not_their_benchmarks() -> None:
    import tomllib

    root = Path(__file__).parents[1]
    wheel = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert {"sim", "scenarios", "experiments", "lessons"} <= set(wheel["wheel"]["only-include"])
    assert wheel["wheel"]["sources"]["experiments"] == "sim/experiments"
    assert wheel["wheel"]["sources"]["lessons"] == "sim/lessons"  # beside the modules of that room
    assert "/experiments/benchmarks" in wheel["wheel"]["exclude"]
    assert experiments.folder() == root / "experiments"
