"""The histories that the pages show: every shipped scenario, played once with the same luck."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import xarray as xr

import sim
from sim import plots
from sim.model.mistakes import Mistake
from sim.scenario.check import load
from sim.scenario.files import shipped_scenarios
from sim.scenario.schema import Scenario

RUNS, SEED = 200, 1
KEPT = 40  # whole paths
ALLOWED = True  # to play; set for each build
DOTS = 120  # an inch, of a figure 7.2 inches wide


@cache
def scenarios() -> dict[str, Scenario]:
    """Return the shipped scenarios by name."""
    return {name: load(name) for name in shipped_scenarios()}


@cache
def result(scenario: str) -> xr.Dataset:
    """Return the histories of a scenario."""
    return sim.sweep(scenarios()[scenario], runs=RUNS, seed=SEED, kept_paths=KEPT, progress=False)


def picture(path: Path, figure: str, scenario: str, *against: str) -> str:
    """Draw a figure of a scenario, or of it beside others, and return its description; empty where there is none."""
    if not ALLOWED:
        return ""
    try:
        found = plots.plot(result(scenario), figure, against=[result(other) for other in against] or None)
    except Mistake:
        return ""
    path.parent.mkdir(parents=True, exist_ok=True)
    found.figures[figure].savefig(path, dpi=DOTS)
    return " ".join(found.texts[figure].split()).replace("[", "(").replace("]", ")")
