"""A result holds what was played, where it comes from, and enough to play it again."""

import gc
import json
import shutil
import tracemalloc
import warnings

import numpy as np
import pytest
import xarray as xr
from worlds import altered

import sim
from sim import evidence, measures
from sim.engine.blocks import chunks
from sim.engine.record import KEPT, binned, edges, histogrammed
from sim.model.accounting import ENTRIES
from sim.model.mistakes import Mistake
from sim.model.outcomes import OUTCOMES
from sim.model.rule import CATALOGUE
from sim.model.streams import BLOCK
from sim.model.variables import VARIABLES, Bins
from sim.results.arrays import ARRAYS
from sim.results.citations import cited
from sim.results.fingerprint import code_digest
from sim.results.frame import LOCK
from sim.results.manifest import PROVENANCE, provenance
from sim.results.open import open_result
from sim.results.store import MARKERS
from sim.scenario.initial import opening

WAR_PRONE = {"weigh_attacks.operation_rate": 0.4, "weigh_attacks.campaign_rate": 0.13}
RUNS, KEPT_PATHS = 1300, 300
SPAN = 1024  # runs in a batch of a sweep of this size


@pytest.fixture(scope="module")
def scenario(hindcast):
    """Two years with wars in many runs."""
    return altered(hindcast, end="2011-12", parameters=WAR_PRONE)


@pytest.fixture(scope="module")
def folder(scenario, tmp_path_factory):
    """A result directory of a little more than one batch of runs."""
    out = tmp_path_factory.mktemp("results") / "swept"
    sim.sweep(scenario, RUNS, seed=7, out=out, kept_paths=KEPT_PATHS, without=["buy_capability"], chunk_blocks=1)
    return out


@pytest.fixture(scope="module")
def data(folder):
    return open_result(folder).load()


# -- where it comes from


def test_the_provenance_says_which_scenario_rules_luck_code_and_machine(folder, scenario):
    about = provenance(folder)
    expected = {
        "scenario": scenario.name, "title": scenario.title, "digest": scenario.digest(), "seed": 7, "runs": RUNS,
        "members": KEPT_PATHS, "block": BLOCK, "without": ["buy_capability"], "version": sim.__version__,
        "start": "2010-01", "end": "2011-12", "steps_per_year": 12, "numpy": np.__version__, "code": code_digest(),
    }  # fmt: skip
    assert {key: about[key] for key in expected} == expected
    assert about["cpu_features"]
    assert {"python", "platform", "written", "command"} <= set(about)


def test_the_arrays_carry_the_same_provenance(folder, data):
    about = provenance(folder)
    for key in ("scenario", "digest", "seed", "runs", "without", "version"):
        assert data.attrs[key] == about[key], key


def test_the_lock_file_is_the_scenario(folder, scenario):
    again = sim.load(folder / LOCK)
    assert again.digest() == scenario.digest()
    assert again.canonical() == scenario.canonical()


def test_the_lock_file_plays_the_same_runs(folder, data):
    again = sim.sweep(folder / LOCK, 5, seed=7, without=["buy_capability"])
    for name in OUTCOMES:
        np.testing.assert_array_equal(again[name], data[name][:5], err_msg=name)


def test_the_bibliography_holds_every_source_that_is_cited(folder, scenario):
    text = (folder / "sources.bib").read_text(encoding="utf-8")
    keys = set(cited(scenario))
    assert keys <= set(evidence.sources())
    for key in keys:
        assert f"{{{key}," in text, key
    rule_sources = {key for rule in scenario.states["armenia"].rules for key in CATALOGUE[rule].evidence}
    book_sources = {p.source for entry in ENTRIES.values() for p in entry.parameters.values() if p.source}
    assert rule_sources | book_sources <= keys


def test_every_piece_has_its_marker_and_no_two_are_alike(folder):
    markers = [json.loads(path.read_text()) for path in sorted((folder / MARKERS).glob("*.json"))]
    assert [marker["piece"]["run"] for marker in markers] == [0, SPAN]
    assert [marker["piece"]["runs"] for marker in markers] == [SPAN, RUNS - SPAN]
    assert len({marker["content"] for marker in markers}) == 2
    for name in OUTCOMES:
        if name != "failed":  # holds nothing but its fill value, so it has no file
            assert len({marker["files"][name] for marker in markers}) == 2, name
    assert not [path for path in (folder / MARKERS).iterdir() if path.name.startswith(".")]


def test_markers_do_not_depend_on_the_chunks(folder, scenario, tmp_path):
    sim.sweep(
        scenario, RUNS, seed=7, out=tmp_path / "r", kept_paths=KEPT_PATHS, without=["buy_capability"], chunk_blocks=3
    )
    one, other = (
        [path.read_text() for path in sorted((place / MARKERS).glob("*.json"))] for place in (folder, tmp_path / "r")
    )
    assert one == other


# -- what it holds


