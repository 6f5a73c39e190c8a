"""What the name of a factor means in a scenario, and how a number is put there.

A name is a path as in error messages, the actor first where it is about one:

    repay_oil.weight                 a parameter, for everybody
    israel.repay_oil.weight          the same for one actor
    israel.affinity.azerbaijan       one label of a quantity: given, or value at the opening
    armenia.grievance                a whole quantity, the same number for all its labels
    weapons.decay.drones             of a weapon class
    rules.repay_oil                  a rule followed (1) or switched off (0)
    israel.rules.repay_oil           the same for one actor, who need not follow it yet

"For everybody" is as in scenarios: an actor's own setting wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sim.check import check
from sim.check_numbers import MECHANISMS, unknown_label
from sim.document import Document, Place, suggest
from sim.initial import opening_arrays
from sim.rule import CATALOGUE
from sim.scenario import KIND_OF, Actor, Distribution, Figure, Scenario, Weapons
from sim.variables import EXTRA_ORIGINS, INFINITY, VARIABLES, Mistake
from sim.world import axis_labels

ANYWHERE = Document({}, {}, "<point>")  # a scenario at a point has no file
REASON = "a point of an experiment"


@dataclass(frozen=True)
class Target:
    """Where in a scenario the number of a factor goes.

    Attributes
    ----------
    path : str
        As written in the experiment.
    kind : {"parameter", "quantity", "rule"}
        What is set.
    owner : str
        Key of the actor, "weapons", or "" for everybody.
    name, label : str
        ``rule.parameter``, quantity or rule; the label of a quantity, or "".
    unit : str
        Unit of the number.
    low, high : float
        Smallest and largest number allowed; infinite where nothing is declared.
    believed : Distribution or None
        What the scenario states as a distribution.
    """

    path: str
    kind: Literal["parameter", "quantity", "rule"]
    owner: str
    name: str
    label: str = ""
    unit: str = "1"
    low: float = -INFINITY
    high: float = INFINITY
    believed: Distribution | None = None


# -- from a path to its meaning


def target(scenario: Scenario, path: str) -> Target:
    """Return what a path means in a scenario.

    Raises
    ------
    Mistake
        If a part of it means nothing, with what was probably meant.

    Examples
    --------
    >>> import sim
    >>> found = target(sim.load("status_quo"), "israel.affinity.azerbaijan")
    >>> found.kind, found.owner, found.name, found.label, found.low, found.high
    ('quantity', 'israel', 'affinity', 'azerbaijan', -1.0, 1.0)
    """
    first, *rest = path.split(".")
    owners = _owners(scenario)
    if first == "rules":
        return _switch(scenario, path, "", rest)
    if first in owners:
        return _of_owner(scenario, path, first, rest)
    if first in MECHANISMS:
        return _parameter(scenario, path, "", first, rest)
    choices = [*owners, *MECHANISMS, "rules"]
    hint = suggest(first, choices) or "; write 'rule.parameter', 'actor.quantity' or 'rules.rule'"
    raise Mistake(f"unknown rule or actor '{first}'{hint}")


def _owners(scenario: Scenario) -> dict[str, Actor | Weapons]:
    return {**{key: actor for _, key, actor in scenario.actors()}, "weapons": scenario.weapons}


def _of_owner(scenario: Scenario, path: str, owner: str, rest: list[str]) -> Target:
    """Return what a path that begins with an actor means."""
    word, *more = rest or [""]
    if word == "rules":
        return _switch(scenario, path, owner, more)
    if word in MECHANISMS:
        return _parameter(scenario, path, owner, word, more)
    if word in VARIABLES:
        return _quantity(scenario, path, owner, word, more)
    kind = next((kind for kind, key, _ in scenario.actors() if key == owner), "region")
    fit = [name for name, variable in VARIABLES.items() if variable.actor == kind]
    fit += [name for name, mechanism in MECHANISMS.items() if mechanism.actor == kind]
    hint = suggest(word, [*fit, "rules"]) or f"; write '{owner}.' with a quantity, or with a rule and its parameter"
    raise Mistake(f"'{owner}' has no quantity or rule '{word}'{hint}")


def _parameter(scenario: Scenario, path: str, owner: str, rule: str, rest: list[str]) -> Target:
    """Return what ``rule.parameter`` means, for everybody or for one actor."""
    known = MECHANISMS[rule].parameters
    name, *surplus = rest or [""]
    if name not in known:
        choices = [f"{rule}.{parameter}" for parameter in known] or [f"rules.{rule}"]
        hint = suggest(f"{rule}.{name}", choices) or f"; write {' or '.join(choices)}"
        raise Mistake(f"'{rule}' has no parameter '{name}'{hint}" if name else f"this names no parameter{hint}")
    _end_here(path, surplus)
    key, default = f"{rule}.{name}", known[name]
    if not list(_heeding(scenario, key, owner)):
        _refuse_idle(scenario, key, owner)
    own = _owners(scenario)[owner].parameters if owner and owner != "weapons" else {}  # type: ignore[union-attr]
    figure = own.get(key) or scenario.parameters.get(key)
    low, high = (figure.between if figure else None) or default.between
    return Target(path, "parameter", owner, key, "", default.unit, low, high, figure.distribution if figure else None)


def _heeding(scenario: Scenario, key: str, owner: str = "") -> Iterator[str]:
    """Yield the actors for whom a setting for everybody, or of their own, would count."""
    rule = key.partition(".")[0]
    for kind, actor, document in scenario.actors():
        follows = rule in document.rules if rule in CATALOGUE else MECHANISMS[rule].actor == kind
        if follows and (owner == actor or (not owner and key not in document.parameters)):
            yield actor


def _refuse_idle(scenario: Scenario, key: str, owner: str) -> None:
    rule = key.partition(".")[0]
    if owner:
        raise Mistake(f"'{owner}' does not follow '{rule}', so this has no effect; remove it")
    own = [actor for _, actor, document in scenario.actors() if key in document.parameters and rule in document.rules]
    if own:
        raise Mistake(f"all who follow '{rule}' have a number of their own; write '{own[0]}.{key}'")
    raise Mistake(f"nobody in '{scenario.name}' follows '{rule}', so this has no effect; remove it")


def _quantity(scenario: Scenario, path: str, owner: str, name: str, rest: list[str]) -> Target:
    """Return what a quantity of an actor, or one label of it, means."""
    variable = VARIABLES[name]
    label, *surplus = rest or [""]
    _end_here(path, surplus)
    if label:
        if len(variable.axes) != 1:
            raise Mistake(f"'{name}' has no labels of one kind; write '{owner}.{name}'")
        known = _labels(scenario)[variable.axes[0]]
        if label not in known:
            raise Mistake(unknown_label(variable.axes[0], label, known))
    figure = _owners(scenario)[owner].quantities.get(name)
    if figure is not None and figure.by_year is not None and label:
        raise Mistake(f"'{name}' goes by year in '{scenario.name}'; write '{owner}.{name}' for all years alike")
    low, high = variable.low, variable.high
    if figure is not None and figure.between is not None:
        low, high = figure.between
    return Target(path, "quantity", owner, name, label, variable.unit, low, high)


def _switch(scenario: Scenario, path: str, owner: str, rest: list[str]) -> Target:
    """Return what switching a rule on or off means."""
    rule, *surplus = rest or [""]
    _end_here(path, surplus)
    if rule not in CATALOGUE:
        what = (
            f"'{rule}' is bookkeeping, not a rule anybody follows" if rule in MECHANISMS else f"unknown rule '{rule}'"
        )
        raise Mistake(what + (suggest(rule, CATALOGUE) or "; `armsrace list rules` names them"))
    if not owner and not any(rule in actor.rules for _, _, actor in scenario.actors()):
        raise Mistake(f"nobody in '{scenario.name}' follows '{rule}'; write 'actor.rules.{rule}' to give it to one")
    if owner == "weapons":
        raise Mistake(f"weapons follow no rules; write 'rules.{rule}'")
    return Target(path, "rule", owner, rule, "", "flag", 0.0, 1.0)


def _end_here(path: str, surplus: list[str]) -> None:
    if surplus:
        end = ".".join(surplus)
        raise Mistake(f"nothing can follow '{path.removesuffix('.' + end)}'; remove '.{end}'")


def _labels(scenario: Scenario) -> Mapping[str, tuple[str, ...]]:
    return axis_labels(scenario.states, scenario.suppliers, scenario.mediators, scenario.weapons.classes,
                       scenario.zones, EXTRA_ORIGINS)  # fmt: skip


# -- what a scenario has there now


def present(scenario: Scenario, aim: Target) -> float:
    """Return the number a scenario has at a target: of a distribution the middle, of a rule 1 if it is followed.

    Raises
    ------
    Mistake
        If there are several different numbers.
    """
    if aim.kind == "rule":
        return float(not aim.owner or aim.name in _owners(scenario)[aim.owner].rules)  # type: ignore[union-attr]
    if aim.kind == "parameter":
        own = _owners(scenario)[aim.owner].parameters if aim.owner else {}  # type: ignore[union-attr]
        figure = own.get(aim.name) or scenario.parameters.get(aim.name)
        rule, _, parameter = aim.name.partition(".")
        default = float(MECHANISMS[rule].parameters[parameter])
        return default if figure is None else _middle(figure, default)
    labels, variable = _labels(scenario), VARIABLES[aim.name]
    place = labels[variable.actor].index("region" if aim.owner == "weapons" else aim.owner)
    array = opening_arrays(scenario, labels)[aim.name][..., place, 0]
    if aim.label:
        return float(array[labels[variable.axes[0]].index(aim.label)])
    if array.size and (array != array.flat[0]).any():
        raise Mistake(f"'{aim.path}' is not one number in '{scenario.name}'; name a label, as '{aim.path}.label'")
    return float(array.flat[0])


def _middle(figure: Figure, default: float) -> float:
    if figure.distribution is None:
        return default if figure.value is None else figure.value
    core = figure.distribution.core
    return sum(core) / len(core)


def believed(scenario: Scenario, named: Iterable[str]) -> list[str]:
    """Return the paths of all distributions of a scenario that are in force and not named already.

    A distribution for everybody is one path for each actor it counts for, since
    each of them has a draw of its own; named by ``rule.parameter`` it is one number for all.
    """
    taken, paths = set(named), list[str]()
    for key, figure in scenario.parameters.items():
        if figure.distribution is not None and key not in taken:
            paths += [f"{actor}.{key}" for actor in _heeding(scenario, key)]
    for _, actor, document in scenario.actors():
        for key, figure in document.parameters.items():
            if figure.distribution is not None and actor in _heeding(scenario, key, actor):
                paths.append(f"{actor}.{key}")
    return [path for path in paths if path not in taken]


# -- putting a number there


def put(scenario: Scenario, numbers: Iterable[tuple[Target, float]]) -> Scenario:
    """Return a copy of a scenario with numbers put in; nothing else differs.

    Raises
    ------
    Mistake
        If a number is out of range.
    """
    for aim, number in numbers:
        sentence = refusal(aim, number)
        if sentence:
            raise Mistake(f"{aim.path}: {sentence}")
        scenario = _put(scenario, aim, number)
    return scenario


def refusal(aim: Target, number: float) -> str:
    """Say why a number cannot be put at a target; empty where it can."""
    if aim.kind == "rule" and number not in (0.0, 1.0):
        return f"{number:g} neither switches a rule off nor on; write 0 or 1"
    if aim.low <= number <= aim.high:
        return f"{number:g} is no {aim.unit}; write a whole number" if _broken(aim, number) else ""
    unit = "" if aim.unit == "1" else f" {aim.unit}"
    reach = f"{aim.low:g} or more" if aim.high == INFINITY else f"{aim.low:g} to {aim.high:g}"
    return f"{number:g} is out of range; write {reach}{unit}"


def _broken(aim: Target, number: float) -> bool:
    return aim.unit in ("code", "flag") and number != int(number)


def placed(scenario: Scenario, aim: Target) -> Place:
    """Return where in a scenario document the number of a target stands."""
    section = "parameters" if aim.kind == "parameter" else "quantities"
    above = next((f"{kind}s" for kind, key, _ in scenario.actors() if key == aim.owner and kind != "region"), "")
    return tuple(part for part in (above, aim.owner, section, aim.name) if part)


def objections(scenario: Scenario) -> list[tuple[Place, str]]:
    """Return what the checks of a scenario document find wrong with a scenario made at a point."""
    return [(problem.path, problem.message) for problem in check(scenario, ANYWHERE)]


def _put(scenario: Scenario, aim: Target, number: float) -> Scenario:
    if aim.kind == "rule":
        for _, key, actor in list(scenario.actors()):
            if aim.owner in ("", key):
                scenario = _with_actor(scenario, key, {"rules": _doctrine(actor.rules, aim, number)})
        return scenario
    if not aim.owner:
        return scenario.model_copy(update={"parameters": _set(scenario.parameters, aim, number)})
    section = "parameters" if aim.kind == "parameter" else "quantities"
    figures = getattr(_owners(scenario)[aim.owner], section)
    return _with_actor(scenario, aim.owner, {section: _set(figures, aim, number)})


def _doctrine(rules: list[str], aim: Target, number: float) -> list[str]:
    """Return a doctrine with one rule added or removed; to follow what it follows changes nothing."""
    if number:
        return [*rules, aim.name] if aim.owner and aim.name not in rules else rules
    return [rule for rule in rules if rule != aim.name]


def _set(figures: Mapping[str, Figure], aim: Target, number: float) -> dict[str, Figure]:
    """Return figures with one number replaced or added; its basis is the experiment's assumption."""
    old = figures.get(aim.name)
    fields: dict[str, Any] = {"between": old.between, "unit": old.unit} if old else {}
    if aim.label:
        fields["values"] = {**((old.values if old else None) or {}), aim.label: number}
        fields["value"] = old.value if old else None
    else:
        fields["value"] = number
    return {**figures, aim.name: Figure(**fields, basis="assumed", because=REASON)}


def _with_actor(scenario: Scenario, key: str, update: dict[str, Any]) -> Scenario:
    """Return a scenario with something changed in the document of an actor, or of the weapons."""
    for section in KIND_OF:
        actors = getattr(scenario, section)
        if key in actors:
            changed = {**actors, key: actors[key].model_copy(update=update)}
            return scenario.model_copy(update={section: changed})
    return scenario.model_copy(update={key: getattr(scenario, key).model_copy(update=update)})
