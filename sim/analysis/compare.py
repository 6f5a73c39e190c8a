"""Two cases compared run by run, under common random numbers.

Luck belongs to the run, so run *k* of one case and run *k* of another, swept with one seed, differ by
scenario and settings alone. Every difference here is of such pairs, second minus first.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import xarray as xr

from sim.analysis.cases import (
    CODE,
    actors_apart,
    as_case,
    case_named,
    common_members,
    common_runs,
    digest,
    is_result,
    label,
    refuse_unpaired,
    settings_apart,
)
from sim.answers import Rows
from sim.measures.bands import LEVELS
from sim.measures.paired import Estimate, estimate, runs_needed, score_interval, standing
from sim.measures.run_outcomes import Measure, labelled, path_measures, run_measures
from sim.measures.runs import years_of
from sim.measures.war_probability import war_probability
from sim.model.mistakes import Mistake
from sim.model.outcomes import window_of
from sim.model.world import Array
from sim.scenario.schema import Scenario
from sim.study.request import ScenarioLike, scenario_of
from sim.study.study import months_apart
from sim.sweeps.run import sweep
from sim.terminal import Shown

CASES = ("a", "b")
ABSOLUTE = ("share", "log ratio")  # units in which a precision is meant as it stands
INTERVALS = "each interval is a 95 % interval of its own; of twenty, one misses by luck"
RUNS, SEED = 1000, 0  # of scenarios that are swept for a comparison

CaseLike = xr.Dataset | Scenario | str | os.PathLike[str]


def compare(
    first: CaseLike,
    second: CaseLike,
    *,
    precision: float | None = None,
    window: str | None = None,
    runs: int | None = None,
    seed: int | None = None,
    engine: str | None = None,
    progress: Shown = "auto",
) -> xr.Dataset:
    """Compare two results swept with the same seed, run by run.

    Parameters
    ----------
    first, second : Dataset, path, Scenario or str
        Two sweeps, or one case of each: a dataset that `sim.case` chose, a result directory, or one with
        what is chosen from it, as in ``"answer@scenario=status_quo,point=3"``. Or two scenarios, which are swept in
        memory.
    precision : float, optional
        Half-width wanted of the intervals: as it stands for shares and log ratios, as a part of the first
        result's value for everything else. With it, the runs that takes are told.
    window : str, optional
        Years over which means, rates and supplier shares are taken, as ``"2025-2029"``; the whole run unless given.
    runs, seed : int, optional
        Of two scenarios: how many runs, 1,000 unless given, and the seed of all luck, 0 unless given.
    engine : {"numpy", "jax", "jax-float32"}, optional
        Of two scenarios: who plays them.
    progress : bool or "auto"
        Show a progress bar while scenarios are swept; ``auto`` does in a notebook and in a terminal.

    Returns
    -------
    Dataset
        ``value (case, measure)``; ``difference``, ``low``, ``high``, ``standardised`` (in standard deviations of the
        measure over runs) with ``_low`` and ``_high``, ``correlation``, ``variance_reduction`` (runs
        that independent seeds need over those that common random numbers need), ``pairs``, those ``differing``
        and those in which the second is ``higher``, ``method`` of the interval, all ``(measure)``, largest effects
        first; with a precision ``half_width``, ``runs_common`` and ``runs_independent (measure)``.
        ``probability (case, kind, time)`` and
        ``probability_difference (kind, time)`` with ``_low`` and ``_high``; where paths were kept,
        ``balance_difference_median (time)`` and ``_low``, ``_high (level, time)`` over the members.

    Raises
    ------
    Mistake
        If the results have different seeds or months, or no runs in common, or there are several cases
        and none is chosen, or the window lies outside their years.
    """
    if precision is not None and not precision > 0.0:
        raise Mistake(f"--precision {precision:g} is not possible; write a positive half-width, for example 0.01")
    one, two = _two_cases(first, second, runs, seed, engine, progress=progress)
    refuse_unpaired(one, two)
    years = None if window is None else window_of(window, years_of(one))
    both, failed = common_runs(one, two)
    sound = [result.sel(run=both) for result in (one, two)]
    members = common_members(one, two, both)
    paths = [result.sel(member=members) for result in (one, two)]
    same_states = list(one["state"].values) == list(two["state"].values)
    found = _estimates(*[run_measures(result) for result in sound], balances=same_states)
    if len(members) >= 2:
        found |= _estimates(*[path_measures(path, years) for path in paths], balances=same_states)
    out = xr.merge([_table(found, precision), _war(*sound)])
    if len(members) >= 2 and same_states:
        out = out.merge(_balance(*paths))
    about = _attributes(one, two, len(both), len(members), failed)
    asked = {"precision": precision, "window": window}
    return out.assign_attrs(about, **{key: value for key, value in asked.items() if value is not None})


def _two_cases(
    first: CaseLike, second: CaseLike, runs: int | None, seed: int | None, engine: str | None, *, progress: Shown
) -> list[xr.Dataset]:
    """Return two cases: opened where they were swept, swept in memory where they are scenarios."""
    each = (first, second)
    here = [is_result(one) for one in each]
    if all(here):
        if any(asked is not None for asked in (runs, seed, engine)):
            raise Mistake(f"{_said(first)} and {_said(second)} are swept already; leave out --runs, --seed and "
                          "--engine, or name two scenarios")  # fmt: skip
        chosen = [one if isinstance(one, xr.Dataset) else case_named(cast(str, one)) for one in each]
        return [as_case(one) for one in chosen]  # what chooses no case is refused before either is opened
    if any(here):
        one, other = each if here[0] else each[::-1]
        raise Mistake(f"{_said(one)} is a result and {_said(other)} is not; name two results or two scenarios")
    scenarios = [scenario_of(cast(ScenarioLike, one)) for one in each]  # both are checked before either is played
    apart = months_apart(*scenarios)
    if apart:
        raise Mistake(f"{apart}; compare scenarios with the same start, end and step")
    count, luck = RUNS if runs is None else runs, SEED if seed is None else seed
    return [sweep(scenario, count, seed=luck, engine=engine, progress=progress) for scenario in scenarios]


def _said(one: CaseLike) -> str:
    """Return what a case is called in a sentence."""
    return label(one) if isinstance(one, xr.Dataset) else one.name if isinstance(one, Scenario) else os.fspath(one)


def _estimates(
    one: Mapping[Measure, Any], two: Mapping[Measure, Any], *, balances: bool
) -> dict[Measure, Estimate]:  # fmt: skip
    """Compare every measure that both cases have; a supplier that sells nothing in either is no measure."""
    out = {}
    for measure in one:
        if measure in two and (balances or "balance" not in measure.name):
            found = estimate(np.asarray(one[measure]), np.asarray(two[measure]), share=measure.outcome.share)
            if measure.name != "supplier_share" or found.size > 0.0:
                out[measure] = found
    return out


def _table(found: Mapping[Measure, Estimate], precision: float | None) -> xr.Dataset:
    """Lay the estimates out along ``measure``, largest effects first."""
    order = sorted(found, key=lambda measure: -standing(found[measure]))
    rows = [found[measure] for measure in order]
    out = xr.Dataset(
        {"value": (("case", "measure"), [[row.first for row in rows], [row.second for row in rows]])},
        coords={"case": list(CASES), **labelled(order)},
    )
    for part in Estimate._fields:
        if part not in ("first", "second", "size", "paired_variance", "separate_variance"):
            out[part] = ("measure", [getattr(row, part) for row in rows])
    if precision is not None:
        wide = [precision * (1.0 if m.unit in ABSOLUTE else abs(found[m].first)) for m in order]
        needed = [runs_needed(row, width) for row, width in zip(rows, wide, strict=True)]
        out["half_width"] = ("measure", wide)
        for i, name in enumerate(("runs_common", "runs_independent")):
            out[name] = ("measure", [pair[i] for pair in needed])
    out["standardised"].attrs["units"] = "standard deviations of the measure over runs"
    return out


def _war(one: xr.Dataset, two: xr.Dataset) -> xr.Dataset:
    """Return the probability of fighting by month in either case, and the paired difference."""
    each = [war_probability(result) for result in (one, two)]
    steps, pairs = one.sizes["time"], one.sizes["run"]
    up, down = np.zeros((2, steps)), np.zeros((2, steps))
    for i in range(2):
        here, there = (_onset(result, any_fighting=bool(i)) for result in (one, two))
        up[i] = _come(there[there < here], steps) - _come(here[there < here], steps)
        down[i] = _come(here[here < there], steps) - _come(there[here < there], steps)
    low, high = score_interval(up, down, pairs)
    difference = {"": (up - down) / pairs, "_low": low, "_high": high}
    out = xr.Dataset(
        {
            **{
                f"probability{suffix}": (("case", "kind", "time"), np.stack([war[name].values for war in each]))
                for suffix, name in (("", "probability"), ("_low", "low"), ("_high", "high"))
            },
            **{
                f"probability_difference{suffix}": (("kind", "time"), values) for suffix, values in difference.items()
            },
        },
        coords={
            "case": list(CASES), "kind": each[0]["kind"].values, "time": one["time"].values,
            "end": ("time", each[0]["end"].values),
        },
    )  # fmt: skip
    for array in out.values():
        array.attrs["units"] = "share"
    return out


def _onset(result: xr.Dataset, *, any_fighting: bool) -> Array:
    """Return the step in which fighting starts in each run, infinite if it never does."""
    campaign, operation = (result[f"first_{kind}"].values.astype(float) for kind in ("campaign", "operation"))
    onset: Array = np.nan_to_num(np.fmin(campaign, operation) if any_fighting else campaign, nan=np.inf)
    return onset


def _come(onset: Array, steps: int) -> Array:
    """Count the runs whose onset has come by the end of each step."""
    return np.searchsorted(np.sort(onset), np.arange(steps), side="right").astype(float)


def _balance(one: xr.Dataset, two: xr.Dataset) -> xr.Dataset:
    """Return median and bands over members of the paired difference of the first state's balance."""
    each = [result["balance"].isel(state=0).load() for result in (one, two)]
    paths = [path.transpose("member", "time").values.astype(float) for path in each]
    levels = np.array(LEVELS)
    tails = (1.0 - levels) / 2.0
    quantile = np.nanquantile(paths[1] - paths[0], [0.5, *tails, *(1.0 - tails)], axis=0)
    out = xr.Dataset(
        {
            "balance_difference_median": ("time", quantile[0]),
            "balance_difference_low": (("level", "time"), quantile[1 : len(levels) + 1]),
            "balance_difference_high": (("level", "time"), quantile[len(levels) + 1 :]),
        },
        coords={"level": levels, "time": one["time"].values},
    )
    for array in out.values():
        array.attrs["units"] = "log ratio"
    return out