def test_outcomes_and_paths_have_units_names_and_sizes(data, scenario):
    for name in OUTCOMES:
        assert data[name].dims == ("run",)
        assert data[name].attrs["units"]
        assert data[name].attrs["long_name"]
    for name, quantity in KEPT.items():
        assert data[name].dims[:2] == ("member", "time"), name
        assert data[name].attrs["units"] == VARIABLES[quantity].unit
        assert np.isfinite(data[name]).all(), name
    assert data.sizes["run"] == RUNS
    assert data.sizes["member"] == KEPT_PATHS
    assert data.sizes["time"] == scenario.steps == 24
    assert str(data["time"].values[0])[:7] == "2010-01"
    assert str(data["time"].values[-1])[:7] == "2011-12"
    assert list(data["state"].values) == list(scenario.states)


def test_outcomes_agree_with_the_paths_they_summarise(data):
    kept = data.isel(run=slice(0, KEPT_PATHS))
    for axis, name in ((0, "balance"), (0, "stock_balance")):
        last = data[name].isel(time=-1, state=axis)
        np.testing.assert_allclose(kept[f"final_{name}"], last, rtol=1e-6)
    fought = data["fighting"].values
    begins = (fought > 0) & (np.pad(fought, ((0, 0), (1, 0)))[:, :-1] == 0)
    first = np.where((begins & (fought == 2)).any(1), (begins & (fought == 2)).argmax(1), np.nan)
    alone = kept["campaigns"].values + kept["operations"].values <= 1  # wars that touch are not told apart by paths
    np.testing.assert_array_equal(kept["first_campaign"].values[alone], first[alone])
    assert np.isfinite(first[alone]).any()
    assert ((kept["deaths"].values > 0) == (fought > 0).any(1)).all()
    assert (np.isnan(data["first_campaign"]) == (data["campaigns"] == 0)).all()


@pytest.mark.parametrize("variable", histogrammed(), ids=lambda v: v.name)
def test_a_histogram_counts_every_run_once_in_every_month_for_every_state(data, variable):
    counts = data[f"{variable.name}_histogram"]
    assert (counts.sum(f"{variable.name}_bin") == RUNS).all()
    assert counts.sizes[f"{variable.name}_bin"] + 1 == data[f"{variable.name}_edges"].size


@pytest.mark.parametrize("variable", histogrammed(), ids=lambda v: v.name)
def test_quantiles_of_the_histogram_are_those_of_the_runs_within_a_bin(scenario, variable):
    every = sim.sweep(scenario, 256, kept_paths=256)
    found = measures.bands(every, variable.name, (0.5, 0.9)).transpose("level", "time", "state", ...)
    limits, paths = edges(variable.bins), every[variable.name].astype(float)
    wanted = {0.05: found["low"][1], 0.25: found["low"][0], 0.5: found["median"], 0.95: found["high"][1]}
    for share, band in wanted.items():
        around = [
            paths.quantile(np.clip(share + gap, 0.0, 1.0), "member").transpose("time", "state").values
            for gap in (-1 / 256, 1 / 256)
        ]
        place = np.searchsorted(limits, around[1]).clip(1, len(limits) - 1)
        width = limits[place] - limits[place - 1]
        assert (band.values >= around[0] - width).all(), share
        assert (band.values <= around[1] + width).all(), share


@pytest.mark.parametrize("bins", [Bins(-4.0, 6.0), Bins(10.0, 1e5, log=True), Bins(0.0, 1.0, count=7)])
def test_values_fall_into_the_bin_whose_edges_surround_them(bins):
    rng = np.random.default_rng(0)
    limits = edges(bins)
    values = (
        np.exp(rng.uniform(np.log(10.0), np.log(1e5), (2, 500)))
        if bins.log
        else rng.uniform(bins.low, bins.high, (2, 500))
    )
    for actor, counts in zip(values, binned(values, bins), strict=True):
        np.testing.assert_array_equal(counts, np.histogram(actor, limits)[0])
    outside = binned(np.array([[bins.low - 5.0, bins.high * 2.0, bins.high]]), bins)[0]
    assert outside[0] == 1
    assert outside[-1] == 2


# -- small ones, large ones, empty ones


@pytest.mark.parametrize("runs", [1, 10, 256, 257])
def test_a_sweep_has_as_many_runs_as_asked_for(scenario, runs):
    found = sim.sweep(scenario, runs)
    assert found.sizes["run"] == found.sizes["member"] == runs
    assert np.isfinite(found["final_balance"]).all()
    assert int(found["milex_histogram"].isel(time=0, state=0).sum()) == runs


def test_few_runs_are_the_first_of_many(scenario):
    few, many = (sim.sweep(scenario, runs).load() for runs in (10, 300))
    for name in (*OUTCOMES, *KEPT):
        np.testing.assert_array_equal(few[name], many[name][:10], err_msg=name)


