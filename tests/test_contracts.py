"""Contracts: when arms come, who ships them under sanctions or from stock, and what happens when money is short."""

import numpy as np
import pytest
from worlds import altered, made_alone

from sim.engine.ensemble import ask_everybody
from sim.model.accounting import ENTRIES
from sim.model.rules.procure.avoid_long_waits import avoid_long_waits
from sim.model.turn import PHASES, book, play_turn
from sim.scenario.initial import opening

ONCE = np.zeros((1, 2))  # luck of entries that need none, in two runs

# -- windows


SPREAD = 0.5  # deliveries begin after half of the mean lag


def production_line(scenario, steps_per_year, **world):
    """A table on which every state has just signed 1 TIV m with every supplier, and can pay for it."""
    table = opening(altered(scenario, steps_per_year=steps_per_year)).game([0])
    arrays = table.world.arrays
    arrays |= world
    for name in ("stock", "worth", "airlifted", "on_order", *(name for name in arrays if name.startswith("contract_"))):
        arrays[name] = np.zeros_like(arrays[name])
    arrays["on_order"][...], arrays["fund"] = 1.0, np.full_like(arrays["fund"], 100.0)
    now = table.world["production"]
    for place, lag in enumerate(table.world["lag"]):
        arrays["contract_volume"][place] = arrays["contract_money"][place] = 1.0
        arrays["contract_place"][place] = place * table.world.size("weapon")
        arrays["contract_begins"][place] = now[place] + (1.0 - SPREAD) * lag
        arrays["contract_ends"][place] = now[place] + (1.0 + SPREAD) * lag
    return table


def delivered_by(table, years):
    """Return ``(step, origin, state)`` cumulated deliveries of an order after every step."""
    steps = round(years / float(table.world["dt"].item()))
    delivered = []
    for _ in range(steps):
        book(table, ENTRIES["deliver_orders"])
        book(table, ENTRIES["run_production"])
        delivered.append(table.world["deliveries"][..., 0])
    return np.cumsum(delivered, axis=0)


def within_window(times, lag):
    """Share delivered after some years, of a contract that delivers evenly around its mean lag."""
    return np.clip((times / lag - 1.0 + SPREAD) / (2.0 * SPREAD), 0.0, 1.0)


def test_contracts_deliver_evenly_around_the_suppliers_lag(hindcast):
    table = production_line(hindcast, 12)
    delivered = delivered_by(table, 5)
    times = np.arange(1, len(delivered) + 1) / 12
    lags = (table.world["lag"] / np.maximum(table.world["capacity"], 0.02))[:, 0]
    for place, lag in enumerate(lags):
        np.testing.assert_allclose(delivered[:, place, 0], within_window(times, lag), atol=1e-9)
    assert np.ptp(lags) > 0.5, "suppliers hardly differ"


def test_halving_the_step_delivers_the_same_within_a_year(hindcast):
    monthly, fortnightly = (delivered_by(production_line(hindcast, n), 1)[-1] for n in (12, 24))
    assert monthly.any(), "nothing is due"
    np.testing.assert_allclose(monthly, fortnightly, atol=1e-9)


def test_a_supplier_at_a_third_of_its_capacity_takes_three_times_as_long(hindcast):
    suppliers, lag = len(hindcast.suppliers), np.array([[2.0]])
    some = {"lag": np.repeat(lag, suppliers, 0), "capacity": np.full((suppliers, 1), 1 / 3)}
    delivered = delivered_by(production_line(hindcast, 12, **some), 10)
    np.testing.assert_allclose(delivered[:, 0, 0], within_window(np.arange(1, 121) / 12, 6.0), atol=1e-9)


def test_stock_ages_at_the_rate_of_its_class(hindcast):
    table = production_line(hindcast, 12)
    arrays = table.world.arrays
    arrays["contract_money"], arrays["stock"] = arrays["contract_money"] * 0.0, np.ones_like(arrays["stock"])
    for _ in range(12):
        book(table, ENTRIES["deliver_orders"])
    kept = table.world["stock"][0, :, 0, 0]
    np.testing.assert_allclose(kept, np.exp(-table.world["decay"][:, 0, 0]), rtol=1e-12)


