"""What every run came to: the measures of single runs that comparisons, ablations and variance components rest on."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from sim.measures.runs import yearly
from sim.model.outcomes import MEASURES, Outcome, complete
from sim.model.variables import SCALES
from sim.model.world import Array


class Measure(NamedTuple):
    """One number of a run: which outcome, and of whom."""

    outcome: Outcome
    who: str = ""

    @property
    def name(self) -> str:
        """What it is called."""
        return self.outcome.key

    @property
    def unit(self) -> str:
        """The unit of its value."""
        return self.outcome.unit

    @property
    def label(self) -> str:
        """What it is called along an axis of measures: of whom, too."""
        return f"{self.name} {self.who}".strip()


def labelled(measures: list[Measure], axis: str = "measure") -> dict[str, Any]:
    """Return the coordinates of an axis of measures: label, name, who and unit."""
    parts = {part: (axis, [getattr(measure, part) for measure in measures]) for part in ("name", "who", "unit")}
    return {axis: [measure.label for measure in measures], **parts}


def ended(result: xr.Dataset) -> xr.DataArray:
    """Return which runs came to an end, ``(..., run)``."""
    return result["failed"].isnull() if "failed" in result else xr.ones_like(result["first_campaign"], bool)


def run_measures(result: xr.Dataset) -> dict[Measure, xr.DataArray]:
    """Return what every run came to, ``(..., run)``; missing in a run that failed.

    Besides the outcomes on record: whether there was a campaign, whether there was any fighting,
    and the years before the first campaign, counted up to the horizon (a restricted mean needs no guess
    about what comes later).
    """
    state = str(result["state"].values[0])
    horizon = result.sizes["time"]
    came = {key: result[key].notnull() for key in ("first_campaign", "first_operation")}
    found: dict[str, xr.DataArray] = {}
    for key, outcome in MEASURES.items():
        if outcome.share:
            found[key] = reduce(or_, (came[first] for first in outcome.of_runs)).astype(float)
    found["years_before_campaign"] = result["first_campaign"].fillna(horizon) / float(result.attrs["steps_per_year"])
    found |= {key: result[key] for key in complete(map(str, result.data_vars))}
    whole = ended(result)
    return {
        Measure(MEASURES[key], state if MEASURES[key].of == "first" else ""): values.where(whole)
        for key, values in found.items()
    }


def path_measures(result: xr.Dataset, window: tuple[int, int] | None = None) -> dict[Measure, Array]:
    """Return what is known of runs whose path was kept, ``(member,)``.

    Parameters
    ----------
    result : Dataset
        With the paths of one case.
    window : tuple of int, optional
        First and last year over which means, rates and shares are taken; the whole run unless given.

    Returns
    -------
    dict of Measure to ndarray
        Spending of each state in the last month and in the mean, its mean balance, campaigns and limited operations
        begun a year, and the share of each supplier in all that was delivered to a state; missing where nothing was.
    """
    states = [str(state) for state in result["state"].values]
    out = _of_states("final_milex", states, result["milex"].isel(time=-1))
    years = result["time"].dt.year
    first, last = window or (int(years[0]), int(years[-1]))
    begin, end = np.searchsorted(years.values, [first, last + 1])
    within = slice(int(begin), int(end))
    out |= _of_states("mean_milex", states, result["milex"].isel(time=within).mean("time", dtype=float))
    out |= _of_states("mean_balance", states, result["balance"].isel(time=within).mean("time", dtype=float))
    out |= _rates(result, within)
    return out | _shares(result.isel(time=within), states)


def _of_states(key: str, states: list[str], values: xr.DataArray) -> dict[Measure, Array]:
    """Return a number of each state, ``(member,)``."""
    table = values.load().transpose("state", "member").values.astype(float)
    return {Measure(MEASURES[key], state): table[i] for i, state in enumerate(states)}


def _rates(result: xr.Dataset, within: slice) -> dict[Measure, Array]:
    """Return the campaigns and operations begun a year within a window, ``(member,)``."""
    fought = result["fighting"].load().transpose("time", "member").values
    before = np.concatenate([np.zeros_like(fought[:1]), fought[:-1]])[within]
    years = before.shape[0] / float(result.attrs["steps_per_year"])
    return {
        Measure(MEASURES[f"{scale}_rate"]): ((fought[within] == code) & (before != code)).sum(0) / years
        for code, scale in enumerate(SCALES, 1)
    }


def _shares(result: xr.Dataset, states: list[str]) -> dict[Measure, Array]:
    """Return the share of each supplier in all deliveries to each state, ``(member,)``."""
    out: dict[Measure, Array] = {}
    volume = yearly(result["deliveries"]).sum("year").transpose("origin", "state", "member").values
    total = volume.sum(0)
    with np.errstate(invalid="ignore"):
        share = volume / np.where(total > 0.0, total, np.nan)
    for i, origin in enumerate(map(str, result["origin"].values)):
        for j, state in enumerate(states):
            out[Measure(MEASURES["supplier_share"], f"{origin} to {state}")] = share[i, j]
    return out
