"""Exports: every number comes back, memory does not grow with the runs, nothing is overwritten unasked."""

import importlib.util
import json
import re
import tracemalloc

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from sweeping import complaint, said
from synthetic import designed, synthetic
from worlds import altered

import sim
from sim import measures
from sim.engine.record import kept_axes
from sim.model.mistakes import Mistake
from sim.model.outcomes import OUTCOMES
from sim.results import export as module
from sim.results import tables
from sim.results.export import export

PATHS = {"_".join(("trajectories", *axes)) for _, _, axes in kept_axes()}  # a table for the paths of the same axes
TABLES = {"runs", "bands", *PATHS}


def needs(form):
    """Skip where the optional packages of a form are missing."""
    for package in module.NEEDS[form]:
        pytest.importorskip(package)


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    out = tmp_path_factory.mktemp("export") / "result"
    sim.sweep(altered(sim.load("status_quo"), end="2025-12"), 300, out=out, kept_paths=7)
    return out


def read(form, path):
    """Return a table that was written."""
    if form == "parquet":
        return pd.read_parquet(path)
    return pd.read_csv(path, parse_dates=["time"] if "bands" in path.name or "trajectories" in path.name else [])


# -- round trips


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("rows", [1009, 250_000])
def test_tables_hold_the_numbers_of_the_result(form, rows, tmp_path):
    needs(form)
    result = synthetic().isel(member=slice(0, 20))
    paths = export(result, form, tmp_path, paths=True, rows=rows)
    assert {path.stem for path in paths if path.suffix == f".{form}"} - {"columns"} == TABLES
    runs = read(form, tmp_path / f"runs.{form}")
    assert runs["run"].tolist() == result["run"].values.tolist()
    assert set(runs["scenario"]) == {"synthetic"}
    for name in ("deaths", "first_campaign", "campaigns"):
        np.testing.assert_array_equal(runs[name], result[name])
    path = read(form, tmp_path / f"trajectories_origin_state.{form}")
    assert len(path) == result["deliveries"].size
    labelled = path.set_index(["member", "time", "origin", "state"])["deliveries"].to_xarray()
    np.testing.assert_array_equal(labelled.sel({d: result[d].astype(object) if d in ("origin", "state") else result[d]
                                                for d in labelled.dims}),
                                  result["deliveries"].transpose(*labelled.dims))  # fmt: skip
    bands = read(form, tmp_path / f"bands.{form}")
    one = bands[(bands["quantity"] == "milex") & (bands["state"] == "armenia") & (bands["level"] == 0.8)]
    np.testing.assert_array_equal(one["high"], measures.bands(result, "milex")["high"].sel(state="armenia", level=0.8))


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_stored_result_comes_back_bit_for_bit(form, swept, tmp_path):
    needs(form)
    result = sim.open_result(swept)
    export(swept, form, tmp_path, paths=True)
    runs = read(form, tmp_path / f"runs.{form}")
    assert [name for name in runs.columns if name in OUTCOMES] == [name for name in OUTCOMES if name in result]
    for name in OUTCOMES:
        np.testing.assert_array_equal(runs[name].to_numpy(float), result[name].values)
    states = read(form, tmp_path / f"trajectories_state.{form}")
    np.testing.assert_array_equal(states["milex"].to_numpy(np.float32), result["milex"].values.ravel())


def test_netcdf_holds_every_array_and_attribute(swept, tmp_path):
    needs("netcdf")
    result = sim.open_result(swept)
    (path,) = export(swept, "netcdf", tmp_path, rows=1)
    with xr.open_dataset(path, engine="h5netcdf") as back:
        assert set(back.variables) == set(result.variables)
        assert set(back.coords) == set(result.coords)
        for name, array in result.variables.items():
            assert back[name].dims == array.dims
            assert back[name].dtype == array.dtype or array.dtype.kind == "T"
            assert back[name].values.tolist() == array.values.tolist() or np.array_equal(
                back[name].values, array.values, equal_nan=True
            )
            assert back[name].attrs == result[name].attrs
        assert back.attrs["digest"] == result.attrs["digest"]
        assert json.loads(back.attrs["without"]) == result.attrs["without"]


