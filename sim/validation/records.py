"""What is on record, laid out for baselines: spending and output of the panel's states, deliveries by supplier."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from sim import observed
from sim.drafts.archetypes import at as name_in
from sim.observed import panel
from sim.validation.baselines.spending import Histories, histories
from sim.validation.baselines.suppliers import Market

FIRST_SPENDING, FIRST_DELIVERIES, LAST = 1970, 1960, 2021


@cache
def spending_of_states(*, real_output: bool = False, tables: Path = panel.SHIPPED) -> Histories:
    """Return spending and output of every state of the panel.

    Parameters
    ----------
    real_output : bool
        Take real growth where a table of economies has it; else output is derived from spending and its share, which
        makes it know something of spending.
    tables : Path
        Folder of tables.
    """
    states = [state for state in panel.states(tables=tables) if panel.spending(state, tables=tables)]
    output = {state: panel.output(state, tables=tables) for state in states}
    oil: dict[str, dict[int, float]] = {}
    for state in states:
        try:
            real = observed.annual("economy", "gdp_usd2015", state)
        except ValueError:
            continue
        rents = observed.annual("economy", "resource_rents_pct_gdp", state)
        oil[state] = {year: share / 100.0 for year, share in rents.items()}
        if real_output:
            output[state] = real
    spending = {state: panel.spending(state, tables=tables) for state in states}
    return histories(spending, output, oil, observed.oil_price(), range(FIRST_SPENDING, LAST + 1))


@cache
def world_market(year: int, tables: Path = panel.SHIPPED) -> Market:
    """Return deliveries to every state of the panel by the suppliers of the register, as they are called in a year."""
    states, years = tuple(panel.states(tables=tables)), tuple(range(FIRST_DELIVERIES, LAST + 1))
    exporters = {name: name_in(name, year) for name in panel.suppliers(tables=tables)}
    found = {state: panel.deliveries(state, before=LAST + 1, tables=tables) for state in states}
    sellers = {name_in(line.supplier, year) for lines in found.values() for line in lines}
    suppliers = tuple(sorted(sellers | {*exporters.values()}))
    delivered = np.zeros((len(states), len(suppliers), len(years)))
    for row, lines in enumerate(found.values()):
        for line in lines:
            delivered[row, suppliers.index(name_in(line.supplier, year)), line.year - FIRST_DELIVERIES] += line.tiv_m
    exported = np.zeros((len(suppliers), len(years)))
    for name, supplier in exporters.items():
        for when, volume in panel.exports(name, before=LAST + 1, tables=tables).items():
            exported[suppliers.index(supplier), when - FIRST_DELIVERIES] += volume
    return Market(states, suppliers, years, delivered, exported)


def market_with_orders(recipients: Sequence[str], suppliers: Sequence[str], other: str) -> Market:
    """Return deliveries to some states by supplier and year of order; who is not named counts as `other`."""
    years = tuple(range(FIRST_DELIVERIES, LAST + 1))
    ordered = np.zeros((len(recipients), len(suppliers), len(years), len(years)))
    delivered = np.zeros((len(recipients), len(suppliers), len(years)))
    exported = np.zeros((len(suppliers), len(years)))
    for row, recipient in enumerate(recipients):
        for line in observed.deliveries(recipient):
            place = suppliers.index(line.supplier if line.supplier in suppliers else other)
            came = line.delivery_year - FIRST_DELIVERIES
            delivered[row, place, came] += line.tiv_m
            ordered[row, place, max(line.order_year - FIRST_DELIVERIES, 0), came] += line.tiv_m
        for early in observed.early_transfers(recipient):
            place = suppliers.index(early.supplier if early.supplier in suppliers else other)
            delivered[row, place, early.year - FIRST_DELIVERIES] += early.tiv_m
    for place, supplier in enumerate(suppliers):
        for year, volume in (_exports(supplier)).items():
            if year in years:
                exported[place, year - FIRST_DELIVERIES] = volume
    return Market(tuple(recipients), tuple(suppliers), years, delivered, exported, ordered)


def _exports(supplier: str) -> dict[int, float]:
    try:
        return observed.exports(supplier)
    except ValueError:
        return {}
