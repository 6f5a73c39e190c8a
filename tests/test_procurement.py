"""What a state does with its procurement money: it commits ahead, buys or not, and finds order books full."""

import numpy as np
import pytest
from worlds import altered

import sim
from sim import observed
from sim.model.accounting import ENTRIES
from sim.model.accounting.contracts import sign_contracts
from sim.model.accounting.money import adjust_spending, adopt_budget
from sim.scenario.initial import opening

ONE, TWO = np.ones((1, 2)), np.ones((2, 1, 2))  # (state, run) and (supplier, state, run)


def signed(free=100.0, draws=(0.0, 0.4), yearly=0.0, backlog=0.0, licence=1.0, **parameters):
    """Sign in one step: two suppliers of equal weight, the second with an order book of 10 TIV m."""
    on_order = np.zeros((5, 1, 2))
    on_order[1] = backlog
    luck = np.broadcast_to(np.array(draws)[:, None, None], (2, 1, 2))
    exports = np.array([1e6, 10.0])[:, None, None] * TWO
    given = {name: float(p) for name, p in ENTRIES["sign_contracts"].parameters.items()}
    given |= {"part": 1.0, "order_book": 1.0, "open_market": 0.0, "no_purchase": 0.0, "project_share": 0.7} | parameters
    return sign_contracts.function(
        procurement=yearly * ONE, special_milex=0.0 * ONE, fund=free * ONE, contracts_per_year=1e9 * ONE,
        supplier_appeal=0.0 * TWO, offered_quality=TWO, asked_price=2.0 * TWO, price_factor=TWO,
        licence=licence * TWO, presence=TWO, embargo=0.0 * TWO, export_volume=exports, capacity=TWO, lag=2.0 * TWO,
        wanted_class=0.0 * ONE, making_time=np.ones((3, 1, 1)), on_order=on_order,
        contract_money=np.zeros((4, 1, 2)), order_rate=0.0 * ONE, recent_order=0.0 * TWO, crisis=0.0 * ONE,
        dt=ONE / 12.0, draws=luck, **given,
    )  # fmt: skip


def test_a_tender_that_ends_without_a_contract_sends_its_money_home():
    home = signed(draws=(0.0, 0.999), no_purchase=1e6, spent_at_home=0.25)
    assert (home["order_volume"] == 0.0).all()
    np.testing.assert_allclose(home["order_value"], 25.0)
    assert (signed(draws=(0.0, 0.999))["order_volume"] > 0.0).all(), "without that option somebody sells"


def test_where_licences_are_closed_nobody_sells():
    closed = signed(draws=(0.0, 0.4), no_purchase=0.25, licence=0.0)
    assert (closed["order_volume"] == 0.0).all()
    assert not closed["recent_order"].any()


def test_an_order_book_takes_no_more_than_its_room_and_the_rest_waits():
    full, spare = signed(draws=(0.0, 0.999), backlog=10.0), signed(draws=(0.0, 0.999), backlog=4.0)
    assert (full["order_volume"] == 0.0).all()
    np.testing.assert_allclose(full["fund"], 100.0)
    np.testing.assert_allclose(spare["order_volume"], 6.0)
    np.testing.assert_allclose(spare["order_value"], 12.0)  # at 2 a unit


@pytest.mark.parametrize(("horizon", "years"), [(1.0, 1.0), (9.0, 2.0)])
def test_income_until_arms_are_due_is_promised_and_an_advance_paid(horizon, years):
    booked = signed(free=50.0, yearly=60.0, horizon=horizon, advance=0.2)
    expected = 50.0 + 0.8 * years * 60.0
    np.testing.assert_allclose(booked["order_value"], expected)
    np.testing.assert_allclose(booked["fund"], 50.0 - 0.2 * expected)


def test_special_projects_come_on_top_at_once_and_leave_at_once():
    rest = {"milex_adjustment": 0.4 * ONE, "milex_shock": 0.0 * ONE, "milex_change": 0.0 * ONE,
            "january": ONE, "dt": ONE / 12.0}  # fmt: skip
    begun = adjust_spending.function(milex=100.0 * ONE, milex_target=180.0 * ONE, special_milex=0.0 * ONE,
                                     special_programme=80.0 * ONE, **rest)  # fmt: skip
    np.testing.assert_allclose(begun["milex"], 180.0)
    before = {name: begun[name] for name in ("milex", "special_milex")}
    ended = adjust_spending.function(milex_target=100.0 * ONE, special_programme=0.0 * ONE, **before, **rest)
    np.testing.assert_allclose(ended["milex"], 100.0)
    np.testing.assert_allclose(ended["special_milex"], 0.0)


def test_special_projects_relieve_the_regular_budget_and_never_exhaust_it():
    def aimed(programme, crowding_out):
        made = adopt_budget.function(
            milex_target=100.0 * ONE, milex_intercept=np.log(100.0) * ONE, milex_target_log=0.0 * ONE,
            milex_limit=1e12 * ONE, projects_folded=0.0 * ONE, special_milex=0.0 * ONE,
            special_programme=programme * ONE, gdp=ONE, gdp_budgeted=ONE, january=ONE, crowding_out=crowding_out,
        )  # fmt: skip
        return made["milex_target"][0, 0] - programme

    assert aimed(50.0, 0.0) == pytest.approx(100.0)
    assert 50.0 < aimed(50.0, 0.5) < 100.0
    assert aimed(1e9, 0.5) > 0.0


def test_the_aim_lies_above_opening_spending_by_the_stated_gap():
    position = opening(sim.load("south_caucasus_2010"))
    world = position.game([0]).world
    state = world.labels["state"].index("azerbaijan")
    assert (world["spending_gap"][state] > 0.0).all()
    stated = position.arrays["spending_gap"].copy()
    position.arrays["spending_gap"][...] = 0.0
    without = position.game([0]).world["milex_intercept"]
    np.testing.assert_allclose((world["milex_intercept"] - without)[state], stated[state, 0])


def test_trust_opens_higher_the_more_a_supplier_has_lately_delivered():
    scenario = altered(sim.load("south_caucasus_2010"), parameters={"trust_by_record.friend": 0.0})
    trust = dict(zip(scenario.suppliers, opening(scenario).arrays["trust"][:, 0, 0], strict=True))
    served = {
        key: sum(d.tiv_m for d in observed.deliveries("AZE") if d.supplier == s.iso3 and 2005 <= d.delivery_year < 2010)
        for key, s in scenario.suppliers.items()
    }
    assert sorted(trust, key=trust.get) == sorted(served, key=served.get)
    stranger = ENTRIES["trust_by_record"].parameters["stranger"]
    assert trust["pakistan"] == stranger < trust["israel"] < trust["russia"] < 1.0
