"""Contracts after signature: shipped, held back, paid for or waiting; and what a crisis makes of buying."""

import numpy as np
import pytest
from worlds import altered

from sim.engine.ensemble import ask_everybody
from sim.model.accounting import ENTRIES
from sim.model.accounting.deliveries import shipping
from sim.model.rules.procure.avoid_long_waits import avoid_long_waits
from sim.model.turn import book, play_turn
from sim.scenario.initial import opening

STATE, SUPPLIER, MONEY = 0, 0, 100.0


@pytest.fixture
def table(hindcast):
    """A table on which the first supplier owes the first state one contract, due within the next year."""
    table = opening(hindcast).game([0])
    arrays = table.world.arrays
    for name in ("stock", "worth", "airlifted", "on_order", *(name for name in arrays if name.startswith("contract_"))):
        arrays[name] = np.zeros_like(arrays[name])
    at = (0, STATE)
    arrays["contract_volume"][at] = arrays["contract_money"][at] = MONEY
    arrays["on_order"][SUPPLIER, STATE] = MONEY
    arrays["contract_begins"][at] = arrays["production"][SUPPLIER, STATE]
    arrays["contract_ends"][at] = arrays["contract_begins"][at] + 1.0
    arrays["fund"] = np.full_like(arrays["fund"], 1e6)
    return table


def months(table, count):
    """Return what the first supplier delivers to the first state in so many months, ``(month,)``."""
    came = []
    for _ in range(count):
        book(table, ENTRIES["deliver_orders"])
        book(table, ENTRIES["run_production"])
        came.append(table.world["deliveries"][SUPPLIER, STATE, 0])
    return np.array(came)


def licensed(table, *, licence, sanctions):
    """Set the licence of the first supplier for the first state, and sanctions on that state."""
    for name, value in (("licence", licence), ("sanctions", sanctions)):
        array = table.world[name].copy()
        array[(STATE, SUPPLIER) if name == "licence" else (STATE,)] = value
        table.world.update({name: array})


def test_what_has_been_signed_is_shipped_though_the_licence_for_more_is_closed(table):
    licensed(table, licence=0.0, sanctions=0.0)
    assert months(table, 12).sum() == pytest.approx(MONEY)


def test_a_supplier_that_joins_sanctions_ships_nothing_till_they_end_and_then_goes_on(table):
    before = months(table, 3)
    licensed(table, licence=0.0, sanctions=1.0)
    assert months(table, 6).sum() == 0.0
    licensed(table, licence=0.0, sanctions=0.0)
    after = months(table, 9)
    np.testing.assert_allclose(after, before[0])
    assert before.sum() + after.sum() == pytest.approx(MONEY)


def test_sanctions_hold_back_nothing_of_suppliers_that_do_not_join():
    one = np.ones((1, 1))
    ready = [
        shipping(0.5 * one, licence * one, sanctions * one)[0, 0] for licence, sanctions in ((1, 1), (0, 0), (0, 1))
    ]
    assert ready == [0.5, 0.5, 0.0]


def test_who_is_behind_with_payments_gets_what_it_can_pay_and_the_rest_later(table):
    credit = float(ENTRIES["deliver_orders"].parameters["credit"])
    poor = 1.0 - credit * table.world["procurement"]  # one dollar is left of the credit
    table.world.update({"fund": poor})
    assert months(table, 6).sum() == pytest.approx(1.0)
    np.testing.assert_allclose(table.world["fund"][STATE], poor[STATE] - 1.0)
    table.world.update({"fund": np.full_like(poor, 1e6)})
    assert months(table, 12).sum() == pytest.approx(MONEY - 1.0)


def test_what_is_on_order_is_what_contracts_hold_by_origin(hindcast):
    table = opening(altered(hindcast, end="2013-12")).game([0])
    for _ in range(30):
        play_turn(table, ask_everybody)
    world = table.world
    origin = world["contract_place"].astype(int) // world.size("weapon")
    held = np.stack([np.where(origin == o, world["contract_volume"], 0.0).sum(0) for o in range(world.size("origin"))])
    assert held.sum() > 0.0
    np.testing.assert_allclose(world["on_order"], held, rtol=1e-6, atol=1e-6)


# -- in a crisis


def crisis(plan, tension, affinity):
    """Return whether a state buys as in a crisis, and whether a supplier so close ships from stock."""
    made = ENTRIES["sense_crisis"].function(*map(np.array, (plan, tension, affinity)), close_friend=0.8)
    return float(made["crisis"]), float(made["from_stock"])


def test_a_plan_or_tension_make_a_crisis_and_close_friends_help_only_then():
    assert crisis(0.0, 0.5, 0.95) == (0.0, 0.0)
    assert crisis(0.2, 0.5, 0.95) == crisis(0.0, 2.0, 0.95) == (1.0, 1.0)
    assert crisis(0.2, 2.0, 0.5) == (1.0, 0.0)


def test_in_a_crisis_who_ships_from_stock_gains_on_everybody_else():
    lag, capacity, close = np.array([3.0, 1.0]), np.ones(2), np.array([0.0, 1.0])
    quiet, pressed = (avoid_long_waits(lag, capacity, np.full(2, c), close * c) for c in (0.0, 1.0))
    assert pressed[1] == 0.0
    assert pressed[1] - pressed[0] > quiet[1] - quiet[0] + 1.0


def test_what_is_ordered_from_stock_is_there_within_two_months(table):
    world = table.world
    for name in ("contract_volume", "contract_money", "on_order"):
        world.update({name: np.zeros_like(world[name])})
    turkey = world.labels["supplier"].index("turkey")
    signed = {"order_volume": 10.0, "order_value": 50.0, "order_origin": float(turkey)}
    world.update({name: np.where(np.arange(len(world[name]))[:, None] == STATE, v, 0.0) + 0.0 * world[name]
                  for name, v in signed.items()})  # fmt: skip
    stock = np.zeros_like(world["from_stock"])
    stock[turkey, STATE] = 1.0
    world.update({"from_stock": stock})
    book(table, ENTRIES["open_contracts"])
    came = []
    for _ in range(3):
        book(table, ENTRIES["deliver_orders"])
        book(table, ENTRIES["run_production"])
        came.append(world["deliveries"][turkey, STATE, 0])
    assert sum(came[:2]) > 9.0
    assert sum(came) == pytest.approx(10.0)
