"""Parts of the spread: found again where they are known, and not claimed where nothing tells them apart."""

import csv

import numpy as np
import pytest
import xarray as xr
from sweeping import said
from synthetic import designed, synthetic

from sim.analysis import variance
from sim.model.mistakes import Mistake

TRUE = np.array([4.0, 1.0, 0.5])  # variance of points, of runs, of both together


def crossed(points, runs, seed, true=TRUE):
    """Return outcomes ``(point, run)`` of a model whose parts are known."""
    generator = np.random.default_rng(seed)
    effects = (generator.normal(size=shape) for shape in ((points, 1), (1, runs), (points, runs)))
    return sum(np.sqrt(variance) * effect for variance, effect in zip(true, effects, strict=True))


# -- variance components


def test_the_components_are_unbiased():
    found = np.array([variance.components(crossed(12, 9, seed)) for seed in range(1500)])
    error = found.std(0) / np.sqrt(len(found))
    assert (np.abs(found.mean(0) - TRUE) < 3.5 * error).all()
    assert (error < 0.06).all(), "too few repetitions to see a bias"


def test_a_part_that_is_nil_is_unbiased_too():
    found = np.array([variance.components(crossed(6, 8, seed, (0.0, 1.0, 1.0)))[0] for seed in range(800)])
    assert abs(found.mean()) < 3.5 * found.std() / np.sqrt(800)
    assert (found < 0).any()


def test_pure_parts_are_found_exactly():
    points, runs = np.arange(5.0)[:, None] + np.zeros(7), np.arange(7.0) + np.zeros((5, 1))
    np.testing.assert_allclose(variance.shares(points), [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(variance.shares(runs), [0, 1, 0], atol=1e-12)
    assert np.isnan(variance.shares(np.full((5, 7), 0.1))).all()


def test_the_unit_does_not_matter():
    values = crossed(10, 20, 1)
    np.testing.assert_allclose(variance.shares(values), variance.shares(1e6 * values), rtol=1e-9)


def test_more_runs_do_not_turn_chance_into_parameters():
    few, many = (np.mean([variance.shares(crossed(20, runs, s)) for s in range(60)], axis=0) for runs in (20, 200))
    np.testing.assert_allclose(few, many, atol=0.05)


@pytest.mark.parametrize("true", [(4.0, 1.0, 0.5), (1.0, 4.0, 1.0)])
def test_the_intervals_cover_the_truth(true):
    share = np.array(true) / sum(true)
    covered = []
    for seed in range(150):
        low, high = variance.intervals(crossed(30, 40, seed, true))
        covered.append((low <= share) & (share <= high))
    assert (np.mean(covered, axis=0) >= 0.88).all()
    assert (high - low < 0.8).all(), "an interval of everything covers, and says nothing"


def test_two_points_say_nothing_for_sure():
    low, high = variance.intervals(crossed(2, 50, 1))
    assert low.tolist() == [0, 0, 0]
    assert high.tolist() == [1, 1, 1]


def test_gaps_are_cut_out_so_that_points_and_runs_stay_crossed():
    values = crossed(6, 10, 1)
    values[2, :] = np.nan
    values[4, 3] = np.nan
    np.testing.assert_array_equal(
        variance.complete(values), np.delete(np.delete(crossed(6, 10, 1), 2, axis=0), 3, axis=1)
    )


# -- a designed sweep


def test_every_outcome_is_split():
    found = variance.variance(designed(synthetic()))
    war = found.sel(measure="war_probability").isel(group=0)  # the same at every point
    np.testing.assert_allclose(war["share"], [0, 1, 0], atol=1e-9)
    deaths = found.sel(measure="deaths").isel(group=0)
    spread = synthetic()["deaths"].var(ddof=1).item()
    shift = np.var([0.0, 1000, 2000, 3000], ddof=1)
    np.testing.assert_allclose(deaths["share"], [shift / (shift + spread), spread / (shift + spread), 0], atol=1e-9)
    assert deaths["sd"].item() == pytest.approx(np.sqrt(shift + spread))
    assert (
        ((found["low"] <= found["share"] + 1e-12) & (found["share"] <= found["high"] + 1e-12))
        .where(found["share"].notnull(), True)
        .all()
    )


def test_levers_are_told_apart_and_not_averaged():
    found = variance.variance(designed(synthetic(), points=6, levers=("embargo",)))
    assert found["levers"].values.tolist() == ["embargo 0", "embargo 1"]
    assert (found["points"] == 3).all()
    deaths = found["mean"].sel(measure="deaths")
    assert deaths[1].item() - deaths[0].item() == pytest.approx(1000)


def test_scenarios_are_told_apart():
    found = variance.variance(designed(synthetic(), scenarios=2))
    assert found["scenario"].values.tolist() == ["s0", "s1"]
    mean = found["mean"].sel(measure="deaths")
    assert mean[1].item() == pytest.approx(2 * mean[0].item())
    share = found["share"].sel(measure="deaths")
    np.testing.assert_allclose(share[0], share[1], rtol=1e-9)


def test_runs_that_failed_are_left_out_at_every_point():
    result = designed(synthetic())
    failed = xr.full_like(result["deaths"], np.nan)
    failed[1, 5] = 3.0
    found = variance.variance(result.assign(failed=failed))
    assert (found["runs"] == result.sizes["run"] - 1).all()


def test_a_plain_sweep_has_nothing_to_separate():
    for plain in (synthetic(), designed(synthetic(), points=1)):
        with pytest.raises(Mistake, match="one parameter point, so nothing tells parameters and chance apart"):
            variance.variance(plain)


def test_levers_alone_leave_nothing_to_separate():
    with pytest.raises(Mistake, match="no setting of the levers has two points"):
        variance.variance(designed(synthetic(), points=2, levers=("embargo",)))


def test_rows_hold_every_number():
    found = variance.variance(designed(synthetic(), scenarios=2))
    rows = variance.variance_rows(found)
    assert len(rows) == found.sizes["group"] * found.sizes["measure"]
    row = next(row for row in rows if row["measure"] == "deaths" and row["scenario"] == "s1")
    one = found.sel(measure="deaths").isel(group=1)
    assert row["chance_high"] == one["high"].sel(component="chance").item()
    assert row["unit"] == "persons"


def test_the_command_prints_the_parts(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(variance, "designed", lambda _: (designed(synthetic()), None))
    out = tmp_path / "variance.csv"
    printed = said(capsys, monkeypatch, "variance", tmp_path, "--out", out)
    line = next(line for line in printed.splitlines() if " deaths " in line)
    assert "% (" in line
    with out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert any(row["measure"] == "deaths" and float(row["chance"]) > 0 for row in rows)
    assert "nan" not in printed
