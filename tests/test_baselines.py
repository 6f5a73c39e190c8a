"""Baselines: they know nothing of the future, foretell worlds made for them, and are no worse than they claim."""

import dataclasses

import numpy as np
import pytest

from sim.validation.baselines import conflict, spending, suppliers
from sim.validation.scores import crps, energy_score, inside

YEARS = tuple(range(1970, 2022))
ORIGIN = 2005


@pytest.fixture(scope="module")
def walks():
    """Thirty states whose spending follows output in part, and wanders."""
    luck = np.random.default_rng(3)
    output = np.cumsum(luck.normal(0.03, 0.05, (30, len(YEARS))), 1)
    noise = np.cumsum(luck.normal(0.0, 0.03, output.shape), 1)
    states = tuple(f"S{i:02d}" for i in range(30))
    oil = np.cumsum(luck.normal(0.0, 0.2, len(YEARS)))
    return spending.Histories(states, YEARS, 0.8 * output + noise, output, np.zeros_like(output), oil)


@pytest.fixture(scope="module")
def market():
    """Twenty recipients with suppliers of their own, who go on."""
    luck = np.random.default_rng(4)
    taste = luck.dirichlet(np.full(8, 0.4), 20)
    delivered = luck.gamma(2.0 * taste[..., None], 100.0, (20, 8, len(YEARS)))
    names = tuple(f"R{i}" for i in range(20)), tuple("abcdefgh")
    ordered = np.zeros((20, 8, len(YEARS), len(YEARS)))
    for year in range(3, len(YEARS)):
        ordered[:, :, year - 3, year] = delivered[..., year]
    return suppliers.Market(*names, YEARS, delivered, delivered.sum(0), ordered)


def mean_score(walks, forecast, known, ahead):
    seen = walks.spending[:, YEARS.index(ORIGIN + ahead - 1)]
    found = [forecast(known, state, ORIGIN + ahead - 1) for state in walks.states]
    return np.mean([crps(sample, came) for sample, came in zip(found, seen, strict=True)])


def spoilt(series, years_axis=-1):
    """Return a series in which the origin and all later years say something else."""
    wrong = series.copy()
    late = [slice(None)] * series.ndim
    late[years_axis] = slice(YEARS.index(ORIGIN), None)
    wrong[tuple(late)] = 3.0 * wrong[tuple(late)] + 1.0
    return wrong


@pytest.mark.parametrize("name", [*spending.NAIVE])
def test_naive_spending_knows_nothing_later(walks, name):
    wrong = dataclasses.replace(
        walks, spending=spoilt(walks.spending), output=spoilt(walks.output), oil_price=spoilt(walks.oil_price)
    )
    forecast = spending.NAIVE[name]
    for state in walks.states[:3]:
        right = forecast(walks.before(ORIGIN), state, ORIGIN + 2)
        assert np.array_equal(right, forecast(wrong.before(ORIGIN), state, ORIGIN + 2))
        earlier = dataclasses.replace(walks, spending=walks.spending * 1.1)
        assert not np.array_equal(right, forecast(earlier.before(ORIGIN), state, ORIGIN + 2))


@pytest.mark.parametrize("name", [*spending.INFORMED])
def test_informed_spending_knows_inputs_later_and_nothing_else(walks, name):
    with_oil = dataclasses.replace(walks, oil_share=np.full_like(walks.output, 0.2))
    forecast, state = spending.INFORMED[name], "S00"
    right = forecast(with_oil.before(ORIGIN, inputs_given=True), state, ORIGIN + 2)
    wrong = dataclasses.replace(with_oil, spending=spoilt(walks.spending), oil_share=spoilt(with_oil.oil_share))
    assert np.array_equal(right, forecast(wrong.before(ORIGIN, inputs_given=True), state, ORIGIN + 2))
    other = dataclasses.replace(with_oil, output=spoilt(walks.output))
    assert not np.array_equal(right, forecast(other.before(ORIGIN, inputs_given=True), state, ORIGIN + 2))


def test_output_known_afterwards_is_worth_what_it_drives(walks):
    known, given = walks.before(ORIGIN), walks.before(ORIGIN, inputs_given=True)
    naive = mean_score(walks, spending.last_value, known, 4)
    assert mean_score(walks, spending.drift, known, 4) < naive
    assert mean_score(walks, spending.INFORMED["regression on output"], given, 4) < 0.7 * naive


