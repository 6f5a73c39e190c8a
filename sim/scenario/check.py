"""What types cannot tell: does every name in a scenario mean something, does every number fit?

Each check yields located problems; `sim.load` reports all of them at once. Numbers are
looked at in `sim.scenario.check_numbers`, names and what belongs together here.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from sim import observed
from sim.model.accounting import ENTRIES
from sim.model.rule import CATALOGUE
from sim.model.variables import EXTRA_ORIGINS, VARIABLES
from sim.model.world import axis_labels
from sim.observed.arsenal import INHERITED
from sim.scenario.changes import MONTHS
from sim.scenario.check_numbers import (
    Labels,
    a,
    bounds,
    filled_in,
    labelled,
    parameters,
    quantities,
    source,
    unit,
    unknown_label,
)
from sim.scenario.document import Document, DocumentError, Place, Problem, suggest
from sim.scenario.record import recorded_year
from sim.scenario.schema import Actor, Event, Figure, RegionActor, Scenario, StateActor, SupplierActor, read
from sim.scenario.settings import MECHANISMS

SUM_TOLERANCE = 1e-6
RESERVED = ("region", *EXTRA_ORIGINS)

# What the observed tables set at the opening, by entry of `from_record`: a number beside it would be lost.
TAKEN = {
    "spending": ("milex",),
    "economy": ("gdp", "population"),
    "oil_revenue": ("oil_revenue", "oil_revenue_last_year"),
    "arsenal": ("stock", "worth", "pipeline", "on_order", "order_rate", "recent_order"),
    "trust": ("trust",),
    "oil_price": ("oil_price",),
    "exports": ("export_volume",),
}
LAST_RECORDED = 2021  # later transfers are held back for a blind score


def load(name: str | os.PathLike[str]) -> Scenario:
    """Read and check a scenario by path or by the name of a shipped one.

    Returns
    -------
    Scenario
        With everything it refers to inlined.

    Raises
    ------
    DocumentError
        With one sentence ``file:line: path: what is wrong`` for every mistake.
    Mistake
        If there is no such scenario.
    """
    scenario, document = read(name)
    problems = tuple(check(scenario, document))
    if problems:
        raise DocumentError(problems)
    return scenario


def check(scenario: Scenario, document: Document) -> Iterator[Problem]:
    """Yield every problem of a scenario that has the right form."""
    labels = axis_labels(
        scenario.states,
        scenario.suppliers,
        scenario.mediators,
        scenario.weapons.classes,
        scenario.zones,
        EXTRA_ORIGINS,
    )
    years = range(int(scenario.start[:4]), int(scenario.end[:4]) + 1)
    yield from _keys(document, scenario)
    yield from _codes(document, scenario)
    for kind, key, actor in scenario.actors():
        place = ("region",) if kind == "region" else (f"{kind}s", key)
        yield from _rules(document, place, kind, actor)
        yield from quantities(document, place, kind, actor.quantities, labels, years)
        yield from parameters(document, place, kind, actor.parameters)
        if isinstance(actor, StateActor | SupplierActor | RegionActor):
            yield from _record(document, place, actor, scenario)
    yield from quantities(document, ("weapons",), "region", scenario.weapons.quantities, labels, years)
    yield from parameters(document, (), None, scenario.parameters)
    for key, state in scenario.states.items():
        yield from _arms(document, ("states", key), state, scenario)
    yield from _season(document, scenario.region.season)
    for index, event in enumerate(scenario.timeline):
        yield from _event(document, ("timeline", index), event, scenario, labels)
    yield from _rivals(document, scenario)
    yield from _shares(document, scenario)


# -- names


def _keys(document: Document, scenario: Scenario) -> Iterator[Problem]:
    """A key means one thing only."""
    sections: dict[Place, Collection[str]] = {
        ("states",): scenario.states,
        ("suppliers",): scenario.suppliers,
        ("mediators",): scenario.mediators,
        ("zones",): scenario.zones,
        ("weapons", "classes"): scenario.weapons.classes,
    }
    taken = dict.fromkeys(RESERVED, "a word of the model")
    for place, keys in sections.items():
        for key in keys:
            if key in taken:
                message = f"'{key}' is already {taken[key]}; choose another key"
                yield document.problem((*place, key), message)
            taken.setdefault(key, f"one of the {place[-1]}")


def _codes(document: Document, scenario: Scenario) -> Iterator[Problem]:
    """Two actors of a kind do not share a row of the observed tables."""
    for section, actors in (("states", scenario.states), ("suppliers", scenario.suppliers)):
        owner: dict[str, str] = {}
        for key, actor in actors.items():
            if actor.iso3 in owner:
                message = f"'{actor.iso3}' is already the code of '{owner[actor.iso3]}'; correct one of them"
                yield document.problem((section, key, "iso3"), message)
            elif actor.iso3:
                owner[actor.iso3] = key


def _rules(document: Document, place: Place, kind: str, actor: Actor) -> Iterator[Problem]:
    """A doctrine names rules that exist and are for this kind of actor, each once."""
    for index, name in enumerate(actor.rules):
        here = (*place, "rules", index)
        rule = CATALOGUE.get(name)
        if name in actor.rules[:index]:
            yield document.problem(here, f"rule '{name}' is listed twice; remove one")
        elif rule is None:
            fit = [r.name for r in CATALOGUE.values() if r.actor == kind]
            hint = suggest(name, fit) or "; `armsrace list rules` names them"
            yield document.problem(here, f"unknown rule '{name}'{hint}")
        elif rule.actor != kind:
            yield document.problem(here, f"rule '{name}' is for {a(rule.actor)}, not for {a(kind)}; remove it")
        elif VARIABLES[rule.writes].fold == "replace":
            for other in actor.rules[:index]:
                if other in CATALOGUE and CATALOGUE[other].writes == rule.writes:
                    message = f"'{other}' and '{name}' both decide '{rule.writes}'; keep one"
                    yield document.problem(here, message)


# -- what is taken from the observed tables


def _record(
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
            years = _recorded_years(part, code or "")
        except ValueError as unknown:
            message = f"{unknown}, or remove '{part}' from 'from_record'"
            yield document.problem((*place, "iso3"), message)
            return
        if recorded_year(years, scenario) not in years:
            reach = f"{min(years)} to {max(years)}, not for {year} or the year before"
            message = f"'{part}' is on record for {reach}; write another start or remove it"
            yield document.problem(here, message)
        yield from _doubled(document, place, part, actor)
        if part == "arsenal":
            yield from _recorded_classes(document, here, code or "", scenario)


def _recorded_years(part: str, code: str) -> Collection[int]:
    """Return the years in which a part of the record can open a scenario; ValueError if there are none."""
    if part == "oil_price":
        return observed.oil_price()
    if part == "spending":
        return observed.annual("military_expenditure", "milex_usd2023_m", code)
    if part == "economy":
        return observed.gdp_usd2023(code).keys() & observed.annual("economy", "population", code).keys()
    if part == "oil_revenue":
        revenue = observed.oil_revenue_usd2023(code)
        return [year for year in revenue if year - 1 in revenue]
    if part == "exports":
        return [year + 1 for year in observed.exports(code)]
    observed.deliveries(code)
    return range(INHERITED, LAST_RECORDED + 1)


def _doubled(document: Document, place: Place, part: str, actor: Actor) -> Iterator[Problem]:
    """No opening value is given by hand that the record would replace."""
    for name in TAKEN[part]:
        figure = actor.quantities.get(name)
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


def _arms(document: Document, place: Place, state: StateActor, scenario: Scenario) -> Iterator[Problem]:
    """Inherited arms count beside the record, opening arms instead of it; both are given by class."""
    recorded = "arsenal" in state.from_record
    if state.legacy_1992 is not None:
        here = (*place, "legacy_1992")
        yield from _by_class(document, here, state.legacy_1992, scenario)
        if not recorded:
            message = "this counts only with 'arsenal' in 'from_record'; write it there, or remove this"
            yield document.problem(here, message)
    if state.opening_arms is not None:
        here = (*place, "opening_arms")
        yield from _by_class(document, here, state.opening_arms, scenario)
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


# -- what changes in time


def _rivals(document: Document, scenario: Scenario) -> Iterator[Problem]:
    """Rivals are other states, and rivalry is mutual."""
    for key, state in scenario.states.items():
        for index, rival in enumerate(state.rivals or ()):
            here = ("states", key, "rivals", index)
            others = [other for other in scenario.states if other != key]
            if rival not in others:
                yield document.problem(here, f"unknown rival '{rival}'{suggest(rival, others)}; write another state")
            else:
                theirs = scenario.states[rival].rivals
                if theirs is not None and key not in theirs:
                    yield document.problem(here, f"'{rival}' does not name '{key}' as its rival; write it there too")


def _season(document: Document, figure: Figure | None) -> Iterator[Problem]:
    """The season is given by month."""
    here = ("region", "season")
    if figure is None:
        return
    yield from source(document, here, figure)
    yield from unit(document, here, figure, VARIABLES["season"].unit)
    if figure.values is None:
        yield document.problem(here, "the season differs by month; write 'values:' by month, jan to dec")
    for month in figure.values or ():
        if month not in MONTHS:
            yield document.problem((*here, "values", month), unknown_label("month", month, MONTHS))


def _event(document: Document, here: Place, event: Event, scenario: Scenario, labels: Labels) -> Iterator[Problem]:
    """An event comes before the end and changes givens of actors that exist; before the start it has happened."""
    yield from source(document, here, event)
    if event.date[:7] > scenario.end:
        message = f"{event.date} is after the end {scenario.end}; move or remove it"
        yield document.problem((*here, "date"), message)
    for name, change in event.set.items():
        yield from _change(document, (*here, "set", name), name, change, labels)


def _change(
    document: Document, here: Place, name: str, change: Mapping[str, float | dict[str, float]], labels: Labels
) -> Iterator[Problem]:
    """One change of one given quantity."""
    givens = [v.name for v in VARIABLES.values() if v.kind == "given" and not filled_in(v.name)]
    if name not in VARIABLES:
        hint = suggest(name, givens) or "; `armsrace list quantities` names them"
        yield document.problem(here, f"unknown quantity '{name}'{hint}")
        return
    if name not in givens:
        message = f"'{name}' is worked out by the model, events change givens only; remove it"
        yield document.problem(here, message)
        return
    variable = VARIABLES[name]
    for actor, value in change.items():
        at = (*here, actor)
        if actor not in labels[variable.actor]:
            yield document.problem(at, unknown_label(variable.actor, actor, labels[variable.actor]))
        if isinstance(value, dict):
            yield from labelled(document, at, value, variable, labels)
            for label, number in value.items():
                yield from bounds(document, (*at, label), number, variable)
        else:
            yield from bounds(document, at, value, variable)


# -- what must add up


def _shares(document: Document, scenario: Scenario) -> Iterator[Problem]:
    """Control of every zone sums to one over states, procurement over classes."""
    for zone in scenario.zones:
        total = sum(_given(state, "control", zone) for state in scenario.states.values())
        if total == 0:
            message = "nobody controls this zone; write 'control' for it under the states' 'quantities'"
            yield document.problem(("zones", zone), message)
        elif abs(total - 1.0) > SUM_TOLERANCE:
            message = f"control of '{zone}' sums to {total:g} over the states, not to 1; correct it"
            yield document.problem(_stated_control(document, scenario, zone), message)
    for key, state in scenario.states.items():
        if "service_mix" in state.quantities:
            total = sum(_given(state, "service_mix", weapon) for weapon in scenario.weapons.classes)
            if abs(total - 1.0) > SUM_TOLERANCE:
                place = ("states", key, "quantities", "service_mix")
                yield document.problem(place, f"the shares sum to {total:g}, not to 1; correct them")


def _stated_control(document: Document, scenario: Scenario, zone: str) -> Place:
    """Return where the last state says how much of a zone it controls, if possible in the file at hand."""
    places: list[Place] = []
    for key, state in scenario.states.items():
        figure = state.quantities.get("control")
        if figure is not None:
            form = ("values", zone) if zone in (figure.values or {}) else ("value",)
            places.append(("states", key, "quantities", "control", *form))
    at_hand = [place for place in places if document.mark(place).file == document.file]
    return (at_hand or places)[-1]


def _given(state: Actor, name: str, label: str) -> float:
    """Return an opening value of one label, zero where it is not given."""
    figure = state.quantities.get(name)
    if figure is None:
        return 0.0
    return (figure.values or {}).get(label, figure.value or 0.0)


# -- what is no mistake, but should be known


def census(scenario: Scenario) -> Counter[str]:
    """Count the figures of a scenario, and the parameters in force, by basis."""
    count: Counter[str] = Counter()
    for _, _, actor in scenario.actors():
        count.update(figure.basis for figure in (*actor.quantities.values(), *actor.parameters.values()))
    everybodys = (*scenario.weapons.quantities.values(), *scenario.parameters.values())
    arms = (figure for state in scenario.states.values() for figure in (state.legacy_1992, state.opening_arms))
    alone = (scenario.region.season, *arms)
    count.update(figure.basis for figure in (*everybodys, *alone) if figure)
    count.update(event.basis for event in scenario.timeline)
    followed = {name for _, _, actor in scenario.actors() for name in actor.rules}
    for name in (*sorted(followed), *ENTRIES):
        for parameter, default in MECHANISMS[name].parameters.items():
            if f"{name}.{parameter}" not in scenario.parameters:
                count[default.basis] += 1
    return count


def warnings(scenario: Scenario) -> Iterator[str]:
    """Yield what is allowed but should be known: settings without effect, races without a level.

    The log rule of spending has the equilibrium ``ln x* = (a1 + r1 a2) / (1 - r1 r2)``
    and is stable only if ``r1 r2 < 1``; Richardson's linear one only if the product
    of reactions is below the product of fatigues.
    """
    yield from _idle(scenario)
    states = list(scenario.states)
    for i, first in enumerate(states):
        for second in states[i + 1 :]:
            yield from _unstable(scenario, first, second)


def _idle(scenario: Scenario) -> Iterator[str]:
    """Yield parameters that are set for a rule which is not followed, or set again nearer by."""
    everybody = {name for _, _, actor in scenario.actors() for name in actor.rules}
    owners = [("nobody follows", everybody, scenario.parameters)]
    for _, _, actor in scenario.actors():
        owners.append((f"{actor.name} does not follow", set(actor.rules), actor.parameters))
    for complaint, followed, settings in owners:
        for key in settings:
            rule = key.partition(".")[0]
            if rule in CATALOGUE and rule not in followed:
                yield f"{key} is set, but {complaint} '{rule}'"
    for key in scenario.parameters:
        rule = key.partition(".")[0]
        own = [actor.name for _, _, actor in scenario.actors() if rule in actor.rules and key in actor.parameters]
        if own:
            yield f"{key} of the whole scenario does not hold for {' and '.join(own)}, where it is set again"


def _unstable(scenario: Scenario, first: str, second: str) -> Iterator[str]:
    """Yield the races between two states that have no stable level."""

    def product(rule: str, parameter: str) -> float:
        return _value(scenario, first, rule, parameter) * _value(scenario, second, rule, parameter)

    pair = f"{scenario.states[first].name} and {scenario.states[second].name}"
    gain = product("match_rival_spending", "reaction")
    if gain >= 1.0:
        yield (f"spending of {pair} has no stable level: their reactions multiply to {gain:.2f}, which is not below 1")
    gain, brake = (product("match_rival_linearly", parameter) for parameter in ("reaction", "fatigue"))
    if gain >= brake > 0.0:
        yield (
            f"Richardson's race of {pair} has no stable level: "
            f"reactions multiply to {gain:.2f}, fatigues to {brake:.2f}"
        )


def _value(scenario: Scenario, state: str, rule: str, parameter: str) -> float:
    """Return a state's central value of a parameter, zero where it does not follow the rule."""
    actor, key = scenario.states[state], f"{rule}.{parameter}"
    if rule not in actor.rules or rule not in CATALOGUE:
        return 0.0
    figure = actor.parameters.get(key) or scenario.parameters.get(key)
    if figure is None:
        return float(CATALOGUE[rule].parameters[parameter])
    numbers = list(figure.numbers())
    return sum(numbers) / len(numbers)