def test_netcdf_holds_a_designed_sweep(tmp_path):
    needs("netcdf")
    result = designed(synthetic(), points=3, scenarios=2)
    (path,) = export(result, "netcdf", tmp_path, rows=1)
    with xr.open_dataset(path, engine="h5netcdf") as back:
        for name in ("deaths", "milex_histogram", "deliveries", "factor_values"):
            assert back[name].dims == result[name].dims
            np.testing.assert_array_equal(back[name], result[name])
        assert back["factor_role"].values.tolist() == ["prior", "prior"]


def test_a_designed_sweep_has_a_row_for_each_scenario_point_and_run(tmp_path):
    result = designed(synthetic().isel(member=slice(0, 2)), points=3, scenarios=2)
    export(result, "csv", tmp_path)
    runs = pd.read_csv(tmp_path / "runs.csv")
    assert runs.columns[:5].tolist() == ["scenario", "point", "weight", "embargo", "run"]
    assert len(runs) == 2 * 3 * result.sizes["run"]
    one = runs[(runs["scenario"] == "s1") & (runs["point"] == 2)]
    np.testing.assert_array_equal(one["deaths"], result["deaths"].sel(scenario="s1", point=2))
    assert (one["weight"] == 2).all()
    bands = pd.read_csv(tmp_path / "bands.csv")
    assert len(bands.groupby(["scenario", "point"])) == 6


def test_units_and_provenance_go_along(swept, tmp_path):
    export(swept, "csv", tmp_path, paths=True)
    columns = pd.read_csv(tmp_path / "columns.csv").set_index(["table", "column"])
    assert columns.loc[("runs", "deaths"), "unit"] == "persons"
    assert columns.loc[("trajectories_state", "milex"), "unit"] == "US$2023 m per yr"
    assert columns.loc[("bands", "quantity=milex"), "unit"] == "US$2023 m per yr"
    about = json.loads((tmp_path / "about.json").read_text())
    assert about["digest"] == sim.open_result(swept).attrs["digest"]


def test_parquet_carries_units_and_provenance(swept, tmp_path):
    needs("parquet")
    import pyarrow.parquet as pq

    export(swept, "parquet", tmp_path)
    schema = pq.read_schema(tmp_path / "runs.parquet")
    assert schema.field("deaths").metadata[b"units"] == b"persons"
    assert schema.metadata[b"digest"].decode() == sim.open_result(swept).attrs["digest"]


def test_a_sweep_that_kept_no_paths_is_written_too(tmp_path):
    none = synthetic().isel(member=slice(0, 0))
    for form in module.NEEDS:
        needs(form)
        export(none, form, tmp_path, paths=True)
    assert len(pd.read_csv(tmp_path / "runs.csv")) == none.sizes["run"]
    assert pd.read_csv(tmp_path / "trajectories_state.csv").columns[2] == "member"


# -- memory


def stored(path, members, steps):
    """Return a stored result of which only paths are large."""
    wide = np.zeros((members, steps, 2), np.float32)
    data = xr.Dataset(
        {"milex": (("member", "time", "state"), wide), "deaths": ("run", np.zeros(members))},
        coords={"run": np.arange(members), "member": np.arange(members)},
    )
    data.to_zarr(path, consolidated=False, zarr_format=3, encoding={"milex": {"chunks": (64, steps, 2)}})
    return xr.open_zarr(path, consolidated=False, chunks=None)


@pytest.mark.parametrize(("form", "few", "steps"), [("csv", 64, 64), ("parquet", 64, 480), ("netcdf", 256, 480)])
def test_memory_does_not_grow_with_the_runs(form, few, steps, tmp_path):
    needs(form)
    peaks = []
    for members in (few, few, 6 * few):  # the first only imports what is imported once
        data = stored(tmp_path / f"{len(peaks)}.zarr", members, steps)
        tracemalloc.start()
        export(data, form, tmp_path / f"{len(peaks)}", paths=True, rows=4000)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    grown = 5 * few * steps * 2 * 4  # bytes of what the last has more of; as a table it is larger still
    assert peaks[2] - peaks[1] < grown / 4


