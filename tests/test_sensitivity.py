"""Analyses give back what is known to be true of outcomes made by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from synthetic import HINDCAST, THREE, made, unit

from sim.analysis.factor_effects import Effect, factor_effects
from sim.model.mistakes import Mistake
from sim.study.experiment import read_experiment
from sim.study.points import points


def by_name(rows: list[Effect], index: str) -> dict[str, Effect]:
    return {row.factor: row for row in rows if row.index == index}


def test_sobol_indices_of_ishigami_are_the_analytical_ones() -> None:
    sample = made({"sobol": {"points": 2048, "second_order": True}})
    x = np.pi * (2 * unit(sample) - 1)
    outcome = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    rows = factor_effects(sample, outcome)
    first, total = by_name(rows, "first order"), by_name(rows, "total")
    assert [first[path].value for path in THREE] == pytest.approx([0.314, 0.442, 0.0], abs=0.04)
    assert [total[path].value for path in THREE] == pytest.approx([0.558, 0.442, 0.244], abs=0.04)
    assert by_name(rows, "second order")["repay_oil.weight x sell_to_friends.weight"].value == pytest.approx(
        0.244, abs=0.06
    )
    assert all(row.low <= row.value <= row.high for row in rows if row.factor)


def test_an_outcome_that_never_varies_has_no_indices() -> None:
    sample = made({"sobol": {"points": 8}})
    assert all(np.isnan(row.value) for row in factor_effects(sample, np.ones(len(sample))))


def test_morris_gives_the_change_over_the_whole_range() -> None:
    sample = made({"morris": {"trajectories": 8, "levels": 4}})
    x = unit(sample)
    rows = factor_effects(sample, 3 * x[:, 0] - 2 * x[:, 1])
    assert [by_name(rows, "mu*")[path].value for path in THREE] == pytest.approx([3.0, 2.0, 0.0])
    assert [by_name(rows, "mu")[path].value for path in THREE] == pytest.approx([3.0, -2.0, 0.0])
    assert [by_name(rows, "sigma")[path].value for path in THREE] == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


def test_a_switch_screened_at_two_levels_has_its_own_difference() -> None:
    sample = made({"morris": {"trajectories": 8, "levels": 2}}, {"rules.repay_oil": {}, "sell_to_friends.weight": {}})
    found = by_name(factor_effects(sample, 5 * sample.values[:, 0]), "mu*")
    assert found["rules.repay_oil"].value == pytest.approx(5.0)


def test_indices_hold_for_each_combination_of_levers() -> None:
    sample = made({"morris": {"trajectories": 4, "levels": 4}}, levers={"israel.export_law": {"values": [0.0, 1.0]}})
    x, law = unit(sample), sample.values[:, 3]
    rows = [row for row in factor_effects(sample, x[:, 0] * (1 + 2 * law)) if row.index == "mu*"]
    effect = {row.levers["israel.export_law"]: row.value for row in rows if row.factor == "repay_oil.weight"}
    assert effect == pytest.approx({0.0: 1.0, 1.0: 3.0})


@pytest.mark.parametrize("design", [{"prior": {"points": 200}}, {"latin_hypercube": {"points": 200}}])
def test_ranks_find_monotone_effects_and_say_how_far_they_go(design: Any) -> None:
    sample, rng = made(design), np.random.default_rng(1)
    x = unit(sample)
    rows = factor_effects(sample, np.exp(6 * x[:, :1] - 3 * x[:, 1:2]) * np.ones((1, 40)))
    found = {path: row.value for path, row in by_name(rows, "rank regression").items()}
    assert [found[path] for path in THREE] == pytest.approx([2 / 5**0.5, -1 / 5**0.5, 0.0], abs=0.06)
    assert by_name(rows, "R² of ranks")[""].value > 0.97
    humped = factor_effects(sample, (x[:, :1] - 0.5) ** 2 + rng.normal(0, 1e-6, (200, 40)))
    assert by_name(humped, "R² of ranks")[""].value < 0.1, "what is not monotone is not claimed"


def test_a_posterior_is_analysed_under_each_combination_of_levers(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    lines = ["repay_oil.weight,sell_to_friends.weight", *(f"{4 * a},{1 + 2 * b}" for a, b in rng.random((40, 2)))]
    (tmp_path / "d.csv").write_text("\n".join(lines), encoding="utf-8")
    text = 'question: "?"\nscenario: south_caucasus_2010\nlevers:\n  rules.repay_oil:\n'
    (tmp_path / "q.yaml").write_text(text + "design: {posterior: {file: d.csv}}\n", encoding="utf-8")
    sample = points(read_experiment(tmp_path / "q.yaml"), HINDCAST)
    sign = np.where(sample.values[:, 2] > 0, 1.0, -1.0)
    rows = factor_effects(sample, sign * sample.values[:, 0])
    found = {row.levers["rules.repay_oil"]: row.value for row in rows if row.factor == "repay_oil.weight"}
    assert found == pytest.approx({0.0: -1.0, 1.0: 1.0}, abs=0.05)


def test_an_outcome_of_draws_that_never_varies_has_no_ranks() -> None:
    assert all(np.isnan(row.value) for row in factor_effects(made({"prior": {"points": 20}}), np.ones((20, 5))))


DESIGNS = [{"sobol": {"points": 64}}, {"morris": {"trajectories": 10, "levels": 4}}, {"prior": {"points": 60}}]


@pytest.mark.parametrize("design", DESIGNS)
def test_pure_luck_is_told_from_an_effect(design: Any) -> None:
    sample, rng = made(design), np.random.default_rng(3)
    luck = rng.normal(0, 1, (len(sample), 200))
    effect = 3 * unit(sample)[:, :1]
    alone, both = factor_effects(sample, luck), factor_effects(sample, effect + luck)
    telling = ("total", "mu*", "rank regression")
    assert any(row.swamped for row in alone if row.index in telling)
    assert by_name(alone, "share of luck")[""].value > 0.7
    assert by_name(both, "share of luck")[""].value == pytest.approx(1 / 200 / (0.75 + 1 / 200), rel=0.5)
    strong = next(row for row in both if row.index in telling and row.factor == "repay_oil.weight")
    assert not strong.swamped
    assert 0 < strong.luck < abs(strong.value) / 3


@pytest.mark.parametrize("design", DESIGNS)
def test_luck_that_is_the_same_at_every_point_moves_nothing(design: Any) -> None:
    sample, rng = made(design), np.random.default_rng(4)
    common = unit(sample)[:, :1] + rng.normal(0, 50, (1, 100))
    for row in factor_effects(sample, common):
        of_luck = row.value if row.index == "share of luck" else row.luck
        assert of_luck == pytest.approx(0.0, abs=1e-6), row


def test_four_times_the_runs_halve_what_luck_may_do() -> None:
    sample = made({"morris": {"trajectories": 20, "levels": 4}})
    mean = {}
    for runs in (100, 400):
        for seed in range(6):
            luck = np.random.default_rng(seed).normal(0, 1, (len(sample), runs))
            rows = factor_effects(sample, 5 * unit(sample)[:, :1] + luck)
            mean.setdefault(runs, []).extend(row.luck for row in rows if row.index == "mu")
    few, many = (np.mean(mean[runs]) for runs in (100, 400))
    assert few / many == pytest.approx(2.0, rel=0.2)
    exact = 2.09 * np.sqrt(2 / 100 / 20) / (2 / 3)  # a mean of 20 differences of two means, over two thirds of a range
    assert exact < few < 2 * exact, "half an interval and a little bias"


def test_runs_that_some_points_lack_do_not_count_for_luck() -> None:
    sample, rng = made({"prior": {"points": 20}}), np.random.default_rng(1)
    whole = rng.normal(size=(20, 30)) + unit(sample)[:, :1]
    ragged = np.concatenate([whole, np.full((20, 3), np.nan)], axis=1)
    assert factor_effects(sample, ragged) == factor_effects(sample, whole)


def test_differences_are_taken_run_by_run() -> None:
    sample, rng = made("one_at_a_time"), np.random.default_rng(1)
    luck = rng.normal(0, 100, (1, 50))
    outcome = np.arange(len(sample))[:, None] + luck + rng.normal(0, 0.1, (len(sample), 50))
    rows = factor_effects(sample, outcome)
    assert [row.factor for row in rows] == list(sample.labels[1:])
    for index, row in enumerate(rows, start=1):
        assert row.low < index < row.high
        assert row.high - row.low < 0.15


def test_means_alone_have_differences_without_an_interval() -> None:
    sample = made("one_at_a_time")
    rows = factor_effects(sample, np.arange(len(sample)))
    assert [row.value for row in rows] == list(range(1, len(sample)))
    assert all(np.isnan(row.low) for row in rows)


def test_what_cannot_be_analysed_is_refused() -> None:
    sample = made({"prior": {"points": 4}})
    with pytest.raises(Mistake, match="outcomes of 3 points, the design has 4"):
        factor_effects(sample, np.ones((3, 2)))
    with pytest.raises(Mistake, match="4 points are too few to tell 3 factors apart; sweep 6 at least"):
        factor_effects(sample, np.ones(4))
    with pytest.raises(Mistake, match="finish the sweep"):
        factor_effects(sample, np.full((4, 2), np.nan))
    with pytest.raises(Mistake, match="one point only"):
        factor_effects(made("fixed", {}), np.ones((1, 5)))
