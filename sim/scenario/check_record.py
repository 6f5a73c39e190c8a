"""What types cannot tell about the record: is it there at the opening, and given nowhere else?

Part of `sim.scenario.check`. Every function yields located problems.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sim import observed
from sim.model.variables import VARIABLES
from sim.observed.arsenal import INHERITED
from sim.scenario.check_numbers import bounds, source, unit, unknown_label
from sim.scenario.document import Document, Place, Problem
from sim.scenario.knowledge import first_unknown, known
from sim.scenario.record import recorded_year
from sim.scenario.schema import Actor, Figure, RegionActor, Scenario, StateActor, SupplierActor

# What the observed tables set at the opening, by entry of `from_record`: a number beside it would be lost.
TAKEN = {
    "spending": ("milex",),
    "economy": ("gdp", "population"),
    "oil_revenue": ("oil_revenue", "oil_revenue_lately"),
    "arsenal": ("stock", "worth", "contract_volume", "on_order", "order_rate", "recent_order"),
    "trust": ("trust",),
    "oil_price": ("oil_price",),
    "exports": ("export_volume",),
    "presence": ("presence",),
}
LAST_RECORDED = 2021  # later transfers are held back for a blind score


def record(
    document: Document, place: Place, actor: StateActor | SupplierActor | RegionActor, scenario: Scenario
) -> Iterator[Problem]:
    """What an actor takes from the record is on record at the opening, and given nowhere else."""
    code, year = getattr(actor, "iso3", None), int(scenario.start[:4])
    for index, part in enumerate(actor.from_record):
        here = (*place, "from_record", index)
        if not isinstance(actor, RegionActor) and code is None:
            message = f"the observed tables know this {str(place[0])[:-1]} by its code; write 'iso3:'"
            yield document.problem((*place, "from_record"), message)
            return
        try:
            years = _recorded_years(part, code or "", scenario)
        except ValueError as unknown:
            message = f"{unknown}, or remove '{part}' from 'from_record'"
            yield document.problem((*place, "iso3"), message)
            return
        if recorded_year(years, scenario) not in years:
            reach = f"for {min(years)} to {max(years)}" if years else f"for no year before {scenario.as_of}"
            message = (
                f"'{part}' is on record {reach}, not for {year} or the year before; write another start or remove it"
            )
            yield document.problem(here, message)
        yield from _doubled(document, place, part, actor, scenario)
        if part == "arsenal":
            yield from _recorded_classes(document, here, code or "", scenario)


def _recorded_years(part: str, code: str, scenario: Scenario) -> Collection[int]:
    """Return the years in which a part of the record can open a scenario; ValueError if nothing is on record."""
    if part == "oil_price":
        return known(scenario, observed.oil_price())
    if part == "spending":
        return known(scenario, observed.annual("military_expenditure", "milex_usd2023_m", code))
    if part == "economy":
        gdp = known(scenario, observed.gdp_usd2023(code, first_unknown(scenario)))
        return gdp.keys() & observed.annual("economy", "population", code).keys()
    if part == "oil_revenue":
        revenue = known(scenario, observed.oil_revenue_usd2023(code, first_unknown(scenario)))
        return [year for year in revenue if year - 1 in revenue]
    if part == "exports":
        return [year + 1 for year in observed.exports(code)]
    if part != "presence":  # of which a supplier that is not on record has none
        observed.deliveries(code)
    return range(INHERITED, LAST_RECORDED + 1)


def _doubled(document: Document, place: Place, part: str, actor: Actor, scenario: Scenario) -> Iterator[Problem]:
    """No opening value is given by hand that the record would replace; who buys is replaced for states on record."""
    recorded = {key for key, state in scenario.states.items() if state.iso3 in observed.recipients()}
    for name in TAKEN[part]:
        figure = actor.quantities.get(name)
        if (
            figure is not None
            and part == "presence"
            and figure.value is None
            and not recorded & {*(figure.values or ())}
        ):
            continue
        if figure is not None and figure.by_year is None:
            message = f"'{name}' is taken from the record; remove it, or remove '{part}' from 'from_record'"
            yield document.problem((*place, "quantities", name), message)


def _recorded_classes(document: Document, here: Place, code: str, scenario: Scenario) -> Iterator[Problem]:
    """The scenario has a place for every recorded delivery."""
    classes = {delivery.weapon_class for delivery in observed.deliveries(code)}
    missing = ", ".join(sorted(classes - set(scenario.weapons.classes)))
    if missing:
        message = f"recorded deliveries also have the weapon classes {missing}; write them, or remove 'arsenal'"
        yield document.problem(here, message)


def arms(document: Document, place: Place, state: StateActor, scenario: Scenario) -> Iterator[Problem]:
    """Inherited arms count beside the record, opening arms instead of it; both are given by class."""
    recorded = "arsenal" in state.from_record
    if state.legacy_1992 is not None:
        here = (*place, "legacy_1992")
        yield from _by_class(document, here, state.legacy_1992, scenario)
        if not recorded:
            message = "this counts only with 'arsenal' in 'from_record'; write it there, or remove this"
            yield document.problem(here, message)
    stated: dict[Place, Figure] = {("opening_arms_from", key): arms for key, arms in state.opening_arms_from.items()}
    if state.opening_arms is not None:
        stated[("opening_arms",)] = state.opening_arms
    for key in state.opening_arms_from:
        if key not in scenario.suppliers:
            message = unknown_label("supplier", key, scenario.suppliers)
            yield document.problem((*place, "opening_arms_from", key), message)
    for part, figure in stated.items():
        here = (*place, *part)
        yield from _by_class(document, here, figure, scenario)
        taken = recorded or {*TAKEN["arsenal"]} & state.quantities.keys() & {"stock", "worth"}
        if taken:
            message = "the arms held are given elsewhere too; remove this, or 'arsenal', 'stock' and 'worth'"
            yield document.problem(here, message)


def _by_class(document: Document, here: Place, figure: Figure, scenario: Scenario) -> Iterator[Problem]:
    """Arms are given by class."""
    yield from source(document, here, figure)
    yield from unit(document, here, figure, VARIABLES["stock"].unit)
    if figure.values is None:
        yield document.problem(here, "arms differ by class; write 'values:' by weapon class")
    for label, number in (figure.values or {}).items():
        if label not in scenario.weapons.classes:
            message = unknown_label("weapon class", label, scenario.weapons.classes)
            yield document.problem((*here, "values", label), message)
        yield from bounds(document, (*here, "values", label), number, VARIABLES["stock"])
