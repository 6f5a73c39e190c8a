"""Which points an experiment tries: its factors and its design become a table of numbers.

Chance is never part of a point: luck belongs to the replicate, so that a design over priors and the
replicates at each of its points tell what is not known from what is chance.

A sampled design (Latin hypercube, Sobol', Morris, prior, posterior) is a sample of the uncertainties,
played under every combination of the levers' values: combination by combination, the whole sample each.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim import evidence, factor
from sim.document import Place, suggest
from sim.draws import Draws, read_draws, resampled
from sim.experiment import Experiment, Factor
from sim.factor import Target
from sim.scenario import Distribution, Scenario
from sim.variables import Mistake

SAMPLED = ("latin_hypercube", "sobol", "morris", "prior", "posterior")
NO_POINT_BUT_ONE = "the scenario as it is"


@dataclass(frozen=True)
class Points:
    """The points of a design.

    Attributes
    ----------
    factors, roles, units : tuple of str
        Names as written; "uncertainty" or "lever"; units of the numbers.
    values : ndarray
        ``(point, factor)``.
    labels : tuple of str
        A short label for each point.
    about : mapping
        Plain data that an analysis needs again: ``design``, ``settings``, ``sampler_seed``, SALib's
        ``problem``; ``sample`` (points under each combination of levers) and ``combinations``, so that
        point *i* is row ``i % sample`` of the sample under combination ``i // sample``.
    """

    factors: tuple[str, ...]
    roles: tuple[str, ...]
    units: tuple[str, ...]
    values: np.ndarray
    labels: tuple[str, ...]
    about: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class _Plan:
    """An experiment in one scenario, every name understood and every number looked at."""

    experiment: Experiment
    scenario: Scenario
    targets: dict[str, Target]
    factors: dict[str, Factor]
    roles: dict[str, str]
    draws: Draws | None = None
    combinations: list[dict[str, float]] = field(default_factory=lambda: [{}])

    @property
    def unknown(self) -> list[str]:
        """Factors that are sampled."""
        return [path for path, role in self.roles.items() if role == "uncertainty"]

    @property
    def levers(self) -> list[str]:
        """Factors that are chosen."""
        return [path for path, role in self.roles.items() if role == "lever"]


def points(experiment: Experiment, scenario: Scenario) -> Points:
    """Return the points of an experiment in one of its scenarios.

    Raises
    ------
    DocumentError, Mistake
        With a sentence for every factor or number that means nothing or is out of range.
    """
    plan = _plan(experiment, scenario)
    kind = experiment.design.kind
    about: dict[str, Any] = {"design": kind, "settings": experiment.design.model_dump(exclude_none=True)[kind]}
    if kind in SAMPLED:
        sample = _sample(plan, about)
        about |= {"sample": len(sample), "combinations": plan.combinations}
        chosen = np.array([[row[path] for path in plan.levers] for row in plan.combinations])
        values = np.hstack([np.tile(sample, (len(chosen), 1)), np.repeat(chosen, len(sample), axis=0)])
    else:
        values = _listed(plan, about)
    order = list(plan.roles)
    units = tuple(plan.targets[path].unit for path in order)
    labels = _labels(plan, values)
    return Points(tuple(order), tuple(plan.roles.values()), units, values, labels, about)


def count(experiment: Experiment, scenario: Scenario) -> int:
    """Return how many points there will be, without sampling them."""
    plan, design = _plan(experiment, scenario), experiment.design
    known = len(plan.unknown)
    sizes: dict[str, Callable[[], int]] = {
        "latin_hypercube": lambda: design.latin_hypercube.points,  # type: ignore[union-attr]
        "sobol": lambda: design.sobol.points * ((2 if design.sobol.second_order else 1) * known + 2),  # type: ignore[union-attr]
        "morris": lambda: design.morris.trajectories * (known + 1),  # type: ignore[union-attr]
        "prior": lambda: design.prior.points,  # type: ignore[union-attr]
        "posterior": lambda: design.posterior.points or len(plan.draws.values),  # type: ignore[union-attr]
        "grid": lambda: math.prod(len(_tried(plan, path)) for path in plan.roles),
    }
    size = sizes[design.kind]() if design.kind in sizes else len(_listed(plan, {}))
    return size * len(plan.combinations)


def at_point(scenario: Scenario, points: Points, index: int) -> Scenario:
    """Return the scenario at a point: the factors' numbers put in, all else as it was.

    Raises
    ------
    Mistake
        If the numbers together make no scenario, in one sentence that names the point.
    """
    numbers = points.values[index].tolist()
    aims = [factor.target(scenario, path) for path in points.factors]
    there = factor.put(scenario, zip(aims, numbers, strict=True))
    wrong = factor.objections(there)
    if wrong:
        place, sentence = wrong[0]
        where = ".".join(map(str, place))
        raise Mistake(f"point {index} ({points.labels[index]}) makes no scenario: {where}: {sentence}")
    return there


# -- understanding the document


def _plan(experiment: Experiment, scenario: Scenario) -> _Plan:
    """Understand every factor, or refuse all that is wrong at once."""
    kind = experiment.design.kind
    factors, roles = dict(experiment.factors), dict[str, str]()
    roles |= dict.fromkeys(experiment.uncertainties, "uncertainty") | dict.fromkeys(experiment.levers, "lever")
    draws = read_draws(experiment) if kind in ("table", "posterior") else None
    if kind == "posterior" and draws is not None:
        extra = [path for path in draws.columns if path not in factors]
        factors, roles = {**dict.fromkeys(extra, Factor()), **factors}, {**dict.fromkeys(extra, "uncertainty"), **roles}
    if kind == "prior":
        extra = factor.believed(scenario, factors)
        factors, roles = {**dict.fromkeys(extra, Factor()), **factors}, {**dict.fromkeys(extra, "uncertainty"), **roles}
    roles = dict(sorted(roles.items(), key=lambda entry: entry[1] == "lever"))  # stable: uncertainties first
    found: list[tuple[Place, str]] = []
    targets: dict[str, Target] = {}
    for path, stated in factors.items():
        section = "levers" if roles[path] == "lever" else "uncertainties"
        place: Place = (section, path) if path in experiment.factors else ("design", kind)
        try:
            targets[path] = factor.target(scenario, path)
        except Mistake as mistake:
            found.append((place, str(mistake)))
        else:
            found += _wrong(scenario, targets[path], stated, place)
    if not found:
        found = _unfit(experiment, targets, factors, roles, draws)
    if found:
        raise experiment.mistakes(*found)
    plan = _Plan(experiment, scenario, targets, factors, roles, draws)
    if kind in SAMPLED:
        tried = [[(path, number) for number in _tried(plan, path)] for path in plan.levers]
        plan.combinations[:] = [dict(row) for row in itertools.product(*tried)]
    return plan


def _wrong(scenario: Scenario, aim: Target, stated: Factor, place: Place) -> list[tuple[Place, str]]:
    """Return what is wrong with the numbers of one factor."""
    found: list[tuple[Place, str]] = []
    form = "values" if stated.values else "between" if stated.between else "distribution"
    for number in _ends(stated):
        sentence = factor.refusal(aim, number)
        if sentence:
            found.append(((*place, form), sentence))
    if stated.source is not None and stated.source not in evidence.sources():
        hint = suggest(stated.source, evidence.sources()) or "; `armsrace list sources` names them"
        found.append(((*place, "source"), f"unknown source '{stated.source}'{hint}"))
    trial = next(iter(_ends(stated)), min(max(0.0, aim.low), aim.high))
    if not found and aim.kind != "rule":
        at = factor.placed(scenario, aim)
        wrong = factor.objections(factor.put(scenario, [(aim, trial)]))
        found += [(place, sentence) for where, sentence in wrong if where[: len(at)] == at][:1]
    return found


def _ends(stated: Factor) -> list[float]:
    """Return the smallest and largest numbers a factor states, and the middle of a normal distribution."""
    numbers = [*(stated.values or ()), *(stated.between or ())]
    numbers += stated.distribution.core if stated.distribution else []
    return sorted({min(numbers), max(numbers)}) if numbers else []


def _unfit(experiment: Experiment, targets: Mapping[str, Target], factors: Mapping[str, Factor],
           roles: Mapping[str, str], draws: Draws | None) -> list[tuple[Place, str]]:  # fmt: skip
    """Return what does not fit the design."""
    kind, found = experiment.design.kind, list[tuple[Place, str]]()
    if kind in ("latin_hypercube", "sobol", "morris", "prior") and "uncertainty" not in roles.values():
        found.append((("design", kind), "there is nothing to sample; write factors under 'uncertainties'"))
    if kind in ("grid", "one_at_a_time", "list", "table") and not roles:
        found.append((("design", kind), "there is nothing to vary; write factors under 'uncertainties' or 'levers'"))
    for path, stated in experiment.factors.items():
        lever, aim = roles[path] == "lever", targets[path]
        place: Place = ("levers" if lever else "uncertainties", path)
        if (kind == "grid" or lever and kind in SAMPLED) and stated.values is None and aim.kind != "rule":
            what = "every combination of levers is played" if kind != "grid" else "a grid tries the numbers named"
            found.append((place, f"{what}; write 'values:'"))
        elif kind in ("one_at_a_time", *SAMPLED[:-1]) and not stated.values and math.inf in map(abs, _reach(aim, stated)):
            found.append((place, f"no range is declared for '{path}'; write 'between: [low, high]'"))
        elif kind == "morris" and not lever and stated.distribution is not None and stated.distribution.normal:
            found.append(((*place, "distribution"), "screening moves through a range; write 'between: [low, high]'"))
    found += _settings_unfit(experiment, targets)
    if draws is not None:
        draws.refuse_unfit(targets, factors, kind)
    return found


def _settings_unfit(experiment: Experiment, targets: Mapping[str, Target]) -> list[tuple[Place, str]]:
    """Return what is wrong with points that stand in the document."""
    design, found = experiment.design, list[tuple[Place, str]]()
    rows = design.list or ([design.fixed] if design.fixed is not None else [])
    for index, row in enumerate(rows):
        place: Place = ("design", "list", index) if design.list else ("design", "fixed")
        for path in targets:
            if path not in row:
                told = f"this point has no number for '{path}'; write one, or remove the factor"
                found.append((place, told))
        for path, number in row.items():
            if path not in targets:
                hint = suggest(path, targets) or "; write it under 'uncertainties' or 'levers' too"
                found.append(((*place, path), f"this is no factor of the experiment{hint}"))
            elif factor.refusal(targets[path], number):
                found.append(((*place, path), factor.refusal(targets[path], number)))
    return found


# -- points that are stated


def _listed(plan: _Plan, about: dict[str, Any]) -> np.ndarray:
    """Return ``(point, factor)`` of a design that samples nothing."""
    design, order = plan.experiment.design, list(plan.roles)
    if design.kind == "fixed":
        rows: Any = [[(design.fixed or {})[path] for path in order]]
    elif design.list is not None:
        rows = [[row[path] for path in order] for row in design.list]
    elif plan.draws is not None:
        rows = plan.draws.ordered(order)
        about["file"] = plan.draws.digest
    elif design.kind == "grid":
        rows = list(itertools.product(*(_tried(plan, path) for path in order)))
    else:
        rows, about["changed"] = _one_at_a_time(plan, order)
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(order))


def _tried(plan: _Plan, path: str) -> list[float]:
    """Return the numbers a factor is tried at: those named, both states of a rule, the ends of a range."""
    stated, aim = plan.factors[path], plan.targets[path]
    if stated.values is not None:
        return stated.values
    return [0.0, 1.0] if aim.kind == "rule" else list(_reach(aim, stated))


def _one_at_a_time(plan: _Plan, order: list[str]) -> tuple[list[list[float]], list[str]]:
    """Return the base and each departure from it, and which factor each point changes."""
    try:
        base = [factor.present(plan.scenario, plan.targets[path]) for path in order]
    except Mistake as mistake:
        raise plan.experiment.mistakes((("design", "one_at_a_time"), str(mistake))) from None
    rows, changed = [base], [""]
    for place, path in enumerate(order):
        for number in _tried(plan, path):
            if number != base[place]:
                rows.append([*base[:place], number, *base[place + 1 :]])
                changed.append(path)
    return rows, changed


# -- points that are sampled


def sampler_seed(experiment: Experiment) -> int:
    """Return the seed of a sampler: of the experiment's seed and the kind of design, no other luck touched."""
    text = f"design\x1f{experiment.design.kind}\x1f{experiment.seed}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "little")


