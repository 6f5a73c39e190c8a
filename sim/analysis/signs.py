"""What a scenario expects of outcomes, put to the test: its runs beside those of the scenario that it extends."""

from __future__ import annotations

from typing import Any

import xarray as xr

from sim.analysis.compare import compare
from sim.answers import Rows
from sim.scenario.schema import Expectation, Scenario
from sim.study.request import ScenarioLike, scenario_of
from sim.sweeps.run import sweep
from sim.terminal import Shown

EXPECTED, REVERSED, UNMOVED, MOVED = "as expected", "reversed", "not told from none", "moved"


def signs(
    scenario: ScenarioLike, runs: int = 1000, *, seed: int = 0, base: xr.Dataset | None = None, progress: Shown = False
) -> Rows:
    """Play a scenario and the one that it extends with the same luck, and judge what is expected of the difference.

    Parameters
    ----------
    scenario : Scenario, str or path
        What to play.
    runs : int
        How many runs of each; the whole path of each is held in memory.
    seed : int
        Seed of all luck.
    base : Dataset, optional
        The runs of the scenario that it extends, where they are played already.
    progress : bool or "auto"
        Show a progress bar; ``auto`` does in a notebook and in a terminal.

    Returns
    -------
    Rows
        One for each expectation: ``scenario``, ``outcome``, ``of``, ``window``, the ``sign`` expected, the value in
        the ``base``, ``difference`` with ``low`` and ``high`` (95 % interval), ``unit``, ``verdict`` (as expected,
        reversed, not told from none, or moved where none was expected), ``because``. Empty where nothing is expected.
    """
    mine = scenario_of(scenario)
    if not mine.expects or mine.extends is None:
        return Rows([])
    base = base if base is not None else played(mine.extends, runs, seed, progress=progress)
    other = played(mine, runs, seed, progress=progress)
    windows = dict.fromkeys(expected.window for expected in mine.expects)
    found = {window: compare(base, other, window=window) for window in windows}
    return Rows(_row(mine, expected, found[expected.window]) for expected in mine.expects)


def played(scenario: ScenarioLike, runs: int, seed: int, *, progress: Shown = False) -> xr.Dataset:
    """Return runs of a scenario with every path kept."""
    return sweep(scenario, runs, seed=seed, kept_paths=runs, progress=progress).load()


def _row(scenario: Scenario, expected: Expectation, found: xr.Dataset) -> dict[str, Any]:
    """Return what has come of one expectation."""
    here = (found["name"] == expected.outcome).values
    if expected.of:
        here &= (found["who"] == expected.of).values
    one = found.isel(measure=int(here.argmax())) if here.any() else None  # who sells nothing in either is not compared
    low, high = (float(one[end]) if one is not None else 0.0 for end in ("low", "high"))
    return {
        "scenario": scenario.name, "outcome": expected.outcome, "of": expected.of, "window": expected.window or "",
        "sign": expected.sign, "base": float(one["value"].sel(case="a")) if one is not None else 0.0,
        "difference": float(one["difference"]) if one is not None else 0.0, "low": low, "high": high,
        "unit": str(one["unit"].item()) if one is not None else "", "verdict": verdict(expected.sign, low, high),
        "because": expected.because,
    }  # fmt: skip


def verdict(sign: str, low: float, high: float) -> str:
    """Return whether an interval of a difference bears out a sign.

    Examples
    --------
    >>> verdict("down", -2.0, -1.0), verdict("up", -2.0, -1.0), verdict("up", -1.0, 2.0), verdict("none", -1.0, 2.0)
    ('as expected', 'reversed', 'not told from none', 'as expected')
    """
    seen = "up" if low > 0.0 else "down" if high < 0.0 else "none"
    if seen == sign:
        return EXPECTED
    return MOVED if sign == "none" else UNMOVED if seen == "none" else REVERSED
