"""A scenario's spending refitted on what was on record before it opens: one draw of the posterior for every run.

Nothing of the opening year or later is read. Each run plays a draw of its own, so that a forecast holds luck and
ignorance together.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim import observed
from sim.calibration.pooled import Pooled, pooled, usual_spread
from sim.calibration.spending import PLACES, Record, fit_spending
from sim.model.world import Array
from sim.scenario.knowledge import is_given
from sim.scenario.opening_values import opening_arrays
from sim.scenario.schema import Figure, Scenario, StateActor
from sim.scenario.settings import MECHANISMS

OWN_YEARS = 10  # of growth that a state's own mean is taken over
GROWTH_SPREAD = 0.02  # of five-year growth around what is foretold [per yr]
OIL_YEARS = 3  # of prices that the mean they return to is taken over: hardly any forecast beats no change
BECAUSE = "refitted on what was on record before the opening, with the panel of states as prior"
BACKLOG_ERROR = 0.9  # log by which expected orders missed what came, openings of 2010, 2014 and 2018
# Of shares of suppliers around what is expected: 2 to 4 foretold windows of the panel before 1990 best.
CONCENTRATION = 3.0
STEADY_FROM = 1995  # a state's economy before is that of its founding, and no guide


def refit(scenario: Scenario, before: int, draws: int, seed: int = 0) -> dict[str, Array]:
    """Return draws of what the record before a year says of spending, growth and oil in a scenario.

    Parameters
    ----------
    scenario : Scenario
        Its states with a record are refitted.
    before : int
        First year that is not looked at.
    draws : int
        How many.
    seed : int
        Of the draws.

    Returns
    -------
    dict of str to ndarray ``(draw,)``
        By path, as an experiment writes its factors.
    """
    luck, prior = np.random.default_rng(seed), pooled(before)
    found = _oil_price(before, draws, luck) | backlogs(scenario, draws, luck)
    for key, state in scenario.states.items():
        if state.iso3 is None or "spending" not in state.from_record:
            continue
        rivals = [other.iso3 for name, other in scenario.states.items() if name != key and other.iso3]
        drawn = fit_spending(_record(state, rivals, before), prior).draws(draws, luck)
        found |= {f"{key}.{PLACES[name]}": values for name, values in drawn.items()}
        found |= {f"{key}.{place}": values for place, values in _growth(state.iso3, before, prior, draws, luck).items()}
    return {path: np.clip(values, *_declared(path)) for path, values in found.items()}


def backlogs(scenario: Scenario, draws: int, luck: np.random.Generator) -> dict[str, Array]:
    """Return draws of what is on order with each supplier, over what its deliveries let expect; by path.

    How much there is in all is uncertain, and of whom: shares are Dirichlet distributed around those expected. Orders
    that a scenario knows are not in doubt.
    """
    if is_given(scenario, "orders"):
        return {}
    expected = opening_arrays(scenario, scenario.labels())["on_order"][: len(scenario.suppliers), :, 0]
    found = {}
    for column, key in enumerate(scenario.states):
        weight = CONCENTRATION * expected[:, column] / max(float(expected[:, column].sum()), 1e-9)
        part = luck.gamma(np.maximum(weight, 1e-9)[:, None], size=(len(weight), draws))
        whole = np.exp(luck.normal(0.0, BACKLOG_ERROR, draws)) / np.maximum(part.sum(0), 1e-9)
        for row, supplier in enumerate(scenario.suppliers):
            if weight[row] > 0.0:
                share = weight[row] / CONCENTRATION
                found[f"{key}.backlog_ratio.{supplier}"] = part[row] * whole / share
    return found


def _declared(path: str) -> tuple[float, float]:
    """Return the declared range of a parameter; of a quantity none."""
    *_, rule, parameter = path.split(".")
    return MECHANISMS[rule].parameters[parameter].between if rule in MECHANISMS else (-np.inf, np.inf)


def freed(scenario: Scenario, draws: Mapping[str, Array]) -> Scenario:
    """Return a scenario whose own numbers and ranges do not stand in the way of draws: each at their mean."""
    for path, values in draws.items():
        owner, _, rest = path.partition(".")
        at = Figure(value=float(values.mean()), basis="derived", source="sipri_milex_2025", because=BECAUSE)
        if owner in scenario.states:
            state, section = scenario.states[owner], "parameters" if "." in rest else "quantities"
            state = state.model_copy(update={section: {**getattr(state, section), rest: at}})
            scenario = scenario.model_copy(update={"states": {**scenario.states, owner: state}})
        else:
            scenario = scenario.model_copy(update={"parameters": {**scenario.parameters, path: at}})
    return scenario


def _record(state: StateActor, rivals: list[str], before: int) -> Record:
    """Return what is on record of a state before a year; special projects apart, as the model has them apart."""
    assert state.iso3 is not None
    output = _until(observed.annual("economy", "gdp_usd2015", state.iso3), before)
    total = _until(observed.annual("military_expenditure", "milex_usd2023_m", state.iso3), before)
    apart = observed.annual("military_expenditure", "milex_usd2023_m_excl_special", state.iso3)
    regular = total | _until(apart, before)  # where the tables tell special projects apart
    against = [_until(observed.annual("military_expenditure", "milex_usd2023_m", rival), before) for rival in rivals]
    rival = {year: sum(side[year] for side in against) for year in total if all(year in side for side in against)}
    oil: Mapping[int, float] = {}
    if "spend_oil_money" in state.rules:
        share = observed.annual("economy", "resource_rents_pct_gdp", state.iso3)
        oil = {year: share[year] / 100.0 * output[year] for year in output if share.get(year)}
    steady = {year: value for year, value in regular.items() if year >= STEADY_FROM}
    return Record(steady, output, rival, oil)


def _until(series: Mapping[int, float], before: int) -> dict[int, float]:
    """Return the years before one."""
    return {year: value for year, value in series.items() if year < before}


def _growth(iso3: str, before: int, prior: Pooled, draws: int, luck: np.random.Generator) -> dict[str, Array]:
    """Return draws of growth and its volatility: little of a state's past difference from others lasts."""
    output = _until(observed.annual("economy", "gdp_usd2015", iso3), before)
    steps = np.array([np.log(output[y] / output[y - 1]) for y in range(before - OWN_YEARS, before) if y - 1 in output])
    mean, kept = prior.growth.mean, prior.growth_kept
    centre = mean + np.maximum(luck.normal(kept.mean, kept.error, draws), 0.0) * (steps.mean() - mean)
    volatility = 0.5 * (usual_spread(steps) + min(prior.volatility.mean, 0.06))
    return {
        "grow_economy.growth": luck.normal(centre, GROWTH_SPREAD),
        "grow_economy.volatility": luck.normal(volatility, 0.01, draws),
    }


def _oil_price(before: int, draws: int, luck: np.random.Generator) -> dict[str, Array]:
    """Return draws of what the oil price returns to, how fast, and how it wanders, from the prices before a year."""
    prices = _until(observed.oil_price(), before)
    log = np.log([prices[year] for year in sorted(prices)])
    changes = np.diff(log)
    error = changes.std(ddof=1)
    return {
        "follow_oil_price.mean": np.exp(luck.normal(log[-OIL_YEARS:].mean(), 0.3, draws)),
        "follow_oil_price.speed": luck.normal(0.35, 0.15, draws),
        "follow_oil_price.volatility": luck.normal(error, error / np.sqrt(2 * len(changes)), draws),
    }