# -- flights


def test_a_flight_brings_no_more_than_its_load_however_much_was_signed_in_its_step(hindcast):
    table = production_line(hindcast, 12, airlift_rate=np.full((2, len(hindcast.suppliers), 1), 12.0))
    world, load = table.world, float(ENTRIES["fly_in_arms"].parameters["load"])
    one = np.ones((world.size("state"), world.runs))
    world.arrays |= {"order_origin": 0.0 * one, "order_volume": 500.0 * one, "order_value": 500.0 * one}
    world.arrays["fund"] = 1e4 * one
    for entry in PHASES["deliver"].after[:3]:
        book(table, entry)
    brought = world["deliveries"][: world.size("supplier")]
    assert (world["flights"] > 0.0).any()
    assert (brought <= load * world["flights"] + 1e-9).all()


# -- sanctions


def test_who_joined_sanctions_ships_nothing_before_they_end_and_others_what_was_signed(hindcast):
    table = production_line(hindcast, 12)
    world, years = table.world, 3
    world.arrays["sanctions"] = np.array([[1.0], [0.0]]) * np.ones_like(world["sanctions"])
    closed = np.zeros_like(world["licence"])  # to both states
    closed[0, 0] = 1.0  # but the first supplier's leaks through to the state under sanctions
    world.arrays["licence"] = closed
    during = delivered_by(table, years)
    joined = slice(1, world.size("supplier"))
    assert during[-1, joined, 1].max() == 1.0, "a licence closed for more holds up what was signed"
    np.testing.assert_allclose(during[:, 0, 0], during[:, 0, 1])
    assert not during[:, joined, 0].any()
    assert not world["stock"][joined, :, 0].any()
    np.testing.assert_allclose(world["on_order"][joined, 0], 1.0)

    world.arrays["sanctions"] = np.zeros_like(world["sanctions"])  # though licences stay closed
    after = delivered_by(table, years)
    np.testing.assert_allclose(after[:, joined, 0], during[:, joined, 1], atol=1e-9)


# -- payments


def test_who_is_behind_with_payments_gets_what_it_can_pay_on_credit_and_the_rest_later(hindcast):
    table, credit = production_line(hindcast, 12), float(ENTRIES["deliver_orders"].parameters["credit"])
    arrays, due = table.world.arrays, table.world.size("supplier")
    arrays["contract_begins"] -= 100.0
    arrays["contract_ends"] -= 100.0  # everything is overdue
    arrays["procurement"] = np.full_like(arrays["procurement"], 2.0)
    poor, rich = ([0], [1])
    arrays["fund"][poor], arrays["fund"][rich] = 1.0, 1.0 * due

    def arrived():
        book(table, ENTRIES["deliver_orders"])
        return table.world["deliveries"][..., 0]

    first = arrived()
    means = 1.0 + credit * 2.0
    assert means < due
    np.testing.assert_allclose(first[:due, poor], means / due)  # of every contract alike
    np.testing.assert_allclose(first[:due, rich], 1.0)
    np.testing.assert_allclose(table.world["fund"][poor], -credit * 2.0)
    assert not arrived().any(), "credit is exhausted"
    table.world.arrays["fund"] = table.world["fund"] + 1.0
    np.testing.assert_allclose(arrived()[:due, poor].sum(), 1.0)
    table.world.arrays["fund"] = table.world["fund"] + due
    np.testing.assert_allclose(arrived()[:due, poor].sum(), due - means - 1.0)
    assert not table.world["contract_money"].any()
    assert not table.world["contract_volume"].any()