def _sample(plan: _Plan, about: dict[str, Any]) -> np.ndarray:
    """Return ``(sample, uncertainty)`` and note how it was made."""
    experiment, order = plan.experiment, plan.unknown
    about["sampler_seed"] = seed = sampler_seed(experiment)
    if plan.draws is not None:
        posterior = experiment.design.posterior
        table, about["row"] = resampled(plan.draws, order, posterior.points if posterior else None, seed)
        about["file"] = plan.draws.digest
        return table
    unit = _unit_sample(experiment, order, seed, about)
    drawn = experiment.design.kind == "prior"
    columns = [_quantile(plan.targets[path], plan.factors[path], unit[:, i], drawn) for i, path in enumerate(order)]
    return np.stack(columns, axis=1)


def _unit_sample(experiment: Experiment, order: list[str], seed: int, about: dict[str, Any]) -> np.ndarray:
    """Return ``(sample, uncertainty)`` of shares of the way through each factor's distribution."""
    design = experiment.design
    if design.sobol is not None or design.morris is not None:
        from SALib.sample import morris, sobol

        about["problem"] = {"num_vars": len(order), "names": order, "bounds": [[0.0, 1.0]] * len(order)}
        problem = {**about["problem"], "names": list(order)}
        if design.sobol is not None:
            return np.asarray(sobol.sample(problem, design.sobol.points, seed=seed,
                                           calc_second_order=design.sobol.second_order))  # fmt: skip
        assert design.morris is not None
        return np.asarray(morris.sample(problem, design.morris.trajectories, num_levels=design.morris.levels, seed=seed))
    from scipy.stats import qmc

    if design.prior is not None and design.prior.sampler == "independent":
        return np.random.default_rng(seed).random((design.prior.points, len(order)))
    latin = design.latin_hypercube or design.prior
    assert latin is not None
    optimization = getattr(latin, "optimization", None)
    sampler = qmc.LatinHypercube(len(order), rng=np.random.default_rng(seed), optimization=optimization)
    return np.asarray(sampler.random(latin.points))


