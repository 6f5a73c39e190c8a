"""What types cannot tell about numbers: do they set something that exists, in its unit and range?

Part of `sim.scenario.check`. Every function yields located problems.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sim import evidence
from sim.model.mistakes import suggest
from sim.model.parameter import Parameter
from sim.model.rule import Mechanism
from sim.model.variables import INFINITY, VARIABLES, Variable
from sim.scenario.changes import OBSERVED_TWINS
from sim.scenario.document import Document, Place, Problem
from sim.scenario.problems import one_of
from sim.scenario.schema import Event, Figure
from sim.scenario.settings import MECHANISMS

Labels = Mapping[str, tuple[str, ...]]

# What the labels along an axis are to a reader, where the axis has another name.
WORDS = {"weapon": "weapon class", "client": "state"}

# What the program fills in itself, so that a number in a scenario would be lost or break the clock.
FILLED_IN = ("dt", "january", "new_year", "milex_intercept", "milex_target", "gdp_budgeted")
FILLED_IN_ENDINGS = ("_opening", "_observed", "_known", "_lately")


def source(document: Document, place: Place, part: Figure | Event) -> Iterator[Problem]:
    """A source is an evidence key, claims are known."""
    if part.source is not None and part.source not in evidence.sources():
        hint = suggest(part.source, evidence.sources()) or "; `armsrace list sources` names them"
        message = f"unknown source '{part.source}'{hint}"
        yield document.problem((*place, "source"), message)
    yield from cited(document, place, part.claims)


def cited(document: Document, place: Place, claims: Sequence[str]) -> Iterator[Problem]:
    """Claims of articles are known by their numbers, each once."""
    for index, claim in enumerate(claims):
        here = (*place, "claims", index)
        if claim in claims[:index]:
            yield document.problem(here, f"claim '{claim}' is listed twice; remove one")
        elif claim not in evidence.claims():
            hint = suggest(claim, evidence.claims()) or "; `armsrace list claims` names them"
            yield document.problem(here, f"unknown claim '{claim}'{hint}")


def unit(document: Document, place: Place, figure: Figure, declared: str) -> Iterator[Problem]:
    """A number stands in the declared unit."""
    if figure.unit is not None and figure.unit != declared:
        message = f"the unit is '{declared}', not '{figure.unit}'; convert the number or correct the unit"
        yield document.problem((*place, "unit"), message)


# -- quantities


def quantities(
    document: Document, place: Place, kind: str, figures: Mapping[str, Figure], labels: Labels, years: range
) -> Iterator[Problem]:
    """Figures set quantities of this kind of actor, in the declared unit, within bounds."""
    for name, figure in figures.items():
        here = (*place, "quantities", name)
        yield from source(document, here, figure)
        refusal = quantity_refusal(name, kind)
        if refusal:
            yield document.problem(here, refusal)
        elif place == ("weapons",) and VARIABLES[name].axes != ("weapon",):
            yield document.problem(here, f"'{name}' has no number for each weapon class; move it to 'region'")
        else:
            yield from _figure(document, here, figure, VARIABLES[name], labels, years)


def quantity_refusal(name: str, kind: str) -> str:
    """Say why a quantity cannot be set for a kind of actor; empty where it can."""
    if name not in VARIABLES:
        fit = [v.name for v in VARIABLES.values() if v.actor == kind and v.kind != "flow"]
        hint = suggest(name, fit) or "; `armsrace list quantities` names them"
        return f"unknown quantity '{name}'{hint}"
    variable = VARIABLES[name]
    if variable.actor != kind:
        return f"'{name}' belongs to {a(variable.actor)}, not to {a(kind)}; move it"
    if variable.kind == "flow":
        return f"'{name}' is worked out anew in every step and cannot be set; remove it"
    if name == "season":
        return "the season has a key of its own; write 'season:' under 'region'"
    return f"'{name}' is filled in by the program; remove it" if filled_in(name) else ""


def filled_in(name: str) -> bool:
    """Tell whether the program sets a quantity whatever a scenario says."""
    return name in FILLED_IN or name.endswith(FILLED_IN_ENDINGS)


def _figure(
    document: Document, here: Place, figure: Figure, variable: Variable, labels: Labels, years: range
) -> Iterator[Problem]:
    """Form, unit, labels, years and bounds of one figure."""
    yield from unit(document, here, figure, variable.unit)
    if figure.distribution is not None:
        message = "only parameters may be uncertain; write 'value:' instead"
        yield document.problem((*here, "distribution"), message)
        return
    if figure.values is not None:
        yield from labelled(document, (*here, "values"), figure.values, variable, labels)
    if figure.by_year is not None:
        yield from _by_year(document, (*here, "by_year"), figure.by_year, variable, years)
    for place, number in figure.placed():
        yield from bounds(document, (*here, *place), number, variable)
    for number in figure.between or ():
        yield from bounds(document, (*here, "between"), number, variable)


def labelled(
    document: Document, here: Place, values: Iterable[str], variable: Variable, labels: Labels
) -> Iterator[Problem]:
    """Labels exist on the one axis of the quantity."""
    if len(variable.axes) != 1:
        axes = "no labels" if not variable.axes else f"two kinds of label, {' and '.join(variable.axes)}"
        yield document.problem(here, f"'{variable.name}' has {axes}; write one number, not a number by label")
        return
    axis = variable.axes[0]
    for label in values:
        if label not in labels[axis]:
            yield document.problem((*here, label), unknown_label(axis, label, labels[axis]))


def unknown_label(what: str, label: str, known: Iterable[str]) -> str:
    """Say that a label is unknown and what there is."""
    names = list(known)
    there_is = f"; write {one_of(names)}" if names else "; remove it, this scenario has none"
    return f"unknown {WORDS.get(what, what)} '{label}'{suggest(label, names) or there_is}"


def a(kind: str) -> str:
    """Return a kind of actor with its article."""
    return "the region" if kind == "region" else f"a {kind}"


def _by_year(
    document: Document, here: Place, by_year: Iterable[int], variable: Variable, years: range
) -> Iterator[Problem]:
    """Only what the model does not work out goes by year, and only in years that are played."""
    if variable.kind != "given" and variable.name not in OBSERVED_TWINS:
        message = f"'{variable.name}' is worked out by the model after the opening; write 'value:' instead"
        yield document.problem(here, message)
        return
    for year in by_year:
        if year not in years:
            message = f"{year} is outside the horizon {years[0]} to {years[-1]}; move or remove it"
            yield document.problem((*here, year), message)


def bounds(document: Document, here: Place, number: float, variable: Variable) -> Iterator[Problem]:
    """A number lies within the bounds of its quantity; a code or flag is one of a few whole numbers."""
    low, high, name = variable.low, variable.high, variable.name
    if not low <= number <= high:
        message = f"{number:g} is out of bounds for '{name}'; write {_between(low, high, variable.unit)}"
        yield document.problem(here, message)
    elif variable.unit in ("code", "flag") and number != int(number):
        whole = one_of([str(code) for code in range(int(low), int(high) + 1)])
        yield document.problem(here, f"{number:g} is no {variable.unit}; write {whole} for '{name}'")


def _between(low: float, high: float, unit: str) -> str:
    """Put bounds into words.

    >>> _between(0.0, float("inf"), "TIV m"), _between(-1.0, 1.0, "1")
    ('0 or more TIV m', '-1 to 1')
    """
    reach = f"{low:g} or more" if high == INFINITY else f"{low:g} to {high:g}"
    return reach if unit == "1" else f"{reach} {unit}"


# -- parameters


def parameters(
    document: Document, place: Place, kind: str | None, figures: Mapping[str, Figure], section: str = "parameters"
) -> Iterator[Problem]:
    """Parameter settings, and what is believed of them, name a mechanism and its parameter, in unit and range."""
    for key, figure in figures.items():
        here = (*place, section, key)
        yield from source(document, here, figure)
        name, _, parameter = key.partition(".")
        mechanism = MECHANISMS.get(name)
        if mechanism is None:
            hint = suggest(name, MECHANISMS) or "; `armsrace list rules` names them"
            yield document.problem(here, f"unknown rule '{name}'{hint}")
        elif parameter not in mechanism.parameters:
            yield document.problem(here, _unknown_parameter(name, parameter, mechanism))
        elif kind is not None and mechanism.actor != kind:
            message = f"'{name}' is for {a(mechanism.actor)}; move it there or to the top of the scenario"
            yield document.problem(here, message)
        else:
            yield from _setting(document, here, figure, mechanism.parameters[parameter])


def _unknown_parameter(name: str, parameter: str, mechanism: Mechanism) -> str:
    known = [f"{name}.{known}" for known in mechanism.parameters]
    if not known:
        return f"'{name}' has no parameters; remove it"
    said = f"'{name}' has no parameter '{parameter}'" if parameter else "this names no parameter"
    return said + (suggest(f"{name}.{parameter}" if parameter else "", known) or f"; write {one_of(known)}")


def _setting(document: Document, here: Place, figure: Figure, default: Parameter) -> Iterator[Problem]:
    """One setting: a value or a distribution, in unit and range."""
    for form in ("values", "by_year"):
        if getattr(figure, form) is not None:
            message = "a parameter is one number; write 'value:', under each actor where it differs"
            yield document.problem((*here, form), message)
            return
    yield from unit(document, here, figure, default.unit)
    low, high = default.between
    numbers = [*figure.placed(), *((("between",), end) for end in figure.between or ())]
    for place, number in numbers:
        if not low <= number <= high:
            message = f"{number:g} is out of range; write {_between(low, high, default.unit)}"
            yield document.problem((*here, *place), message)
            return
