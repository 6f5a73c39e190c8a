"""From the factors of an experiment to its points, and from a point to a scenario.

A factor is named by what it changes: ``rule.parameter`` for everybody, ``actor.rule.parameter`` for one
actor, ``actor.quantity`` or ``actor.quantity.label`` for a given or an opening value, and a rule's bare
name, 1 or 0, for whether anybody follows it. Designs are drawn by `scipy.stats.qmc` and SALib in the unit
cube and mapped to numbers by the inverse of what is believed of each factor, so every design works with
every belief. What is drawn over the uncertainties is crossed with every combination of the levers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.check_numbers import MECHANISMS, Labels, bounds, parameters, quantity_refusal
from sim.document import Document, Problem, suggest
from sim.experiment import FROM_FILE, SAMPLED, WEIGHT, Experiment, Factor
from sim.rule import CATALOGUE
from sim.scenario import Actor, Distribution, Figure, Scenario
from sim.variables import EXTRA_ORIGINS, VARIABLES
from sim.world import axis_labels

Numbers = npt.NDArray[np.float64]
AS_IT_IS = np.nan  # what a factor is where a point leaves the scenario alone
SECTIONS = {"state": "states", "supplier": "suppliers", "mediator": "mediators"}


@dataclass(frozen=True)
class Points:
    """Parameter points.

    Attributes
    ----------
    factors, roles, units : tuple of str
        Name of each factor as the document writes it; ``uncertainty`` or ``lever``; its unit.
    values : ndarray ``(point, factor)``
        What each factor is; NaN leaves the scenario as it is.
    labels : tuple of str
        A short name for each point.
    about : mapping
        Kind of the design, and what an analysis of it needs to know.
    """

    factors: tuple[str, ...]
    roles: tuple[str, ...]
    units: tuple[str, ...]
    values: Numbers
    labels: tuple[str, ...]
    about: Mapping[str, Any]


# -- what a factor changes


@dataclass(frozen=True)
class Target:
    """What a factor changes: a parameter, a quantity or whether a rule is followed.

    Attributes
    ----------
    kind : str
        ``parameter``, ``quantity`` or ``rule``.
    actor : str
        Whose; empty for everybody's.
    name, label : str
        ``rule.parameter``, quantity or rule; a label of the quantity's axis, or empty for all.
    """

    kind: str
    actor: str
    name: str
    label: str = ""


def target_of(name: str, scenario: Scenario) -> Target | str:
    """Return what a factor changes in a scenario, or the sentence that says why it changes nothing."""
    actors = {key: actor for _, key, actor in scenario.actors()}
    first, *rest = name.split(".")
    if first in actors:
        return _of_actor(first, rest, scenario)
    if first not in MECHANISMS:
        return f"'{first}' is neither an actor nor a rule{suggest(first, [*actors, *MECHANISMS])}"
    if not rest:
        followed = {rule for actor in actors.values() for rule in actor.rules}
        if first in followed:
            return Target("rule", "", first)
        return (
            f"'{first}' is {'followed by nobody' if first in CATALOGUE else 'no decision'}; name one of its parameters"
        )
    return Target("parameter", "", name)


def _of_actor(actor: str, rest: Sequence[str], scenario: Scenario) -> Target | str:
    """Return a target that belongs to one actor."""
    if not rest:
        return f"'{actor}' is an actor; write {actor}.rule.parameter or {actor}.quantity"
    if rest[0] in VARIABLES and len(rest) <= 2:
        return _quantity(actor, rest[0], rest[1] if len(rest) == 2 else "", scenario)
    if rest[0] in MECHANISMS and len(rest) == 2:
        return Target("parameter", actor, ".".join(rest))
    known = [*VARIABLES, *MECHANISMS]
    return f"'{'.'.join(rest)}' is neither a quantity nor rule.parameter{suggest(rest[0], known)}"


def _quantity(actor: str, name: str, label: str, scenario: Scenario) -> Target | str:
    """Return a quantity of an actor, if it has one that can be set."""
    kind = next(kind for kind, key, _ in scenario.actors() if key == actor)
    refusal = quantity_refusal(name, kind)
    if refusal:
        return refusal
    axes = VARIABLES[name].axes
    known = labels_of(scenario)[axes[0]] if len(axes) == 1 else ()
    if len(axes) > 1:
        return f"'{name}' is a table; an experiment sets single numbers and rows"
    if label and label not in known:
        return f"'{name}' has no '{label}'{suggest(label, known)}"
    return Target("quantity", actor, name, label)


def labels_of(scenario: Scenario) -> Labels:
    """Return the labels along every axis."""
    return axis_labels(
        scenario.states, scenario.suppliers, scenario.mediators, scenario.weapons.classes, scenario.zones, EXTRA_ORIGINS
    )


def unit_of(target: Target) -> str:
    """Return the unit of what a factor changes."""
    if target.kind == "rule":
        return "1 followed, 0 not"
    if target.kind == "quantity":
        return VARIABLES[target.name].unit
    rule, _, parameter = target.name.partition(".")
    return MECHANISMS[rule].parameters[parameter].unit


def reach_of(target: Target) -> tuple[float, float]:
    """Return the smallest and largest number a factor may be."""
    if target.kind == "parameter":
        rule, _, parameter = target.name.partition(".")
        return MECHANISMS[rule].parameters[parameter].between
    return (VARIABLES[target.name].low, VARIABLES[target.name].high) if target.kind == "quantity" else (0.0, 1.0)


def problems_at(target: Target, number: float, scenario: Scenario) -> Iterator[str]:
    """Yield what is wrong with a number for a factor: the same sentences as in a scenario."""
    nowhere = Document({}, {}, "")
    found: list[Problem] = []
    if target.kind == "parameter":
        kind = next((kind for kind, key, _ in scenario.actors() if key == target.actor), None)
        found += parameters(nowhere, (), kind, {target.name: _figure(number)})
    elif target.kind == "quantity":
        found += bounds(nowhere, (), number, VARIABLES[target.name])
    elif number not in (0.0, 1.0):
        yield f"{number:g} is neither 1, which lets everybody follow the rule as written, nor 0"
    yield from (problem.message for problem in found)


def _figure(number: float) -> Figure:
    """Return a number as an experiment sets it."""
    return Figure(value=float(number), basis="assumed", because="set by the experiment")


# -- from a point to a scenario


def at_point(scenario: Scenario, points: Points, index: int) -> Scenario:
    """Return a scenario with what the factors are at a point; everything else is as it was."""
    for name, number in zip(points.factors, points.values[index].tolist(), strict=True):
        if not np.isnan(number):
            target = target_of(name, scenario)
            assert isinstance(target, Target), target  # `points` has looked
            scenario = changed(scenario, target, number)
    return scenario


def changed(scenario: Scenario, target: Target, number: float) -> Scenario:
    """Return a scenario in which one factor has been set."""
    if target.kind == "rule":
        return scenario if number else _each_actor(scenario, lambda actor: _unfollowed(actor, target.name))
    if target.kind == "parameter" and not target.actor:
        common = {**scenario.parameters, target.name: _figure(number)}
        everybody = _each_actor(scenario, lambda actor: _without_own(actor, target.name))
        return everybody.model_copy(update={"parameters": common})
    return _one_actor(scenario, target.actor, lambda actor: _set(actor, target, number))


def _unfollowed(actor: Actor, rule: str) -> Actor:
    """Return an actor that does not follow a rule."""
    return actor.model_copy(update={"rules": [name for name in actor.rules if name != rule]})


def _without_own(actor: Actor, key: str) -> Actor:
    """Return an actor without a setting of its own: what is set for everybody holds for it too."""
    return actor.model_copy(update={"parameters": {k: v for k, v in actor.parameters.items() if k != key}})


def _set(actor: Actor, target: Target, number: float) -> Actor:
    """Return an actor with a parameter or quantity of its own."""
    if target.kind == "parameter":
        return actor.model_copy(update={"parameters": {**actor.parameters, target.name: _figure(number)}})
    old = actor.quantities.get(target.name)
    figure = _figure(number)
    if target.label:
        values = {**((old.values if old else None) or {}), target.label: float(number)}
        figure = figure.model_copy(update={"value": old.value if old else None, "values": values})
    return actor.model_copy(update={"quantities": {**actor.quantities, target.name: figure}})


def _each_actor(scenario: Scenario, change: Any) -> Scenario:
    """Return a scenario with every actor changed."""
    for _, key, _ in tuple(scenario.actors()):
        scenario = _one_actor(scenario, key, change)
    return scenario


def _one_actor(scenario: Scenario, key: str, change: Any) -> Scenario:
    """Return a scenario with one actor changed."""
    if key == "region":
        return scenario.model_copy(update={"region": change(scenario.region)})
    for section in SECTIONS.values():
        actors = getattr(scenario, section)
        if key in actors:
            return scenario.model_copy(update={section: {**actors, key: change(actors[key])}})
    raise KeyError(key)


# -- from an experiment to its points


def points(experiment: Experiment, scenarios: Sequence[Scenario]) -> Points:
    """Return the points of an experiment.

    Parameters
    ----------
    experiment : Experiment
        Factors and design.
    scenarios : sequence of Scenario
        What it is played on; a factor must change something in each of them.

    Raises
    ------
    DocumentError, Mistake
        If a factor changes nothing, or a number is out of its range.
    """
    beliefs = {name: factor for name, (_, factor) in experiment.factors.items()}
    roles = {name: role for name, (role, _) in experiment.factors.items()}
    if experiment.design.kind == "prior":
        for name, factor in priors_of(scenarios[0]).items():
            if name not in beliefs:
                beliefs[name], roles[name] = factor, "uncertainty"
        if not beliefs:
            experiment.refuse(
                ("design",), "nothing has a prior; write 'uncertainties:', or 'distribution:' in the scenario"
            )
    targets = {name: _target(experiment, name, roles[name], scenarios) for name in beliefs}
    ranges = {name: _belief(experiment, targets[name], name, factor) for name, factor in beliefs.items()}
    values, labels, about = _drawn(experiment, ranges, roles)
    for column, (name, factor) in enumerate(ranges.items()):
        if factor.distribution is not None and factor.distribution.normal is not None:
            values[:, column] = np.clip(values[:, column], *reach_of(targets[name]))  # as a run's own draw is cut
    _refuse_out_of_range(experiment, targets, roles, values, scenarios)
    return Points(
        tuple(beliefs), tuple(roles[name] for name in beliefs), tuple(unit_of(targets[name]) for name in beliefs),
        values, labels, {"kind": experiment.design.kind, "sampler_seed": sampler_seed(experiment), **about},
    )  # fmt: skip


def priors_of(scenario: Scenario) -> dict[str, Factor]:
    """Return what a scenario itself believes of its parameters, as factors."""
    found = dict(scenario.parameters)
    for _, actor, document in scenario.actors():
        found |= {f"{actor}.{key}": figure for key, figure in document.parameters.items()}
    return {
        key: Factor(distribution=figure.distribution)
        for key, figure in found.items()
        if figure.distribution is not None
    }


def _target(experiment: Experiment, name: str, role: str, scenarios: Sequence[Scenario]) -> Target:
    """Return what a factor changes, the same in every scenario."""
    place = ("uncertainties" if role == "uncertainty" else "levers", name)
    for scenario in scenarios:
        found = target_of(name, scenario)
        if isinstance(found, str):
            experiment.refuse(place, found + (f" (in {scenario.name})" if len(scenarios) > 1 else ""))
        if found.kind == "parameter":
            for message in _unknown(found, scenario):
                experiment.refuse(place, message)
    assert isinstance(found, Target)
    return found


def _unknown(target: Target, scenario: Scenario) -> Iterator[str]:
    """Yield why a parameter does not exist."""
    kind = next((kind for kind, key, _ in scenario.actors() if key == target.actor), None)
    rule, _, parameter = target.name.partition(".")
    default = MECHANISMS[rule].parameters.get(parameter)
    number = float(default) if default is not None else 0.0
    for problem in parameters(Document({}, {}, ""), (), kind, {target.name: _figure(number)}):
        yield problem.message


def _belief(experiment: Experiment, target: Target, name: str, factor: Factor) -> Factor:
    """Return what is believed of a factor; one that says nothing has the declared range of its parameter."""
    if factor.values is not None or factor.between is not None or factor.distribution is not None:
        return factor
    if target.kind == "rule":
        return Factor(values=[0.0, 1.0])
    if target.kind == "parameter" and experiment.design.kind not in FROM_FILE:
        rule, _, parameter = target.name.partition(".")
        return Factor(between=list(MECHANISMS[rule].parameters[parameter].between))
    if experiment.design.settings:
        return factor
    return experiment.refuse((_section(experiment, name), name), "say over what; write 'between:' or 'values:'")


def _section(experiment: Experiment, name: str) -> str:
    return "levers" if name in experiment.levers else "uncertainties"


def _refuse_out_of_range(experiment: Experiment, targets: Mapping[str, Target], roles: Mapping[str, str],
                         values: Numbers, scenarios: Sequence[Scenario]) -> None:  # fmt: skip
    """Refuse numbers that a scenario could not hold, before anything is played."""
    for column, (name, target) in enumerate(targets.items()):
        known = values[np.isfinite(values[:, column]), column]
        for number in dict.fromkeys((known.min(), known.max()) if len(known) else ()):
            for message in problems_at(target, float(number), scenarios[0]):
                experiment.refuse((_section(experiment, name), name), message)


# -- drawing


def sampler_seed(experiment: Experiment) -> int:
    """Return the seed of the sampler, which follows from that of the experiment."""
    digest = hashlib.blake2b(f"{experiment.seed}\x1fdesign".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "little")


Drawn = tuple[Numbers, tuple[str, ...], dict[str, Any]]


def _drawn(experiment: Experiment, beliefs: Mapping[str, Factor], roles: Mapping[str, str]) -> Drawn:
    """Return values ``(point, factor)``, labels and what an analysis needs."""
    kind = experiment.design.kind
    if kind in SAMPLED:
        return _sampled(experiment, beliefs, roles)
    if kind == "grid":
        return _grid(beliefs)
    if kind == "one_at_a_time":
        return _one_at_a_time(beliefs)
    rows = experiment.design.settings or [{}]
    if kind == "posterior":
        rows = _resampled(experiment, rows)
    values = np.array([[row.get(name, AS_IT_IS) for name in beliefs] for row in rows], np.float64)
    return values.reshape(len(rows), len(beliefs)), _numbered(len(rows)), {}


def _numbered(count: int) -> tuple[str, ...]:
    """Return numbers as labels of one width."""
    width = len(str(max(count - 1, 0)))
    return tuple(f"{number:0{width}d}" for number in range(count))


def _resampled(experiment: Experiment, rows: Sequence[dict[str, float]]) -> list[dict[str, float]]:
    """Draw from a weighted sample by systematic resampling (Kitagawa 1996); without weights every row counts alike."""
    wanted = experiment.design.points or len(rows)
    weight = np.array([row.get(WEIGHT, 1.0) for row in rows])
    if (weight < 0.0).any() or not weight.sum() > 0.0:
        experiment.refuse(("design", "file"), "weights are 0 or more and not all 0; correct the column 'weight'")
    start = np.random.default_rng(sampler_seed(experiment)).random()
    chosen = np.searchsorted(np.cumsum(weight) / weight.sum(), (start + np.arange(wanted)) / wanted, side="right")
    return [rows[min(int(k), len(rows) - 1)] for k in chosen]


def _grid(beliefs: Mapping[str, Factor]) -> Drawn:
    """Every combination of the values of every factor."""
    combinations = list(product(*(factor.values or () for factor in beliefs.values())))
    labels = tuple(_label(dict(zip(beliefs, numbers, strict=True))) for numbers in combinations)
    return np.array(combinations, np.float64), labels, {}


def _label(setting: Mapping[str, float]) -> str:
    """Return the name of a point from what its factors are."""
    return ", ".join(f"{name.rpartition('.')[2]} {number:g}" for name, number in setting.items())


def _one_at_a_time(beliefs: Mapping[str, Factor]) -> Drawn:
    """The scenario as it is, then each factor alone at each of its values, or at both ends of its range."""
    rows, labels = [np.full(len(beliefs), AS_IT_IS)], ["base"]
    for column, (name, factor) in enumerate(beliefs.items()):
        for number in factor.values or quantile(factor, np.array([0.0, 1.0]), edge=0.025).tolist():
            row = np.full(len(beliefs), AS_IT_IS)
            row[column] = number
            rows.append(row)
            labels.append(f"{name} {number:g}")
    return np.array(rows), tuple(labels), {}


def quantile(factor: Factor, share: Numbers, edge: float = 0.0) -> Numbers:
    """Return what a factor is at shares of what is believed, in the unit interval.

    `edge` keeps that far from the ends of a distribution without ends.

    Examples
    --------
    >>> quantile(Factor(between=[2.0, 4.0]), np.array([0.0, 0.5, 1.0])).tolist()
    [2.0, 3.0, 4.0]
    >>> quantile(Factor(values=[1.0, 5.0]), np.array([0.2, 0.7])).tolist()
    [1.0, 5.0]
    """
    if factor.values is not None:
        place = np.minimum((share * len(factor.values)).astype(int), len(factor.values) - 1)
        return np.array(factor.values)[place]
    spread = factor.distribution or Distribution(uniform=factor.between)
    if spread.uniform is not None:
        low, high = spread.uniform
        return low + (high - low) * share
    from scipy.stats import norm

    assert spread.normal is not None
    mean, sd = spread.normal
    tiny = max(edge, 1e-6)
    return np.asarray(norm.ppf(np.clip(share, tiny, 1.0 - tiny), mean, sd))


def _sampled(experiment: Experiment, beliefs: Mapping[str, Factor], roles: Mapping[str, str]) -> Drawn:
    """Points drawn over the uncertainties, crossed with every combination of the levers."""
    unknown = [name for name in beliefs if roles[name] == "uncertainty"]
    levers = [name for name in beliefs if roles[name] == "lever"]
    shares, about = _shares(experiment, unknown)
    drawn = np.stack([quantile(beliefs[name], shares[:, k]) for k, name in enumerate(unknown)], axis=1)
    choices = list(product(*(beliefs[name].values or () for name in levers)))
    values = np.empty((len(choices) * len(drawn), len(beliefs)))
    labels: list[str] = []
    for number, choice in enumerate(choices):
        rows = slice(number * len(drawn), (number + 1) * len(drawn))
        for name, column in ((name, list(beliefs).index(name)) for name in beliefs):
            values[rows, column] = choice[levers.index(name)] if name in levers else drawn[:, unknown.index(name)]
        front = f"{_label(dict(zip(levers, choice, strict=True)))}: " if levers else ""
        labels += [front + label for label in _numbered(len(drawn))]
    combinations = [dict(zip(levers, choice, strict=True)) for choice in choices]
    return values, tuple(labels), {**about, "combinations": combinations, "drawn": len(drawn)}


def _shares(experiment: Experiment, names: Sequence[str]) -> tuple[Numbers, dict[str, Any]]:
    """Return a sample of the unit cube ``(draw, factor)`` and what its analysis needs."""
    design, seed = experiment.design, sampler_seed(experiment)
    size = design.points or 1
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    if design.kind == "sobol":
        from SALib.sample import sobol

        sample = sobol.sample(problem, size, calc_second_order=design.second_order, seed=seed)
        return sample, {"problem": problem, "second_order": design.second_order}
    if design.kind == "morris":
        from SALib.sample import morris

        sample = morris.sample(problem, size, num_levels=design.levels, seed=seed)
        return sample, {"problem": problem, "levels": design.levels, "unit_sample": sample.tolist()}
    from scipy.stats import qmc

    return qmc.LatinHypercube(len(names), rng=np.random.default_rng(seed)).random(size), {}
