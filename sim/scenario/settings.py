"""Settings of a game: what each parameter is for each actor, in each run where it is uncertain."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

import sim.model.rules  # noqa: F401  (fills the catalogue)
from sim.model.accounting import ENTRIES
from sim.model.parameter import Parameter
from sim.model.rule import CATALOGUE, Mechanism
from sim.model.streams import Luck, normal
from sim.model.world import Array
from sim.scenario.schema import Distribution, Figure, Scenario

# A view, not a copy: a rule that is filed later is among them.
MECHANISMS: Mapping[str, Mechanism] = ChainMap[str, Any](CATALOGUE, ENTRIES)

Settings = dict[str, dict[str, Any]]


def settings(
    scenario: Scenario, labels: Mapping[str, tuple[str, ...]], names: Iterable[str], luck: Luck | None = None
) -> Settings:
    """Return mechanism -> parameter -> value: a float, or an array ``(actor, 1 or run)``.

    What an actor states for itself wins over the scenario, the scenario over the default.

    Parameters
    ----------
    scenario : Scenario
        Whose parameters.
    labels : mapping of str to tuple of str
        The actors of every kind, by key.
    names : iterable of str
        Rules and entries of the books.
    luck : Luck or None
        What uncertain numbers are drawn from; without it each is the middle of what is believed.
    """
    return {name: _of_mechanism(scenario, labels, MECHANISMS[name], luck) for name in names}


def _of_mechanism(
    scenario: Scenario, labels: Mapping[str, tuple[str, ...]], mechanism: Mechanism, luck: Luck | None
) -> dict[str, Any]:
    """Return what a mechanism is called with beside what it reads: its own parameters, and those it borrows."""
    everybody = {key: actor for _, key, actor in scenario.actors()}
    actors = {key: everybody[key] for key in labels[mechanism.actor]}
    values: dict[str, Any] = {}
    own = {name: f"{mechanism.name}.{name}" for name in mechanism.parameters}
    for argument, key in (own | dict(mechanism.borrows)).items():
        owner, _, parameter = key.partition(".")
        common = scenario.parameters.get(key)
        figures = {name: actor.parameters.get(key) or common for name, actor in actors.items()}
        if key not in own.values() and owner in CATALOGUE:  # what is lent by a rule counts for those who follow it
            figures = {name: figures[name] if owner in actor.rules else None for name, actor in actors.items()}
        values[argument] = _in_all_runs(figures, key, MECHANISMS[owner].parameters[parameter], luck)
    return values


def _in_all_runs(figures: Mapping[str, Figure | None], key: str, default: Parameter, luck: Luck | None) -> Any:
    """Return the value of one parameter for all actors of the mechanism's kind."""
    if all(figure is None for figure in figures.values()):
        return float(default)
    rows = [_number(figure, key, actor, default, luck) for actor, figure in figures.items()]
    if all(isinstance(row, float) for row in rows):
        return rows[0] if len(set(rows)) == 1 else np.array(rows)[:, None]
    return np.stack(np.broadcast_arrays(*rows))


def _number(figure: Figure | None, key: str, actor: str, default: Parameter, luck: Luck | None) -> Any:
    """Return one parameter of one actor: a float, or one number per run where it is uncertain or sampled."""
    if figure is not None and isinstance(figure.value, np.ndarray):
        return float(figure.value.mean()) if luck is None else luck.of_runs(figure.value)
    if luck is None or figure is None or figure.distribution is None:
        return central(figure, default)
    u = luck.draw(f"parameter\x1f{key}", (actor,), 2, 0)[:, 0]
    return spread_as(figure.distribution, u[0], lambda: normal(u[0], u[1]), figure.between or default.between)


def spread_as(believed: Distribution, shares: Array, normals: Callable[[], Array], between: Sequence[float]) -> Array:
    """Return numbers spread as is believed.

    Parameters
    ----------
    believed : Distribution
        What is believed.
    shares : ndarray
        Between 0 and 1, evenly spread: what a distribution with ends is made of.
    normals : callable
        Returns numbers of the standard normal distribution: what the others are made of.
    between : pair of float
        Smallest and largest number, to which those without ends are cut.
    """
    low, high = between
    if believed.normal is not None:
        mean, spread = believed.normal
        return np.clip(mean + spread * normals(), low, high)
    if believed.lognormal is not None:
        median, spread = believed.lognormal
        return np.clip(median * np.exp(spread * normals()), low, high)
    return spread_between(believed.ends or [low, high], shares, log=believed.log_uniform is not None)


def spread_between(ends: Sequence[float], shares: Array, *, log: bool) -> Array:
    """Return numbers some shares of the way from one end to the other, `log` by order of magnitude."""
    low, high = ends
    return np.clip(low * (high / low) ** shares if log else low + (high - low) * shares, low, high)


def central(figure: Figure | None, default: float) -> float:
    """Return the one number of a parameter; of a distribution the mean, or half way between both ends."""
    if figure is None:
        return float(default)
    if figure.distribution is None:
        return float(default if figure.value is None else figure.value)
    return figure.distribution.middle
