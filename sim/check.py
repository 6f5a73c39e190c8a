"""What types cannot tell: does every name in a scenario mean something, does every number fit?

Each check yields located problems; `sim.load` reports all of them at once.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterator, Mapping

import sim.rules  # noqa: F401  (fills the catalogue)
from sim import evidence
from sim.accounting import ENTRIES
from sim.document import Document, DocumentError, Problem, suggest
from sim.parameter import Parameter
from sim.rule import CATALOGUE, Mechanism
from sim.scenario import Actor, Event, Figure, Scenario, StateActor, day, read
from sim.variables import EXTRA_ORIGINS, VARIABLES, Variable

Place = tuple[str | int, ...]
SUM_TOLERANCE = 1e-6

MECHANISMS: Mapping[str, Mechanism] = {**ENTRIES, **CATALOGUE}


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
    labels = _labels(scenario)
    for kind, key, actor in scenario.actors():
        place = _place_of(kind, key)
        yield from _rules(document, place, kind, actor)
        yield from _quantities(document, place, kind, actor.quantities, labels)
        yield from _parameters(document, place, kind, actor.parameters)
        yield from _record(document, place, actor)
    yield from _quantities(document, ("weapons",), "region", scenario.weapons.quantities, labels)
    yield from _parameters(document, (), None, scenario.parameters)
    yield from _legacy(document, scenario)
    for index, event in enumerate(scenario.timeline):
        yield from _event(document, ("timeline", index), event, scenario, labels)
    yield from _shares(document, scenario)


def _labels(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Return the labels along each axis a figure may name."""
    states, suppliers = tuple(scenario.states), tuple(scenario.suppliers)
    return {
        "state": states,
        "client": states,
        "supplier": suppliers,
        "origin": (*suppliers, *EXTRA_ORIGINS),
        "mediator": tuple(scenario.mediators),
        "region": ("region",),
        "weapon": tuple(scenario.weapons.classes),
        "zone": tuple(scenario.zones),
        "rival": (),
    }


def _place_of(kind: str, key: str) -> Place:
    """Return where an actor stands in the document."""
    return ("region",) if kind == "region" else (f"{kind}s", key)


def _rules(document: Document, place: Place, kind: str, actor: Actor) -> Iterator[Problem]:
    """A doctrine names rules that exist and are for this kind of actor, each once."""
    for index, name in enumerate(actor.rules):
        here = (*place, "rules", index)
        rule = CATALOGUE.get(name)
        if rule is None:
            fit = [r.name for r in CATALOGUE.values() if r.actor == kind]
            yield document.problem(here, f"unknown rule '{name}'{suggest(name, fit)}; `armsrace list rules` names them")
        elif rule.actor != kind:
            yield document.problem(here, f"rule '{name}' is for a {rule.actor}, not for a {kind}; remove it")
    for name, times in Counter(actor.rules).items():
        if times > 1:
            yield document.problem((*place, "rules"), f"rule '{name}' is listed {times} times; keep one")


def _source(document: Document, place: Place, figure: Figure | Event) -> Iterator[Problem]:
    """A source is an evidence key."""
    if figure.source is not None and figure.source not in evidence.sources():
        hint = suggest(figure.source, evidence.sources())
        yield document.problem((*place, "source"), f"unknown source '{figure.source}'{hint}; `armsrace list sources` names them")


