"""What types cannot tell: does every name in a scenario mean something, does every number fit?

Each check yields located problems; `sim.load` reports all of them at once. Numbers are
looked at in `sim.scenario.check_numbers`, names and what belongs together here.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection, Iterator, Mapping

from sim.model.mistakes import alike, suggest
from sim.model.rule import CATALOGUE
from sim.model.variables import EXTRA_ORIGINS, VARIABLES
from sim.scenario.changes import MONTHS
from sim.scenario.check_decisions import decisions
from sim.scenario.check_expectations import expectations
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
from sim.scenario.check_record import arms, record
from sim.scenario.document import Document, DocumentError, Place, Problem
from sim.scenario.files import read_scenario
from sim.scenario.own_rules import unknown_evidence
from sim.scenario.schema import Actor, Event, Figure, RegionActor, Scenario, StateActor, SupplierActor, day

SUM_TOLERANCE = 1e-6
RESERVED = ("region", *EXTRA_ORIGINS)


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
    scenario, document = read_scenario(name)
    error = DocumentError(check(scenario, document))
    if error.problems:
        raise error
    return scenario


def check(scenario: Scenario, document: Document) -> Iterator[Problem]:
    """Yield every problem of a scenario that has the right form."""
    labels = scenario.labels()
    years = range(int(scenario.start[:4]), int(scenario.end[:4]) + 1)
    yield from _keys(document, scenario)
    yield from _names(document, scenario)
    yield from _codes(document, scenario)
    for kind, key, actor in scenario.actors():
        place = ("region",) if kind == "region" else (f"{kind}s", key)
        yield from _rules(document, place, kind, actor)
        yield from quantities(document, place, kind, actor.quantities, labels, years)
        yield from parameters(document, place, kind, actor.parameters)
        yield from parameters(document, place, kind, actor.priors, "priors")
        if isinstance(actor, StateActor | SupplierActor | RegionActor):
            yield from record(document, place, actor, scenario)
    yield from quantities(document, ("weapons",), "region", scenario.weapons.quantities, labels, years)
    yield from parameters(document, (), None, scenario.parameters)
    yield from parameters(document, (), None, scenario.priors, "priors")
    for key, state in scenario.states.items():
        yield from arms(document, ("states", key), state, scenario)
    yield from _season(document, scenario.region.season)
    for index, event in enumerate(scenario.timeline):
        yield from _event(document, ("timeline", index), event, scenario, labels)
    yield from decisions(document, scenario, labels)
    yield from expectations(document, scenario, labels)
    yield from _at_odds(document, scenario)
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


def _names(document: Document, scenario: Scenario) -> Iterator[Problem]:
    """What a reader is shown by its display name has one of its own."""
    named: list[tuple[str, Place, str]] = []
    for kind, key, actor in scenario.actors():
        named.append((key, ("region", "name") if kind == "region" else (f"{kind}s", key, "name"), actor.name))
    named += [(key, ("zones", key, "name"), zone.name) for key, zone in scenario.zones.items()]
    classes = [(key, ("weapons", "classes", key), name) for key, name in scenario.weapons.classes.items()]
    for group in (named, classes):
        owner = {alike(word): word for word in EXTRA_ORIGINS}
        for key, place, name in group:
            other = owner.setdefault(alike(name), key)
            if other != key:  # of a key that stands twice it is said already
                message = f"'{name}' is already the name of '{other}'; choose another that can be told apart"
                yield document.problem(place, message)


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
            yield document.problem(here, f"unknown rule '{name}'{hint} (--rules FILE reads those of your own)")
        elif rule.actor != kind:
            yield document.problem(here, f"rule '{name}' is for {a(rule.actor)}, not for {a(kind)}; remove it")
        elif baseless := unknown_evidence(rule):
            message = f"rule '{name}' rests on '{baseless[0]}', which is no source or claim we have; remove it there"
            yield document.problem(here, message)
        elif VARIABLES[rule.writes].fold == "replace":
            for other in actor.rules[:index]:
                if other in CATALOGUE and CATALOGUE[other].writes == rule.writes:
                    message = f"'{other}' and '{name}' both decide '{rule.writes}'; keep one"
                    yield document.problem(here, message)


# -- what changes in time


def _rivals(document: Document, scenario: Scenario) -> Iterator[Problem]:
    """Rivals are other states, and rivalry is mutual."""
    for key, state in scenario.states.items():
        for index, rival in enumerate(state.rivals or []):
            here = ("states", key, "rivals", index)
            others = [other for other in scenario.states if other != key]
            if rival in (state.rivals or [])[:index]:
                yield document.problem(here, f"rival '{rival}' is listed twice; remove one")
            elif rival not in others:
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


def _at_odds(document: Document, scenario: Scenario) -> Iterator[Problem]:
    """Two events of one day do not set the same thing to different numbers: nobody could say which holds."""
    said: dict[tuple[dt.date, str, str], dict[str, tuple[float, Event]]] = {}
    for index, event in enumerate(scenario.timeline):
        for name, change in event.set.items():
            for actor, value in change.items():
                others = said.setdefault((day(event.date), name, actor), {})
                stated = value if isinstance(value, dict) else {"": value}
                for label, (number, other) in others.items():
                    for mine in stated if not label else {"", label} & stated.keys():
                        if stated[mine] != number:
                            message = (
                                f"'{other.what}' sets this to {number:g} on the same day, not to {stated[mine]:g}; "
                                "remove one, or give them different days"
                            )
                            yield document.problem(("timeline", index, "set", name, actor), message)
                others |= {label: (number, event) for label, number in stated.items()}


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
