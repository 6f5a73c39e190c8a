"""Calibration: a known posterior is found, where nothing is told nothing is found, and waves are resumed."""

import json

import numpy as np
import pytest
from scipy import stats
from worlds import altered

import sim
from sim.calibration import calibrate as calibration
from sim.calibration import waves
from sim.calibration.calibrate import resampled, typical_of
from sim.calibration.emulator import Emulator, distance, fit_emulator
from sim.calibration.inference import Draws, condenser, infer
from sim.calibration.recovery import recover
from sim.calibration.summaries import Summaries, standard
from sim.calibration.waves import Sieve
from sim.model.mistakes import Mistake
from sim.study.experiment import Experiment

NOISE = 0.05


def linear_world(runs, luck):
    """Two parameters in the unit square; the first is seen through noise three times, the second not at all."""
    unit = luck.random((runs, 2))
    return unit, unit[:, :1] + NOISE * luck.standard_normal((runs, 3))


# -- where the truth is known


def test_the_posterior_of_a_linear_world_is_the_known_one():
    luck = np.random.default_rng(1)
    unit, seen = linear_world(20_000, luck)
    observed = np.array([0.42, 0.50, 0.46])
    scale = standard(seen)
    condense = condenser(unit, scale.features(seen))
    draws = infer(unit, condense(scale.features(seen)), condense(scale.features(observed[None]))[0], 0.1)
    low, middle, high = draws.quantiles(0.1, 0.5, 0.9)
    known = stats.norm(observed.mean(), NOISE / np.sqrt(3.0))
    assert draws.mean()[0] == pytest.approx(known.mean(), abs=0.004)
    assert (low[0], middle[0], high[0]) == pytest.approx(known.ppf([0.1, 0.5, 0.9]), abs=0.008)
    assert (low[1], high[1]) == pytest.approx((0.1, 0.9), abs=0.05)  # nothing is told of it


@pytest.mark.parametrize("heteroscedastic", [False, True])
def test_what_is_seen_is_recovered_and_intervals_are_honest(heteroscedastic):
    unit, seen = linear_world(8000, np.random.default_rng(2))
    found = recover(unit, standard(seen).features(seen), 0.2, heteroscedastic=heteroscedastic, seed=3)
    assert found.worlds == 2000
    assert found.r2[0] == pytest.approx(1.0 - NOISE**2 / 3.0 / (1.0 / 12.0), abs=0.005)
    assert abs(found.r2[1]) < 0.02
    assert found.coverage == pytest.approx([0.8, 0.8], abs=0.03)


def test_ranks_tell_a_posterior_that_is_too_narrow(monkeypatch):
    unit, seen = linear_world(6000, np.random.default_rng(4))
    features = standard(seen).features(seen)
    honest = recover(unit, features, 0.2, heteroscedastic=False, seed=1)

    def overconfident(*arguments, **options):
        draws = infer(*arguments, **options)
        return Draws(draws.mean() + 0.5 * (draws.unit - draws.mean()), draws.weights)

    monkeypatch.setattr("sim.calibration.recovery.infer", overconfident)
    narrow = recover(unit, features, 0.2, heteroscedastic=False, seed=1)
    assert honest.rank_p[0] > 1e-3 > 1e-6 > narrow.rank_p[0]
    assert narrow.coverage[0] < 0.6


def test_an_emulator_learns_mean_and_luck_from_one_run_a_point():
    luck = np.random.default_rng(5)
    unit = luck.random((6000, 3))
    mean, spread = 1.0 + 2.0 * unit[:, 0] * unit[:, 1], 0.2 * np.exp(1.5 * unit[:, 2])
    values = np.stack([mean + spread * luck.standard_normal(6000)] * 2, axis=1)
    values[luck.random(6000) < 0.4, 1] = np.nan  # many runs have none of it
    emulator = fit_emulator(unit, values)
    for column in (0, 1):
        assert np.sqrt(np.mean((emulator.means(unit)[:, column] - mean) ** 2)) < 0.05
        assert np.corrcoef(np.sqrt(emulator.variances(unit)[:, column]), spread)[0, 1] > 0.98
        assert np.mean(emulator.variances(unit)[:, column]) == pytest.approx(np.mean(spread**2), rel=0.1)


def test_a_sieve_keeps_the_truth_and_cuts_what_is_far_off():
    luck = np.random.default_rng(6)
    unit = luck.random((4000, 2))
    values = np.stack([unit[:, 0] + 0.05 * luck.standard_normal(4000) for _ in range(6)], axis=1)
    sieve = Sieve(fit_emulator(unit, values), np.full(6, 0.3))
    kept = sieve.passes(luck.random((5000, 2)))
    assert 0.2 < kept.mean() < 0.9
    assert sieve.passes(np.array([[0.3, 0.1], [0.3, 0.9], [0.95, 0.5]])).tolist() == [True, True, False]


def test_distance_is_one_at_a_bound_and_counts_what_lies_beyond_a_single_one():
    low, high = np.array([0.0, -np.inf, -np.inf]), np.array([2.0, 1.0, np.inf])
    one = np.ones(3)
    means = np.array([[1.0, 0.5, 9.0], [2.0, 0.5, 9.0], [1.0, 3.0, 9.0], [99.0, 0.5, 9.0]])
    assert distance(means, low, high, one) == pytest.approx(np.sqrt([0.0, 0.5, 2.0, 4.5]))


