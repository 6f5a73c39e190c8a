"""Two results compared run by run under common luck.

Luck belongs to the run, so run *k* of one scenario and run *k* of another, swept with one seed,
differ by the scenario alone. Every difference here is of such pairs, second minus first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from sim import measures
from sim.paired import Estimate, estimate, runs_needed, score_interval
from sim.record import OUTCOMES
from sim.variables import Mistake
from sim.world import Array

SIDES = ("a", "b")
PIECE = 1024  # members whose paths are read at a time
CODE = ("version", "code", "rules", "numpy")  # what else than the scenario may make two results differ
ABSOLUTE = ("share", "log ratio")  # units in which a precision is meant as it stands
Cell = str | float
INTERVALS = "each interval is a 95 % interval of its own; of twenty, one misses by luck"


class Measure(NamedTuple):
    """One number of a run: what, of whom, in which unit; a share says yes or no of each run."""

    name: str
    who: str
    unit: str
    share: bool


# -- what is measured in a run


def sound(result: xr.Dataset) -> xr.DataArray:
    """Return which runs came to an end, ``(..., run)``."""
    return result["failed"].isnull() if "failed" in result else xr.ones_like(result["first_campaign"], bool)


def run_measures(result: xr.Dataset) -> dict[Measure, xr.DataArray]:
    """Return what every run came to, ``(..., run)``; missing in a run that failed.

    Besides the outcomes on record: whether there was a campaign, whether there was any fighting,
    and the years before the first campaign, counted up to the horizon (a restricted mean needs no guess
    about what comes later).
    """
    kept = sound(result)
    campaign, operation = result["first_campaign"], result["first_operation"]
    horizon = result.sizes["time"]
    out = {
        Measure("war_probability", "", "share", True): campaign.notnull().astype(float),
        Measure("fighting_probability", "", "share", True): (campaign.notnull() | operation.notnull()).astype(float),
        Measure("years_before_campaign", "", "yr", False): campaign.fillna(horizon)
        / float(result.attrs["steps_per_year"]),
    }
    state = str(result["state"].values[0])
    for name, (unit, _) in OUTCOMES.items():
        if name in result and not name.startswith("first_") and name != "failed":
            out[Measure(name, state if name.startswith("final_") else "", unit, False)] = result[name]
    return {measure: values.where(kept) for measure, values in out.items()}


def path_measures(result: xr.Dataset) -> dict[Measure, Array]:
    """Return what is known of runs whose path was kept, ``(member,)``.

    Spending of each state in the last month, and the share of each supplier in all that was delivered to a
    state over the run; missing where nothing was delivered.
    """
    states, origins = (list(map(str, result[dim].values)) for dim in ("state", "origin"))
    unit = str(result["milex"].attrs.get("units", ""))
    spent = result["milex"].isel(time=-1).load().transpose("state", "member").values.astype(float)
    out = {Measure("final_milex", key, unit, False): spent[i] for i, key in enumerate(states)}
    volume = _delivered(result)
    total = volume.sum(0)
    with np.errstate(invalid="ignore"):
        share = volume / np.where(total > 0.0, total, np.nan)
    for i, origin in enumerate(origins):
        for j, state in enumerate(states):
            out[Measure("supplier_share", f"{origin} to {state}", "share", False)] = share[i, j]
    return out


def _delivered(result: xr.Dataset) -> Array:
    """Return deliveries summed over the run, ``(origin, state, member)``, read in pieces."""
    path = result["deliveries"]
    out = np.zeros([path.sizes[dim] for dim in ("origin", "state", "member")])
    for first in range(0, out.shape[2], PIECE):
        piece = path.isel(member=slice(first, first + PIECE)).load().astype(float)
        out[..., first : first + PIECE] = piece.sum("time").transpose("origin", "state", "member").values
    return out


# -- which runs are pairs


def label(result: xr.Dataset) -> str:
    """Return the name of what was played, with the rules left out."""
    name = result["scenario"].item() if "scenario" in result.coords else result.attrs.get("scenario", "unnamed")
    without = [str(rule) for rule in result.attrs.get("without", [])]
    return str(name) + (f" without {', '.join(without)}" if without else "")


def _digest(result: xr.Dataset) -> str:
    """Return the digest of the scenario; that of a case chosen from several stands in its coordinates."""
    if "scenario_digest" in result.coords and not result["scenario_digest"].dims:
        return str(result["scenario_digest"].item())
    return str(result.attrs.get("digest", "unknown"))


def _refuse(one: xr.Dataset, two: xr.Dataset) -> None:
    """Stop where two results hold no pairs of runs."""
    for result in (one, two):
        split = [dim for dim in ("scenario", "point") if dim in result.dims]
        if split:
            raise Mistake(
                f"'{result.attrs.get('scenario', 'unnamed')}' holds several results along {' and '.join(split)}; "
                f"choose one first, for example sim.results.case(result, {', '.join(f'{dim}=...' for dim in split)})"
            )
    seeds = [result.attrs.get("seed") for result in (one, two)]
    if seeds[0] != seeds[1]:
        raise Mistake(
            f"the results have different luck, seeds {seeds[0]} and {seeds[1]}, so their runs are no pairs; "
            "sweep both with the same --seed"
        )
    spans = [result["time"].values.astype("datetime64[M]") for result in (one, two)]
    if not np.array_equal(spans[0], spans[1]):
        said = [f"{span[0]} to {span[-1]} in {len(span)} steps" for span in spans]
        raise Mistake(
            f"the results cover different months, {said[0]} and {said[1]}; "
            "compare scenarios with the same start, end and step"
        )


def common_runs(one: xr.Dataset, two: xr.Dataset) -> tuple[Array, int]:
    """Return the numbers of the runs that are sound in both results, and how many others they share.

    Raises
    ------
    Mistake
        If there are not two such runs.
    """
    shared = np.intersect1d(one["run"].values, two["run"].values)
    whole = np.ones(len(shared), bool)
    for result in (one, two):
        whole &= sound(result).sel(run=shared).values
    if whole.sum() < 2:
        raise Mistake(
            f"the results have {int(whole.sum())} sound runs in common, a comparison needs at least 2; "
            "sweep both with more --runs"
        )
    return shared[whole], int((~whole).sum())


# -- the comparison


def compare(first: xr.Dataset, second: xr.Dataset, *, precision: float | None = None) -> xr.Dataset:
    """Compare two results swept with the same seed, run by run.

    Parameters
    ----------
    first, second : Dataset
        Two sweeps.
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
        If the results have different seeds or months, or no runs in common.
    """
    if precision is not None and not precision > 0.0:
        raise Mistake(f"--precision {precision:g} is not possible; write a positive half-width, for example 0.01")
    _refuse(first, second)
    runs, failed = common_runs(first, second)
    sides = [result.sel(run=runs) for result in (first, second)]
    members = _common_members(first, second, runs)
    paths = [result.sel(member=members) for result in (first, second)]
    apart = _not_compared(first, second)
    same_states = list(first["state"].values) == list(second["state"].values)
    found = _estimates(*[run_measures(side) for side in sides], balances=same_states)
    if len(members) >= 2:
        found |= _estimates(*[path_measures(path) for path in paths], balances=same_states)
    out = xr.merge([_table(found, precision), _war(*sides)])
    if len(members) >= 2 and same_states:
        out = out.merge(_balance(*paths))
    return out.assign_attrs(_attributes(first, second, len(runs), len(members), failed, apart))


def _common_members(one: xr.Dataset, two: xr.Dataset, runs: Array) -> Array:
    """Return the sound runs whose path was kept in both results."""
    shared = np.intersect1d(one["member"].values, two["member"].values)
    return np.intersect1d(shared, runs)


def _not_compared(one: xr.Dataset, two: xr.Dataset) -> list[str]:
    """Name the actors that only one side has, and what becomes incomparable by it."""
    said = []
    for dim in ("state", "origin"):
        here, there = (list(map(str, result[dim].values)) for result in (one, two))
        lonely = sorted(set(here) ^ set(there))
        if lonely:
            said.append(f"{'states' if dim == 'state' else 'suppliers'} of one side only: {', '.join(lonely)}")
        if dim == "state" and here != there:
            said.append("balances, which are between other states")
    return said


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


def _attributes(
    one: xr.Dataset, two: xr.Dataset, pairs: int, members: int, failed: int, apart: Sequence[str]
) -> dict[str, Any]:  # fmt: skip
    """Return what identifies a comparison, and what a reader must know before believing it."""
    names = [label(one), label(two)]
    if names[0] == names[1]:
        names = [f"{name} ({side.upper()})" for name, side in zip(names, SIDES, strict=True)]
    changed = [key for key in CODE if key in one.attrs and key in two.attrs and one.attrs[key] != two.attrs[key]]
    states = [str(name) for name in one["state_name"].values]
    return {
        "scenario": names[0],
        "against": names[1],
        "digest": _digest(one),
        "against_digest": _digest(two),
        "against_runs": two.attrs.get("runs", two.sizes["run"]),
        **{key: one.attrs[key] for key in ("seed", "version", "start", "steps_per_year") if key in one.attrs},
        "runs": pairs,
        "members": members,
        "failed": failed,
        "not_compared": list(apart),
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
