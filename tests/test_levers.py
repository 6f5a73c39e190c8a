"""What a lever changes is found in outcomes made by hand, with an interval that covers it as often as it says."""

from typing import Any

import numpy as np
import pytest
from synthetic import made, unit

from sim.analysis.factor_effects import Effect
from sim.analysis.lever_effects import lever_effects

LEVERS = {
    "follow_oil_price.mean": {"values": [50.0, 75.0, 100.0]},
    "rules.repay_oil": {"values": [0.0, 1.0]},
}
DESIGNS = [
    {"latin_hypercube": {"points": 24}},
    {"sobol": {"points": 8}},
    {"morris": {"trajectories": 6, "levels": 4}},
]


def outcome(sample: Any, rng: np.random.Generator, runs: int = 40) -> np.ndarray:
    """Return an outcome that the rule raises by 1 when oil is cheap, by 3 when dear, more with the first factor."""
    price, rule = sample.values[:, -2:].T
    pull = rule * (1.0 + 2.0 * (price == 100.0)) * (0.5 + unit(sample)[:, 0])
    luck = rng.normal(0.0, 5.0, runs)
    return pull[:, None] + 0.1 * price[:, None] + luck + 0.2 * rng.normal(size=(len(sample), runs))


def found(design: Any, seed: int = 0) -> dict[tuple[str, float | None], Effect]:
    sample = made(design, levers=LEVERS)
    rows = list(lever_effects(sample, outcome(sample, np.random.default_rng(seed))))
    return {(row.factor, next(iter(row.levers.values()), None)): row for row in rows}


@pytest.mark.parametrize("design", DESIGNS)
def test_a_lever_changes_what_it_was_made_to_change(design: Any) -> None:
    rows = found(design)
    rule, dear = "rules.repay_oil 0 to 1", "follow_oil_price.mean 50 to 100"
    wanted = {(rule, 50.0): 1.0, (rule, 75.0): 1.0, (rule, 100.0): 3.0, (dear, 0.0): 5.0, (dear, 1.0): 7.0,
              (f"{dear} x {rule}", None): 2.0}  # fmt: skip
    for key, value in wanted.items():
        assert rows[key].value == pytest.approx(value, abs=0.6), key
        assert rows[key].low < value < rows[key].high, key
    assert {row.index for row in rows.values()} == {"difference", "change of difference"}
    assert len(rows) == 3 + 4 + 2


def test_luck_that_all_points_share_leaves_no_doubt() -> None:
    assert found(DESIGNS[0])["follow_oil_price.mean 50 to 75", 0.0].luck < 0.05  # of luck with a spread of 5


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    sample = made({"prior": {"points": 20, "sampler": "independent"}}, levers=LEVERS)
    rng, key, hits = np.random.default_rng(1), "rules.repay_oil 0 to 1", 0
    for _ in range(300):
        draws = np.tile(rng.normal(1.0, 1.0, 20), 6)  # what the rule does, another at each draw of what is not known
        values = (sample.values[:, -1] * draws)[:, None] + 0.5 * rng.normal(size=(len(sample), 30))
        row = next(row for row in lever_effects(sample, values) if row.factor == key)
        hits += row.low <= 1.0 <= row.high
    assert 0.91 <= hits / 300 <= 0.99  # 0.95 with a standard error of 0.0126


def test_runs_that_are_nowhere_whole_leave_no_number() -> None:
    sample = made(DESIGNS[0], levers=LEVERS)
    broken = np.ones((len(sample), 2))
    broken[::3, 0] = broken[1::3, 1] = np.nan
    assert all(np.isnan([row.value, row.low, row.luck]).all() for row in lever_effects(sample, broken))


def test_a_design_without_levers_has_nothing_to_pull() -> None:
    sample = made(DESIGNS[0])
    assert not list(lever_effects(sample, np.ones((len(sample), 2))))
