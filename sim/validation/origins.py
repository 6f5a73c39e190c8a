"""From which moments is foretold, what is known there, and with which parameters."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.calibration.refit import freed, refit
from sim.model.world import Array
from sim.observed.panel import SHIPPED
from sim.scenario.knowledge import reopened
from sim.scenario.schema import Scenario
from sim.study.sample_table import parse_sample_table
from sim.study.slots import find_slot

AHEAD = 5  # years
ROLLING = (2010, 2014, 2018, 2020, 2022)
OF_PANEL = (1990, 1995, 2000, 2005, 2010, 2015)

Draws = Mapping[str, Array]  # numbers of the runs' own, (draw,), by path
Known = Callable[[Scenario, int, int], tuple[Scenario, Draws]]  # what is played of a scenario that opens in a year


def as_shipped(scenario: Scenario, year: int, runs: int) -> tuple[Scenario, Draws]:
    """Leave the parameters as the scenario has them, made with all of the record."""
    return scenario, {}


def refitted(scenario: Scenario, year: int, runs: int) -> tuple[Scenario, Draws]:
    """Fit what the record before the year speaks of to it, anew: each run has a draw of its own."""
    draws = refit(scenario, year, runs)
    return freed(scenario, draws), draws


def from_table(file: str | os.PathLike[str]) -> Known:
    """Return what is played with draws of a table, as `armsrace calibrate` writes them, over what is fitted anew.

    Parameters
    ----------
    file : path
        CSV file, a column for each factor, perhaps a `weight`. Whatever record it was made with, it knows.

    Raises
    ------
    DocumentError
        If it is no table of numbers, or not of this scenario.
    """
    table = parse_sample_table(Path(file).read_text(encoding="utf-8-sig"), str(file))
    weights = np.ones(len(table.values)) if table.weights is None else table.weights

    def known(scenario: Scenario, year: int, runs: int) -> tuple[Scenario, Draws]:
        rows = np.random.default_rng(year).choice(len(weights), runs, p=weights / weights.sum())
        draws = {**refit(scenario, year, runs), **dict(zip(table.columns, table.values[rows].T, strict=True))}
        free = freed(scenario, draws)
        table.refuse_unfit({path: find_slot(free, path) for path in table.columns})
        return free, draws

    return known


PARAMETERS: Mapping[str, Known] = {"shipped": as_shipped, "refitted": refitted}


@dataclass(frozen=True)
class Origin:
    """A January from which some years are foretold, by the record in a folder of tables."""

    year: int
    ahead: int = AHEAD
    tables: Path = SHIPPED

    @property
    def last(self) -> int:
        """Last year foretold."""
        return self.year + self.ahead - 1

    @property
    def years(self) -> range:
        """Years foretold."""
        return range(self.year, self.last + 1)

    def reopened(self, scenario: Scenario, mode: str) -> Scenario:
        """Return a scenario that opens here, knowing what was known and what the mode gives."""
        return reopened(scenario, f"{self.year}-01", f"{self.last}-12", mode)
