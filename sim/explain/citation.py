"""How to cite: the software, and the bibliography behind a scenario, an experiment, a result or a rule."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sim.model.rules  # noqa: F401  (fills the catalogue of rules)
from sim import evidence
from sim.answers import Answer
from sim.evidence import Source
from sim.model.accounting import ENTRIES
from sim.model.mistakes import Mistake, find, suggest
from sim.model.rule import CATALOGUE, Mechanism
from sim.results.citations import cited, software
from sim.scenario.files import shipped_scenarios
from sim.scenario.schema import Scenario
from sim.study.experiment import Experiment, is_experiment, read_experiment, shipped_experiments
from sim.study.request import scenario_of


@dataclass(frozen=True, repr=False)
class Citation(Answer):
    """How to cite.

    Attributes
    ----------
    software : Source
        This program, in the version that is cited.
    sources : tuple of Source
        What was asked for rests on, sorted by key; without repetition.
    results : tuple of str
        One sentence for each result: what it is and how it can be played again.
    """

    software: Source
    sources: tuple[Source, ...]
    results: tuple[str, ...]

    @property
    def bibtex(self) -> str:
        """All of it as a BibTeX file."""
        return "\n".join(map(evidence.bibtex, (self.software, *self.sources)))

    def __str__(self) -> str:
        """Return all of it as plain text."""
        lines = ["To cite the software:", evidence.reference(self.software)]
        if self.results:
            lines += ["", "To name what was played:", *self.results]
        if self.sources:
            lines += ["", "What it rests on:", *sorted(map(evidence.reference, self.sources), key=str.casefold)]
        return "\n".join(lines)


def cite(*names: Scenario | Experiment | str | os.PathLike[str]) -> Citation:
    """Say how to cite the software, and what scenarios, experiments, results and rules rest on.

    Parameters
    ----------
    *names : Scenario, Experiment, str or path
        Scenarios, experiments, result directories, rules, sources and claims; the software alone without any.

    Returns
    -------
    Citation
        Plain text when printed; `bibtex` holds the same for a reference manager.

    Raises
    ------
    Mistake
        If nothing has such a name.

    Examples
    --------
    >>> [source.key for source in cite("match_rival_linearly").sources]
    ['caspary_1967', 'richardson_1960']
    >>> print(cite().bibtex.splitlines()[0])
    @misc{armsrace,
    """
    keys: set[str] = set()
    results: list[str] = []
    for name in names:
        if isinstance(name, str | os.PathLike) and Path(name).is_dir():
            found, sentence = _of_result(Path(name))
            keys.update(found)
            results.append(sentence)
        else:
            keys.update(_keys(name))
    try:
        sources = tuple(evidence.source(key) for key in sorted(keys))
    except evidence.UnknownSourceError as error:  # named by a rule of the user's own
        raise Mistake(str(error)) from None
    return Citation(software(), sources, tuple(results))


def _keys(name: Any) -> set[str]:
    """Return the evidence keys behind a scenario, an experiment or something of the model."""
    if isinstance(name, Scenario) or find(str(name), shipped_scenarios()):
        return _of_scenario(scenario_of(name))
    if isinstance(name, Experiment) or is_experiment(name):
        return _of_experiment(name if isinstance(name, Experiment) else read_experiment(name))
    word = str(name)
    if mechanism := find(word, mechanisms := {**CATALOGUE, **ENTRIES}):
        return set(_of_mechanism(mechanisms[mechanism]))
    if source := find(word, evidence.sources()):
        return {source}
    if claim := find(word, evidence.claims()):
        return {evidence.claims()[claim][0].key}
    if word.endswith((".yaml", ".yml")):
        return _of_scenario(scenario_of(word))
    known = [*shipped_scenarios(), *shipped_experiments(), *mechanisms, *evidence.sources(), *evidence.claims()]
    hint = suggest(word, known) or "; `armsrace list` names scenarios, `armsrace list sources` what can be cited"
    raise Mistake(f"there is no scenario, experiment, result, rule, source or claim '{word}'{hint}")


def _of_mechanism(mechanism: Mechanism) -> Iterator[str]:
    """Yield what a rule or an entry of the books rests on."""
    yield from mechanism.evidence
    yield from (parameter.source for parameter in mechanism.parameters.values() if parameter.source)


def _of_scenario(scenario: Scenario) -> set[str]:
    return set(cited(scenario))


def _of_experiment(experiment: Experiment) -> set[str]:
    """Return what its scenarios rest on, and the ranges of its factors."""
    found = {factor.source for factor in experiment.factors.values() if factor.source}
    return found.union(*(_of_scenario(scenario_of(experiment.file_of(name))) for name in experiment.scenarios))


def _of_result(out: Path) -> tuple[set[str], str]:
    """Return what a result rests on, and the sentence that says what was played."""
    from sim.results.manifest import provenance, study_of

    about, study = provenance(out), study_of(out)
    keys = set[str]().union(*map(_of_scenario, study.scenarios))
    if study.experiment is not None:
        keys |= {factor.source for factor in study.experiment.factors.values() if factor.source}
    what = study.experiment.name if study.experiment is not None else study.scenarios[0].name
    points = f" at each of {study.layout.points} points" if study.layout.points > 1 else ""
    played = f"{about['runs']:,} runs{points}, seed {about['seed']}"
    return keys, f"{what}: {played}, by version {about['version']}, code {about['code'][:8]}."
