"""What a brief is asked: two cases, a scenario beside its parent, or the levers of an experiment.

All of it is checked before anything is played; what is missing is played then, under the same luck on both sides.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import xarray as xr

from sim.analysis.cases import is_result, refuse_unpaired
from sim.analysis.factor_words import factor_words, names_of
from sim.briefs.plays import Place
from sim.briefs.sides import Side, opened
from sim.model.arguments import MOST_RUNS, whole_number
from sim.model.mistakes import Mistake
from sim.results.open import case
from sim.scenario.schema import Scenario
from sim.study.designs import Design
from sim.study.experiment import ROW_BY_ROW, Experiment, is_experiment, read_experiment
from sim.study.points import at_point
from sim.study.request import RUNS, ScenarioLike, scenario_of, study_for
from sim.study.resolved import SAMPLED
from sim.study.study import Study, months_apart, study_of_experiment

Asked = xr.Dataset | Scenario | Experiment | str | os.PathLike[str]
Results = Mapping[str, xr.Dataset]
UNSAID = ("", "1", "share", "code", "flag")  # units of a number that is plain without


@dataclass(frozen=True)
class Lever:
    """One lever moved from its first number to its last, the others left at their first."""

    name: str
    without: Side
    with_it: Side


@dataclass(frozen=True)
class Question:
    """A question that can be answered.

    Attributes
    ----------
    title : str
        What is asked, in a sentence.
    words : tuple of str
        What was named, as a command repeats it.
    studies : mapping of str to Study
        What it takes to be played, by name.
    sides : callable
        From the results by name to the pairs that can be told; of several levers the telling one is chosen later.
    runs, seed : int
    experiment : Experiment or None
    wanted : int
        How many histories the experiment itself asks for.
    renamed : bool
        Whether the title was given, and is none of the scenario or experiment.
    """

    title: str
    words: tuple[str, ...]
    studies: Mapping[str, Study]
    sides: Callable[[Results], list[Lever]]
    runs: int
    seed: int
    experiment: Experiment | None = None
    wanted: int = 0
    renamed: bool = False

    def played(self, place: Place) -> list[Lever]:
        """Play what is missing and return the pairs."""
        return self.sides({name: place.played(study, name) for name, study in self.studies.items()})

    def told(self, place: Place) -> str:
        """Say what is played first and what it will cost; nothing where all is there."""
        costs = {name: place.cost(study, name) for name, study in self.studies.items()}
        workers = place.options.workers
        return "\n".join(f"{name}: {cost.sentence(workers)}" for name, cost in costs.items() if cost is not None)


def question(
    what: Asked, against: Asked | None = None, *, title: str | None = None, runs: int | None = None,
    seed: int | None = None,
) -> Question:  # fmt: skip
    """Return what is asked, checked.

    Parameters
    ----------
    what, against : Dataset, Scenario, Experiment, str or path
        Without and with: two scenarios, two results or cases of one. One scenario alone is held against the one that
        it extends, an experiment alone moves its levers, or holds its two scenarios side by side.
    title : str, optional
        Instead of the question of the scenario or experiment.
    runs, seed : int, optional
        Histories of each side and the seed of their luck: 1,000 and 0 unless given, or as an experiment says that
        leaves nothing unknown.

    Raises
    ------
    Mistake, DocumentError
        If the two are no pair, or there is nothing to compare with.
    """
    return replace(_asked(what, against, title, runs, seed), renamed=title is not None)


def _asked(
    what: Asked, against: Asked | None, title: str | None, runs: int | None, seed: int | None
) -> Question:  # fmt: skip
    """Return what is asked of whatever was named."""
    if against is None and is_result(what):
        raise Mistake("a result alone has nothing to be held against; name a second one, or the scenario")
    if is_result(what) or (against is not None and is_result(against)):
        return _of_results(what, against, title, runs, seed)
    count = None if runs is None else whole_number(runs, "runs", least=2, most=MOST_RUNS)
    luck = None if seed is None else whole_number(seed, "seed")
    if against is None and (isinstance(what, Experiment) or (not isinstance(what, Scenario) and is_experiment(what))):
        asked = what if isinstance(what, Experiment) else read_experiment(cast(str, what))
        return _of_experiment(asked, _word(what), title, count, luck)
    for one in (what, against):
        if isinstance(one, Experiment):
            raise Mistake("an experiment is briefed alone; leave out the other, or name two scenarios")
    return _of_scenarios(
        cast(ScenarioLike, what), cast("ScenarioLike | None", against), title, count or RUNS, luck or 0
    )


def _word(what: Any) -> str:
    """Return what was named as a command repeats it."""
    return str(what.name) if isinstance(what, Scenario | Experiment) else os.fspath(what)


def _of_results(
    what: Asked, against: Asked | None, title: str | None, runs: int | None, seed: int | None
) -> Question:  # fmt: skip
    """Return the question of two results."""
    for one, other in ((what, against), (against, what)):
        if not is_result(one):
            said = "a dataset" if isinstance(other, xr.Dataset) else _word(other)
            raise Mistake(f"{said} is a result and the other is not; name two results or two scenarios")
    if runs is not None or seed is not None:
        raise Mistake("results are swept already; leave out --runs and --seed, or name two scenarios")
    without, with_it = (opened(cast(str, one)) for one in (what, against))
    refuse_unpaired(without.data, with_it.data)
    words = tuple(side.name if isinstance(one, xr.Dataset) else os.fspath(cast(str, one))
                  for one, side in ((what, without), (against, with_it)))  # fmt: skip
    sides = [Lever("", without, with_it)]
    return Question(title or _between(without, with_it), words, {}, lambda _: sides, int(without.data.sizes["run"]),
                    int(without.data.attrs.get("seed", 0)))  # fmt: skip


def _between(without: Side, with_it: Side) -> str:
    return f"{with_it.title}, beside {without.title}"


def _of_scenarios(
    what: ScenarioLike, against: ScenarioLike | None, title: str | None, runs: int, seed: int
) -> Question:  # fmt: skip
    """Return the question of two scenarios, or of one and its parent."""
    words = tuple(map(_word, filter(None, (what, against))))
    if against is None:
        changed = scenario_of(what)
        if changed.extends is None:
            raise Mistake(f"'{changed.name}' extends no other scenario, so it has no parent; name a second scenario")
        base, changed = scenario_of(changed.extends), changed
        apart = months_apart(base, changed)
        if apart:
            raise Mistake(f"'{changed.name}' cannot be held against its parent: {apart}; name two scenarios")
    else:
        base, changed = scenario_of(what), scenario_of(against)
        if apart := months_apart(base, changed):
            raise Mistake(f"{apart}; compare scenarios with the same start, end and step")
    if base.digest() == changed.digest():
        raise Mistake(f"'{base.name}' and '{changed.name}' say the same, so nothing can differ; name two that do not")
    if base.name == changed.name:  # the same with something changed
        changed = changed.model_copy(update={"name": f"{base.name}_changed"})
        if changed.title == base.title:
            changed = changed.model_copy(update={"title": f"{base.title or base.name}, changed"})
    studies = {one.name: study_for(one, runs, seed=seed, kept_paths=runs) for one in (base, changed)}
    titles = {side.name: side.title or side.name for side in (base, changed)}
    if len(set(titles.values())) < 2:  # a scenario that extends another and has no title of its own
        titles = {side.name: side.name for side in (base, changed)}

    def sides(found: Results) -> list[Lever]:
        one, other = (Side(side.name, titles[side.name], found[side.name], side) for side in (base, changed))
        return [Lever("", one, other)]

    asked = title or (
        changed.question if against is None else f"What changes from {titles[base.name]} to {titles[changed.name]}?"
    )
    return Question(asked, words, studies, sides, runs, seed)


# -- experiments


def _of_experiment(
    asked: Experiment, word: str, title: str | None, runs: int | None, seed: int | None
) -> Question:  # fmt: skip
    """Return the question of an experiment: its levers over all that is unknown, or its two scenarios."""
    scenarios = tuple(scenario_of(asked.file_of(name)) for name in asked.scenarios)
    if not (asked.levers and len(scenarios) == 1) and not (len(scenarios) == 2 and not asked.levers):
        raise Mistake(
            f"'{asked.name or word}' has neither levers in one scenario nor two scenarios without levers, so there are "
            "no two sides; write 'levers:', or name two cases of its result"
        )
    study = _in_pairs(asked, scenarios, runs, seed)
    name = asked.name or "experiment"

    def sides(found: Results) -> list[Lever]:
        if len(scenarios) == 2:
            one, other = (
                Side(side.name, side.title or side.name, case(found[name], scenario=side.name), side)
                for side in scenarios
            )
            return [Lever("", one, other)]
        return [_lever(study, found[name], place) for place in range(len(asked.levers))]

    return Question(title or asked.question, (word,), {name: study}, sides, study.layout.runs, study.seed, asked,
                    study_of_experiment(asked, scenarios).total)  # fmt: skip


def _in_pairs(asked: Experiment, scenarios: tuple[Scenario, ...], count: int | None, seed: int | None) -> Study:
    """Return the study of an experiment in which every run has a row of the sample, the same on all sides."""
    luck = asked.seed if seed is None else seed
    rows: dict[str, Any] = {"seed": luck, "keep": "full", "stop": None, "kept_paths": None}
    if not (asked.uncertainties or asked.design.kind in ("prior", "posterior")):
        design = Design.model_validate("grid") if asked.levers else asked.design
        runs = count or max(asked.replicates, 2)
        return study_of_experiment(asked.model_copy(update={**rows, "design": design, "replicates": runs,
                                                            "point_per_run": False}), scenarios)  # fmt: skip
    runs = count or RUNS
    sampled = asked.design.kind in SAMPLED and asked.design.kind in ROW_BY_ROW
    design = asked.design if sampled else Design.model_validate({"latin_hypercube": {"points": runs}})
    rows |= {"design": design, "point_per_run": True, "replicates": 1}
    once = study_of_experiment(asked.model_copy(update=rows), scenarios)
    again = -(-runs // once.layout.runs)
    return once if again == 1 else study_of_experiment(
        asked.model_copy(update={**rows, "replicates": again}), scenarios)  # fmt: skip


def _lever(study: Study, result: xr.Dataset, place: int) -> Lever:
    """Return the sides of one lever: all at their first number, and this one at its last."""
    points = study.points
    assert points is not None
    levers = [name for name, role in zip(points.factors, points.roles, strict=True) if role == "lever"]
    column, table = points.factors.index(levers[place]), points.values
    words = factor_words(levers[place], names_of(result)).said
    unit = "" if points.units[column] in UNSAID else f" {points.units[column]}"
    first = table[0]
    last = [row for row in range(len(table)) if _only(table[row] != first, column)][-1]

    def side(row: int) -> Side:
        scenario = at_point(study.scenarios[0], points, row)
        at = f"at {table[row, column]:g}{unit}"
        said = f"{words}, {at}" if row == 0 else at
        data = case(result, point=row) if "point" in result.dims else result
        return Side(points.labels[row], said, data, scenario.model_copy(update={"name": f"{scenario.name}_{row}"}))

    return Lever(levers[place], side(0), side(last))


def _only(differs: Any, column: int) -> bool:
    """Say whether a row differs in one column alone."""
    return bool(differs[column]) and int(differs.sum()) == 1