def test_without_kept_paths_there_are_outcomes_and_histograms_but_no_paths(scenario, tmp_path):
    found = sim.sweep(scenario, 300, kept_paths=0, out=tmp_path / "r").load()
    assert found.sizes["member"] == 0
    assert found["milex"].size == 0
    assert np.isfinite(found["final_balance"]).all()
    assert (found["milex_histogram"].sum("milex_bin") == 300).all()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # no mean over paths that nobody kept
        assert measures.summary(found)


def test_more_kept_paths_than_runs_are_all_the_runs(scenario):
    assert sim.sweep(scenario, 5, kept_paths=50).sizes["member"] == 5


def test_no_runs_are_refused(scenario):
    with pytest.raises(Mistake, match="1 or more"):
        sim.sweep(scenario, 0)


def test_playing_again_writes_the_same_bytes(folder, scenario, tmp_path):
    sim.sweep(scenario, RUNS, seed=7, out=tmp_path / "again", kept_paths=KEPT_PATHS, without=["buy_capability"])
    for name in OUTCOMES:
        files = sorted(path for path in (folder / ARRAYS / name).rglob("*") if path.is_file())
        assert files
        for path in files:
            twin = tmp_path / "again" / path.relative_to(folder)
            assert twin.read_bytes() == path.read_bytes(), path


# -- what is damaged or in the way


def test_an_incomplete_result_is_not_opened(folder, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    next((broken / MARKERS).glob("*.json")).unlink()
    with pytest.raises(Mistake, match="1 of 2 batches"):
        open_result(broken)
    (broken / PROVENANCE).write_text("{")
    with pytest.raises(Mistake, match="damaged"):
        open_result(broken)


def test_a_result_is_replaced_only_when_asked(scenario, tmp_path):
    out = tmp_path / "r"
    sim.sweep(scenario, 2, out=out)
    with pytest.raises(Mistake, match="not empty"):
        sim.sweep(scenario, 2, out=out)
    assert sim.sweep(scenario, 3, out=out, force=True).sizes["run"] == 3


def test_a_folder_that_is_no_result_is_never_emptied(scenario, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(Mistake, match="no result of ours"):
        sim.sweep(scenario, 2, out=tmp_path, force=True)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


# -- chunks


@pytest.mark.parametrize(("runs", "blocks"), [(1, 1), (256, 1), (257, 1), (1300, 2), (1300, 5), (10_000, 4)])
def test_chunks_cover_every_run_once_in_whole_blocks(runs, blocks):
    pieces = list(chunks(0, runs, blocks))
    assert sum(count for _, count in pieces) == runs
    place = 0
    for first, count in pieces:
        assert first == place
        assert first % BLOCK == 0
        assert count <= blocks * BLOCK
        place += count


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_chunks(hindcast, tmp_path):
    short = altered(hindcast, end="2010-03")

    def peak(number):
        gc.collect()
        tracemalloc.start()
        sim.sweep(short, number * BLOCK, kept_paths=10, chunk_blocks=1, out=tmp_path / f"{number}")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1)  # what is imported and cached the first time
    few, many = peak(4), peak(12)
    grown = 8 * BLOCK * (len(OUTCOMES) + 1) * 8  # outcomes of the runs that came on top, at most
    assert many < 1.05 * few + grown, f"{few / 1e6:.1f} MB and {many / 1e6:.1f} MB"


def test_luck_of_a_far_away_run_is_looked_up_and_not_waited_for(scenario):
    table = opening(scenario, 0).game_of_one(10**9)
    assert table.world.runs == 2


@pytest.mark.parametrize("runs", [300, 1300])  # in one batch, which nothing packs, and in two
def test_what_is_played_in_memory_is_what_a_directory_holds(runs, richardson, tmp_path):
    short = altered(richardson, end="2000-12")
    held, kept = (sim.sweep(short, runs, kept_paths=280, out=out) for out in (None, tmp_path / "r"))
    xr.testing.assert_equal(held, kept)
    assert {name: array.dtype for name, array in held.variables.items()} == {
        name: array.dtype for name, array in kept.variables.items()
    }
    assert all(array.attrs == kept[name].attrs for name, array in held.variables.items())


@pytest.mark.parametrize("opened", ["from a directory", "in memory"])
def test_what_is_opened_can_be_written_again_whole_or_in_part(opened, richardson, tmp_path):
    here = tmp_path / "r" if opened == "from a directory" else None
    data = sim.sweep(altered(richardson, end="2000-12"), 300, kept_paths=280, out=here)
    for number, part in enumerate((data, data.copy().load(), data.isel(run=slice(0, 3), member=slice(5, 270, 7)))):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that variable strings have no place in the format yet
            part.to_zarr(tmp_path / f"{number}.zarr")
        again = xr.open_zarr(tmp_path / f"{number}.zarr").load()
        assert again.equals(part.load())
        assert again["milex"].attrs == part["milex"].attrs
        assert again["time"].encoding["units"] == data["time"].encoding["units"]
        part.drop_dims("zone").to_netcdf(tmp_path / f"{number}.nc", engine="scipy")