def test_errors_pooled_over_states_cover_what_they_say(walks):
    hits = [
        inside(spending.drift(walks.before(origin), state, origin + 2), walks.spending[row, YEARS.index(origin + 2)])
        for origin in range(1990, 2016, 5)
        for row, state in enumerate(walks.states)
    ]
    assert 0.7 < np.mean(hits) < 0.9


def test_a_state_without_a_record_is_not_foretold(walks):
    gone = walks.spending.copy()
    gone[0] = np.nan
    silent = dataclasses.replace(walks, spending=gone).before(ORIGIN, inputs_given=True)
    for forecast in (spending.NAIVE | spending.INFORMED).values():
        assert forecast(silent, "S00", ORIGIN) is None


@pytest.mark.parametrize("centre", suppliers.NAIVE.values())
def test_naive_shares_know_nothing_later(market, centre):
    wrong = dataclasses.replace(market, delivered=spoilt(market.delivered), exported=spoilt(market.exported))
    right = suppliers.foretold(market.before(ORIGIN), centre, ORIGIN, 3)
    assert np.array_equal(right, suppliers.foretold(wrong.before(ORIGIN), centre, ORIGIN, 3))
    assert np.allclose(right.sum(-1), 1.0)


def test_the_order_book_foretells_what_was_ordered_and_does_not_know_later_orders(market):
    came = suppliers.shares(market.sums(ORIGIN, ORIGIN + 2))
    book, naive = (
        energy_score(suppliers.foretold(known, centre, ORIGIN, 3), came).mean()
        for known, centre in ((market, suppliers.order_book), (market.before(ORIGIN), suppliers.lately))
    )
    assert book < 0.5 * naive
    wrong = dataclasses.replace(market, ordered=spoilt(market.ordered, 2))
    again = suppliers.order_book(wrong, ORIGIN, 3)
    assert np.array_equal(suppliers.order_book(market, ORIGIN, 3), again)


def test_what_is_not_a_supplier_of_ones_own_is_counted_together(market):
    own = np.array([True, True, *[False] * 6])
    assert suppliers.gathered(np.arange(8.0), own).tolist() == [0.0, 1.0, 27.0]


def test_hazards_give_rates_back():
    season = np.tile([0.5, 1.5], 30)
    chance = conflict.seasonal_hazard(4, 20.0, season, 1 / 12)
    assert chance.mean() == pytest.approx(4.5 / 20.0 / 12, rel=0.02)
    assert chance[1] / chance[0] == pytest.approx(3.0, rel=0.02)
    lately, long_ago = (conflict.rising_hazard(ages, 20.0, np.ones(60), 1 / 12) for ages in ([1, 2, 3], [17, 18, 19]))
    assert lately[-1] > lately[0] > conflict.constant_hazard(3, 20.0, 1, 1 / 12)[0] > long_ago[0] > long_ago[-1]


def test_counts_are_spread_as_the_past_was():
    past = np.random.default_rng(1).negative_binomial(2, 0.1, 4000).astype(float)
    told = conflict.negative_binomial(past)
    assert told.mean() == pytest.approx(past.mean(), rel=0.05)
    assert told.var() == pytest.approx(past.var(), rel=0.1)


def test_rates_of_pairs_are_drawn_together_as_far_as_pairs_are_alike():
    luck = np.random.default_rng(5)
    rates = luck.beta(2.0, 7.0, 300)
    happened = (luck.random((300, 30)) < rates[:, None]).astype(float)
    happened[:, :3] = np.nan
    a, b = conflict.beta_over_pairs(np.nansum(happened, 1), np.isfinite(happened).sum(1))
    assert a / (a + b) == pytest.approx(2 / 9, abs=0.03)
    own, shrunk = (np.square(rate(happened) - rates).mean() for rate in (conflict.own_rate, conflict.shrunk_rate))
    assert shrunk < own
    assert conflict.pooled_rate(happened) == pytest.approx(np.nanmean(happened), abs=0.01)


def test_time_since_the_last_counts_where_it_does():
    luck = np.random.default_rng(6)
    happened = np.zeros((200, 40))
    since = np.full(200, 5.0)
    for year in range(40):
        happened[:, year] = luck.random(200) < 0.6 / (1.0 + since)
        since = np.where(happened[:, year] == 1.0, 0.0, since + 1.0)
    chance = conflict.rate_by_time(happened, 1)
    fresh = since <= 1
    assert chance[fresh].mean() > 1.5 * conflict.shrunk_rate(happened)[fresh].mean()
