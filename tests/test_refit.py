"""What the record before a year says of spending: known numbers are found again, nothing later is read."""

import numpy as np
import pytest

import sim
from sim import observed
from sim.calibration.pooled import Estimate, Pooled, _fit, _least_squares, pooled
from sim.calibration.refit import freed, refit
from sim.calibration.spending import PLACES, Record, bounds, fit_spending
from sim.observed import panel
from sim.study.factors import refusal
from sim.study.slots import find_slot

VAGUE = Pooled(2020, 1, 1, *(Estimate(m, 1.0) for m in (0.3, 0.6, 0.3, 0.05, 0.03, 0.1, 0.04)))
SURE = Pooled(2020, 1, 1, *(Estimate(m, 0.001) for m in (0.2, 0.6, 0.3, 0.05, 0.03, 0.1, 0.04)))


def history(years, speed=0.45, elasticity=0.9, at_once=0.2, spread=0.03, seed=0):
    """Return spending and output of a state that follows the equation."""
    luck = np.random.default_rng(seed)
    output, spending = [0.0], [0.0]
    for _ in range(years):
        growth = 0.03 + 0.06 * luck.standard_normal()
        output.append(output[-1] + growth)
        closed = -np.expm1(-speed)
        moved = closed * (0.1 + elasticity * output[-1] - spending[-1]) + at_once * growth
        spending.append(spending[-1] + moved + spread * luck.standard_normal())
    series = [{1900 + i: float(np.exp(x)) for i, x in enumerate(path)} for path in (spending, output)]
    return Record(series[0], series[1], dict.fromkeys(series[0], 1.0), {})


def test_a_long_record_is_believed():
    fit = fit_spending(history(300), VAGUE)
    found = dict(zip(fit.names, fit.mean, strict=True))
    assert found["speed"] == pytest.approx(0.45, abs=0.08)
    assert found["elasticity"] == pytest.approx(0.9, abs=0.08)
    assert found["at_once"] == pytest.approx(0.2, abs=0.08)
    assert fit.spread.mean == pytest.approx(0.03, rel=0.15)


def test_a_short_record_leaves_what_the_panel_says():
    fit = fit_spending(history(3), SURE)
    found = dict(zip(fit.names, fit.mean, strict=True))
    assert found["at_once"] == pytest.approx(0.3, abs=0.1)
    error = dict(zip(fit.names, np.sqrt(np.diag(fit.covariance)), strict=True))
    assert error["at_once"] > 0.15  # states differ, however sure the mean of all is


def test_errors_cover_what_is_true():
    near = []
    for seed in range(40):
        fit = fit_spending(history(40, spread=0.08, seed=seed), VAGUE)
        error = np.sqrt(np.diag(fit.covariance))
        near.append(abs(fit.mean - [{"speed": 0.45, "elasticity": 0.9, "at_once": 0.2, "rival": 0.0}.get(n, np.nan)
                                    for n in fit.names]) < 1.64 * error)  # fmt: skip
    share = np.array(near)[:, :3].mean()
    assert 0.8 <= share <= 0.99


def test_draws_stay_within_what_the_model_takes():
    scenario = sim.load("south_caucasus_2010")
    draws = refit(scenario, 2010, 500)
    free = freed(scenario, draws)
    assert "azerbaijan.spend_oil_money.elasticity" in draws
    assert "armenia.spend_oil_money.elasticity" not in draws
    for path, values in draws.items():
        slot = find_slot(free, path)
        assert values.shape == (500,)
        assert values.std() > 0.0
        assert not any(refusal(slot, float(x)) for x in (values.min(), values.max()))
    assert bounds("speed")[0] > 0.0
    assert set(PLACES) >= set(fit_spending(history(20), VAGUE).names)


def test_nothing_of_the_year_or_later_is_read(monkeypatch):
    scenario = sim.load("south_caucasus_2010")
    before = refit(scenario, 2014, 50)
    rows = observed._rows

    def other(factor, first, last):
        def changed(table):
            return tuple(
                {k: str(float(v) * factor) if k not in ("year", "state") and _number(v) else v for k, v in row.items()}
                if first <= int(row.get("year") or 0) <= last else row
                for row in rows(table)
            )  # fmt: skip

        return changed

    monkeypatch.setattr(observed, "_rows", other(3.0, 2014, 3000))
    assert all((refit(scenario, 2014, 50)[path] == values).all() for path, values in before.items())
    monkeypatch.setattr(observed, "_rows", other(3.0, 2013, 2013))
    assert any((refit(scenario, 2014, 50)[path] != values).any() for path, values in before.items())


def _number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_the_panel_says_what_a_first_look_found():
    found = pooled(2022)
    assert found.states > 50
    assert found.at_once.mean == pytest.approx(0.33, abs=0.09)
    assert 0.02 <= found.speed.mean <= 0.14  # a first look found 0.14 without correcting for short series
    assert found.elasticity.mean == pytest.approx(0.82, abs=0.2)
    assert found.growth_kept.mean < 0.4
    assert pooled(1995).years < found.years
    assert max(panel.spending("IND", before=1995)) == 1994


def test_short_series_do_not_make_spending_return_faster_than_it_does():
    luck = np.random.default_rng(3)
    rows = []
    for _ in range(150):
        log = np.cumsum(0.15 * luck.standard_normal(31))  # a random walk returns to nothing
        growth = 0.03 + 0.05 * luck.standard_normal(31)
        rows.append(np.column_stack([np.diff(log), growth[1:], log[:-1], np.cumsum(growth)[:-1]]))
    (_, speed, _), _ = _fit(rows)
    naive = -np.log1p(_least_squares(rows)[1])
    assert naive > 0.08
    assert abs(speed) < naive / 2.0
