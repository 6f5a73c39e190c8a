"""What the observed tables say of the time before the first step: spending, output, arms, orders, deliveries.

A record is taken as it is. What follows from it only with an assumed number (what arms are worth, whom a state
trusts) is worked out in `sim.model.accounting.opening`, from the spans of years kept here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from sim import observed
from sim.model.variables import LOOKBACKS
from sim.model.world import Array
from sim.observed import Delivery, arsenal
from sim.scenario.knowledge import first_unknown, is_given, known
from sim.scenario.orders import Labels, write_contracts
from sim.scenario.schema import Scenario, StateActor

OIL_YEARS = 4  # before the year that opens: budgets remember a mean, not a peak or a trough
PRESENT_YEARS = 10  # before the opening: who delivered in them sells to a state
SPANS = range(1, len(LOOKBACKS) + 1)  # years looked back on


def first_year(scenario: Scenario) -> int:
    """Return the calendar year of the first step."""
    return int(scenario.start[:4])


def recorded_year(years: Collection[int], scenario: Scenario) -> int:
    """Return the year whose record opens a scenario: the first played, or the one before where that is not known."""
    year = first_year(scenario)
    return year if year in years else year - 1


def revenue_years(scenario: Scenario) -> set[int]:
    """Return the years whose recorded oil revenue opens the states' books."""
    asking = (state.iso3 for state in scenario.states.values() if "oil_revenue" in state.from_record)
    return {recorded_year(_oil_revenue(scenario, code), scenario) for code in asking if code}


def _oil_revenue(scenario: Scenario, iso3: str) -> dict[int, float]:
    """Return oil revenue of the years that a scenario knows."""
    return known(scenario, observed.oil_revenue_usd2023(iso3, first_unknown(scenario)))


def open_from_record(arrays: Mapping[str, Array], labels: Labels, scenario: Scenario, column: int) -> None:
    """Take a state's opening values from the observed tables, as far as it asks for them."""
    state = scenario.states[labels["state"][column]]
    if state.iso3 is None:
        return
    if "spending" in state.from_record:
        spending = known(scenario, observed.annual("military_expenditure", "milex_usd2023_m", state.iso3))
        arrays["milex"][column] = spending[recorded_year(spending, scenario)]
    if "economy" in state.from_record:
        gdp = known(scenario, observed.gdp_usd2023(state.iso3, first_unknown(scenario)))
        population = observed.annual("economy", "population", state.iso3)
        year = recorded_year(gdp.keys() & population.keys(), scenario)
        arrays["gdp"][column] = gdp[year]
        arrays["population"][column] = population[year] / 1000.0
    if "oil_revenue" in state.from_record:
        revenue = _oil_revenue(scenario, state.iso3)
        year = recorded_year(revenue, scenario)
        arrays["oil_revenue"][column] = revenue[year]
        arrays["oil_revenue_lately"][column] = np.mean(
            [revenue[y] for y in range(year - OIL_YEARS, year) if y in revenue]
        )
    if "trust" in state.from_record:
        _deliveries_lately(arrays, labels, scenario, column, state.iso3)
    if "arsenal" in state.from_record:
        _arsenal(arrays, labels, scenario, column, state)
        _orders_lately(arrays, labels, scenario, column, state.iso3)


def _deliveries_lately(arrays: Mapping[str, Array], labels: Labels, scenario: Scenario, column: int, iso3: str) -> None:
    """Note what each supplier delivered a year."""
    year = first_year(scenario)
    for s, key in enumerate(labels["supplier"]):
        theirs = [line for line in observed.deliveries(iso3) if line.supplier == scenario.suppliers[key].iso3]
        for k, span in enumerate(SPANS):
            served = sum(line.tiv_m for line in theirs if year - span <= line.delivery_year < year)
            arrays["served_lately"][k, s, column] = served / span


def _arsenal(arrays: Mapping[str, Array], labels: Labels, scenario: Scenario, column: int, state: StateActor) -> None:
    """Fill stock and open contracts by perpetual inventory from recorded deliveries."""
    assert state.iso3 is not None
    year, origins, weapons = first_year(scenario), labels["origin"], labels["weapon"]
    codes = supplier_codes(scenario)
    decay = dict(zip(weapons, arrays["decay"][:, 0, 0].tolist(), strict=True))
    legacy = (state.legacy_1992.values if state.legacy_1992 else None) or {}
    held = arsenal.opening_stock(state.iso3, year, origins, weapons, decay, codes, legacy)
    arrays["stock"][..., column, :] = held[..., None]
    if is_given(scenario, "orders"):
        book = arsenal.open_orders(state.iso3, year, origins, weapons, codes)
    else:  # what a scenario states of a supplier's orders is known, and needs no estimate
        stated = {key for s, key in enumerate(labels["supplier"]) if arrays["order_book"][s, column, 0] > 0.0}
        expected = arsenal.expected_orders(state.iso3, year, origins, weapons, codes)
        book = [order for order in expected if order.origin not in stated]
    write_contracts(arrays, labels, column, book)


def _orders_lately(arrays: Mapping[str, Array], labels: Labels, scenario: Scenario, column: int, iso3: str) -> None:
    """Note what was ordered a year, and what money was placed with each supplier at its prices of the opening."""
    year, codes = first_year(scenario), supplier_codes(scenario)
    for k, span in enumerate(SPANS):
        for order in _ordered(scenario, iso3, range(year - span, year)):
            arrays["ordered_lately"][k, column] += order.tiv_m / span
            if order.supplier in codes:
                s = labels["supplier"].index(codes[order.supplier])
                price = arrays["price"][labels["weapon"].index(order.weapon_class), s, 0]
                arrays["placed_lately"][k, s, column] += order.tiv_m * price


def _ordered(scenario: Scenario, iso3: str, years: range) -> Iterable[Delivery]:
    """Yield what a state ordered in some years and was delivered since; the register holds nothing else.

    Where later deliveries are not known, most recent orders are not either; deliveries of these years stand for them.
    """
    whole = is_given(scenario, "orders")
    return (line for line in observed.deliveries(iso3) if (line.order_year if whole else line.delivery_year) in years)


def note_presence(arrays: Mapping[str, Array], labels: Labels, scenario: Scenario) -> None:
    """Note whom suppliers sell to: of states on record, those that they delivered to in the ten years before."""
    year = first_year(scenario)
    for c, state in enumerate(scenario.states.values()):
        asking = [s for s, key in enumerate(labels["supplier"]) if "presence" in scenario.suppliers[key].from_record]
        if state.iso3 not in observed.recipients():
            continue
        years = range(year - PRESENT_YEARS, year)
        delivered = {supplier for _, supplier in arsenal.recorded_by_supplier(state.iso3, years)}
        for s in asking:
            code = scenario.suppliers[labels["supplier"][s]].iso3
            arrays["presence"][labels["client"].index(labels["state"][c]), s] = float(code in delivered)


def supplier_codes(scenario: Scenario) -> dict[str, str]:
    """Return the suppliers' keys by their codes in the observed tables."""
    return {supplier.iso3: key for key, supplier in scenario.suppliers.items() if supplier.iso3}