def test_in_every_step_money_is_at_hand_or_went_on_signature_with_the_arms_or_home(hindcast):
    table, advance = opening(hindcast).game([0]), float(ENTRIES["sign_contracts"].parameters["advance"])
    home = table.world.labels["origin"].index("home")
    went = np.zeros(3)
    for _ in range(48):
        old = {name: table.world[name] for name in ("fund", "contract_money", "contract_volume")}
        play_turn(table, ask_everybody)
        world, signed = table.world, table.world["order_value"]
        fresh = (old["contract_money"] == 0.0) & (world["contract_money"] > 0.0)
        assert (fresh.sum(0) == (signed > 0.0)).all(), "a contract has no place, or has two"
        owed = np.where(fresh, signed - advance * signed, old["contract_money"])
        arms = np.where(fresh, world["order_volume"], old["contract_volume"])
        paid, came = owed - world["contract_money"], arms - world["contract_volume"]
        at_home = world["contract_place"].astype(int) // world.size("weapon") == home
        np.testing.assert_allclose(paid * arms, came * owed, atol=1e-9 * (paid * arms).max())  # in step with arms
        at_home &= owed > 0.0
        assert not arms[at_home].any(), "what is bought at home is no arms from abroad"
        spent = [advance * signed, (paid * ~at_home).sum(0), (paid * at_home).sum(0)]
        income = world["procurement"] * world["dt"]
        np.testing.assert_allclose(old["fund"] + income, world["fund"] + sum(spent), rtol=1e-9, atol=1e-6)
        went += [money.sum() for money in spent]
    assert (went > 0.0).all()


# -- crisis


@pytest.mark.parametrize(
    ("plan", "tension", "crisis"), [(0.0, 0.0, 0.0), (0.0, 1.4, 0.0), (0.0, 1.6, 1.0), (0.01, 0.0, 1.0)]
)
def test_a_plan_or_high_tension_is_a_crisis_in_which_close_friends_ship_from_stock(plan, tension, crisis):
    made = made_alone("sense_crisis", ONCE, plan=plan, tension=tension, affinity=[0.9, 0.7, -0.9], close_friend=0.8)
    assert (made["crisis"] == crisis).all()
    assert made["from_stock"][:, 0, 0].tolist() == [crisis, 0.0, 0.0]


def test_in_a_crisis_a_slow_friend_that_ships_from_stock_is_preferred_to_a_quicker_stranger():
    lag, full, none = np.array([3.0, 1.0]), np.ones(2), np.zeros(2)
    friend, stranger = avoid_long_waits(lag, full, none, none)
    assert friend < stranger < 0.0
    friend, stranger = avoid_long_waits(lag, full, none + 1.0, np.array([1.0, 0.0]))
    assert stranger < friend == 0.0
    alone, pressed = (avoid_long_waits(lag, full, none + crisis, none) for crisis in (0.0, 1.0))
    assert (pressed < alone).all(), "in a crisis waiting is worse"


def test_orders_from_stock_arrive_within_two_months_and_others_when_they_are_due(hindcast):
    table = production_line(hindcast, 12)
    world = table.world
    for name in ("contract_volume", "contract_money", "on_order"):
        world.arrays[name] = np.zeros_like(world[name])
    turkey = world.labels["supplier"].index("turkey")
    one = np.ones((world.size("state"), world.runs))
    world.arrays |= {"order_origin": turkey * one, "order_volume": one, "order_value": one, "wanted_class": 0.0 * one}
    world.arrays |= {"offered_quality": 0.5 * np.ones_like(world["offered_quality"])}
    from_stock = np.zeros_like(world["from_stock"])
    from_stock[turkey, 0] = 1.0  # for the first state only
    world.arrays["from_stock"] = from_stock
    book(table, ENTRIES["open_contracts"])
    friend, other = delivered_by(table, 0.25)[:, turkey].T
    np.testing.assert_allclose(friend, [0.49, 0.98, 1.0], atol=0.01)
    assert world["lag"][turkey].item() > 1.0
    assert not other.any()
