"""How one state's spending has moved, fitted to its record up to a year with the panel as prior.

The equation is that of the model, year by year: spending closes part of the gap to its aim, takes part in the year's
growth at once, and is surprised; the aim follows output, oil revenue and what rivals spend. A maximum a posteriori fit
(scipy), with the curvature there as its uncertainty. Oil and output go together where a state lives on oil, so that a
prior on their sum keeps them from both taking all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from sim.answers import Shortened
from sim.calibration.pooled import Estimate, Pooled
from sim.model.world import Array
from sim.scenario.settings import MECHANISMS

# How much states differ around what the panel says of all of them, and what is believed where it says nothing.
BETWEEN_STATES = {"speed": 0.06, "elasticity": 0.25, "at_once": 0.25}
OIL = Estimate(0.3, 0.3)  # elasticity to oil revenue of a state that lives on it
TOGETHER = Estimate(0.9, 0.2)  # elasticities to oil revenue and to output, their sum
RIVAL = Estimate(0.0, 0.1)  # pooled reaction to rivals' spending
GAP = Estimate(0.0, 0.4)  # spending aimed at over spending, at the end of the record [log]
PRIOR_YEARS = 6.0  # what the panel's spread weighs beside the state's own residuals
BESIDES = float(MECHANISMS["spend_oil_money"].parameters["besides"])  # what forces live on when oil brings nothing
LARGEST_GAP = 1.0  # either way [log]

# What each coefficient is in the model: a parameter of a rule, or a quantity.
PLACES = {
    "speed": "adjust_spending_gradually.speed",
    "elasticity": "keep_pace_with_economy.elasticity",
    "at_once": "share_in_growth.at_once",
    "oil": "spend_oil_money.elasticity",
    "rival": "answer_the_rival.reaction",
    "spread": "surprise_the_budget.spread",
    "gap": "spending_gap",
}
SLOWEST = 0.02  # at which a gap is still closed, so that the fit has something to divide by [per yr]


@dataclass(frozen=True, repr=False)
class Record(Shortened):
    """What is on record of one state, by year: spending, output, its rival's spending, oil revenue (or none)."""

    spending: Mapping[int, float]
    output: Mapping[int, float]
    rival: Mapping[int, float]
    oil: Mapping[int, float]


@dataclass(frozen=True, repr=False)
class Fit(Shortened):
    """What a record says of a state's spending.

    Attributes
    ----------
    years : int
        How many years took part.
    names : tuple of str
        Coefficients: ``speed``, ``elasticity``, ``at_once``, ``rival``, ``gap``; where a state lives on oil, ``oil``.
    mean, covariance : ndarray ``(name,)``, ``(name, name)``
        Of the coefficients together.
    spread : Estimate
        Standard deviation of a year's surprise [log].
    """

    years: int
    names: tuple[str, ...]
    mean: Array
    covariance: Array
    spread: Estimate

    def draws(self, number: int, luck: np.random.Generator) -> dict[str, Array]:
        """Return so many draws of the coefficients and of the spread, each within its bounds."""
        drawn = luck.multivariate_normal(self.mean, self.covariance, number, method="cholesky").T
        within = {name: np.clip(x, *bounds(name)) for name, x in zip(self.names, drawn, strict=True)}
        spread = luck.normal(self.spread.mean, self.spread.error, number)
        return within | {"spread": np.clip(spread, *bounds("spread"))}


def fit_spending(record: Record, prior: Pooled) -> Fit:
    """Fit one state's record.

    Parameters
    ----------
    record : Record
        Years before the one forecast from; oil revenue is empty for a state that does not live on oil.
    prior : Pooled
        What the panel says of the same years.
    """
    table = _table(record)
    beliefs = _beliefs(prior, lives_on_oil=bool(record.oil))
    names = list(beliefs)
    spread = prior.spread.mean
    start = np.array([beliefs[name].mean for name in names])
    low, high = np.array([bounds(name) for name in names]).T
    for _ in range(4):  # spread and coefficients in turn

        def misses(x: Array, spread: float = spread) -> Array:
            value = dict(zip(names, x, strict=True))
            apart = [(value[name] - belief.mean) / belief.error for name, belief in beliefs.items()]
            if "oil" in value:
                apart.append((value["oil"] + value["elasticity"] - TOGETHER.mean) / TOGETHER.error)
            return np.concatenate([_residuals(table, value) / spread, apart])

        found = least_squares(misses, start, bounds=(low, high), x_scale=0.1)
        start = found.x
        own = _residuals(table, dict(zip(names, start, strict=True)))
        spread = float(np.sqrt((np.sum(own**2) + PRIOR_YEARS * prior.spread.mean**2) / (len(own) + PRIOR_YEARS)))
    return Fit(
        len(own), tuple(names), start, np.linalg.inv(found.jac.T @ found.jac),
        Estimate(spread, spread / np.sqrt(2.0 * (len(own) + PRIOR_YEARS))),
    )  # fmt: skip


def bounds(name: str) -> tuple[float, float]:
    """Return between which bounds the model lets a coefficient lie."""
    if name == "gap":
        return -LARGEST_GAP, LARGEST_GAP
    rule, _, parameter = PLACES[name].partition(".")
    low, high = MECHANISMS[rule].parameters[parameter].between
    return (max(low, SLOWEST), high) if name == "speed" else (low, high)


def _beliefs(prior: Pooled, *, lives_on_oil: bool) -> dict[str, Estimate]:
    """Return what is believed of each coefficient before the state's own record is looked at."""
    told = {
        name: Estimate(getattr(prior, name).mean, float(np.hypot(getattr(prior, name).error, width)))
        for name, width in BETWEEN_STATES.items()
    }
    return told | {"rival": RIVAL, "gap": GAP} | ({"oil": OIL} if lives_on_oil else {})


def _table(record: Record) -> dict[str, Array]:
    """Return, for each year that has all it takes, what moved and what moved it, against the last year."""
    sides = [record.spending, record.output, record.rival, *([record.oil] if record.oil else [])]
    last = max(year for year in record.spending if all(year in side for side in sides))
    oil = {
        year: np.log(value / record.oil[last] + BESIDES) - np.log(1.0 + BESIDES) for year, value in record.oil.items()
    }
    rows = []
    for year in sorted(record.spending):
        if year - 1 in record.spending and all(y in s for y in (year, year - 1) for s in sides[1:]):
            spent, before = np.log([record.spending[year], record.spending[year - 1]])
            rows.append((
                spent - before, before - np.log(record.spending[last]),
                np.log(record.output[year] / record.output[last]),
                np.log(record.output[year] / record.output[year - 1]),
                np.log(record.rival[year - 1] / record.rival[last]), oil.get(year - 1, 0.0),
            ))  # fmt: skip
    columns = ("growth", "before", "output", "output_growth", "rival", "oil")
    return dict(zip(columns, np.array(rows).reshape(-1, len(columns)).T, strict=True))


def _residuals(table: Mapping[str, Array], value: Mapping[str, float]) -> Array:
    """Return what is left of each year's growth of spending."""
    aim = value["gap"] + value["elasticity"] * table["output"] + value["rival"] * table["rival"]
    aim = aim + value.get("oil", 0.0) * table["oil"]
    closed = -np.expm1(-value["speed"])
    left: Array = table["growth"] - closed * (aim - table["before"]) - value["at_once"] * table["output_growth"]
    return left
