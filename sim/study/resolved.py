"""An experiment understood in one of its scenarios: what every factor means, and whether it fits the design."""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sim import evidence
from sim.model.mistakes import Mistake, suggest
from sim.scenario.document import Place
from sim.scenario.schema import Scenario
from sim.study.designs import Factor
from sim.study.experiment import Experiment
from sim.study.factors import believed, objections, overtaken, placed, put, refusal
from sim.study.sample_table import SampleTable, read_sample_table
from sim.study.slots import Slot, find_slot

SAMPLED = ("latin_hypercube", "sobol", "morris", "prior", "posterior")
BELIEVED = tuple(kind for kind in SAMPLED if kind != "morris")  # points spread as belief is, not on chosen levels


@dataclass(frozen=True)
class Resolved:
    """An experiment in one scenario, every name understood and every number looked at."""

    experiment: Experiment
    scenario: Scenario
    slots: dict[str, Slot]
    factors: dict[str, Factor]
    roles: dict[str, str]
    sample_table: SampleTable | None = None

    @cached_property
    def combinations(self) -> list[dict[str, float]]:
        """Every combination of the levers' numbers, under each of which a sample is played."""
        offered = [[(path, number) for number in tried(self, path)] for path in self.levers]
        return [dict(row) for row in itertools.product(*offered)]

    @property
    def unknown(self) -> list[str]:
        """Factors that are sampled."""
        return [path for path, role in self.roles.items() if role == "uncertainty"]

    @property
    def levers(self) -> list[str]:
        """Factors that are chosen."""
        return [path for path, role in self.roles.items() if role == "lever"]


def resolve(experiment: Experiment, scenario: Scenario) -> Resolved:
    """Understand every factor, or refuse all that is wrong at once."""
    kind = experiment.design.kind
    factors, roles = dict(experiment.factors), dict[str, str]()
    roles |= dict.fromkeys(experiment.uncertainties, "uncertainty") | dict.fromkeys(experiment.levers, "lever")
    sample_table = read_sample_table(experiment) if kind in ("table", "posterior") else None
    if kind == "posterior" and sample_table is not None:
        extra = [path for path in sample_table.columns if path not in factors]
        factors, roles = (
            {**dict.fromkeys(extra, Factor.model_validate({})), **factors},
            {**dict.fromkeys(extra, "uncertainty"), **roles},
        )
    if kind == "prior":
        extra = believed(scenario, factors, priors=not experiment.uncertainties)
        factors, roles = (
            {**dict.fromkeys(extra, Factor.model_validate({})), **factors},
            {**dict.fromkeys(extra, "uncertainty"), **roles},
        )
    roles = dict(sorted(roles.items(), key=lambda entry: entry[1] == "lever"))  # stable: uncertainties first
    found: list[tuple[Place, str]] = []
    slots: dict[str, Slot] = {}
    for path, stated in [*factors.items()]:
        section = "levers" if roles[path] == "lever" else "uncertainties"
        place: Place = (section, path) if path in experiment.factors else ("design", kind)
        try:
            slots[path] = find_slot(scenario, path)
        except Mistake as mistake:
            found.append((place, str(mistake)))
        else:
            factors[path] = stated = _as_believed(scenario, slots[path], stated)
            found += _wrong(scenario, slots[path], stated, place)
            sentence, dead = overtaken(scenario, slots[path])
            if dead:
                found.append((place, f"{sentence}; remove the factor, or vary a scenario without that event"))
    if not found:
        found = _unfit(experiment, slots, factors, roles, sample_table)
    if found:
        raise experiment.mistakes(*found)
    return Resolved(experiment, scenario, slots, factors, roles, sample_table)


def _as_believed(scenario: Scenario, slot: Slot, stated: Factor) -> Factor:
    """Return a factor of which nothing is said as the scenario's prior has it, with its reason; others as they are."""
    prior = scenario.believed().get(slot.path)
    if prior is None or prior.distribution is None or slot.believed is not None or not stated.is_open:
        return stated
    said = prior.model_dump(include={"basis", "source", "because"}, exclude_none=True)
    said |= {"distribution": prior.distribution, "between": None if prior.distribution.ends else prior.between}
    return Factor.model_validate(said)


def _wrong(scenario: Scenario, slot: Slot, stated: Factor, place: Place) -> list[tuple[Place, str]]:
    """Return what is wrong with the numbers of one factor."""
    found: list[tuple[Place, str]] = []
    form = "values" if stated.values else "between" if stated.between else "distribution"
    for number in _stated(stated):
        sentence = refusal(slot, number)
        if sentence:
            found.append(((*place, form), sentence))
    if stated.source is not None and stated.source not in evidence.sources():
        hint = suggest(stated.source, evidence.sources()) or "; `armsrace list sources` names them"
        found.append(((*place, "source"), f"unknown source '{stated.source}'{hint}"))
    if not found and slot.kind != "rule":  # what a scenario document would be told of such a number
        at, trial = (
            placed(scenario, slot),
            next(iter(_stated(stated)), min(max(0.0, slot.low), slot.high)),
        )
        wrong = objections(put(scenario, [(slot, trial)]))
        found += [(place, sentence) for where, sentence in wrong if where[: len(at)] == at][:1]
    return found