# -- what is in the way


def test_nothing_is_overwritten_unless_asked(swept, tmp_path):
    export(swept, "csv", tmp_path)
    (tmp_path / "runs.csv").write_text("mine")
    with pytest.raises(Mistake, match=r"runs.csv is in the way; write --force"):
        export(swept, "csv", tmp_path)
    assert (tmp_path / "runs.csv").read_text() == "mine"
    export(swept, "csv", tmp_path, force=True)
    assert len(pd.read_csv(tmp_path / "runs.csv")) == 300


def test_an_export_that_stops_leaves_no_half_file(swept, tmp_path, monkeypatch):
    def stop(*_):
        yield pd.DataFrame({"run": [0]})
        raise MemoryError

    monkeypatch.setattr(tables, "_runs", stop)
    with pytest.raises(MemoryError):
        export(swept, "csv", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("form", "package"), [("parquet", "pyarrow"), ("netcdf", "h5py")])
def test_a_missing_package_is_one_sentence(form, package, swept, tmp_path, monkeypatch):
    there = importlib.util.find_spec
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == package else there("json"))
    with pytest.raises(Mistake, match=f"{form} needs the package {package}; install it with pip install 'armsrace"):
        export(swept, form, tmp_path)


def test_an_unknown_form_is_one_sentence(swept):
    with pytest.raises(Mistake, match="there is no form 'xlsx'; write csv, parquet, netcdf"):
        export(swept, "xlsx")


def test_a_result_in_memory_needs_a_folder():
    with pytest.raises(Mistake, match="has no folder of its own"):
        export(synthetic(), "csv")


# -- the command line


def test_the_command_names_what_it_wrote(swept, capsys, monkeypatch, tmp_path):
    printed = said(capsys, monkeypatch, "export", swept, "--csv", "--out", tmp_path)
    assert str(tmp_path / "runs.csv") in printed.splitlines()
    assert sorted(printed.splitlines()) == sorted(map(str, tmp_path.iterdir()))


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_whole_paths_are_left_out_unless_asked_for(form, swept, tmp_path):
    needs(form)
    written = {path.stem for path in export(swept, form, tmp_path) if path.suffix == f".{form}"}
    assert written - {"columns"} == {"runs", "bands"}
    if form == "csv":
        assert set(pd.read_csv(tmp_path / "columns.csv")["table"]) == {"runs", "bands"}


def test_how_large_tables_will_be_is_foretold(swept, tmp_path):
    export(swept, "csv", tmp_path, paths=True)
    foretold = module.sizes(swept)
    assert foretold.keys() == TABLES
    for name, size in foretold.items():
        assert (tmp_path / f"{name}.csv").stat().st_size == pytest.approx(size, rel=0.3, abs=500), name


def test_the_command_says_how_large_it_will_be_and_what_is_left_out(swept, capsys, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(sim, "export", lambda *_, **given: asked.append((given["paths"], capsys.readouterr().err)))
    said(capsys, monkeypatch, "export", swept, "--csv", "--out", tmp_path)
    said(capsys, monkeypatch, "export", swept, "--csv", "--paths", "--out", tmp_path)
    (left_out, first), (whole, second) = asked
    assert (left_out, whole) == (False, True)
    assert re.fullmatch(r"the tables take about \S+ .B; whole paths are left out, --paths adds about \S+ .B\n", first)
    assert re.fullmatch(r"the tables take about \S+ .B\n", second)


def test_the_command_asks_for_a_form(swept, capsys, monkeypatch):
    assert "say --csv, --parquet or --netcdf" in complaint(capsys, monkeypatch, "export", swept)
