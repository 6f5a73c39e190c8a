"""Two results compared run by run under common luck.

Luck belongs to the run, so run *k* of one case and run *k* of another, swept with one seed, differ by
scenario and settings alone. Every difference here is of such pairs, second minus first.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from sim import measures
from sim.analysis.cases import (
    CODE,
    actors_apart,
    common_members,
    common_runs,
    digest,
    label,
    loaded,
    refuse,
    settings_apart,
)
from sim.measures.paired import Estimate, estimate, runs_needed, score_interval
from sim.measures.run_outcomes import Measure, path_measures, run_measures
from sim.model.mistakes import Mistake
from sim.model.world import Array

SIDES = ("a", "b")
ABSOLUTE = ("share", "log ratio")  # units in which a precision is meant as it stands
Cell = str | float
INTERVALS = "each interval is a 95 % interval of its own; of twenty, one misses by luck"


def compare(
    first: xr.Dataset | str | os.PathLike[str],
    second: xr.Dataset | str | os.PathLike[str],
    *,
    precision: float | None = None,
) -> xr.Dataset:
    """Compare two results swept with the same seed, run by run.

    Parameters
    ----------
    first, second : Dataset or path
        Two sweeps, or one case of each: a dataset that `sim.results.open.case` chose, a result directory, or one with
        what is chosen from it, as in ``"answer@scenario=status_quo,point=3"``.
    precision : float, optional
        Half-width wanted of the intervals: as it stands for shares and log ratios, as a part of the first
        result's value for everything else. With it, the runs that takes are told.

    Returns
    -------
    Dataset
        ``value (side, measure)``; ``difference``, ``low``, ``high``, ``standardised`` (in standard deviations of the
        measure over runs) with ``_low`` and ``_high``, ``correlation``, ``variance_reduction`` (runs
        that independent seeds need over those that common luck needs), ``pairs``, ``differing`` and ``method`` of the
        interval, all ``(measure)``, largest effects first; with a precision ``half_width``, ``runs_common``
        and ``runs_independent (measure)``. ``probability (side, kind, time)`` and
        ``probability_difference (kind, time)`` with ``_low`` and ``_high``; where paths were kept,
        ``balance_difference_median (time)`` and ``_low``, ``_high (level, time)`` over the members.

    Raises
    ------
    Mistake
        If the results have different seeds or months, or no runs in common, or there are several cases
        and none is chosen.
    """
    if precision is not None and not precision > 0.0:
        raise Mistake(f"--precision {precision:g} is not possible; write a positive half-width, for example 0.01")
    one, two = loaded(first), loaded(second)
    refuse(one, two)
    runs, failed = common_runs(one, two)
    sides = [result.sel(run=runs) for result in (one, two)]
    members = common_members(one, two, runs)
    paths = [result.sel(member=members) for result in (one, two)]
    same_states = list(one["state"].values) == list(two["state"].values)
    found = _estimates(*[run_measures(side) for side in sides], balances=same_states)
    if len(members) >= 2:
        found |= _estimates(*[path_measures(path) for path in paths], balances=same_states)
    out = xr.merge([_table(found, precision), _war(*sides)])
    if len(members) >= 2 and same_states:
        out = out.merge(_balance(*paths))
    return out.assign_attrs(_attributes(one, two, len(runs), len(members), failed))


def _estimates(
    one: Mapping[Measure, Any], two: Mapping[Measure, Any], *, balances: bool
) -> dict[Measure, Estimate]:  # fmt: skip
    """Compare every measure that both sides have; a supplier that sells nothing on either side is no measure."""
    out = {}
    for measure in one:
        if measure in two and (balances or "balance" not in measure.name):
            found = estimate(np.asarray(one[measure]), np.asarray(two[measure]), share=measure.share)
            if measure.name != "supplier_share" or found.size > 0.0:
                out[measure] = found
    return out


def _rank(found: Estimate) -> float:
    """Return how large an effect is; a difference where no run varies is larger than any."""
    if np.isfinite(found.standardised):
        return abs(found.standardised)
    return np.inf if found.difference else -1.0


def _table(found: Mapping[Measure, Estimate], precision: float | None) -> xr.Dataset:
    """Lay the estimates out along ``measure``, largest effects first."""
    order = sorted(found, key=lambda measure: -_rank(found[measure]))
    rows = [found[measure] for measure in order]
    out = xr.Dataset(
        {"value": (("side", "measure"), [[row.first for row in rows], [row.second for row in rows]])},
        coords={
            "side": list(SIDES),
            "measure": [f"{m.name} {m.who}".strip() for m in order],
            **{part: ("measure", [getattr(m, part) for m in order]) for part in ("name", "who", "unit")},
        },
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
    """Return the probability of fighting by month on either side, and the paired difference."""
    sides = [measures.war_probability(result) for result in (one, two)]
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
                f"probability{suffix}": (("side", "kind", "time"), np.stack([war[name].values for war in sides]))
                for suffix, name in (("", "probability"), ("_low", "low"), ("_high", "high"))
            },
            **{
                f"probability_difference{suffix}": (("kind", "time"), values) for suffix, values in difference.items()
            },
        },
        coords={
            "side": list(SIDES), "kind": sides[0]["kind"].values, "time": one["time"].values,
            "end": ("time", sides[0]["end"].values),
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
    levels = np.array(measures.LEVELS)
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
        names = [f"{name} ({side.upper()})" for name, side in zip(names, SIDES, strict=True)]
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
        "intervals": INTERVALS,
    }


def rows(comparison: xr.Dataset) -> list[dict[str, Cell]]:
    """Return one row for each measure, largest effects first."""
    table: list[dict[str, Cell]] = []
    scalar = [str(name) for name, array in comparison.data_vars.items() if array.dims == ("measure",)]
    for i in range(comparison.sizes["measure"]):
        one = comparison.isel(measure=i)
        row: dict[str, Cell] = {"measure": str(one["name"].item()), "who": str(one["who"].item())}
        row |= {side: float(one["value"].sel(side=side)) for side in SIDES}
        row |= {name: one[name].item() for name in scalar}
        table.append(row | {"unit": str(one["unit"].item())})
    return table