def _stated(stated: Factor) -> list[float]:
    """Return the numbers a factor names: values, ends of a range, the middle of a normal distribution."""
    return [*(stated.values or ()), *(stated.between or ()), *(stated.distribution.core if stated.distribution else ())]


def _unfit(experiment: Experiment, slots: Mapping[str, Slot], factors: Mapping[str, Factor],
           roles: Mapping[str, str], sample_table: SampleTable | None) -> list[tuple[Place, str]]:  # fmt: skip
    """Return what does not fit the design."""
    kind, found = experiment.design.kind, list[tuple[Place, str]]()
    if kind in ("latin_hypercube", "sobol", "morris", "prior") and "uncertainty" not in roles.values():
        found.append((("design", kind), "there is nothing to sample; write factors under 'uncertainties'"))
    if kind in ("grid", "one_at_a_time", "list", "table") and not roles:
        found.append((("design", kind), "there is nothing to vary; write factors under 'uncertainties' or 'levers'"))
    if experiment.point_per_run:
        along = (path for path in slots if kind not in SAMPLED or roles[path] == "uncertainty")
        told = "a rule is switched for all runs of a point; name it under 'levers' of a sampled design"
        found += [(("point_per_run",), f"{told}: '{path}'") for path in along if slots[path].kind == "rule"]
    for path in experiment.factors:
        sentence = _unfit_factor(experiment, slots[path], factors[path], roles[path])
        if sentence:
            section = "levers" if roles[path] == "lever" else "uncertainties"
            found.append(((section, path), sentence))
    found += _settings_unfit(experiment, slots)
    if sample_table is not None:
        read = [path for path in slots if kind == "table" or roles[path] == "uncertainty"]
        sample_table.refuse_unfit({path: slots[path] for path in read})
    return found


def _unfit_factor(experiment: Experiment, slot: Slot, stated: Factor, role: str) -> str:
    """Say why a factor does not fit the design; empty where it does."""
    kind, morris = experiment.design.kind, experiment.design.morris
    apart = stated.values is not None or slot.kind == "rule"  # separate numbers, no range
    if kind == "grid" and not apart:
        return "a grid tries the numbers named; write 'values:'"
    if kind in SAMPLED and role == "lever":
        return "" if apart else "every combination of levers is played; write 'values:'"
    if kind in ("one_at_a_time", *SAMPLED[:-1]) and not apart:
        if slot.unit in ("code", "flag"):
            return f"this is a {slot.unit}, a whole number; write 'values:'"
        if math.inf in map(abs, range_of(slot, stated)):
            return f"no range is declared for '{slot.path}'; write 'between: [low, high]'"
    if stated.scale is not None and kind not in SAMPLED[:-1]:
        return f"a design '{kind}' draws nothing from a range; remove 'scale:'"
    if stated.scale is not None and range_of(slot, stated)[0] <= 0.0:
        return "orders of magnitude begin above 0; write 'between:' with two numbers above 0, or remove 'scale:'"
    by_magnitude = stated.scale == "log" or (stated.distribution is not None and stated.distribution.log_uniform)
    if kind in SAMPLED[:-1] and not apart and not _spanned(*range_of(slot, stated), log=bool(by_magnitude)):
        return "this range is wider than a computer can count; write 'between:' with ends that are closer together"
    if morris and apart and morris.levels != 2:  # SALib would take a step between them for two thirds of the range
        return "screening separate numbers takes two levels; write 'levels: 2' under 'morris:'"
    if morris and stated.distribution is not None and stated.distribution.ends is None:
        return "screening moves through a range; write 'between: [low, high]' in place of 'distribution:'"
    return ""


def _settings_unfit(experiment: Experiment, slots: Mapping[str, Slot]) -> list[tuple[Place, str]]:
    """Return what is wrong with points that stand in the document."""
    design, found = experiment.design, list[tuple[Place, str]]()
    rows = design.list or ([design.fixed] if design.fixed is not None else [])
    for index, row in enumerate(rows):
        place: Place = ("design", "list", index) if design.list else ("design", "fixed")
        for path in slots:
            if path not in row:
                told = f"this point has no number for '{path}'; write one, or remove the factor"
                found.append((place, told))
        for path, number in row.items():
            if path not in slots:
                hint = suggest(path, slots) or "; write it under 'uncertainties' or 'levers' too"
                found.append(((*place, path), f"this is no factor of the experiment{hint}"))
            elif refusal(slots[path], number):
                found.append(((*place, path), refusal(slots[path], number)))
    return found


def _spanned(low: float, high: float, *, log: bool) -> bool:
    """Tell whether the way from one end of a range to the other is a number too, and the low end an exact one."""
    return math.isfinite(high / low) and low >= sys.float_info.min if log else math.isfinite(high - low)


# -- the numbers of a factor


def tried(resolved: Resolved, path: str) -> list[float]:
    """Return the numbers a factor is tried at: those named, both states of a rule, the ends of a range."""
    stated, slot = resolved.factors[path], resolved.slots[path]
    if stated.values is not None:
        return stated.values
    return [0.0, 1.0] if slot.kind == "rule" else list(range_of(slot, stated))


def range_of(slot: Slot, stated: Factor) -> tuple[float, float]:
    """Return the range a factor moves in: as stated or believed, else as declared."""
    if stated.distribution is not None and stated.distribution.ends is not None:
        low, high = stated.distribution.ends
    else:
        low, high = stated.between or (slot.low, slot.high)
    return low, high