def _attributes(one: xr.Dataset, two: xr.Dataset, pairs: int, members: int, failed: int) -> dict[str, Any]:
    """Return what identifies a comparison, and what a reader must know before believing it."""
    names = [label(one), label(two)]
    if names[0] == names[1]:
        names = [f"{name} ({case.upper()})" for name, case in zip(names, CASES, strict=True)]
    changed = [key for key in CODE if key in one.attrs and key in two.attrs and one.attrs[key] != two.attrs[key]]
    states = [str(name) for name in one["state_name"].values]
    return {
        "scenario": names[0],
        "against": names[1],
        "title": one.attrs.get("title", ""),
        "against_title": two.attrs.get("title", ""),
        "digest": digest(one),
        "against_digest": digest(two),
        "against_runs": two.attrs.get("runs", two.sizes["run"]),
        **{key: one.attrs[key] for key in ("seed", "version", "start", "steps_per_year") if key in one.attrs},
        "runs": pairs,
        "members": members,
        "failed": failed,
        "settings": settings_apart(one, two),
        "not_compared": actors_apart(one, two),
        "changed_code": changed,
        "state": states[0],
        "states": [str(key) for key in one["state"].values],
        "state_names": states,
        "origins": [str(key) for key in one["origin"].values],
        "origin_names": [str(name) for name in one["origin_name"].values],
        "intervals": INTERVALS,
    }


def comparison_rows(comparison: xr.Dataset) -> Rows:
    """Return one row for each measure, largest effects first."""
    scalar = [str(name) for name, array in comparison.data_vars.items() if array.dims == ("measure",)]
    return Rows(_row(comparison.isel(measure=i), scalar) for i in range(comparison.sizes["measure"]))


def _row(one: xr.Dataset, scalar: Sequence[str]) -> dict[str, Any]:
    """Return the row of one measure."""
    return {
        "measure": str(one["name"].item()),
        "who": str(one["who"].item()),
        **{case: float(one["value"].sel(case=case)) for case in CASES},
        **{name: one[name].item() for name in scalar},
        "unit": str(one["unit"].item()),
    }