def _quantities(document: Document, place: Place, kind: str, figures: Mapping[str, Figure],
                labels: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:  # fmt: skip
    """Figures set quantities of this kind of actor, in the declared unit, within bounds."""
    for name, figure in figures.items():
        here = (*place, "quantities", name)
        yield from _source(document, here, figure)
        if name not in VARIABLES:
            fit = [v.name for v in VARIABLES.values() if v.actor == kind and v.kind != "flow"]
            yield document.problem(here, f"unknown quantity '{name}'{suggest(name, fit)}")
            continue
        variable = VARIABLES[name]
        if variable.actor != kind:
            yield document.problem(here, f"'{name}' belongs to a {variable.actor}, not to a {kind}; move it")
        elif variable.kind == "flow":
            yield document.problem(here, f"'{name}' is worked out anew in every step and cannot be set; remove it")
        else:
            yield from _figure(document, here, figure, variable, labels)


def _figure(document: Document, here: Place, figure: Figure, variable: Variable,
            labels: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:  # fmt: skip
    """Unit, labels and bounds of one figure."""
    if figure.unit is not None and figure.unit != variable.unit:
        yield document.problem((*here, "unit"), f"the unit of '{variable.name}' is '{variable.unit}', not '{figure.unit}'; convert the number")
    if figure.distribution is not None:
        yield document.problem((*here, "distribution"), "only parameters may be uncertain; write 'value:'")
    if figure.values is not None:
        yield from _labelled(document, (*here, "values"), figure.values, variable, labels)
    for number in figure.numbers():
        yield from _bounds(document, here, number, variable)


def _labelled(document: Document, here: Place, values: Mapping[str, object], variable: Variable,
              labels: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:  # fmt: skip
    """Labels exist on the one axis of the quantity."""
    if len(variable.axes) != 1:
        axes = "no axis" if not variable.axes else f"axes {', '.join(variable.axes)}"
        yield document.problem(here, f"'{variable.name}' has {axes}; write 'value:' with one number")
        return
    axis = variable.axes[0]
    for label in values:
        if label not in labels[axis]:
            hint = suggest(label, labels[axis])
            yield document.problem((*here, label), f"unknown {axis} '{label}'{hint}; this scenario has {', '.join(labels[axis])}")


def _bounds(document: Document, here: Place, number: float, variable: Variable) -> Iterator[Problem]:
    """A number lies within the bounds of its quantity."""
    if not variable.low <= number <= variable.high:
        bounds = f"{variable.low:g} to {variable.high:g}"
        yield document.problem(here, f"{number:g} is outside the bounds of '{variable.name}', {bounds} {variable.unit}; correct it")


def _parameters(document: Document, place: Place, kind: str | None, figures: Mapping[str, Figure]) -> Iterator[Problem]:
    """Parameter settings name a mechanism and its parameter, in unit and range."""
    for key, figure in figures.items():
        here = (*place, "parameters", key)
        yield from _source(document, here, figure)
        name, _, parameter = key.partition(".")
        mechanism = MECHANISMS.get(name)
        if mechanism is None:
            yield document.problem(here, f"unknown rule '{name}'{suggest(name, MECHANISMS)}; write 'rule.parameter'")
        elif parameter not in mechanism.parameters:
            hint = suggest(parameter, mechanism.parameters) or f"; it has {', '.join(mechanism.parameters) or 'none'}"
            yield document.problem(here, f"rule '{name}' has no parameter '{parameter}'{hint}")
        elif kind is not None and mechanism.actor != kind:
            yield document.problem(here, f"'{name}' is for a {mechanism.actor}; set it there or for the whole scenario")
        else:
            yield from _setting(document, here, figure, mechanism.parameters[parameter])


def _setting(document: Document, here: Place, figure: Figure, default: Parameter) -> Iterator[Problem]:
    """One setting: a value or a distribution, in unit and range."""
    if figure.values is not None or figure.by_year is not None:
        yield document.problem(here, "a parameter is one number; write 'value:', or set it in the actors' files where it differs")
    if figure.unit is not None and figure.unit != default.unit:
        yield document.problem((*here, "unit"), f"the unit is '{default.unit}', not '{figure.unit}'; convert the number")
    low, high = default.between
    numbers = [*figure.numbers(), *(figure.between or ())]
    if figure.distribution is not None:
        numbers += figure.distribution.uniform or [(figure.distribution.normal or [low])[0]]
    for number in numbers:
        if not low <= number <= high:
            yield document.problem(here, f"{number:g} is outside the range {low:g} to {high:g} {default.unit}; correct it")
            break


def _record(document: Document, place: Place, actor: Actor) -> Iterator[Problem]:
    """Opening values come from the record only for a state that is in it."""
    if isinstance(actor, StateActor) and actor.from_record and actor.iso3 is None:
        yield document.problem((*place, "from_record"), "needs the state's code in the observed tables; write 'iso3:'")


def _legacy(document: Document, scenario: Scenario) -> Iterator[Problem]:
    """Inherited arms are given by class."""
    for key, state in scenario.states.items():
        figure = state.legacy_1992
        if figure is not None:
            here = ("states", key, "legacy_1992")
            yield from _source(document, here, figure)
            for label, number in (figure.values or {}).items():
                if label not in scenario.weapons.classes:
                    hint = suggest(label, scenario.weapons.classes)
                    yield document.problem((*here, "values", label), f"unknown weapon class '{label}'{hint}")
                elif number < 0:
                    yield document.problem((*here, "values", label), f"{number:g} is negative; write zero or more")


def _event(document: Document, here: Place, event: Event, scenario: Scenario,
           labels: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:  # fmt: skip
    """An event lies within the horizon and changes givens of actors that exist."""
    yield from _source(document, here, event)
    if event.basis == "assumed" and not event.because:
        yield document.problem(here, "an assumed event needs a reason; write 'because:'")
    if event.basis != "assumed" and not event.source:
        yield document.problem(here, f"a {event.basis} event needs a source; write 'source:'")
    first, last = day(scenario.start), day(scenario.end) + dt.timedelta(days=31)
    if not first <= day(event.date) < last:
        yield document.problem((*here, "date"), f"{event.date} is outside the horizon {scenario.start} to {scenario.end}; move or remove it")
    for name, change in event.set.items():
        yield from _change(document, (*here, "set", name), name, change, labels)


def _change(document: Document, here: Place, name: str, change: Mapping[str, float | dict[str, float]],
            labels: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:  # fmt: skip
    """One change of one given quantity."""
    givens = [v.name for v in VARIABLES.values() if v.kind == "given"]
    if name not in givens:
        why = "is worked out by the model; events change givens only" if name in VARIABLES else "is unknown"
        yield document.problem(here, f"quantity '{name}' {why}{suggest(name, givens)}")
        return
    variable = VARIABLES[name]
    for actor, value in change.items():
        if actor not in labels[variable.actor]:
            hint = suggest(actor, labels[variable.actor])
            yield document.problem((*here, actor), f"unknown {variable.actor} '{actor}'{hint}")
        elif isinstance(value, dict):
            yield from _labelled(document, (*here, actor), value, variable, labels)
        for number in value.values() if isinstance(value, dict) else (value,):
            yield from _bounds(document, (*here, actor), number, variable)


def _shares(document: Document, scenario: Scenario) -> Iterator[Problem]:
    """Control of every zone sums to one over states, procurement over classes."""
    for zone in scenario.zones:
        total = sum(_given(state, "control", zone) for state in scenario.states.values())
        if abs(total - 1.0) > SUM_TOLERANCE:
            yield document.problem(("zones", zone), f"control of this zone sums to {total:g} over the states, not to 1; correct 'control'")
    for key, state in scenario.states.items():
        if "service_mix" in state.quantities:
            total = sum(_given(state, "service_mix", weapon) for weapon in scenario.weapons.classes)
            if abs(total - 1.0) > SUM_TOLERANCE:
                place = ("states", key, "quantities", "service_mix")
                yield document.problem(place, f"the shares sum to {total:g}, not to 1; correct them")


def _given(state: Actor, name: str, label: str) -> float:
    """Return an opening value of one label, zero where it is not given."""
    figure = state.quantities.get(name)
    if figure is None:
        return 0.0
    return (figure.values or {}).get(label, figure.value or 0.0)


def census(scenario: Scenario) -> Counter[str]:
    """Count the figures of a scenario, and the parameters in force, by basis."""
    count: Counter[str] = Counter()
    for _, _, actor in scenario.actors():
        count.update(figure.basis for figure in (*actor.quantities.values(), *actor.parameters.values()))
    count.update(figure.basis for figure in (*scenario.weapons.quantities.values(), *scenario.parameters.values()))
    count.update(state.legacy_1992.basis for state in scenario.states.values() if state.legacy_1992)
    count.update(event.basis for event in scenario.timeline)
    followed = {name for _, _, actor in scenario.actors() for name in actor.rules}
    for name in (*sorted(followed), *ENTRIES):
        for parameter, default in MECHANISMS[name].parameters.items():
            if f"{name}.{parameter}" not in scenario.parameters:
                count[default.basis] += 1
    return count


def warnings(scenario: Scenario) -> Iterator[str]:
    """Yield what is allowed but should be known: reaction elasticities that multiply to one or more.

    The log rule of spending has the equilibrium ``ln x* = (a1 + r1 a2) / (1 - r1 r2)``
    and is stable only if ``r1 r2 < 1``; Richardson's linear one only if the product
    of reactions is below the product of fatigues.
    """
    states = list(scenario.states)
    for i, first in enumerate(states):
        for second in states[i + 1 :]:
            pair = f"{scenario.states[first].name} and {scenario.states[second].name}"
            log_gain = _value(scenario, first, "match_rival_spending", "reaction") * _value(
                scenario, second, "match_rival_spending", "reaction"
            )
            if log_gain >= 1.0:
                yield f"spending of {pair} has no stable level: their reactions multiply to {log_gain:.2f}, which is not below 1"
            gain, brake = (
                _value(scenario, first, "match_rival_linearly", p) * _value(scenario, second, "match_rival_linearly", p)
                for p in ("reaction", "fatigue")
            )
            if gain >= brake > 0.0:
                yield f"Richardson's race of {pair} has no stable level: reactions multiply to {gain:.2f}, fatigues to {brake:.2f}"


def _value(scenario: Scenario, state: str, rule: str, parameter: str) -> float:
    """Return a state's value of a parameter, zero where it does not follow the rule."""
    actor, key = scenario.states[state], f"{rule}.{parameter}"
    if rule not in actor.rules or rule not in CATALOGUE:
        return 0.0
    figure = actor.parameters.get(key) or scenario.parameters.get(key)
    if figure is None or figure.value is None:
        return float(CATALOGUE[rule].parameters[parameter])
    return figure.value