def _reach(aim: Target, stated: Factor) -> tuple[float, float]:
    """Return the range a factor moves in: as stated, else as declared."""
    if stated.distribution is not None and stated.distribution.uniform is not None:
        low, high = stated.distribution.uniform
    else:
        low, high = stated.between or (aim.low, aim.high)
    return low, high


def _quantile(aim: Target, stated: Factor, share: np.ndarray, drawn: bool) -> np.ndarray:
    """Return the numbers below which a factor lies with given probabilities."""
    if stated.values is not None or aim.kind == "rule":
        tried = np.array(stated.values or [0.0, 1.0])
        return np.asarray(tried[np.minimum((share * len(tried)).astype(int), len(tried) - 1)])
    what: Distribution | None = stated.distribution
    if what is None and drawn and stated.between is None:
        what = aim.believed
    if what is not None and what.normal is not None:
        from scipy.special import ndtri

        mean, spread = what.normal
        low, high = stated.between or (aim.low, aim.high)
        return np.asarray(np.clip(mean + spread * ndtri(np.clip(share, 1e-9, 1 - 1e-9)), low, high))
    low, high = what.uniform if what is not None and what.uniform is not None else _reach(aim, stated)
    return np.asarray(np.clip(low + (high - low) * share, low, high))


# -- labels


def _labels(plan: _Plan, values: np.ndarray) -> tuple[str, ...]:
    """Return a short label for each point: what differs if that is little, else its number."""
    order = list(plan.roles)
    ends = [path.rpartition(".")[2] for path in order]
    short = [end if ends.count(end) == 1 else path for end, path in zip(ends, order, strict=True)]
    if not order:
        return (NO_POINT_BUT_ONE,)
    if plan.experiment.design.kind == "one_at_a_time":
        away = [[i for i in range(len(order)) if row[i] != values[0, i]] for row in values]
    elif plan.experiment.design.kind in SAMPLED or len(order) > 3:
        width = max(4, len(str(len(values) - 1)))
        return tuple(f"{index:0{width}}" for index in range(len(values)))
    else:
        away = [list(range(len(order)))] * len(values)
    told = [", ".join(f"{short[i]} {row[i]:g}" for i in which) or "base" for row, which in zip(values, away, strict=True)]
    return tuple(told) if len(set(told)) == len(told) else tuple(f"{i:04} {text}" for i, text in enumerate(told))

