"""The opening: every quantity before the first step, from what a scenario states and what is on record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

import numpy as np

from sim import observed
from sim.model.turn import OPENING, open_books
from sim.model.variables import EXTRA_ORIGINS, VARIABLES
from sim.model.world import Array, World
from sim.scenario.changes import events, place, widen
from sim.scenario.knowledge import known
from sim.scenario.orders import Labels, stated_orders, write_contracts
from sim.scenario.record import first_year, note_presence, open_from_record, recorded_year, revenue_years
from sim.scenario.schema import Figure, Scenario, StateActor
from sim.scenario.settings import Settings, settings

# Which states an opening entry is made for; every other entry is made for all.
ASKED: Mapping[str, Callable[[StateActor], bool]] = {
    "recall_orders": lambda state: "arsenal" in state.from_record,
    "trust_by_record": lambda state: "trust" in state.from_record,
    "value_holdings": lambda state: (
        "arsenal" in state.from_record or bool(state.opening_arms or state.opening_arms_from)
    ),
}

# What the orders and arms at the opening are worked out from, and what they are written into.
READ = ("decay", "frontier", "lag", "order_book", "price", "service_mix")
WRITTEN = (
    "contract_begins", "contract_ends", "contract_place", "contract_volume",
    "on_order", "ordered_lately", "placed_lately", "stock",
)  # fmt: skip


def opening_arrays(scenario: Scenario, labels: Labels) -> dict[str, Array]:
    """Return the opening value of every quantity, ``(*axes, actor, 1)``, at the middle of what is uncertain.

    What follows from numbers that are sampled run by run has the sample on its last axis.
    """
    sizes = World(labels, 1)
    arrays = {name: np.full(sizes.shape(variable), variable.neutral) for name, variable in VARIABLES.items()}
    arrays["dt"][...] = 1.0 / scenario.steps_per_year
    arrays["ambition"][1] = 1.0
    for name, figure in scenario.weapons.quantities.items():
        place(arrays, labels, VARIABLES[name], "region", figure)
    for _, key, actor in scenario.actors():
        for name, figure in actor.quantities.items():
            place(arrays, labels, VARIABLES[name], key, figure)
    for step, name, key, value in events(scenario):
        if step < 0:  # it has happened before the opening
            place(arrays, labels, VARIABLES[name], key, value)
    for of_run in _run_by_run(arrays):
        for column, (key, state) in enumerate(scenario.states.items()):
            open_from_record(of_run, labels, scenario, column)
            write_contracts(of_run, labels, column, stated_orders(of_run, labels, column))
            if state.opening_arms is not None:  # of suppliers it says nothing
                _open_by_class(of_run, labels, column, "other", state.opening_arms)
            for supplier, figure in state.opening_arms_from.items():
                _open_by_class(of_run, labels, column, supplier, figure)
            if state.rivals is not None:
                _set_rivalries(of_run, labels, key, state.rivals)
    note_presence(arrays, labels, scenario)
    _scale_backlog(arrays, len(labels["weapon"]))
    _set_oil_price(arrays, scenario)
    rows = max(array.shape[-1] for array in arrays.values())
    for name, variable in VARIABLES.items():
        if variable.kind != "given":
            widen(arrays, name, rows)
    world = World(labels, rows, _with_references(arrays))
    open_from_stated(world, scenario, settings(scenario, labels, (entry.name for entry in OPENING.before)))
    return world.arrays


def _scale_backlog(arrays: dict[str, Array], weapons: int) -> None:
    """Let more or less be on order than the record has or lets expect; of who is no supplier, as of the mean one."""
    ratio = arrays["backlog_ratio"]
    if not len(ratio):
        return
    rest = np.repeat(ratio.mean(0, keepdims=True), len(EXTRA_ORIGINS), axis=0)
    by_origin = np.concatenate([ratio, rest])
    origin = (arrays["contract_place"] // weapons).astype(np.intp)
    state, run = np.ix_(range(origin.shape[1]), range(max(by_origin.shape[-1], origin.shape[-1])))
    of_contract = np.broadcast_to(by_origin, (*by_origin.shape[:2], run.size))[origin, state, run]
    arrays["contract_volume"] = arrays["contract_volume"] * of_contract
    arrays["on_order"] = arrays["on_order"] * by_origin


def _run_by_run(arrays: dict[str, Array]) -> Iterator[Mapping[str, Array]]:
    """Yield the arrays of each row of a sample to be filled, all at once where what is read does not differ."""
    rows = max(arrays[name].shape[-1] for name in READ)
    if rows == 1:
        yield arrays
        return
    for name in WRITTEN:
        widen(arrays, name, rows)
    for row in range(rows):
        yield {name: array if array.shape[-1] == 1 else array[..., row : row + 1] for name, array in arrays.items()}


def open_from_stated(world: World, scenario: Scenario, chosen: Settings) -> None:
    """Make the opening entries that rest on what is stated and on record, at some settings."""
    states = scenario.states.values()
    whose = {name: np.array([[asks(state)] for state in states]) for name, asks in ASKED.items()}
    open_books(world, OPENING.before, chosen, whose)


def _set_rivalries(arrays: Mapping[str, Array], labels: Labels, key: str, rivals: Collection[str]) -> None:
    """Mark who of the other states is a rival; counterparts stand in the order `World` shows them in."""
    states = labels["state"]
    place_of = states.index(key)
    for k in range(1, len(states)):
        other = states[(place_of + k) % len(states)]
        arrays["rivalry"][k - 1, place_of] = float(other in rivals)


def _open_by_class(arrays: Mapping[str, Array], labels: Labels, column: int, key: str, figure: Figure) -> None:
    """Fill stock of an origin from what a scenario says."""
    origin = labels["origin"].index(key)
    for weapon, tiv_m in (figure.values or {}).items():
        arrays["stock"][origin, labels["weapon"].index(weapon), column] = tiv_m


def _set_oil_price(arrays: dict[str, Array], scenario: Scenario) -> None:
    """Take the oil price from the record, and the price that opening revenue was earned at."""
    arrays["oil_price_lately"] = arrays["oil_price"].copy()
    if "oil_price" in scenario.region.from_record:
        price, before = known(scenario, observed.oil_price()), first_year(scenario) - 1
        opens = price[recorded_year(price, scenario)]
        arrays["oil_price"][...] = opens
        # Where revenue is of the year before, it still has to follow the price into the first year.
        arrays["oil_price_lately"][...] = price[before] if before in revenue_years(scenario) else opens


def _with_references(arrays: dict[str, Array]) -> dict[str, Array]:
    """Add what is measured against the opening: spending, output, oil."""
    for name in ("milex", "gdp"):
        arrays[f"{name}_opening"] = arrays[name].copy()
    arrays["oil_revenue_opening"] = arrays["oil_revenue_lately"].copy()
    arrays["milex_target"] = arrays["milex"].copy()
    arrays["gdp_budgeted"] = arrays["gdp"].copy()
    return arrays