def test_the_typical_share_of_a_posterior_is_the_one_near_the_targets():
    unit = np.linspace(0.0, 1.0, 101)[:, None]
    emulator = Emulator(np.array([[0.5], [0.5], [0.0]]), np.zeros((2, 1)), np.zeros(1), np.ones(1))
    found = Summaries(("it",), unit, np.array([0.25]), np.array([0.2]), np.array([0.3]))
    kept = typical_of(Draws(unit, np.full(101, 1 / 101)), emulator, found, 0.1)
    assert kept.weights.sum() == pytest.approx(1.0)
    assert np.abs(kept.unit - 0.25).max() < 0.06


def test_draws_are_written_as_often_as_they_weigh():
    draws = Draws(np.array([[0.1], [0.2], [0.3]]), np.array([0.5, 0.0, 0.5]))
    rows, weights = resampled(draws, 100, np.random.default_rng(1))
    assert rows.ravel().tolist() == [0.1, 0.3]
    assert weights == [50, 50]


def test_a_record_that_nothing_comes_near_tells_nothing():
    values = np.random.default_rng(7).normal(size=(500, 2))
    found = Summaries(("near", "far"), values, np.array([0.5, 40.0]), np.full(2, -np.inf), np.full(2, np.inf))
    assert found.chosen(~found.out_of_reach).names == ("near",)


# -- of the model


@pytest.fixture(scope="module")
def document(hindcast, tmp_path_factory):
    """A small calibration of one year and two parameters."""
    folder = tmp_path_factory.mktemp("calibration")
    (folder / "short.yaml").write_text(altered(hindcast, end="2010-12").lock())
    (folder / "asked.yaml").write_text(
        "question: What does the record say?\nscenario: short.yaml\npoint_per_run: true\n"
        "design: {latin_hypercube: {points: 500}}\nuncertainties:\n  clash_along_the_line.base: {scale: log}\n"
        "  azerbaijan.spend_oil_money.elasticity:\n"
    )
    return folder / "asked.yaml"


@pytest.fixture(scope="module")
def fitted(document):
    """What it comes to."""
    out = document.parent / "fitted"
    return out, sim.calibrate(document, out, waves=2, confirm=100, draws=50)


def test_a_calibration_says_what_it_found(fitted):
    out, found = fitted
    rows = {row["parameter"]: row for row in found.parameters}
    assert rows["clash_along_the_line.base"]["r2"] > 0.25
    assert all(row["low"] <= row["q10"] <= row["median"] <= row["q90"] <= row["high"] for row in rows.values())
    log = json.loads((out / "calibration.json").read_text())
    assert {"document_digest", "scenario_digest", "seed", "waves", "accept", "written", "worlds"} <= log.keys()
    assert [found["runs"] for found in log["posterior"]] == [100, 100, 100]
    assert "targets met" in str(found)


def test_the_draws_are_a_design(fitted, document):
    out, _ = fitted
    asked = Experiment(
        question="And now?", scenario=str(document.parent / "short.yaml"),
        design={"posterior": {"file": str(out / "posterior.csv"), "points": 40}}, point_per_run=True,
    )  # fmt: skip
    assert sim.sweep(asked).sizes["run"] == 40


def test_what_has_been_played_is_not_played_again(fitted, document, monkeypatch):
    out, before = fitted
    monkeypatch.setattr(waves, "sweep", lambda *_, **__: pytest.fail("played again"))
    again = sim.calibrate(document, out, waves=2, confirm=100, draws=50)
    assert list(again.parameters) == list(before.parameters)


def test_a_wave_that_was_interrupted_is_gone_on_with(document, fitted, monkeypatch):
    out, before = fitted[0].with_name("broken_off"), fitted[1]
    real = waves.sweep

    def broken_off(*arguments, **options):
        real(*arguments, **options)
        next((options["out"] / "blocks").glob("*.json")).unlink()
        raise KeyboardInterrupt

    monkeypatch.setattr(waves, "sweep", broken_off)
    with pytest.raises(KeyboardInterrupt):
        sim.calibrate(document, out, waves=2, confirm=100, draws=50)
    monkeypatch.setattr(waves, "sweep", real)
    assert list(sim.calibrate(document, out, waves=2, confirm=100, draws=50).parameters) == list(before.parameters)


def test_another_document_is_refused_in_the_same_directory(fitted, document):
    other = document.with_name("other.yaml")
    other.write_text(document.read_text().replace("500", "501"))
    with pytest.raises(Mistake, match="begun with another document"):
        sim.calibrate(other, fitted[0])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"point_per_run": False}, "gives each run a point of its own"),
        ({"levers": {"rules.repay_oil": {}}}, "uncertainties only"),
        ({"design": {"latin_hypercube": {"points": 20}}}, "write more points"),
        ({"scenario": "richardson", "uncertainties": {"north.match_rival_linearly.reaction": {}}}, "is on record"),
    ],
)
def test_a_document_of_something_else_is_refused(tmp_path, changes, told):
    given = {"question": "?", "scenario": "south_caucasus_2010", "uncertainties": {"clash_along_the_line.base": {}},
             "design": {"latin_hypercube": {"points": 300}}, "point_per_run": True}  # fmt: skip
    with pytest.raises(Mistake, match=told):
        sim.calibrate(Experiment(**{**given, **changes}), tmp_path / "out")


def test_the_shipped_calibration_frees_as_many_parameters_as_one_history_can_bear():
    resolved = calibration.understood(sim.study.experiment.read_experiment("calibration"), "2021-12")
    assert 12 <= len(resolved.unknown) <= 16
    assert resolved.scenario.end == "2021-12"
    with pytest.raises(Mistake, match="ends in 2024-12"):
        calibration.understood(sim.study.experiment.read_experiment("calibration"), "2030-12")
